//! See [`RULE`].
use catalog::{ConditionKey, ValueKind, ValueType};

use super::prelude::*;

rule! {
    /// A condition key is compared with a value that it never has.
    ///
    /// ## Why it matters
    /// Some keys have a closed list of values, written in one way. Another value, or another case, never matches.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateNotebookInstance", "Resource": "*",
    ///   "Condition": { "StringEquals": { "sagemaker:RootAccess": "disabled" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateNotebookInstance", "Resource": "*",
    ///   "Condition": { "StringEquals": { "sagemaker:RootAccess": "Disabled" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html>
    name: "unknown-value", since: "0.1.0",
    severity: Warning, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, block, test) in element::tests(stmt) {
        let operator = cx.catalog.operator(&block.operator.base);
        let Some(operator) = operator.filter(|it| it.value_type() == ValueType::String) else { continue };
        let Some(key) = cx.catalog.condition_key(&test.key.value) else { continue };
        let ignores_case = operator.name().ends_with("IgnoreCase");
        for (idx, item) in test.values.items.iter().enumerate() {
            let Item::Text(text) = item else { continue };
            let value = &*text.value;
            if value.is_empty() || is_filled_in(value) || pattern::has_wildcard(value) {
                continue;
            }
            let Some((message, near)) = fault(key, value, ignores_case) else { continue };
            let finding = acc.report(&RULE, text.range, message);
            finding.fixes(
                near.map(|it| {
                    Fix::suggested(format!("Change to `{it}`"), vec![fix::replace_text(text, &it)])
                }),
            );
            let removal = fix::remove_item(&test.values, idx);
            finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
        }
    }
}

/// What is wrong with a value, and what is meant.
fn fault(key: ConditionKey, value: &str, ignores_case: bool) -> Option<(String, Option<String>)> {
    if key.name() == "sagemaker:InstanceTypes" && !value.starts_with("ml.") {
        let message = format!("`{}` is no instance type of SageMaker: they start with `ml.`", short(value));
        let is_type = value.split('.').count() == 2 && value.bytes().any(|it| it.is_ascii_digit());
        return Some((message, is_type.then(|| format!("ml.{value}"))));
    }
    // New instance types come every month.
    let is_closed = key.value_kind() == Some(ValueKind::Enum) && !key.values_are_open();
    if !is_closed || key.name() == "sagemaker:InstanceTypes" {
        return None;
    }
    let same = |it: &&str| if ignores_case { it.eq_ignore_ascii_case(value) } else { *it == value };
    if key.values().any(|it| same(&it)) {
        return None;
    }
    let near =
        key.values().find(|it| it.eq_ignore_ascii_case(value)).or_else(|| nearest(value, key.values()));
    let known: Vec<&str> = key.values().collect();
    let message = format!("`{}` is never `{}`, but {}", key.name(), short(value), list(&known));
    Some((message, near.map(str::to_owned)))
}
