//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition uses an operator that does not exist.
    ///
    /// ## Why it matters
    /// The operators are a closed list, with `ForAllValues:` or `ForAnyValue:` before and `IfExists` behind. IAM
    /// refuses a policy with any other.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "String": { "aws:PrincipalTag/team": "a" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalTag/team": "a" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    name: "unknown-operator", since: "0.1.0",
    severity: Error, group: Reference,
    access_analyzer: "INVALID_CONDITION_OPERATOR",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = &stmt.condition else { return };
    for (idx, block) in condition.blocks.iter().enumerate() {
        let operator = &block.operator;
        if is_filled_in(&block.name.value) {
            continue;
        }
        let known = cx.catalog.operator(&operator.base);
        if known.is_some() && operator.unknown_prefix.is_none() {
            form(condition, idx, block, acc);
            continue;
        }
        let wrong: &str =
            operator.unknown_prefix.as_deref().filter(|_| known.is_some()).unwrap_or(&operator.base);
        let what = if known.is_some() { "prefix of condition operators" } else { "condition operator" };
        let finding = acc.report(&RULE, block.name.range, format!("`{}` is no {what}", short(wrong)));
        let mut names: Vec<String> = Vec::new();
        if known.is_none() {
            let family = ["StringEquals", "StringLike"].into_iter();
            let near = cx.catalog.nearest_operator(&operator.base).map(|it| it.name());
            let start = operator.base.to_ascii_lowercase();
            let same_start =
                family.filter(|it| start.len() > 2 && it.to_ascii_lowercase().starts_with(&start));
            names.extend(near.into_iter().chain(same_start).map(|it| operator.with_base(it)));
        } else {
            let quantifiers = ["ForAllValues", "ForAnyValue"];
            let near = nearest(wrong, quantifiers);
            let bare = operator.with_base(&operator.base);
            names.extend(
                quantifiers
                    .iter()
                    .filter(|it| near.is_none_or(|near| near == **it))
                    .map(|it| format!("{it}:{bare}")),
            );
        }
        names.dedup();
        for name in names {
            let edit = fix::condition::rename_operator(condition, idx, &name);
            finding.fixes(edit.map(|it| Fix::suggested(format!("Change to `{name}`"), vec![it])));
        }
    }
}

/// `Null` takes neither prefix nor suffix: it asks whether the key is there.
fn form(condition: &Condition, idx: usize, block: &Block, acc: &mut Findings) {
    if !block.is("Null") {
        return;
    }
    let (message, severity, code) = if block.operator.if_exists {
        (
            "`Null` takes no `IfExists`: it asks whether the key is there",
            Severity::Error,
            "NULL_WITH_IF_EXISTS",
        )
    } else if block.operator.quantifier.is_some() {
        (
            "`Null` needs no set operator: it asks whether the key is there",
            Severity::Info,
            "NULL_WITH_QUALIFIER",
        )
    } else {
        return;
    };
    let finding = acc.report(&RULE, block.name.range, message).severity(severity).code(Some(code));
    let edit = fix::condition::rename_operator(condition, idx, "Null");
    finding.fixes(edit.map(|it| Fix::suggested("Change to `Null`", vec![it])));
}
