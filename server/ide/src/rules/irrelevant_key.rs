//! See [`RULE`].
use super::prelude::*;
use policy::arn::Arn;

rule! {
    /// A bucket policy tests in which account the bucket is.
    ///
    /// ## Why it matters
    /// The policy hangs on one bucket, whose account is always the same. The test holds for every request or for none.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*",
    ///   "Condition": { "StringEquals": { "s3:ResourceAccount": "111122223333" } } }] }
    /// ```
    /// ```jsonc,clean,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html>
    name: "irrelevant-key", since: "0.1.0",
    severity: Info, group: Effect,
    access_analyzer: "IRRELEVANT_CONDITION_KEY_IN_POLICY",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let mut arns =
        stmt.resource.iter().flat_map(|it| it.values.texts()).filter_map(|it| Arn::parse(&it.value));
    let is_bucket = cx.kind == PolicyKind::Resource && arns.any(|it| it.service == "s3");
    if !is_bucket {
        return;
    }
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        if !test.is("s3:ResourceAccount") || block.is("Null") {
            continue;
        }
        let message = "The bucket of this policy is always in the same account";
        let finding = acc.report(&RULE, test.key.range, message);
        let removal = fix::condition::remove_test(stmt, block_idx, test_idx);
        finding.fixes(
            removal.map(|it| {
                Fix::suggested("Remove the test: the statement then applies in any case", vec![it])
            }),
        );
    }
}
