//! See [`RULE`].
use policy::reach::{Cover, Pattern};

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

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let action = |text: &str| Some(Pattern::action(text));
    let resource = |text: &str| Pattern::resource(text, cx.kind, cx.has_variables);
    if let Some(it) = &stmt.action {
        search(&it.values, true, &action, "REDUNDANT_ACTION", acc);
    }
    if let Some(it) = &stmt.resource {
        search(&it.values, false, &resource, "REDUNDANT_RESOURCE", acc);
    }
}

fn search(
    values: &Values,
    ignore_case: bool,
    read: &dyn Fn(&str) -> Option<Pattern>,
    code: &'static str,
    acc: &mut Findings,
) {
    if values.items.len() > 1 {
        for group in groups(values, ignore_case, read) {
            report(values, &group, code, acc);
        }
    }
}

/// An entry that no other covers, and those that it covers, by index.
struct Group {
    cover: usize,
    covered: Vec<usize>,
    /// Whether AWS's pages agree on all of it.
    is_certain: bool,
}

fn groups(values: &Values, ignore_case: bool, read: &dyn Fn(&str) -> Option<Pattern>) -> Vec<Group> {
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
    let is_first_pattern = |idx: usize, it: &Text| pattern::has_wildcard(&it.value) && !is_again(idx);
    let mut out: Vec<Group> = Vec::new();
    if texts.iter().any(|(idx, it)| is_first_pattern(*idx, it)) {
        let read: Vec<(usize, Pattern, bool)> = texts
            .iter()
            .filter_map(|(idx, it)| Some((*idx, read(&it.value)?, is_first_pattern(*idx, it))))
            .collect();
        let most = MOST_PAIRS / read.len().max(1);
        let patterns: Vec<&(usize, Pattern, bool)> =
            read.iter().filter(|it| it.2).take(most.max(1)).collect();
        let covers = |a: &Pattern, b: &Pattern| a.covers(b) != Cover::Open;
        for (idx, own, _) in &patterns {
            let is_covered = |(other, it, _): &&(usize, Pattern, bool)| {
                other != idx && covers(it, own) && (!covers(own, it) || other < idx)
            };
            if patterns.iter().copied().any(|it| is_covered(&it)) {
                continue;
            }
            let covered = read.iter().filter(|(other, it, _)| other != idx && covers(own, it));
            let covered: Vec<(usize, Cover)> =
                covered.map(|(other, it, _)| (*other, own.covers(it))).collect();
            if !covered.is_empty() {
                let is_certain = covered.iter().all(|it| it.1 == Cover::Certain);
                let covered = covered.into_iter().map(|it| it.0).collect();
                out.push(Group { cover: *idx, covered, is_certain });
            }
        }
    }
    for (before, idx) in same {
        match out.iter_mut().find(|it| it.cover == before || it.covered.contains(&before)) {
            Some(group) if group.covered.contains(&idx) => {}
            Some(group) => group.covered.push(idx),
            None => out.push(Group { cover: before, covered: vec![idx], is_certain: true }),
        }
    }
    for group in &mut out {
        group.covered.sort_unstable();
    }
    out.sort_by_key(|it| it.cover);
    out
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
    let fix = if group.is_certain { Fix::safe } else { Fix::suggested };
    finding.fixes(edits.map(|it| fix(title, it)));
}
