//! See [`RULE`].
use catalog::{ValueKind, ValueType};

use super::prelude::*;
use crate::region::{self, NoRegion};

rule! {
    /// A condition compares a Region with a name that no Region has.
    ///
    /// ## Why it matters
    /// The test never matches: an `Allow` with it allows nothing, and a `Deny` of all other Regions denies them all.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:RequestedRegion": "us-est-1" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:RequestedRegion": "us-east-1" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion>
    name: "unknown-region", since: "0.1.0",
    severity: Error, group: Reference,
    access_analyzer: "INVALID_REGION",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, block, test) in element::tests(stmt) {
        let operator = cx.catalog.operator(&block.operator.base);
        let Some(operator) = operator.filter(|it| it.value_type() == ValueType::String) else { continue };
        let key = cx.catalog.condition_key(&test.key.value);
        let Some(key) = key.filter(|it| it.value_kind() == Some(ValueKind::Region)) else { continue };
        for (idx, item) in test.values.items.iter().enumerate() {
            let Item::Text(text) = item else { continue };
            let value = &*text.value;
            let is_open = value.is_empty()
                || is_filled_in(value)
                || (operator.wildcards() && pattern::has_wildcard(value));
            if is_open || key.values().any(|it| it == value) || value.contains(['*', '?']) {
                continue;
            }
            let Some(NoRegion { near }) = region::fault(cx.catalog, value) else { continue };
            let finding = acc.report(&RULE, text.range, format!("`{}` is not a Region", short(value)));
            // Some services are said to be in a Region of their own.
            if near.is_none() {
                finding.severity(Severity::Warning);
            }
            finding.fixes(
                near.map(|it| Fix::suggested(format!("Change to `{it}`"), vec![fix::replace_text(text, it)])),
            );
            let removal = fix::remove_item(&test.values, idx);
            finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
        }
    }
}
