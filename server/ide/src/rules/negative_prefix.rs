//! See [`RULE`].
use catalog::ValueType;

use super::prelude::*;

rule! {
    /// A statement keeps people out of one prefix of a bucket and leaves the ways around open.
    ///
    /// ## Why it matters
    /// `s3:prefix` is what the caller asks for. Whoever asks for a shorter prefix, or none, lists the forbidden keys with
    /// the others. Only a statement that says which prefixes may be asked for holds.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*", "Condition": { "StringLike": { "s3:prefix": "private/*" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*", "Condition": { "StringNotLike": { "s3:prefix": "public/*" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#condition-key-bucket-ops-2>
    name: "negative-prefix", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "S3_PREFIX_IN_NEGATIVE_CONTEXT",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(effect) = stmt.effect() else { return };
    for (block_idx, test_idx, block, test) in element::tests(stmt).filter(|(_, _, _, it)| it.is("s3:prefix"))
    {
        let Some(operator) = cx.catalog.operator(&block.operator.base) else { continue };
        if operator.value_type() == ValueType::Null || operator.negated() == (effect == Effect::Deny) {
            continue;
        }
        let message = match effect {
            Effect::Deny => "Who asks for a shorter prefix, or none, still lists these keys",
            Effect::Allow => "Who asks for a shorter prefix, or none, lists the keys that this leaves out",
        };
        let finding = acc.report(&RULE, test.key.range, message);
        let other = match operator.name() {
            "StringEquals" => "StringNotEquals",
            "StringLike" => "StringNotLike",
            "StringNotEquals" => "StringEquals",
            "StringNotLike" => "StringLike",
            _ => continue,
        };
        let name = block.operator.with_base(other);
        let edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, &name);
        let which = if effect == Effect::Deny { "all other prefixes" } else { "these prefixes only" };
        let verb = if effect == Effect::Deny { "Deny" } else { "Allow" };
        finding.fixes(edits.map(|it| Fix::suggested(format!("{verb} {which}, by `{name}`"), it)));
    }
}
