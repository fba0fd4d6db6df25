//! See [`RULE`].
use catalog::{ConditionKey, ValueType};

use super::prelude::*;

rule! {
    /// An ARN operator compares with a value that does not have the six parts of an ARN.
    ///
    /// ## Why it matters
    /// `ArnLike` and its kin compare part by part, so a pattern with fewer parts matches no ARN, even when it starts
    /// with a star.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "ArnLike": { "aws:PrincipalArn": "*role/admin" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/admin" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>
    name: "malformed-arn-pattern", since: "0.1.0",
    severity: Error, group: Effect,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block, test) in stmt.condition.iter().flat_map(Condition::tests) {
        let operator = cx.catalog.operator(&block.operator.base);
        if operator.is_none_or(|it| it.value_type() != ValueType::Arn) {
            continue;
        }
        for text in test.values.texts() {
            let value = &*text.value;
            let n_parts = value.split(':').count();
            if n_parts >= 6 || pattern::is_everything(value) || is_filled_in(value) || value.is_empty() {
                continue;
            }
            let parts =
                ["no", "one", "two", "three", "four", "five"].get(n_parts).copied().unwrap_or_default();
            let message =
                format!("`{}` has {parts} of the six parts of an ARN, so it matches none", short(value));
            let finding = acc.report(&RULE, text.range, message);
            if element::holds_kms_key(cx.catalog, &test.key.value) {
                finding.code(Some("INVALID_KMS_KEY_VALUE"));
            }
            let key = cx.catalog.condition_key(&test.key.value);
            if let Some(new) = completed(key, value) {
                let edit = fix::replace_text(text, &new);
                finding.fix(Fix::suggested(format!("Change to `{}`", short(&new)), vec![edit]));
            }
        }
    }
}

/// The value with the parts that it lacks.
fn completed(key: Option<ConditionKey>, value: &str) -> Option<String> {
    if value.starts_with("arn:") {
        let missing = 6usize.checked_sub(value.split(':').count())?;
        return Some(format!("{value}{}", ":*".repeat(missing)));
    }
    let tail = value.trim_start_matches('*').trim_start_matches(':');
    if tail.is_empty() || tail.contains(':') {
        return None;
    }
    let head = key.and_then(format_of).unwrap_or_else(|| "arn:aws:*:*:*".to_owned());
    Some(format!("{head}:{tail}"))
}

/// The first five parts of the ARNs that a key holds, when they are all of one service.
fn format_of(key: ConditionKey) -> Option<String> {
    let name = key.name();
    let successor = key.deprecated_by().unwrap_or(key);
    let format = successor.formats().find(|it| it.starts_with("arn:"));
    if let Some(format) = format {
        let head: Vec<&str> = format.splitn(6, ':').take(5).collect();
        return (head.len() == 5).then(|| element::arn_of_format(&head.join(":")));
    }
    name.contains("KmsKey").then(|| "arn:aws:kms:*:*".to_owned())
}
