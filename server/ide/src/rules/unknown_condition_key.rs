//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition tests a key that its service, or AWS as a whole, does not define.
    ///
    /// ## Why it matters
    /// IAM accepts the key without a word. No request carries it, so the test fails in an `Allow`, and a `Deny` with
    /// it stops nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "IpAddress": { "aws:SourceIP4": "8.8.8.8/32" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "IpAddress": { "aws:SourceIp": "8.8.8.8/32" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    name: "unknown-condition-key", since: "0.1.0",
    severity: Warning, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, test) in stmt.condition.iter().flat_map(Condition::tests) {
        let name = &*test.key.value;
        if is_filled_in(name) || cx.catalog.condition_key(name).is_some() {
            continue;
        }
        let Some((prefix, rest)) = name.split_once(':') else {
            no_prefix(cx, test, acc);
            continue;
        };
        if is_bare_tag(cx, prefix, rest) {
            let message = format!("`{}` lacks the tag key behind a slash", short(name));
            acc.report(&RULE, test.key.range, message)
                .severity(Severity::Error)
                .code(Some("MISSING_TAG_KEY_IN_CONDITION"));
            continue;
        }
        let is_global = prefix.eq_ignore_ascii_case("aws");
        if is_global && rest.eq_ignore_ascii_case("arn") {
            old_arn(cx, test, acc);
            continue;
        }
        // Keys of identity providers have a host name for a prefix, and may be anything.
        let Some(title) = (if is_global {
            Some("AWS")
        } else {
            cx.catalog.service(prefix).filter(|it| !it.is_retired()).map(|it| it.title())
        }) else {
            continue;
        };
        let code = if is_global { "INVALID_GLOBAL_CONDITION_KEY" } else { "INVALID_SERVICE_CONDITION_KEY" };
        let near = cx.catalog.nearest_condition_key(name).filter(|it| !it.is_template());
        let message = format!("{title} has no condition key `{}`", short(name));
        let finding = acc.report(&RULE, test.key.range, message).code(Some(code));
        if let Some(near) = near {
            if is_slip(near.name(), name) {
                finding.severity(Severity::Error);
            }
            let edit = fix::replace_text(&test.key, near.name());
            finding.fix(Fix::suggested(format!("Change to `{}`", near.name()), vec![edit]));
        }
    }
}

fn no_prefix(cx: &RuleCx<'_>, test: &Test, acc: &mut Findings) {
    let name = &*test.key.value;
    let message = format!("`{}` has no prefix: condition keys are written `service:key`", short(name));
    let finding = acc.report(&RULE, test.key.range, message);
    finding.severity(Severity::Error).code(Some("INVALID_CONDITION_KEY_FORMAT"));
    let global = format!("aws:{name}");
    let same = cx.catalog.condition_key(&global).or_else(|| cx.catalog.nearest_condition_key(&global));
    finding.fixes(same.filter(|it| !it.is_template()).map(|it| {
        let edit = fix::replace_text(&test.key, it.name());
        Fix::suggested(format!("Change to `{}`", it.name()), vec![edit])
    }));
}

/// `aws:ARN`, the name that `aws:PrincipalArn` had: some resource policies still know it.
fn old_arn(cx: &RuleCx<'_>, test: &Test, acc: &mut Findings) {
    let message = format!("`{}` is an old name of `aws:PrincipalArn`", short(&test.key.value));
    let finding = acc.report(&RULE, test.key.range, message).tag(Tag::Deprecated);
    if cx.kind.has_principal() {
        finding.code(Some("DEPRECATED_GLOBAL_CONDITION_KEY"));
    } else {
        finding.severity(Severity::Error).code(Some("UNSUPPORTED_GLOBAL_CONDITION_KEY"));
    }
    let edit = fix::replace_text(&test.key, "aws:PrincipalArn");
    finding.fix(Fix::suggested("Change to `aws:PrincipalArn`", vec![edit]));
}

/// Whether it is `aws:ResourceTag` or its like without the tag.
fn is_bare_tag(cx: &RuleCx<'_>, prefix: &str, rest: &str) -> bool {
    let stem = rest.strip_suffix('/').unwrap_or(rest);
    !stem.contains('/') && cx.catalog.condition_key(&format!("{prefix}:{stem}/x")).is_some()
}
