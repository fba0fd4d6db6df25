//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement of a resource or trust policy does not say whom it is about.
    ///
    /// ## Why it matters
    /// A policy that hangs on a resource or a role has no caller of its own, so each statement must name its
    /// principals. AWS refuses a policy with one that does not.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole" }] }
    /// ```
    /// ```jsonc,clean,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    name: "missing-principal", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "MISSING_PRINCIPAL",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let present = ["Principal", "NotPrincipal"].iter().any(|it| stmt.key(it).is_some());
    if cx.form == Form::Condition || !cx.kind.has_principal() || present {
        return;
    }
    if element::is_misspelt(&stmt.keys, "Principal") {
        return;
    }
    let at = element::behind(stmt, &["Sid", "Effect"]);
    let finding = acc.report(&RULE, stmt.label_range(), "This statement has no `Principal`");
    let mut add = |title: &str, value: &str| {
        let edit = fix::insert_member(cx.text, stmt, at, "Principal", value);
        finding.fix(Fix::suggested(title, vec![edit]));
    };
    match cx.kind {
        PolicyKind::Rcp | PolicyKind::VpcEndpoint => add("Add `\"Principal\": \"*\"`", "\"*\""),
        PolicyKind::Identity
        | PolicyKind::Resource
        | PolicyKind::Trust
        | PolicyKind::Boundary
        | PolicyKind::Session
        | PolicyKind::Scp => {
            add("Add a `Principal` to fill in", "{ \"AWS\": \"arn:aws:iam::111122223333:root\" }");
        }
    }
    if matches!(cx.kind, PolicyKind::Rcp | PolicyKind::VpcEndpoint) {
        finding.code(None);
    }
}
