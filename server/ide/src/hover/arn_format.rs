//! Which ARNs a resource type has, and whether a pattern can meet them.

use catalog::{Action, ResourceType, Service};
use policy::arn::Arn;
use policy::pattern;

use crate::sentence::is_filled_in;

/// The resource types of a service whose ARNs a pattern can match, as far as the last field tells.
pub(crate) fn types(service: Service, arn: &Arn<'_>) -> Vec<ResourceType> {
    service.resource_types().filter(|it| it.arn_formats().any(|it| fits(it, arn))).collect()
}

/// Whether an ARN pattern can stand for ARNs of a format such as `arn:${Partition}:s3:::${BucketName}`.
pub(crate) fn fits(format: &str, arn: &Arn<'_>) -> bool {
    let Some(format) = Arn::parse(format) else { return false };
    let fixed = |it: &str| it.find(['$', '*', '?']).unwrap_or(it.len());
    let shared = fixed(format.resource).min(fixed(arn.resource));
    format.resource.get(..shared) == arn.resource.get(..shared)
        && meets(&parts(format.resource), arn.resource.as_bytes())
}

/// The same where nothing may be missed: a placeholder holds any text, as names of log groups have slashes; only the
/// name of a bucket never has one.
fn may_fit(format: &str, arn: &Arn<'_>) -> bool {
    let Some(format) = Arn::parse(format) else { return true };
    let parts = parts_by(format.resource, |name, _| name != "BucketName");
    meets(&parts, arn.resource.as_bytes())
}

/// An ARN of which it is clear what it can be.
pub(crate) fn clear(text: &str) -> Option<Arn<'_>> {
    Arn::parse(text).filter(|it| {
        let is_open = |it: &str| pattern::has_wildcard(it) || is_filled_in(it);
        // What another language fills in may have colons of its own, and then the parts are others than they seem.
        !is_open(it.service)
            && !text.contains("${AWS::")
            && !it.service.is_empty()
            && !it.resource.is_empty()
            && !it.resource.starts_with("${")
    })
}

/// Whether an ARN can be of one of the action's resource types.
pub(crate) fn may_act_on(action: Action, arn: &Arn<'_>) -> bool {
    action.resource_types().any(|it| may_be(it, arn))
}

/// Whether an ARN can be of a resource type.
pub(crate) fn may_be(resource_type: ResourceType, arn: &Arn<'_>) -> bool {
    resource_type.arn_formats().any(|format| {
        // The format of some types leaves the service open.
        let is_of_service =
            Arn::parse(format).is_none_or(|it| it.service == arn.service || it.service.contains("${"));
        // A variable may hold any text.
        let resource = arn.resource.find("${").and_then(|at| arn.resource.get(..at));
        let cut = resource.map(|it| format!("{it}*"));
        let arn = Arn { resource: cut.as_deref().unwrap_or(arn.resource), ..*arn };
        is_of_service && may_fit(format, &arn)
    })
}

/// A piece of an ARN format.
#[derive(Clone, Copy)]
enum Part {
    Byte(u8),
    /// A placeholder, and whether it may hold separators: the last of several does, as paths and keys have them.
    Hole {
        crosses: bool,
    },
}

fn parts(format: &str) -> Vec<Part> {
    parts_by(format, |_, is_last_of_several| is_last_of_several)
}

/// The pieces of a format; `crosses` says of a placeholder, by its name and whether it is the last of several pieces,
/// whether it may hold separators.
fn parts_by(format: &str, crosses: impl Fn(&str, bool) -> bool) -> Vec<Part> {
    let mut out = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        out.extend(before.bytes().map(Part::Byte));
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        rest = behind;
        let is_last = rest.is_empty() && out.len() > before.len().min(1);
        out.push(Part::Hole { crosses: crosses(name, is_last) });
    }
    out.extend(rest.bytes().map(Part::Byte));
    out
}

/// Whether some text is of the format and matches the pattern.
fn meets(format: &[Part], pattern: &[u8]) -> bool {
    let width = pattern.len() + 1;
    let mut seen = vec![false; (format.len() + 1) * width];
    let mut open = vec![(0, 0)];
    while let Some((i, j)) = open.pop() {
        match seen.get_mut(i * width + j) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        match (format.get(i), pattern.get(j)) {
            (None, None) => return true,
            (Some(Part::Hole { .. }), None) => open.push((i + 1, j)),
            (None | Some(Part::Byte(_)), Some(b'*')) => {
                open.push((i, j + 1));
                open.push((i + usize::from(i < format.len()), j));
            }
            (Some(Part::Hole { .. }), Some(b'*')) => open.extend([(i + 1, j), (i, j + 1)]),
            (Some(Part::Byte(wanted)), Some(given)) if wanted == given || *given == b'?' => {
                open.push((i + 1, j + 1));
            }
            (Some(Part::Hole { crosses }), Some(given)) => {
                open.push((i + 1, j));
                if *crosses || !matches!(given, b'/' | b':') {
                    open.push((i, j + 1));
                }
            }
            (None | Some(Part::Byte(_)), _) => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arn_patterns_meet_formats() {
        let bucket = "arn:${Partition}:s3:::${BucketName}";
        let object = "arn:${Partition}:s3:::${BucketName}/${KeyName}";
        let role = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}";
        for (format, arn, expected) in [
            (bucket, "arn:aws:s3:::a", true),
            (bucket, "arn:aws:s3:::a/b", false),
            (bucket, "arn:aws:s3:::a*", true),
            (object, "arn:aws:s3:::a", false),
            (object, "arn:aws:s3:::a/b/c", true),
            (object, "arn:aws:s3:::*", true),
            (role, "arn:aws:iam::1:role/a/b", true),
            (role, "arn:aws:iam::1:r*", true),
            (role, "arn:aws:iam::1:user/a", false),
        ] {
            assert_eq!(fits(format, &Arn::parse(arn).unwrap()), expected, "{format} {arn}");
        }
    }
}
