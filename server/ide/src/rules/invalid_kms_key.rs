//! See [`RULE`].
use catalog::ValueType;
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// A condition on a KMS key compares it with an ARN that no key has.
    ///
    /// ## Why it matters
    /// Requests carry the ARN of the key itself, whatever the caller wrote. The ARN of an alias, or of something else,
    /// never matches.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*", "Condition": {
    ///   "ArnEquals": { "sagemaker:VolumeKmsKeyArn": "arn:aws:kms:us-west-2:111122223333:alias/training" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*", "Condition": {
    ///   "ArnEquals": { "sagemaker:VolumeKmsKeyArn": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN>
    name: "invalid-kms-key", since: "0.1.0",
    severity: Error, group: Effect,
    access_analyzer: "INVALID_KMS_KEY_VALUE",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, block, test) in element::tests(stmt) {
        let operator = cx.catalog.operator(&block.operator.base).map(|it| it.value_type());
        if !matches!(operator, Some(ValueType::Arn | ValueType::String))
            || !element::holds_kms_key(cx.catalog, &test.key.value)
        {
            continue;
        }
        for (idx, item) in test.values.items.iter().enumerate() {
            let Item::Text(text) = item else { continue };
            let Some(arn) = Arn::parse(&text.value) else { continue };
            let Some(what) = fault(&arn) else { continue };
            let message = format!("`{}` holds the ARN of a key; this is {what}", short(&test.key.value));
            let finding = acc.report(&RULE, text.range, message);
            let [_, _, service, .., resource] = arn.field_offsets();
            let mut edits = vec![TextEdit::replace(text.part(resource.0, resource.1), "key/KEY-ID")];
            if arn.service != "kms" {
                edits.insert(0, TextEdit::replace(text.part(service.0, service.1), "kms"));
            }
            if !text.escaped {
                finding.fix(Fix::suggested("Name a key to fill in", edits));
            }
            let removal = fix::remove_item(&test.values, idx);
            finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
        }
    }
}

/// What an ARN names that is no KMS key.
fn fault(arn: &Arn<'_>) -> Option<&'static str> {
    let is_open = |it: &str| pattern::has_wildcard(it) || is_filled_in(it);
    if arn.service != "kms" {
        return (!is_open(arn.service)).then_some("of another service");
    }
    if arn.resource.starts_with("key/") || is_open(arn.resource.split('/').next().unwrap_or_default()) {
        return None;
    }
    Some(if arn.resource.starts_with("alias/") { "an alias" } else { "something else" })
}
