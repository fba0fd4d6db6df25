//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition on an account, an organization, a network or a user id leaves room for others.
    ///
    /// ## Why it matters
    /// These keys hold ids that say nothing about each other: a pattern that matches one matches strangers' too. The part
    /// of `aws:userid` before the colon is who assumed the role; a pattern for it needs the id's first letters at least.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringLike": { "aws:PrincipalAccount": "1111*" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalAccount": "111122223333" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    name: "loose-match", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "WILDCARD_USAGE_TOO_PERMISSIVE",
    check: Statement(check)
}

/// Keys that AWS calls sensitive: a pattern on one has no good use.
const SENSITIVE: [&str; 10] = [
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
];
/// How many letters of a user id say whose it is.
const LEAST: usize = 6;

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        if !block.is("StringLike") && !block.is("StringNotLike") {
            continue;
        }
        let is_sensitive = SENSITIVE.iter().any(|it| test.is(it));
        if !is_sensitive && !test.is("aws:userid") {
            continue;
        }
        for text in test.values.texts() {
            // What is all star only asks whether the key is there; another rule speaks of that.
            if pattern::is_everything(&text.value) {
                continue;
            }
            let Some((at, is_variable)) = opening(&text.value).filter(|_| !is_one_id(&text.value)) else {
                continue;
            };
            let user_part = text.value.split(':').next().unwrap_or_default();
            if !is_sensitive && at >= LEAST.min(user_part.len() + 1) {
                continue;
            }
            let key = short(&test.key.value);
            let what = if is_variable { "variable" } else { "wildcard" };
            let message = if is_sensitive {
                format!("`{key}` holds ids: with a {what}, strangers' match too")
            } else {
                format!("This {what} leaves open whose `{key}` it is")
            };
            let finding = acc.report(&RULE, text.range, message);
            if is_variable {
                finding.code(Some("VARIABLE_USAGE_TOO_PERMISSIVE"));
            }
            let is_plain = || !test.values.texts().any(|it| pattern::has_wildcard(&it.value));
            if is_variable && is_plain() {
                let equal = if block.is("StringLike") { "StringEquals" } else { "StringNotEquals" };
                let name = block.operator.with_base(equal);
                let edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, &name);
                finding.fixes(edits.map(|it| Fix::suggested(format!("Compare with `{name}`"), it)));
            }
        }
    }
}

/// Whether the value is a variable that stands for an id, which has no wildcards.
fn is_one_id(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|it| it.strip_suffix('}'));
    name.is_some_and(|name| SENSITIVE.iter().any(|it| it.eq_ignore_ascii_case(name)))
}

/// Where the first wildcard or variable stands, and whether it is a variable. `${*}` and its like are characters.
fn opening(text: &str) -> Option<(usize, bool)> {
    let wildcard = text.find(['*', '?']);
    let variable = text.find("${");
    match (wildcard, variable) {
        (Some(a), Some(b)) if b < a => Some((b, true)),
        (Some(a), _) => Some((a, false)),
        (None, Some(b)) => Some((b, true)),
        (None, None) => None,
    }
}
