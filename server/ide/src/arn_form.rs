//! What the ARN formats of a service's resources say about the Region and the account of an ARN.

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
    let mut seen = Seen::default();
    if let Some(own) = catalog.service(arn.service) {
        seen.add(own, arn);
    }
    seen.presence()
}

/// The same by all formats there are: some services have resources under the name of another.
pub fn presence(catalog: Catalog, arn: &Arn<'_>) -> (Presence, Presence) {
    let mut seen = Seen::default();
    catalog.services().for_each(|it| seen.add(it, arn));
    seen.presence()
}

/// Whether some resource of AWS has an ARN of this service.
pub fn is_arn_service(catalog: Catalog, name: &str) -> bool {
    let mut formats = catalog.services().flat_map(Service::resource_types).flat_map(|it| it.arn_formats());
    formats.any(|it| Arn::parse(it).is_some_and(|it| it.service == name))
}

#[derive(Default)]
struct Seen {
    formats: usize,
    with_region: usize,
    with_account: usize,
}

impl Seen {
    fn add(&mut self, service: Service, arn: &Arn<'_>) {
        for format in service.resource_types().flat_map(|it| it.arn_formats()) {
            let Some(format) = Arn::parse(format) else { continue };
            if format.service != arn.service || !may_follow(arn.resource, format.resource) {
                continue;
            }
            self.formats += 1;
            self.with_region += usize::from(!format.region.is_empty());
            self.with_account += usize::from(!format.account.is_empty());
        }
    }

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

/// Whether a resource, which may have wildcards, can follow a format, as far as both are literal.
fn may_follow(resource: &str, format: &str) -> bool {
    let open = resource.find(['*', '?']).into_iter().chain(resource.find("${")).min();
    let head = resource.get(..open.unwrap_or(resource.len())).unwrap_or_default();
    let fixed = format.split("${").next().unwrap_or_default();
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
