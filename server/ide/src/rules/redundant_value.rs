//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// A list has an action or a resource that another entry of the list covers.
    ///
    /// ## Why it matters
    /// It adds nothing, and it hides how far the wider entry reaches.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["bedrock:Get*", "bedrock:GetAgent"], "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:Get*", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
    name: "redundant-value", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Statement(check)
}

/// Lists longer than this are only searched for equal entries and for what the first patterns cover.
const MOST_PAIRS: usize = 250_000;

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let elements = [(&stmt.action, true, "REDUNDANT_ACTION"), (&stmt.resource, false, "REDUNDANT_RESOURCE")];
    for (element, ignore_case, code) in elements {
        let Some(values) = element.as_ref().map(|it| &it.values).filter(|it| it.items.len() > 1) else {
            continue;
        };
        for group in groups(values, ignore_case) {
            report(values, &group, code, acc);
        }
    }
}

/// An entry that no other covers, and those that it covers, by index.
struct Group {
    cover: usize,
    covered: Vec<usize>,
}

fn groups(values: &Values, ignore_case: bool) -> Vec<Group> {
    let texts: Vec<(usize, &Text)> = values
        .items
        .iter()
        .enumerate()
        .filter_map(|(idx, it)| if let Item::Text(text) = it { Some((idx, text)) } else { None })
        .collect();
    let mut first = std::collections::HashMap::new();
    let mut same: Vec<(usize, usize)> = Vec::new();
    for (idx, text) in &texts {
        let folded = if ignore_case { text.value.to_ascii_lowercase() } else { text.value.to_string() };
        let before = *first.entry(folded).or_insert(*idx);
        if before != *idx {
            same.push((before, *idx));
        }
    }
    let is_again = |idx: usize| same.iter().any(|(_, it)| *it == idx);
    let patterns = texts.iter().filter(|(idx, it)| pattern::has_wildcard(&it.value) && !is_again(*idx));
    let most = MOST_PAIRS / texts.len().max(1);
    let patterns: Vec<&(usize, &Text)> = patterns.take(most.max(1)).collect();
    // Resources are compared field by field: a pattern that is no ARN covers all of them or none.
    let is_whole = |it: &str| ignore_case || it.starts_with("arn:") || pattern::is_everything(it);
    let covers = |a: &Text, b: &Text| is_whole(&a.value) && pattern_covers(&a.value, &b.value, ignore_case);
    let mut out: Vec<Group> = Vec::new();
    for (idx, text) in &patterns {
        let is_covered =
            patterns.iter().any(|(other, it)| other != idx && covers(it, text) && !covers(text, it));
        if is_covered {
            continue;
        }
        let covered: Vec<usize> = texts
            .iter()
            .filter(|(other, it)| other != idx && covers(text, it))
            .map(|(other, _)| *other)
            .collect();
        let taken = |group: &Group| covered.contains(&group.cover);
        if !covered.is_empty() && !out.iter().any(taken) {
            out.push(Group { cover: *idx, covered });
        }
    }
    for (before, idx) in same {
        match out.iter_mut().find(|it| it.cover == before || it.covered.contains(&before)) {
            Some(group) if group.covered.contains(&idx) => {}
            Some(group) => group.covered.push(idx),
            None => out.push(Group { cover: before, covered: vec![idx] }),
        }
    }
    for group in &mut out {
        group.covered.sort_unstable();
    }
    out.sort_by_key(|it| it.cover);
    out
}

/// Whether all that `b` matches is matched by `a`; compared as text, so a `?` does not stand for a star.
pub(super) fn pattern_covers(a: &str, b: &str, ignore_case: bool) -> bool {
    if a.contains('?') && b.contains('*') {
        return if ignore_case { a.eq_ignore_ascii_case(b) } else { a == b };
    }
    if ignore_case { pattern::matches_ignore_case(a, b) } else { pattern::matches(a, b) }
}

/// Whether a resource covers another field by field too. AWS's pages disagree on whether a star at the end of a field
/// runs past the colon. Actions have no such fields.
fn covers_fields(a: &str, b: &str) -> bool {
    if a.eq_ignore_ascii_case(b) || pattern::is_everything(a) || !a.starts_with("arn:") {
        return true;
    }
    let (Some(a), Some(b)) = (Arn::parse(a), Arn::parse(b)) else { return false };
    [
        (a.partition, b.partition),
        (a.service, b.service),
        (a.region, b.region),
        (a.account, b.account),
        (a.resource, b.resource),
    ]
    .iter()
    .all(|(a, b)| pattern_covers(a, b, false))
}

fn report(values: &Values, group: &Group, code: &'static str, acc: &mut Findings) {
    let at = |idx: usize| values.items.get(idx);
    let (Some(Item::Text(cover)), Some(first)) =
        (at(group.cover), group.covered.first().and_then(|it| at(*it)))
    else {
        return;
    };
    let Item::Text(text) = first else { return };
    let n_others = group.covered.len() - 1;
    let others = match n_others {
        0 => String::new(),
        1 => ", and another".to_owned(),
        n => format!(", and {n} others"),
    };
    let is_same = cover.value.eq_ignore_ascii_case(&text.value);
    let message = if is_same && n_others == 0 {
        format!("`{}` is listed already", short(&text.value))
    } else {
        format!("`{}` covers this already{others}", short(&cover.value))
    };
    let finding = acc.report(&RULE, text.range, message).tag(Tag::Unnecessary).code(Some(code));
    finding.related(cover.range, "This covers it");
    for other in group.covered.iter().skip(1).filter_map(|it| at(*it)) {
        finding.related(other.range(), "This is covered too");
    }
    let edits = fix::remove_items(values, &group.covered);
    let title = if n_others == 0 {
        "Remove it".to_owned()
    } else {
        format!("Remove all {} that are covered", n_others + 1)
    };
    let mut covered = group.covered.iter().filter_map(|it| at(*it));
    let is_certain = covered.all(|it| matches!(it, Item::Text(it) if covers_fields(&cover.value, &it.value)));
    let fix = if is_certain { Fix::safe } else { Fix::suggested };
    finding.fixes(edits.map(|it| fix(title, it)));
}
