//! See [`RULE`].
use catalog::{ConditionKey, ValueKind};

use super::prelude::*;

rule! {
    /// A condition compares the name of a service with something that is no such name.
    ///
    /// ## Why it matters
    /// These keys hold the names of service principals, as in `bedrock.amazonaws.com`, in lower case. A bare prefix or
    /// an endpoint is never equal to one.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/training",
    ///   "Condition": { "StringEquals": { "iam:PassedToService": "sagemaker" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/training",
    ///   "Condition": { "StringEquals": { "iam:PassedToService": "sagemaker.amazonaws.com" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>
    name: "invalid-service-principal", since: "0.1.0",
    severity: Error, group: Reference,
    access_analyzer: "INVALID_SERVICE_PRINCIPAL_FORMAT",
    check: Statement(check)
}

const SUFFIXES: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".amazon.com"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block, test) in stmt.condition.iter().flat_map(Condition::tests) {
        let operator = cx.catalog.operator(&block.operator.base);
        if operator.is_none_or(|it| it.value_type() != catalog::ValueType::String) {
            continue;
        }
        let key = cx.catalog.condition_key(&test.key.value);
        let Some(key) = key.filter(|it| it.value_kind() == Some(ValueKind::ServicePrincipal)) else {
            continue;
        };
        for text in test.values.texts() {
            let value = &*text.value;
            if pattern::has_wildcard(value) || is_filled_in(value) || is_name(key, value) {
                continue;
            }
            // AWS lists names of one part only for these keys, and yet has policies with others.
            let (message, severity) = if has_form(value, false) {
                let (value, key) = (short(value), key.name());
                let unlike = format!("unlike those that AWS lists for `{key}`");
                (format!("`{value}` has several parts before `.amazonaws.com`, {unlike}"), Severity::Warning)
            } else {
                (format!("`{}` is not the name of a service principal", short(value)), Severity::Error)
            };
            let finding = acc.report(&RULE, text.range, message).severity(severity);
            finding.fixes(repaired(cx, key, value).map(|new| {
                Fix::suggested(format!("Change to `{new}`"), vec![fix::replace_text(text, &new)])
            }));
        }
    }
}

fn is_name(key: ConditionKey, text: &str) -> bool {
    // Services call each other under a name of one part.
    has_form(text, key.name().starts_with("aws:CalledVia"))
}

fn has_form(text: &str, one_part: bool) -> bool {
    let labels = SUFFIXES.iter().find_map(|it| text.strip_suffix(it));
    let is_label = |it: &str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
    };
    labels.is_some_and(|it| it.split('.').all(is_label) && !(one_part && it.contains('.')))
}

fn repaired(cx: &RuleCx<'_>, key: ConditionKey, text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let first = lower.split('.').next().unwrap_or_default();
    let bare = format!("{first}.amazonaws.com");
    let endpoint = cx.catalog.endpoint_prefix(first).map(|it| format!("{}.amazonaws.com", it.prefix()));
    let known = |it: &String| is_name(key, it) && cx.catalog.service_principal(it).is_some();
    let candidates = [Some(lower.clone()), Some(bare), endpoint];
    let near = || nearest(&lower, cx.catalog.service_principals().map(|it| it.name())).map(str::to_owned);
    candidates.into_iter().flatten().find(known).or_else(near).filter(|it| is_name(key, it))
}
