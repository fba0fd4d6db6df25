//! What a statement covers, by what it covers it on.

use catalog::{Action, Catalog};
use policy::access::ActionSet;
use policy::arn::Arn;
use policy::model::{Item, Statement};
use policy::pattern;

use crate::explain;
use crate::sentence::is_filled_in;

/// Resources of one sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) label: String,
    /// As they are written.
    pub(super) patterns: Vec<String>,
    reach: Reach,
}

/// Which resources a group stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// All there are, or it is not known which.
    Any,
    /// Those of its patterns.
    Listed,
}

/// Actions on resources of one sort.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) group: Group,
    pub(super) actions: ActionSet,
}

/// What a statement covers.
#[derive(Debug, Clone)]
pub(super) struct Grants {
    pub(super) list: Vec<Grant>,
    /// On any of its resources.
    pub(super) all: ActionSet,
    /// Those without a resource type, where `*` is not among the resources.
    pub(super) need_star: ActionSet,
    /// Those of whose resource types the statement names none.
    pub(super) no_type: ActionSet,
}

impl Grants {
    /// Puts `actions` on the resources of `statement` that they can have.
    pub(super) fn of(statement: &Statement, actions: &ActionSet, catalog: Catalog) -> Grants {
        let mut all = ActionSet::new(catalog);
        let mut list = Vec::new();
        for group in groups(statement, catalog) {
            let on = match group.reach {
                Reach::Any => actions.clone(),
                Reach::Listed => takes(actions, &group.patterns, catalog),
            };
            all.add(&on);
            list.push(Grant { group, actions: on });
        }
        let mut rest = actions.clone();
        rest.subtract(&all);
        let mut need_star = ActionSet::new(catalog);
        let mut no_type = ActionSet::new(catalog);
        for action in rest.iter(catalog) {
            let set = if action.requires_wildcard_resource() { &mut need_star } else { &mut no_type };
            set.insert(action.id());
        }
        Grants { list, all, need_star, no_type }
    }
}

impl Group {
    /// Whether some resource may be of both.
    pub(super) fn meets(&self, other: &Group) -> bool {
        let any = |it: &Group| it.reach == Reach::Any;
        let patterns = || self.patterns.iter().map(|it| opened(it));
        any(self) || any(other) || patterns().any(|a| other.patterns.iter().any(|b| share(&a, &opened(b))))
    }
}

/// The resources of a statement by their sorts, in the order they are written.
pub(super) fn groups(statement: &Statement, catalog: Catalog) -> Vec<Group> {
    let any =
        |label: &str, patterns: Vec<String>| Group { label: label.to_owned(), patterns, reach: Reach::Any };
    let Some(element) = &statement.resource else {
        let is_attached = statement.principal.is_some();
        let label = if is_attached { "the resource it is attached to" } else { "no resource named" };
        return vec![any(label, Vec::new())];
    };
    if element.negated {
        let patterns = element.values.texts().map(|it| it.value.to_string()).collect();
        return vec![any("everything but what NotResource names", patterns)];
    }
    let mut out: Vec<Group> = Vec::new();
    for item in &element.values.items {
        let group = match item {
            Item::Text(text) => group(&text.value, catalog),
            Item::Dynamic(_) => any("what a template fills in", Vec::new()),
            Item::Literal(..) | Item::Wrong(..) => continue,
        };
        match out.iter_mut().find(|it| it.label == group.label) {
            Some(known) => {
                let new = group.patterns.into_iter().filter(|it| !known.patterns.contains(it));
                known.patterns.extend(new.collect::<Vec<_>>());
            }
            None => out.push(group),
        }
    }
    // Next to all of them, the others add nothing.
    if let Some(all) = out.iter().position(|it| it.label == ANY) {
        return out.into_iter().skip(all).take(1).collect();
    }
    out
}

const ANY: &str = "any resource";

