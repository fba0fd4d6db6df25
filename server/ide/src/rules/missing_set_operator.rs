//! See [`RULE`].
use catalog::ValueType;
use policy::condition::Quantifier;

use super::prelude::*;

rule! {
    /// A key that holds several values is compared without a set operator.
    ///
    /// ## Why it matters
    /// A request can carry several values of such a key, and an operator without `ForAllValues:` or `ForAnyValue:`
    /// compares one value. AWS leaves open what then holds.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateNotebookInstance", "Resource": "*",
    ///   "Condition": { "StringEquals": { "sagemaker:InstanceTypes": ["ml.t3.medium", "ml.t3.large"] } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateNotebookInstance", "Resource": "*", "Condition": {
    ///   "ForAllValues:StringEquals": { "sagemaker:InstanceTypes": ["ml.t3.medium", "ml.t3.large"] },
    ///   "Null": { "sagemaker:InstanceTypes": "false" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    name: "missing-set-operator", since: "0.1.0",
    severity: Warning, group: Effect,
    access_analyzer: "MISSING_QUALIFIER",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = &stmt.condition else { return };
    for (block_idx, block) in condition.blocks.iter().enumerate() {
        let operator = &block.operator;
        let Some(known) = cx.catalog.operator(&operator.base) else { continue };
        if operator.quantifier.is_some()
            || operator.unknown_prefix.is_some()
            || known.value_type() == ValueType::Null
        {
            continue;
        }
        for (test_idx, test) in block.tests.iter().enumerate() {
            let Some(key) = cx.catalog.condition_key(&test.key.value).filter(|it| it.multi_valued()) else {
                continue;
            };
            // AWS's own policies compare it as a single value.
            if key.name() == "events:detail-type" {
                continue;
            }
            let message = format!(
                "`{}` holds several values; `{}` needs `ForAllValues:` or `ForAnyValue:`",
                short(&test.key.value),
                short(&block.name.value)
            );
            let finding = acc.report(&RULE, test.key.range, message);
            // An Allow limits all values, a Deny stops any; a negated operator turns that round.
            let limits_all = (stmt.effect() == Some(Effect::Allow)) != known.negated();
            let order = if limits_all {
                [Quantifier::ForAllValues, Quantifier::ForAnyValue]
            } else {
                [Quantifier::ForAnyValue, Quantifier::ForAllValues]
            };
            for quantifier in order {
                let name = format!("{}:{}", quantifier.name(), operator.with_base(known.name()));
                finding.fixes(mend(cx, stmt, (block_idx, test_idx), test, quantifier, &name));
            }
        }
    }
}

fn mend(
    cx: &RuleCx<'_>,
    stmt: &Statement,
    (block_idx, test_idx): (usize, usize),
    test: &Test,
    quantifier: Quantifier,
    name: &str,
) -> Option<Fix> {
    let mut edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, name)?;
    let condition = stmt.condition.as_ref()?;
    let is_open = quantifier == Quantifier::ForAllValues && stmt.effect() == Some(Effect::Allow);
    if is_open && !condition.has_null(&test.key.value, false) {
        edits.push(fix::condition::require_key(cx.text, stmt, &test.key.value)?);
        let title = format!("Compare with `{name}`, and require the key");
        return Some(Fix::suggested(title, edits));
    }
    Some(Fix::suggested(format!("Compare with `{name}`"), edits))
}
