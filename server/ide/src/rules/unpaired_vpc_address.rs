//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition compares an address within a VPC and does not say in which VPC.
    ///
    /// ## Why it matters
    /// Private addresses repeat in every VPC, other accounts' among them. Only with `aws:SourceVpc` does
    /// `aws:VpcSourceIp` say who calls.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "IpAddress": { "aws:VpcSourceIp": "10.0.0.0/8" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "IpAddress": { "aws:VpcSourceIp": "10.0.0.0/8" }, "StringEquals": { "aws:SourceVpc": "vpc-0a1b2c3d4e5f60718" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpcsourceip>
    name: "unpaired-vpc-address", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "MISSING_PAIRED_CONDITION_KEYS",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let tests = element::tests(stmt).filter(|(_, _, block, _)| !block.is("Null"));
    let Some((_, _, _, test)) = tests.into_iter().find(|(_, _, _, it)| it.is("aws:VpcSourceIp")) else {
        return;
    };
    if element::has_test(stmt, &["aws:SourceVpc", "aws:SourceVpce"]) {
        return;
    }
    let message =
        format!("Every VPC can have these addresses: `{}` needs `aws:SourceVpc`", short(&test.key.value));
    let finding = acc.report(&RULE, test.key.range, message);
    let edit =
        fix::condition::add_test(cx.text, stmt, "StringEquals", "aws:SourceVpc", "\"vpc-0a1b2c3d4e5f60718\"");
    finding.fixes(edit.map(|it| Fix::suggested("Add `aws:SourceVpc` to fill in", vec![it])));
}
