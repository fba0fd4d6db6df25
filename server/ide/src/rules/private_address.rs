//! See [`RULE`].
use policy::network::{self, IpNet};

use super::prelude::*;

rule! {
    /// A condition compares the caller's public address with a private one.
    ///
    /// ## Why it matters
    /// `aws:SourceIp` is the public address from which a call reaches AWS, and is not sent for a call through a VPC
    /// endpoint. A private range matches nobody; within a VPC the key is `aws:VpcSourceIp`.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "IpAddress": { "aws:VpcSourceIp": "10.0.0.0/8" }, "StringEquals": { "aws:SourceVpc": "vpc-0a1b2c3d4e5f60718" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip>
    name: "private-address", since: "0.1.0",
    severity: Error, group: Effect,
    access_analyzer: "PRIVATE_IP_ADDRESS",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let private: Vec<IpNet> = cx
        .catalog
        .address_ranges()
        .filter(|(_, title)| title.starts_with("private network"))
        .filter_map(|(range, _)| network::parse(range))
        .collect();
    for (_, _, block, test) in element::tests(stmt).filter(|(_, _, _, it)| it.is("aws:SourceIp")) {
        let negated = block.is("NotIpAddress");
        if !negated && !block.is("IpAddress") {
            continue;
        }
        let is_private = |it: &Text| {
            network::parse(&it.value).is_some_and(|net| private.iter().any(|it| it.contains(&net)))
        };
        let items = test.values.items.iter().enumerate();
        let found: Vec<(usize, &Text)> = items
            .filter_map(|(idx, it)| if let Item::Text(text) = it { Some((idx, text)) } else { None })
            .filter(|(_, it)| is_private(it))
            .collect();
        let Some((_, first)) = found.first() else { continue };
        if found.len() == test.values.items.len() {
            let whom = if negated { "so this holds for everyone" } else { "so this holds for nobody" };
            let message = format!("`aws:SourceIp` is a public address, {whom}");
            let range = if found.len() == 1 { first.range } else { test.values.range };
            let code = if negated { "PRIVATE_NOT_IP_ADDRESS" } else { "PRIVATE_IP_ADDRESS" };
            let finding = acc.report(&RULE, range, message).code(Some(code));
            finding.fixes(in_vpc(cx, stmt, test));
            continue;
        }
        let written: Vec<&str> = found.iter().map(|(_, it)| &*it.value).collect();
        let message = format!("{}: `aws:SourceIp` is never a private address", list(&written));
        let code = if negated { "PRIVATE_NOT_IP_ADDRESS_SUBSET" } else { "PRIVATE_IP_ADDRESS_SUBSET" };
        let finding = acc.report(&RULE, first.range, message).severity(Severity::Info).code(Some(code));
        for (_, text) in found.iter().skip(1) {
            finding.related(text.range, "This too");
        }
        let gone: Vec<usize> = found.iter().map(|(idx, _)| *idx).collect();
        let removal = fix::remove_items(&test.values, &gone);
        finding.fixes(removal.map(|it| Fix::suggested("Remove the private addresses", it)));
    }
}

/// Tests the address within a VPC, which the condition has to name too.
fn in_vpc(cx: &RuleCx<'_>, stmt: &Statement, test: &Test) -> Option<Fix> {
    if element::has_test(stmt, &["aws:VpcSourceIp"]) {
        return None;
    }
    let rename = fix::replace_text(&test.key, "aws:VpcSourceIp");
    if element::has_test(stmt, &["aws:SourceVpc", "aws:SourceVpce"]) {
        return Some(Fix::suggested("Test `aws:VpcSourceIp`, the address in a VPC", vec![rename]));
    }
    let vpc = fix::condition::add_test(
        cx.text,
        stmt,
        "StringEquals",
        "aws:SourceVpc",
        "\"vpc-0a1b2c3d4e5f60718\"",
    )?;
    Some(Fix::suggested("Test `aws:VpcSourceIp`, in a VPC to fill in", vec![rename, vpc]))
}
