//! What the ARN formats of a service's resources say about the Region and the account of an ARN.

use std::collections::HashMap;
use std::sync::OnceLock;

use catalog::{Catalog, Service};
use policy::arn::Arn;

/// Whether the ARN formats that an ARN can follow have one of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// All of them do.
    Always,
    /// None does.
    Never,
    /// Some do, or no format is known.
    Unclear,
}

/// Whether an ARN like this has a Region, and whether it has an account, by the formats of its own service.
pub fn own_presence(catalog: Catalog, arn: &Arn<'_>) -> (Presence, Presence) {
    presence_by(catalog, arn, |it| it.is_own)
}

/// The same by all formats there are: some services have resources under the name of another.
pub fn presence(catalog: Catalog, arn: &Arn<'_>) -> (Presence, Presence) {
    presence_by(catalog, arn, |_| true)
}

/// Whether some resource of AWS has an ARN of this service.
pub fn is_arn_service(catalog: Catalog, name: &str) -> bool {
    formats(catalog).contains_key(name)
}

/// What an ARN format says, taken apart.
struct Format {
    /// Whether it is a format of the service that its ARNs name.
    is_own: bool,
    has_region: bool,
    has_account: bool,
    /// The resource up to its first placeholder.
    fixed: &'static str,
}

/// All formats by the service that their ARNs name. They are taken apart once: a policy of thousands of statements asks
/// for them as often.
fn formats(catalog: Catalog) -> &'static HashMap<&'static str, Vec<Format>> {
    static FORMATS: OnceLock<HashMap<&'static str, Vec<Format>>> = OnceLock::new();
    FORMATS.get_or_init(|| {
        let mut out: HashMap<&'static str, Vec<Format>> = HashMap::new();
        for resource_type in catalog.services().flat_map(Service::resource_types) {
            let owner = resource_type.service().prefix();
            for arn in resource_type.arn_formats().filter_map(Arn::parse) {
                out.entry(arn.service).or_default().push(Format {
                    is_own: owner == arn.service,
                    has_region: !arn.region.is_empty(),
                    has_account: !arn.account.is_empty(),
                    fixed: arn.resource.split("${").next().unwrap_or_default(),
                });
            }
        }
        out
    })
}

fn presence_by(catalog: Catalog, arn: &Arn<'_>, counts: fn(&Format) -> bool) -> (Presence, Presence) {
    let mut seen = Seen::default();
    for format in formats(catalog).get(arn.service).into_iter().flatten() {
        if counts(format) && may_follow(arn.resource, format.fixed) {
            seen.formats += 1;
            seen.with_region += usize::from(format.has_region);
            seen.with_account += usize::from(format.has_account);
        }
    }
    seen.presence()
}

#[derive(Default)]
struct Seen {
    formats: usize,
    with_region: usize,
    with_account: usize,
}

impl Seen {
    fn presence(&self) -> (Presence, Presence) {
        let of = |with: usize| match with {
            _ if self.formats == 0 => Presence::Unclear,
            0 => Presence::Never,
            it if it == self.formats => Presence::Always,
            _ => Presence::Unclear,
        };
        (of(self.with_region), of(self.with_account))
    }
}

/// Whether a resource, which may have wildcards, can follow a format that starts with `fixed`, as far as it is literal.
fn may_follow(resource: &str, fixed: &str) -> bool {
    let open = resource.find(['*', '?']).into_iter().chain(resource.find("${")).min();
    let head = resource.get(..open.unwrap_or(resource.len())).unwrap_or_default();
    head.starts_with(fixed) || (open.is_some() && fixed.starts_with(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_which_fields_an_arn_has() {
        use Presence::{Always, Never, Unclear};
        for (text, expected) in [
            ("arn:aws:bedrock:us-east-1::foundation-model/a", (Unclear, Never)),
            ("arn:aws:bedrock:us-east-1::guardrail/a", (Always, Always)),
            ("arn:aws:bedrock:us-east-1::*", (Unclear, Unclear)),
            ("arn:aws:s3:::bucket", (Never, Never)),
            ("arn:aws:iam::111122223333:role/a", (Never, Always)),
            ("arn:aws:nothing::111122223333:role/a", (Unclear, Unclear)),
        ] {
            let arn = Arn::parse(text).unwrap();
            assert_eq!(presence(catalog::catalog(), &arn), expected, "{text}");
        }
        assert!(is_arn_service(catalog::catalog(), "s3") && !is_arn_service(catalog::catalog(), "s4"));
    }
}
