//! See [`RULE`].
use catalog::ValueType;
use policy::network;

use super::prelude::*;

rule! {
    /// A condition compares with a value that its operator cannot read.
    ///
    /// ## Why it matters
    /// `Bool` and `Null` take `true` or `false`, `Numeric` operators a number, `IpAddress` an address or a range. With
    /// any other text the comparison fails, whatever the request says.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "Bool": { "aws:SecureTransport": "yes" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "Bool": { "aws:SecureTransport": "true" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    name: "invalid-value", since: "0.1.0",
    severity: Error, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block, test) in stmt.condition.iter().flat_map(Condition::tests) {
        let Some(operator) = cx.catalog.operator(&block.operator.base) else { continue };
        let check: fn(&str) -> bool = match operator.value_type() {
            ValueType::Bool | ValueType::Null => is_boolean,
            ValueType::Numeric => is_number,
            ValueType::IpAddress => is_network,
            ValueType::Binary => is_base64,
            ValueType::String | ValueType::Arn | ValueType::Date => continue,
        };
        for (idx, item) in test.values.items.iter().enumerate() {
            let (Item::Text(text) | Item::Literal(text, _)) = item else { continue };
            if check(&text.value) {
                continue;
            }
            if is_filled_in(&text.value) {
                variable(operator, text, acc);
                continue;
            }
            report(operator, &test.values, idx, text, acc);
        }
    }
}

fn report(operator: catalog::Operator, values: &Values, idx: usize, text: &Text, acc: &mut Findings) {
    let written = short(&text.value);
    let (what, code) = match operator.value_type() {
        ValueType::Bool | ValueType::Null => ("`true` or `false`", "TYPE_MISMATCH_BOOLEAN"),
        ValueType::Numeric => ("a number", "TYPE_MISMATCH_NUMBER"),
        ValueType::IpAddress => ("an IP address or a range of them", "TYPE_MISMATCH_IP_RANGE"),
        ValueType::String | ValueType::Arn | ValueType::Date | ValueType::Binary => {
            ("Base64 text", "TYPE_MISMATCH_STRING")
        }
    };
    let finding = acc.report(&RULE, text.range, format!("`{written}` is not {what}")).code(Some(code));
    for new in repairs(operator.value_type(), &text.value) {
        let edit = fix::replace_text(text, &new);
        finding.fix(Fix::suggested(format!("Change to `{new}`"), vec![edit]));
    }
    let removal = fix::remove_item(values, idx);
    finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
}

/// A policy variable where the operator does not fill in any.
fn variable(operator: catalog::Operator, text: &Text, acc: &mut Findings) {
    let is_policy_variable = |name: &str| {
        let key = name.split(['}', ',']).next().unwrap_or_default().trim();
        catalog::catalog().condition_key(key).is_some()
    };
    let Some((_, name)) = text.value.split_once("${").filter(|(_, it)| is_policy_variable(it)) else {
        return;
    };
    if operator.variables() && operator.value_type() != ValueType::Bool {
        return;
    }
    let name = name.split_once('}').map_or(name, |(it, _)| it);
    let message = format!("`{}` does not fill in the variable `{}`", operator.name(), short(name));
    acc.report(&RULE, text.range, message).code(Some("INVALID_VARIABLE_FOR_OPERATOR"));
}

fn repairs(value_type: ValueType, text: &str) -> Vec<String> {
    let lower = text.trim().to_ascii_lowercase();
    let new = |it: &str| vec![it.to_owned()];
    match value_type {
        ValueType::Bool | ValueType::Null => match &*lower {
            "yes" | "1" | "on" | "t" | "y" => new("true"),
            "no" | "0" | "off" | "f" | "n" => new("false"),
            _ => nearest(&lower, ["true", "false"]).map_or_else(|| vec!["true".into(), "false".into()], new),
        },
        ValueType::Numeric => seconds(&lower).map(|it| it.to_string()).into_iter().collect(),
        ValueType::IpAddress => repaired_network(&lower).into_iter().collect(),
        ValueType::String | ValueType::Arn | ValueType::Date | ValueType::Binary => Vec::new(),
    }
}

/// `7d`, `1h`, `30m` as seconds, and a number with separators as the number.
fn seconds(text: &str) -> Option<u64> {
    let plain: String = text.chars().filter(|it| !matches!(it, '_' | ',' | ' ')).collect();
    let (number, unit) = match plain.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) => (number, plain.chars().last()),
        None => (&*plain, None),
    };
    let factor = match unit {
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86400,
        _ => 1,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// A network whose prefix is too long, or an address that lacks its last parts.
fn repaired_network(text: &str) -> Option<String> {
    let (address, prefix) = text.split_once('/').unwrap_or((text, ""));
    if let Ok(address) = address.parse::<std::net::IpAddr>() {
        return Some(format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 }));
    }
    let n_parts = address.split('.').count();
    let padded = format!("{address}{}", ".0".repeat(4usize.checked_sub(n_parts)?));
    let address: std::net::Ipv4Addr = padded.parse().ok()?;
    let prefix = if prefix.is_empty() { (n_parts * 8).to_string() } else { prefix.to_owned() };
    let written = format!("{address}/{prefix}");
    is_network(&written).then_some(written)
}

fn is_boolean(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(f64::is_finite)
}

fn is_network(text: &str) -> bool {
    network::parse(text).is_some()
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    text.len().is_multiple_of(4)
        && padding <= 2
        && body.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/'))
}
