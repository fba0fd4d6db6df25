//! ARNs and what they are made of.

use catalog::{ModelStatus, ResourceType, catalog};
use policy::arn::Arn;
use policy::model::Statement;
use policy::pattern;

use super::{code, some_of};

/// An ARN or a pattern of ARNs.
pub(crate) fn resource(text: &str, statement: Option<&Statement>) -> Option<String> {
    if pattern::is_everything(text) {
        return Some(format!("**{}**\n\nEvery resource, and actions that have none.", code(text)));
    }
    let arn = Arn::parse(text)?;
    let service = catalog().service(arn.service);
    let title = service.map_or_else(|| arn.service.to_owned(), |it| it.title().to_owned());
    let mut out = format!("**{}**\n\n", code(text));
    let mut line = |name: &str, value: String| out.push_str(&format!("- {name}: {value}\n"));
    line("Service", title);
    line("Region", or_any(arn.region));
    line("Account", or_any(arn.account));
    line("Resource", code(arn.resource));
    let types: Vec<ResourceType> = service
        .into_iter()
        .flat_map(|it| it.resource_types().filter(|it| it.arn_formats().any(|it| fits(it, &arn))))
        .collect();
    if !types.is_empty() && types.len() < 8 {
        line("Type", some_of(types.iter(), 8, |it| code(it.name())));
    }
    match types.as_slice() {
        [] => {}
        [only] => {
            out.extend(only.description().map(|it| format!("\n{it}\n")));
            out.push_str(&super::action::notes(only.notes()));
        }
        several if several.len() < 4 => {
            let described = several.iter().filter_map(|it| Some((it, it.description()?)));
            let lines: Vec<_> =
                described.map(|(it, text)| format!("- {}: {text}\n", code(it.name()))).collect();
            if !lines.is_empty() {
                out.push_str(&format!("\n{}", lines.concat()));
            }
        }
        _ => {}
    }
    if let Some(model) = arn.resource.strip_prefix("foundation-model/").and_then(model) {
        out.push_str(&format!("\n{model}\n"));
    }
    let named = statement.and_then(|it| it.action.as_ref()).filter(|it| !it.negated && !types.is_empty());
    let actions = named.into_iter().flat_map(|it| it.values.texts()).take(200);
    let others: Vec<_> = actions
        .filter_map(|it| catalog().find_action(&it.value))
        .filter(|action| !action.resource_types().any(|it| types.contains(&it)))
        .collect();
    if !others.is_empty() && types.len() < 8 {
        let list = some_of(others.iter(), 6, |it| code(it.full_name()));
        out.push_str(&format!("\nNot a resource of {list}.\n"));
    }
    Some(out)
}

/// A resource type by its name with the prefix: `s3:bucket`.
pub(super) fn resource_type(name: &str) -> Option<String> {
    let (prefix, name) = name.split_once(':')?;
    let service = catalog().service(prefix)?;
    let found = service.resource_type(name)?;
    let mut out = format!("**{}** of {}\n\n", code(found.name()), service.title());
    out.extend(found.description().map(|it| format!("{it}\n\n")));
    for arn in found.arn_formats() {
        out.push_str(&format!("- {}\n", code(arn)));
    }
    Some(out)
}

fn or_any(field: &str) -> String {
    match field {
        "" => "none".to_owned(),
        "*" => "any".to_owned(),
        _ => code(field),
    }
}

/// Whether an ARN pattern can stand for ARNs of a format such as `arn:${Partition}:s3:::${BucketName}`.
fn fits(format: &str, arn: &Arn<'_>) -> bool {
    let Some(format) = Arn::parse(format) else { return false };
    let fixed = |it: &str| it.find(['$', '*', '?']).unwrap_or(it.len());
    let shared = fixed(format.resource).min(fixed(arn.resource));
    format.resource.get(..shared) == arn.resource.get(..shared)
        && meets(&parts(format.resource), arn.resource.as_bytes())
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
    let mut out = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        out.extend(before.bytes().map(Part::Byte));
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
        out.push(Part::Hole { crosses: rest.is_empty() && out.len() > before.len().min(1) });
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

/// A Region by its name.
pub(super) fn region(name: &str) -> Option<String> {
    let partition = catalog().partition_of(name)?;
    Some(format!("A Region of the partition {} ({}).", code(partition.id()), partition.title()))
}

/// A Bedrock model by its id.
pub(super) fn model(id: &str) -> Option<String> {
    let model = catalog().model(id)?;
    let end = model.end_of_life();
    let life = match (model.status(), end) {
        (ModelStatus::Active, _) => "in service".to_owned(),
        (ModelStatus::Legacy, Some(end)) => format!("legacy, ends on {end}"),
        (ModelStatus::Legacy, None) => "legacy".to_owned(),
        (ModelStatus::Ended, Some(end)) => format!("out of service since {end}"),
        (ModelStatus::Ended, None) => "out of service".to_owned(),
    };
    let mut out = format!("A foundation model of {}: {life}.", model.provider());
    out.extend(model.successor().map(|it| format!(" AWS names {} as its successor.", code(it.id()))));
    Some(out)
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