fn group(text: &str, catalog: Catalog) -> Group {
    let group = |label: String, reach| Group { label, patterns: vec![text.to_owned()], reach };
    if pattern::is_everything(text) {
        return group(ANY.to_owned(), Reach::Any);
    }
    let opened = opened(text);
    let Some(arn) = Arn::parse(&opened).filter(|_| !is_filled_in(&opened)) else {
        let label = if is_filled_in(text) { "what a template fills in" } else { "no ARN" };
        return group(label.to_owned(), Reach::Any);
    };
    let Some(service) = catalog.service(arn.service) else {
        let is_open = pattern::has_wildcard(arn.service);
        let label =
            if is_open { "any service".to_owned() } else { format!("{} (no known service)", arn.service) };
        return group(label, Reach::Any);
    };
    let prefix = service.prefix();
    let types: Vec<String> = service
        .resource_types()
        .filter(|it| it.arn_formats().any(|it| fits(it, &arn)))
        .map(|it| it.name().to_owned())
        .collect();
    let label = match types.len() {
        _ if pattern::is_everything(arn.resource) => format!("any {prefix} resource"),
        0 => format!("{prefix} resource of no listed type"),
        1..=3 => format!("{prefix} {}", explain::join(&types, "or")),
        _ => format!("{prefix} resources of several types"),
    };
    group(label, Reach::Listed)
}

/// A pattern with a star for each policy variable.
fn opened(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((_, after)) = behind.split_once('}') else { break };
        out.push_str(before);
        out.push('*');
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The actions for which AWS lists a resource type whose ARNs one of the patterns can match.
fn takes(actions: &ActionSet, patterns: &[String], catalog: Catalog) -> ActionSet {
    let texts: Vec<String> = patterns.iter().map(|it| opened(it)).collect();
    let arns: Vec<Arn<'_>> = texts.iter().filter_map(|it| Arn::parse(it)).collect();
    let fits = |format: &str| arns.iter().any(|arn| fits(format, arn));
    let has_type = |it: &Action| it.resource_types().any(|it| it.arn_formats().any(fits));
    let mut out = ActionSet::new(catalog);
    actions.iter(catalog).filter(has_type).for_each(|it| out.insert(it.id()));
    out
}

/// Whether a pattern may stand for ARNs of a format: `true` unless its service or its last field cannot. A placeholder
/// may hold separators, as paths and names of log groups do, but for the name of a bucket.
fn fits(format: &str, arn: &Arn<'_>) -> bool {
    let format = opened(format);
    let Some(format) = Arn::parse(&format) else { return true };
    let is_bucket = format.service == "s3" && format.region.is_empty() && format.resource == "*";
    share(&arn.service.to_ascii_lowercase(), &format.service.to_ascii_lowercase())
        && !(is_bucket && arn.resource.contains('/'))
        && share(format.resource, arn.resource)
}

/// Whether some text matches both patterns, with `*` and `?` in either.
fn share(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let width = b.len() + 1;
    let mut seen = vec![false; (a.len() + 1) * width];
    let mut open = vec![(0, 0)];
    while let Some((i, j)) = open.pop() {
        match seen.get_mut(i * width + j) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        match (a.get(i), b.get(j)) {
            (None, None) => return true,
            (Some('*'), Some(_)) => open.extend([(i + 1, j), (i, j + 1)]),
            (Some('*'), None) => open.push((i + 1, j)),
            (Some(_), Some('*')) => open.extend([(i, j + 1), (i + 1, j)]),
            (None, Some('*')) => open.push((i, j + 1)),
            (Some(x), Some(y)) if x == y || *x == '?' || *y == '?' => open.push((i + 1, j + 1)),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_share_texts_or_do_not() {
        for (a, b, expected) in [
            ("arn:aws:s3:::a/*", "arn:aws:s3:::b/*", false),
            ("arn:aws:s3:::a*", "arn:aws:s3:::*b", true),
            ("*", "", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aéc", true),
            ("a*", "*a", true),
        ] {
            assert_eq!(share(a, b), expected, "{a} {b}");
            assert_eq!(share(b, a), expected, "{b} {a}");
        }
        for (format, arn, expected) in [
            ("arn:${Partition}:s3:::${BucketName}", "arn:aws:s3:::a/*", false),
            ("arn:${Partition}:s3:::${BucketName}", "arn:aws:s3:::a*", true),
            ("arn:${Partition}:s3:::${BucketName}/${KeyName}", "arn:aws:s3:::a", false),
            (
                "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:log-stream:${LogStreamName}",
                "arn:aws:logs:*:*:log-group:/aws/sagemaker/*",
                true,
            ),
            ("arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}", "arn:aws:iam::1:user/a", false),
            ("arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}", "arn:aws:sts::1:role/a", false),
        ] {
            assert_eq!(fits(format, &Arn::parse(arn).unwrap()), expected, "{format} {arn}");
        }
        assert_eq!(opened("arn:aws:s3:::${aws:username}/*"), "arn:aws:s3:::*/*");
        assert_eq!(opened("half ${open"), "half ${open");
    }
}
