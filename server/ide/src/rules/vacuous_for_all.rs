//! See [`RULE`].
use catalog::ValueType;
use policy::condition::Quantifier;

use super::prelude::*;
use policy::sent;

rule! {
    /// An `Allow` compares with `ForAllValues`, which also holds when the key is absent.
    ///
    /// ## Why it matters
    /// `ForAllValues` asks whether every value of the request is in the list. A request without the key has no value
    /// that is not, so it is allowed. A `Null` test closes the gap.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*",
    ///   "Condition": { "ForAllValues:StringLike": { "sagemaker:InstanceTypes": "ml.c5.*" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*", "Condition": {
    ///   "ForAllValues:StringLike": { "sagemaker:InstanceTypes": "ml.c5.*" }, "Null": { "sagemaker:InstanceTypes": "false" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    name: "vacuous-for-all", since: "0.1.0",
    severity: Warning, group: Security,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = stmt.condition.as_ref().filter(|_| stmt.effect() == Some(Effect::Allow)) else {
        return;
    };
    for (block, test) in condition.tests() {
        if block.operator.quantifier != Some(Quantifier::ForAllValues) {
            continue;
        }
        let name = &*test.key.value;
        let Some(operator) = cx.catalog.operator(&block.operator.base) else { continue };
        if operator.value_type() == ValueType::Null
            || is_guarded(cx, condition, name)
            || test.values.items.is_empty()
            // A pattern of stars limits nothing in the first place, of which another rule speaks.
            || test.values.texts().any(|it| pattern::is_everything(&it.value))
        {
            continue;
        }
        let Some(key) = cx.catalog.condition_key(name).filter(|it| it.multi_valued() && !it.always_present())
        else {
            continue;
        };
        let message = format!("`ForAllValues` also holds for a request without `{}`", short(name));
        let finding = acc.report(&RULE, test.key.range, message);
        // Tags are optional as a rule; of other keys it may not be known when a request lacks them.
        if key.is_global() {
            finding.severity(Severity::Hint);
        } else if !sent::is_optional_input(key) {
            finding.severity(Severity::Info);
        }
        let edit = fix::condition::require_key(cx.text, stmt, name);
        finding.fixes(
            edit.map(|it| Fix::suggested(format!("Require `{}` by a `Null` test", short(name)), vec![it])),
        );
    }
}

/// Whether another test of the statement fails without the key.
fn is_guarded(cx: &RuleCx<'_>, condition: &Condition, name: &str) -> bool {
    let is_tags = name.eq_ignore_ascii_case("aws:TagKeys");
    let needs = |block: &Block| {
        let known = cx.catalog.operator(&block.operator.base);
        !block.operator.if_exists
            && block.operator.quantifier != Some(Quantifier::ForAllValues)
            && known.is_some_and(|it| !it.negated() && it.value_type() != ValueType::Null)
    };
    let same = |test: &Test| {
        // A request that carries a tag carries the keys of its tags too.
        let tag = test.key.value.get(..15).is_some_and(|it| it.eq_ignore_ascii_case("aws:RequestTag/"));
        test.is(name) || (is_tags && tag)
    };
    let tags_present =
        || is_tags && condition.tests().any(|(_, it)| same(it) && condition.has_null(&it.key.value, false));
    condition.has_null(name, false)
        || condition.tests().any(|(block, it)| same(it) && needs(block))
        || tags_present()
}
