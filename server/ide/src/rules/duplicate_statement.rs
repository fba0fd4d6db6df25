//! See [`RULE`].
use std::collections::HashMap;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::prelude::*;

rule! {
    /// A policy has the same statement twice.
    ///
    /// ## Why it matters
    /// The second adds nothing, counts towards the policy's size, and is forgotten when the first is changed.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Sid": "A", "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*" },
    ///  { "Sid": "B", "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*" }]
    /// ```
    /// ```jsonc,clean
    /// [{ "Sid": "A", "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*" },
    ///  { "Sid": "B", "Effect": "Allow", "Action": "bedrock:InvokeModelWithResponseStream", "Resource": "*" }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
    name: "duplicate-statement", since: "0.1.0",
    severity: Hint, group: Effect,
    access_analyzer: "REDUNDANT_STATEMENT",
    check: Marked(mark, check)
}

/// A hash of all that the statement says but for its `Sid`.
fn mark(stmt: &Statement) -> u64 {
    said(stmt).map_or(0, |it| {
        let mut hasher = DefaultHasher::new();
        it.hash(&mut hasher);
        hasher.finish() | 1
    })
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    /// The first statement with a mark, and what it says once another has the mark too.
    type First = (usize, Option<Option<String>>);
    let mut first: HashMap<u64, First> = HashMap::with_capacity(marks.len());
    for mark in marks {
        let (before, said_before) = first.entry(mark.bits).or_insert((mark.idx, None));
        let (Some(own), Some(other)) = (policy.statements.get(mark.idx), policy.statements.get(*before))
        else {
            continue;
        };
        if *before == mark.idx
            || said(own.statement) != *said_before.get_or_insert_with(|| said(other.statement))
        {
            continue;
        }
        let range = own.statement.label_range() + own.start;
        let finding =
            acc.report(&RULE, range, "Another statement says exactly the same").tag(Tag::Unnecessary);
        finding.related(other.statement.label_range() + other.start, "This one");
        let removal = fix::remove_statement(cx.text, policy, mark.idx);
        finding.fixes(removal.map(|it| Fix::safe("Remove the statement", vec![it])));
    }
}

/// All that a statement says but for its `Sid`, as a text; lists in any order say the same. `None` when a part is
/// missing, wrong or filled in by a template.
fn said(stmt: &Statement) -> Option<String> {
    let mut out = String::new();
    write!(out, "{:?}", stmt.effect()?).ok()?;
    if stmt.has_errors {
        return None;
    }
    if let Some(principal) = &stmt.principal {
        write!(out, "|P{}", principal.negated).ok()?;
        match &principal.value {
            PrincipalValue::Text(text) => out.push_str(&text.value),
            PrincipalValue::Typed(entries) => {
                let mut parts = Vec::with_capacity(entries.len());
                for it in entries {
                    parts.push(format!("{:?}{}", it.name.value, values(&it.values, false)?));
                }
                out.push_str(&sorted(parts));
            }
            PrincipalValue::Dynamic | PrincipalValue::Wrong(_) => return None,
        }
    }
    let action = stmt.action.as_ref()?;
    write!(out, "|A{}{}", action.negated, values(&action.values, true)?).ok()?;
    if let Some(resource) = &stmt.resource {
        write!(out, "|R{}{}", resource.negated, values(&resource.values, false)?).ok()?;
    }
    let mut tests = Vec::new();
    for (_, _, block, test) in element::tests(stmt) {
        let (operator, key) = (block.name.value.to_ascii_lowercase(), test.key.value.to_ascii_lowercase());
        tests.push(format!("{operator:?}{key:?}{}", values(&test.values, false)?));
    }
    out.push_str(&sorted(tests));
    Some(out)
}

fn values(values: &Values, ignore_case: bool) -> Option<String> {
    if values.items.is_empty() {
        return None;
    }
    let mut parts = Vec::with_capacity(values.items.len());
    for item in &values.items {
        let (Item::Text(text) | Item::Literal(text, _)) = item else { return None };
        let value = if ignore_case { text.value.to_ascii_lowercase() } else { text.value.to_string() };
        parts.push(format!("{value:?}"));
    }
    Some(sorted(parts))
}

fn sorted(mut parts: Vec<String>) -> String {
    parts.sort_unstable();
    parts.join(",")
}
