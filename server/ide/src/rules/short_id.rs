//! See [`RULE`].
use super::prelude::*;
use crate::id_form;

rule! {
    /// An id starts as it should but is too short to be one.
    ///
    /// ## Why it matters
    /// Documentation shortens ids in its examples: `sg-12345`. A real one has 8 or 17 digits, so nothing has this id.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*", "Condition": {
    ///   "ForAllValues:StringEquals": { "sagemaker:VpcSubnets": "subnet-a1234" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*", "Condition": {
    ///   "ForAllValues:StringEquals": { "sagemaker:VpcSubnets": "subnet-0a1b2c3d" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html>
    name: "short-id", since: "0.1.0",
    severity: Hint, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for it in id_form::wrong_ids(cx.catalog, stmt) {
        let has_code = matches!(it.key.name(), "aws:SourceVpc" | "aws:SourceVpce");
        if has_code || !it.form.is_short(&it.text.value) {
            continue;
        }
        let message =
            format!("`{}` has the wrong length for {}", short(&it.text.value), it.form.description());
        let finding = acc.report(&RULE, it.text.range, message);
        let removal = fix::remove_item(it.values, it.idx);
        finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
    }
}
