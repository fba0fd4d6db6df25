//! See [`RULE`].
use catalog::ValueType;

use super::prelude::*;

rule! {
    /// A condition compares a key by an operator of another type.
    ///
    /// ## Why it matters
    /// A string operator compares a date, a number, an address or a Boolean as text, or not at all: what holds depends
    /// on how AWS happens to write the value.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:ViaAWSService": "true" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "Bool": { "aws:ViaAWSService": "true" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    name: "mismatched-operator", since: "0.1.0",
    severity: Warning, group: Reference,
    access_analyzer: "TYPE_MISMATCH",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = &stmt.condition else { return };
    for (block_idx, block) in condition.blocks.iter().enumerate() {
        let Some(operator) = cx.catalog.operator(&block.operator.base) else { continue };
        for (test_idx, test) in block.tests.iter().enumerate() {
            let Some(key) = cx.catalog.condition_key(&test.key.value) else { continue };
            if is_fit(operator.value_type(), key.value_type()) {
                continue;
            }
            let message = format!(
                "`{}` holds {}, which `{}` does not compare",
                short(&test.key.value),
                a_type(key.value_type()),
                operator.name()
            );
            let finding = acc.report(&RULE, test.key.range, message);
            let Some(name) = counterpart(operator.negated(), key.value_type()) else { continue };
            let name = block.operator.with_base(name);
            let edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, &name);
            finding.fixes(edits.map(|it| Fix::suggested(format!("Compare with `{name}`"), it)));
        }
    }
}

/// Whether AWS compares a key of this type by an operator of that one. Between strings and ARNs it does both ways.
fn is_fit(operator: ValueType, key: ValueType) -> bool {
    let is_text = |it: ValueType| matches!(it, ValueType::String | ValueType::Arn | ValueType::Binary);
    operator == key
        || operator == ValueType::Null
        || (is_text(operator) && is_text(key))
        || matches!((operator, key), (ValueType::Numeric, ValueType::Date) | (ValueType::Date, ValueType::Numeric))
        // What AWS calls a string may hold anything.
        || key == ValueType::String
}

fn counterpart(negated: bool, key: ValueType) -> Option<&'static str> {
    match (key, negated) {
        (ValueType::Bool, false) => Some("Bool"),
        (ValueType::Numeric, false) => Some("NumericEquals"),
        (ValueType::Numeric, true) => Some("NumericNotEquals"),
        (ValueType::Date, false) => Some("DateEquals"),
        (ValueType::Date, true) => Some("DateNotEquals"),
        (ValueType::IpAddress, false) => Some("IpAddress"),
        (ValueType::IpAddress, true) => Some("NotIpAddress"),
        (ValueType::Arn, false) => Some("ArnLike"),
        (ValueType::Arn, true) => Some("ArnNotLike"),
        (ValueType::Bool, true) | (ValueType::String | ValueType::Binary | ValueType::Null, _) => None,
    }
}

fn a_type(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::String => "a string",
        ValueType::Arn => "an ARN",
        ValueType::Bool => "a Boolean",
        ValueType::Numeric => "a number",
        ValueType::Date => "a date",
        ValueType::IpAddress => "an IP address",
        ValueType::Binary => "binary data",
        ValueType::Null => "nothing",
    }
}
