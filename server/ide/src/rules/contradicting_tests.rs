//! See [`RULE`].
use super::prelude::*;
use policy::{reach, sent};

rule! {
    /// Two tests of a condition exclude each other, so the statement never applies.
    ///
    /// ## Why it matters
    /// All tests of a condition must hold at once. A key cannot be absent and have a value, nor equal what it must not equal,
    /// nor be above one number and below a smaller one.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateNotebookInstance", "Resource": "*", "Condition": {
    ///   "StringEquals": { "sagemaker:RootAccess": "Disabled" }, "StringNotEquals": { "sagemaker:RootAccess": ["Disabled", "Enabled"] } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateNotebookInstance", "Resource": "*", "Condition": {
    ///   "StringEquals": { "sagemaker:RootAccess": "Disabled" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>
    name: "contradicting-tests", since: "0.1.0",
    severity: Error, group: Effect,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = &stmt.condition else { return };
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        if block.is("Null") || !sent::needs_key(cx.catalog, block, test) || test.values.items.is_empty() {
            continue;
        }
        let key = short(&test.key.value);
        let other = if condition.has_null(&test.key.value, true) {
            element::tests(stmt).find(|(_, _, block, it)| block.is("Null") && it.is(&test.key.value))
        } else {
            excluding(stmt, block, test)
        };
        let other = other.or_else(|| apart(cx, stmt, (block_idx, test_idx, block, test)));
        let Some((_, _, other_block, other)) = other else { continue };
        let message = if other_block.is("Null") {
            format!("`{key}` must be absent and have a value: the statement never applies")
        } else if other_block.is("StringNotEquals") && block.is("StringEquals") {
            format!("`{key}` must equal what it must not equal: the statement never applies")
        } else {
            format!("No value of `{key}` meets this and another test: the statement never applies")
        };
        let finding = acc.report(&RULE, test.key.range, message);
        finding.related(other.key.range, "The test that excludes it");
        let removal = fix::condition::remove_test(stmt, block_idx, test_idx);
        finding.fixes(
            removal.map(|it| Fix::suggested("Remove this test: the statement then applies", vec![it])),
        );
    }
}

/// A test that no value meets beside this one; of the two the first is told. Of dates another rule speaks.
fn apart<'a>(
    cx: &RuleCx<'_>,
    stmt: &'a Statement,
    (block_idx, test_idx, block, test): (usize, usize, &Block, &Test),
) -> Option<(usize, usize, &'a Block, &'a Test)> {
    let is_date = |it: &Block| {
        cx.catalog.operator(&it.operator.base).is_some_and(|it| it.value_type() == catalog::ValueType::Date)
    };
    element::tests(stmt).find(|(other_block, other_test, other, it)| {
        // A key given twice to one operator is another rule's.
        let is_other = !block.name.value.eq_ignore_ascii_case(&other.name.value);
        let is_told = sent::needs_key(cx.catalog, other, it);
        is_other
            && (!is_told || (*other_block, *other_test) > (block_idx, test_idx))
            && it.is(&test.key.value)
            && !it.values.items.is_empty()
            && !other.is("Null")
            && !is_date(block)
            && !is_date(other)
            && reach::exclude_each_other((block, test), (other, it), cx.has_variables, cx.catalog)
    })
}

/// The test that excludes all values of a test of equality.
fn excluding<'a>(
    stmt: &'a Statement,
    block: &Block,
    test: &Test,
) -> Option<(usize, usize, &'a Block, &'a Test)> {
    if !block.is("StringEquals") || block.operator.quantifier.is_some() || !test.values.all_texts() {
        return None;
    }
    let is_plain = |it: &Text| !is_filled_in(&it.value);
    element::tests(stmt).find(|(_, _, other, it)| {
        let not = other.is("StringNotEquals") && other.operator.quantifier.is_none();
        let has = |value: &Text| it.values.texts().any(|it| it.value == value.value);
        not && it.is(&test.key.value) && test.values.texts().all(|it| is_plain(it) && has(it))
    })
}
