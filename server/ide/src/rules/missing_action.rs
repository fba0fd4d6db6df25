//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement does not say which actions it is about.
    ///
    /// ## Why it matters
    /// Every statement needs `Action` or `NotAction`. IAM refuses a policy with one that has neither.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
    name: "missing-action", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "MISSING_ACTION",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let present = ["Action", "NotAction"].iter().any(|it| stmt.key(it).is_some());
    if cx.form == Form::Condition || present || element::is_misspelt(&stmt.keys, "Action") {
        return;
    }
    let at = element::behind(stmt, &["Sid", "Effect", "Principal", "NotPrincipal"]);
    let (title, value) = match cx.kind {
        PolicyKind::Trust => ("Add `\"Action\": \"sts:AssumeRole\"`", "\"sts:AssumeRole\""),
        PolicyKind::Identity
        | PolicyKind::Resource
        | PolicyKind::Boundary
        | PolicyKind::Session
        | PolicyKind::Scp
        | PolicyKind::Rcp
        | PolicyKind::VpcEndpoint => ("Add an empty `Action`", "[]"),
    };
    acc.report(&RULE, stmt.label_range(), "This statement has no `Action`")
        .fix(Fix::suggested(title, vec![fix::insert_member(cx.text, stmt, at, "Action", value)]));
}
