//! See [`RULE`].
use std::collections::HashMap;

use super::prelude::*;

rule! {
    /// Two statements differ in the values of `Resource` or of one condition key only.
    ///
    /// ## Why it matters
    /// One statement with both lists says the same, is shorter, and is changed in one place.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*" },
    ///  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*" }]
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html>
    name: "mergeable-statements", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Policy(check)
}

/// Longer policies are not searched.
const MOST: usize = 200;

/// What two statements may differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Resource,
    Test(usize, usize),
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    if policy.statements.len() > MOST {
        return;
    }
    let mut first: HashMap<String, (usize, Part)> = HashMap::new();
    let mut told: Vec<usize> = Vec::new();
    for (idx, at) in policy.statements.iter().enumerate() {
        for part in parts(cx, at.statement) {
            let Some(rest) = rest(at.statement, part) else { continue };
            let (before, own) = *first.entry(rest).or_insert((idx, part));
            if before == idx || told.contains(&idx) || told.contains(&before) {
                continue;
            }
            // Equal statements are another rule's.
            let values =
                |idx: usize, part: Part| Some(texts(values_of(policy.statements.get(idx)?.statement, part)?));
            if values(before, own) == values(idx, part) {
                continue;
            }
            told.push(idx);
            report(cx, policy, (before, own), (idx, part), acc);
        }
    }
}

fn parts(cx: &PolicyCx<'_>, stmt: &Statement) -> Vec<Part> {
    let mut out = Vec::new();
    // Who names a statement means it to stand alone. Actions are kept apart to be read in groups.
    if stmt.sid.is_none() && stmt.resource.as_ref().is_some_and(|it| !it.negated) {
        out.push(Part::Resource);
    }
    for (block_idx, test_idx, block, _) in element::tests(stmt) {
        let known = cx.catalog.operator(&block.operator.base);
        let is_any = block.operator.quantifier != Some(policy::condition::Quantifier::ForAllValues);
        let is_positive =
            known.is_some_and(|it| !it.negated() && it.value_type() == catalog::ValueType::String);
        if is_any && is_positive && block.operator.unknown_prefix.is_none() {
            out.push(Part::Test(block_idx, test_idx));
        }
    }
    out
}

fn values_of(stmt: &Statement, part: Part) -> Option<&Values> {
    match part {
        Part::Resource => stmt.resource.as_ref().map(|it| &it.values),
        Part::Test(block, test) => {
            stmt.condition.as_ref()?.blocks.get(block)?.tests.get(test).map(|it| &it.values)
        }
    }
}

/// All that a statement says but for its `Sid` and one part; `None` when a value is not known or is missing.
fn rest(stmt: &Statement, part: Part) -> Option<String> {
    if stmt.has_errors || stmt.principal.is_some() {
        return None;
    }
    let (action, resource) = (stmt.action.as_ref()?, stmt.resource.as_ref()?);
    let mut out = format!("{:?} {} {}", stmt.effect()?, action.negated, resource.negated);
    let mut add = |values: &Values, own: Option<Part>| -> Option<()> {
        if values.items.is_empty() || !values.all_texts() {
            return None;
        }
        if own == Some(part) {
            out.push_str(" …");
        } else {
            out.push_str(&format!(" {:?}", texts(values)));
        }
        Some(())
    };
    add(&action.values, None)?;
    add(&resource.values, Some(Part::Resource))?;
    for (block_idx, test_idx, _, test) in element::tests(stmt) {
        add(&test.values, Some(Part::Test(block_idx, test_idx)))?;
    }
    for (_, _, block, test) in element::tests(stmt) {
        out.push_str(&format!(
            " {}:{}",
            block.name.value.to_ascii_lowercase(),
            test.key.value.to_ascii_lowercase()
        ));
    }
    Some(out)
}

fn texts(values: &Values) -> Vec<&str> {
    let mut out: Vec<&str> = values.texts().map(|it| &*it.value).collect();
    out.sort_unstable();
    out
}

fn report(cx: &PolicyCx<'_>, policy: &Policy, before: (usize, Part), own: (usize, Part), acc: &mut Findings) {
    let (Some(first), Some(at)) = (policy.statements.get(before.0), policy.statements.get(own.0)) else {
        return;
    };
    let what = match own.1 {
        Part::Resource => "`Resource`".to_owned(),
        Part::Test(block, test) => {
            let key = at.statement.condition.as_ref().and_then(|it| it.blocks.get(block)?.tests.get(test));
            key.map(|it| format!("`{}`", short(&it.key.value))).unwrap_or_default()
        }
    };
    let range = at.statement.label_range() + at.start;
    let finding =
        acc.report(&RULE, range, format!("Only {what} differs from another statement: one could say both"));
    finding.related(first.statement.label_range() + first.start, "The other");
    let (Some(wanted), Some(more)) = (values_of(first.statement, before.1), values_of(at.statement, own.1))
    else {
        return;
    };
    let mut all: Vec<String> = wanted.texts().map(|it| it.value.to_string()).collect();
    all.extend(
        more.texts()
            .filter(|it| !all.iter().any(|known| **known == *it.value))
            .map(|it| it.value.to_string())
            .collect::<Vec<_>>(),
    );
    let text = cx.text.slice(first.statement.range + first.start);
    let edit = fix::replace_values(&text, wanted, &all);
    let edit = TextEdit { range: edit.range + first.start, ..edit };
    if let Some(removal) = fix::remove_statement(cx.text, policy, own.0) {
        finding.fix(Fix::safe("Merge the two statements", vec![edit, removal]));
    }
}
