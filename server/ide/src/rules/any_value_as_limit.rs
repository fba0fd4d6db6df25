//! See [`RULE`].
use policy::condition::Quantifier;

use super::prelude::*;
use policy::sent;

rule! {
    /// An `Allow` limits a key by `ForAnyValue`, which asks for one value only.
    ///
    /// ## Why it matters
    /// `ForAnyValue` holds as soon as one value of the request is in the list. The other values of the same request
    /// can be anything.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*",
    ///   "Condition": { "ForAnyValue:StringEquals": { "sagemaker:VpcSubnets": "subnet-0a1b2c3d" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*", "Condition": {
    ///   "ForAllValues:StringEquals": { "sagemaker:VpcSubnets": "subnet-0a1b2c3d" }, "Null": { "sagemaker:VpcSubnets": "false" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    name: "any-value-as-limit", since: "0.1.0",
    severity: Info, group: Effect,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = stmt.condition.as_ref().filter(|_| stmt.effect() == Some(Effect::Allow)) else {
        return;
    };
    for (block_idx, block) in condition.blocks.iter().enumerate() {
        let known = cx.catalog.operator(&block.operator.base);
        let Some(known) =
            known.filter(|it| !it.negated() && block.operator.quantifier == Some(Quantifier::ForAnyValue))
        else {
            continue;
        };
        for (test_idx, test) in block.tests.iter().enumerate() {
            let Some(key) = cx.catalog.condition_key(&test.key.value).filter(|it| it.multi_valued()) else {
                continue;
            };
            let is_tags = key.name() == "aws:TagKeys";
            let all = |(other, it): (&Block, &Test)| {
                other.operator.quantifier == Some(Quantifier::ForAllValues) && it.is(&test.key.value)
            };
            // Of other keys, such as those that say where a call comes from, one match is what is asked for.
            if !(is_tags || sent::is_optional_input(key)) || condition.tests().any(all) {
                continue;
            }
            let message = format!(
                "One match is enough here; other values of `{}` are not limited",
                short(&test.key.value)
            );
            let finding = acc.report(&RULE, test.key.range, message);
            if is_tags {
                finding.severity(Severity::Hint);
            }
            let operator = format!(
                "ForAllValues:{}",
                block.operator.with_base(known.name()).replace("ForAnyValue:", "")
            );
            let Some(mut edits) = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, &operator)
            else {
                continue;
            };
            if !condition.has_null(&test.key.value, false) {
                let Some(edit) = fix::condition::require_key(cx.text, stmt, &test.key.value) else {
                    continue;
                };
                edits.push(edit);
            }
            finding.fix(Fix::suggested("Limit all values, and require the key", edits));
        }
    }
}
