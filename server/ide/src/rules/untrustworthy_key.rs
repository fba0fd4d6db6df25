//! See [`RULE`].
use catalog::ValueType;

use super::prelude::*;

rule! {
    /// A condition decides by what the caller says of itself.
    ///
    /// ## Why it matters
    /// `aws:UserAgent` and `aws:Referer` hold headers that the caller writes. Anyone can send the value that is asked for.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringLike": { "aws:UserAgent": "OurTool*" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:SourceVpce": "vpce-0a1b2c3d4e5f60718" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-useragent>
    name: "untrustworthy-key", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "UNTRUSTWORTHY_CONDITION_KEY",
    check: Statement(check)
}

const KEYS: [&str; 2] = ["aws:UserAgent", "aws:Referer"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        let operator = cx.catalog.operator(&block.operator.base);
        if operator.is_none_or(|it| it.value_type() == ValueType::Null) || !KEYS.iter().any(|it| test.is(it))
        {
            continue;
        }
        let message = format!("The caller chooses what `{}` says", short(&test.key.value));
        let finding = acc.report(&RULE, test.key.range, message);
        let removal = fix::condition::remove_test(stmt, block_idx, test_idx);
        // Without its last test a statement may reach further.
        let title = "Remove the test: the statement then applies to every caller";
        finding.fixes(removal.map(|it| Fix::suggested(title, vec![it])));
    }
}
