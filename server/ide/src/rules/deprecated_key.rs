//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition tests a key that AWS has replaced by another.
    ///
    /// ## Why it matters
    /// The old key is still accepted, but requests carry the new one. An `Allow` with the old one does not apply.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*", "Condition": {
    ///   "ArnEquals": { "sagemaker:VolumeKmsKey": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*", "Condition": {
    ///   "ArnEquals": { "sagemaker:VolumeKmsKeyArn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html>
    name: "deprecated-key", since: "0.1.0",
    severity: Warning, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block, test) in stmt.condition.iter().flat_map(Condition::tests) {
        let key = cx.catalog.condition_key(&test.key.value);
        let Some(new) = key.and_then(|it| it.deprecated_by()) else { continue };
        let message = format!("`{}` is replaced by `{}`", short(&test.key.value), new.name());
        let finding = acc.report(&RULE, test.key.range, message).tag(Tag::Deprecated);
        if !block.tests.iter().any(|it| it.is(new.name())) {
            let edit = fix::replace_text(&test.key, new.name());
            finding.fix(Fix::suggested(format!("Change to `{}`", new.name()), vec![edit]));
        }
    }
}
