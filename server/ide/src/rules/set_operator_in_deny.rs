//! See [`RULE`].
use catalog::ValueType;
use policy::condition::Quantifier;

use super::prelude::*;
use policy::sent;

rule! {
    /// A `Deny` compares a list of values by a set operator that lets lists through.
    ///
    /// ## Why it matters
    /// `ForAllValues` asks whether all values of the request match. Negated in a `Deny`, it denies only if all of them are
    /// wrong: one right value lets the others pass. `ForAnyValue` denies when any is wrong.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "sagemaker:CreateTrainingJob", "Resource": "*",
    ///   "Condition": { "ForAllValues:StringNotLike": { "sagemaker:InstanceTypes": "ml.c5.*" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": "sagemaker:CreateTrainingJob", "Resource": "*",
    ///   "Condition": { "ForAnyValue:StringNotLike": { "sagemaker:InstanceTypes": "ml.c5.*" }, "Null": { "sagemaker:InstanceTypes": "false" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    name: "set-operator-in-deny", since: "0.1.0",
    severity: Warning, group: Security,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = stmt.condition.as_ref().filter(|_| stmt.effect() == Some(Effect::Deny)) else {
        return;
    };
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        let Some(quantifier) = block.operator.quantifier else { continue };
        let known = cx.catalog.operator(&block.operator.base);
        let Some(known) = known.filter(|it| it.value_type() != ValueType::Null) else { continue };
        let Some(key) = cx.catalog.condition_key(&test.key.value).filter(|it| it.multi_valued()) else {
            continue;
        };
        let name = short(&test.key.value);
        let is_guarded = condition.has_null(&test.key.value, false);
        match (quantifier, known.negated()) {
            (Quantifier::ForAllValues, true) => {
                let message = format!("One value of `{name}` that matches lets all others through");
                let finding = acc.report(&RULE, test.key.range, message);
                let suffix = if block.operator.if_exists { "IfExists" } else { "" };
                let operator = format!("ForAnyValue:{}{suffix}", known.name());
                let edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, &operator);
                // `ForAnyValue` needs the key anyway; a `Null` test says so.
                let guard = || fix::condition::require_key(cx.text, stmt, &test.key.value);
                let guard = if is_guarded || !sent::is_optional_input(key) { None } else { guard() };
                finding.fixes(edits.map(|mut it| {
                    it.extend(guard);
                    Fix::suggested(format!("Compare with `{operator}`"), it)
                }));
            }
            (Quantifier::ForAllValues, false) if !is_guarded => {
                let message = format!("`ForAllValues` also denies every request without `{name}`");
                let finding = acc.report(&RULE, test.key.range, message).severity(Severity::Info);
                let edit = fix::condition::require_key(cx.text, stmt, &test.key.value);
                finding.fixes(
                    edit.map(|it| Fix::suggested(format!("Require `{name}` by a `Null` test"), vec![it])),
                );
            }
            (Quantifier::ForAnyValue, true) if sent::is_optional_input(key) && !is_guarded => {
                let message = format!("A request without `{name}` is not denied");
                acc.report(&RULE, test.key.range, message).severity(Severity::Info);
            }
            (Quantifier::ForAllValues | Quantifier::ForAnyValue, _) => {}
        }
    }
}
