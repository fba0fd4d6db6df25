//! See [`RULE`].
use catalog::ValueType;

use super::prelude::*;

rule! {
    /// An ARN is matched by `StringLike`, whose wildcards run across the ARN's parts.
    ///
    /// ## Why it matters
    /// In `StringLike`, a `*` in one part of an ARN also matches colons, and with them any other part. `ArnLike`
    /// matches each of the six parts on its own.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/dev-*" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/dev-*" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>
    name: "string-like-arn", since: "0.1.0",
    severity: Info, group: Security,
    access_analyzer: "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = &stmt.condition else { return };
    for (block_idx, block) in condition.blocks.iter().enumerate() {
        let arn_operator = match () {
            () if block.is("StringLike") => "ArnLike",
            () if block.is("StringNotLike") => "ArnNotLike",
            () => continue,
        };
        for (test_idx, test) in block.tests.iter().enumerate() {
            let key = cx.catalog.condition_key(&test.key.value);
            if key.is_none_or(|it| it.value_type() != ValueType::Arn) {
                continue;
            }
            let message = format!(
                "`{}` holds an ARN; in `{}` its wildcards match colons too",
                short(&test.key.value),
                block.operator.base
            );
            let finding = acc.report(&RULE, test.key.range, message);
            let is_arn = |it: &Text| &*it.value == "*" || it.value.split(':').count() >= 6;
            if !test.values.all_texts() || !test.values.texts().all(is_arn) {
                continue;
            }
            let name = block.operator.with_base(arn_operator);
            let edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, &name);
            finding.fixes(edits.map(|it| Fix::suggested(format!("Compare with `{name}`"), it)));
        }
    }
}
