//! See [`RULE`].
use policy::condition::Quantifier;

use super::prelude::*;

rule! {
    /// A test holds for no request, so its statement never applies.
    ///
    /// ## Why it matters
    /// `ForAnyValue` with a negated operator asks for a value that the pattern does not match. Stars match every value, so
    /// there is none.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "ForAnyValue:StringNotLike": { "aws:TagKeys": "*" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "Null": { "aws:TagKeys": "true" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    name: "never-true-test", since: "0.1.0",
    severity: Warning, group: Effect,
    access_analyzer: "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        let is_any = block.operator.quantifier == Some(Quantifier::ForAnyValue) && !block.operator.if_exists;
        if !is_any || !block.is("StringNotLike") {
            continue;
        }
        let Some(star) = test.values.texts().find(|it| pattern::is_everything(&it.value)) else { continue };
        let message = "Every value matches this, so the statement never applies";
        let finding = acc.report(&RULE, star.range, message);
        let removal = fix::condition::remove_test(stmt, block_idx, test_idx);
        finding
            .fixes(removal.map(|it| Fix::suggested("Remove the test: the statement then applies", vec![it])));
    }
}
