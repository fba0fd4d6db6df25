//! See [`RULE`].
use policy::condition::Quantifier;

use super::prelude::*;

rule! {
    /// A test holds for every request.
    ///
    /// ## Why it matters
    /// A pattern of stars matches every value, and `IfExists` or `ForAllValues` also holds without one. The test reads
    /// like a limit and is none.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringLikeIfExists": { "aws:PrincipalTag/team": "*" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringLike": { "aws:PrincipalTag/team": "ml-*" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    name: "always-true-test", since: "0.1.0",
    severity: Info, group: Effect,
    access_analyzer: "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        let holds_without_key = match block.operator.quantifier {
            Some(Quantifier::ForAllValues) => true,
            Some(Quantifier::ForAnyValue) | None => block.operator.if_exists,
        };
        if !block.is("StringLike") || !holds_without_key || block.operator.unknown_prefix.is_some() {
            continue;
        }
        let Some(star) = test.values.texts().find(|it| pattern::is_everything(&it.value)) else { continue };
        let message = format!("`{}` holds for every request here", short(&test.key.value));
        let finding = acc.report(&RULE, star.range, message).tag(Tag::Unnecessary);
        let removal = fix::condition::remove_test(stmt, block_idx, test_idx);
        finding.fixes(removal.map(|it| Fix::safe("Remove the test", vec![it])));
    }
}
