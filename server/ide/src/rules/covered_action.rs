//! See [`RULE`].
use std::collections::HashMap;

use policy::reach::{Cover, Pattern};

use super::prelude::*;

rule! {
    /// An action is allowed by another statement already, on every resource and without a condition.
    ///
    /// ## Why it matters
    /// Resources and conditions of the statement do not limit the action: the other one allows it anyway. Either this entry
    /// can go, or the other statement allows more than it should.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Action": ["sagemaker:DescribeModel", "sagemaker:DeleteModel"], "Resource": "arn:aws:sagemaker:*:*:model/a" },
    ///  { "Effect": "Allow", "Action": "sagemaker:Describe*", "Resource": "*" }]
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": "sagemaker:DeleteModel", "Resource": "arn:aws:sagemaker:*:*:model/a" },
    ///  { "Effect": "Allow", "Action": "sagemaker:Describe*", "Resource": "*" }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
    name: "covered-action", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Marked(mark, check)
}

const ALLOWS: u64 = 1;
const IS_OPEN: u64 = 2;

/// More statements than these are not held against each other.
const MOST: usize = 64;

/// An action that is allowed on every resource.
struct Allowed {
    /// The index of its statement.
    idx: usize,
    range: TextRange,
    pattern: Pattern,
}

/// What stands before the colon, in lower case; nothing where that is a pattern.
fn service(action: &str) -> String {
    let service = action.split(':').next().unwrap_or_default();
    if pattern::has_wildcard(service) { String::new() } else { service.to_ascii_lowercase() }
}

fn mark(stmt: &Statement) -> u64 {
    let is_clear = |it: &Element| !it.negated && it.values.all_texts();
    let allows = stmt.effect() == Some(Effect::Allow) && stmt.action.as_ref().is_some_and(is_clear);
    if !allows || stmt.has_errors {
        return 0;
    }
    let is_open =
        element::is_unconditional(stmt) && stmt.resource.as_ref().is_some_and(element::is_every_resource);
    ALLOWS | (u64::from(is_open) * IS_OPEN)
}

fn check(_cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind.has_principal() || policy.form != Form::Policy {
        return;
    }
    let open: Vec<usize> =
        marks.iter().filter(|it| it.bits & IS_OPEN != 0).map(|it| it.idx).take(MOST).collect();
    if open.is_empty() || marks.len() > MOST * MOST {
        return;
    }
    let mut by_service: HashMap<String, Vec<Allowed>> = HashMap::new();
    for idx in open {
        let Some(at) = policy.statements.get(idx) else { continue };
        for text in at.statement.action.iter().flat_map(|it| it.values.texts()) {
            let pattern = Pattern::action(&text.value);
            let allowed = Allowed { idx, range: text.range + at.start, pattern };
            by_service.entry(service(&text.value)).or_default().push(allowed);
        }
    }
    for idx in marks.iter().map(|it| it.idx) {
        let Some(at) = policy.statements.get(idx) else { continue };
        let Some(action) = &at.statement.action else { continue };
        let mut found: Vec<(usize, &Text, TextRange)> = Vec::new();
        for (n, item) in action.values.items.iter().enumerate() {
            let Item::Text(text) = item else { continue };
            let own = Pattern::action(&text.value);
            let is = |a: &Pattern, b: &Pattern| a.covers(b) == Cover::Certain;
            // Of two that say the same, the first one stays.
            let stays = |it: &Allowed| it.idx < idx || !marks_open(marks, idx) || !is(&own, &it.pattern);
            let near = [service(&text.value), String::new()];
            let near = near.iter().filter_map(|it| by_service.get(it)).flatten();
            let cover = near
                .filter(|it| it.idx != idx && is(&it.pattern, &own) && stays(it))
                .min_by_key(|it| it.range.start)
                .map(|it| it.range);
            found.extend(cover.map(|it| (n, text, it)));
        }
        // A statement of which nothing is left is dead, and another rule says so.
        if found.len() == action.values.items.len() {
            continue;
        }
        let Some((_, first, cover)) = found.first() else { continue };
        let more = match found.len() - 1 {
            0 => String::new(),
            1 => ", and one more".to_owned(),
            n => format!(", and {n} others"),
        };
        let message = format!("Another statement allows this on every resource{more}");
        let finding = acc.report(&RULE, first.range + at.start, message).tag(Tag::Unnecessary);
        finding.related(*cover, "Here");
        for (_, text, _) in found.iter().skip(1) {
            finding.related(text.range + at.start, "This too");
        }
        let gone: Vec<usize> = found.iter().map(|(n, ..)| *n).collect();
        let removal = fix::remove_items(&action.values, &gone);
        let behind = |it: TextEdit| TextEdit { range: it.range + at.start, ..it };
        let removal = removal.map(|it| it.into_iter().map(behind).collect::<Vec<_>>());
        let title =
            if gone.len() == 1 { "Remove it".to_owned() } else { format!("Remove all {}", gone.len()) };
        // Not safe: the statement that allows it may go in the same breath, as dead beside this one.
        finding.fixes(removal.map(|it| Fix::suggested(title, it)));
    }
}

/// Whether the statement allows its actions on every resource.
fn marks_open(marks: &[Mark], idx: usize) -> bool {
    marks
        .binary_search_by_key(&idx, |it| it.idx)
        .is_ok_and(|it| marks.get(it).is_some_and(|it| it.bits & IS_OPEN != 0))
}
