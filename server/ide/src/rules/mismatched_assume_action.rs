//! See [`RULE`].
use super::prelude::*;
use crate::provider::Provider;

rule! {
    /// A trust policy allows an action by which its principals cannot assume a role.
    ///
    /// ## Why it matters
    /// Identities of a SAML provider come by `sts:AssumeRoleWithSAML`, those of an OIDC provider by
    /// `sts:AssumeRoleWithWebIdentity`, and roles, users and services by `sts:AssumeRole`. With another action nobody gets in.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Federated": "arn:aws:iam::111122223333:saml-provider/idp" }, "Action": "sts:AssumeRole" }] }
    /// ```
    /// ```jsonc,clean,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Federated": "arn:aws:iam::111122223333:saml-provider/idp" }, "Action": "sts:AssumeRoleWithSAML",
    ///   "Condition": { "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    name: "mismatched-assume-action", since: "0.1.0",
    severity: Error, group: Effect,
    access_analyzer: "MISMATCHED_ACTION_FOR_PRINCIPAL",
    check: Statement(check)
}

const ACTIONS: [&str; 3] = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated) else { return };
    if cx.kind != PolicyKind::Trust || stmt.effect() != Some(Effect::Allow) {
        return;
    }
    let Some(fitting) = fitting(stmt).filter(|it| !it.is_empty()) else { return };
    for text in action.values.texts() {
        let written = ACTIONS.iter().find(|it| text.value.eq_ignore_ascii_case(it));
        let Some(written) = written.filter(|it| !fitting.contains(it)) else { continue };
        let message =
            format!("These principals cannot assume a role by `{written}`, but by {}", list(&fitting));
        let finding = acc.report(&RULE, text.range, message);
        for right in &fitting {
            if action.values.texts().any(|it| it.value.eq_ignore_ascii_case(right)) {
                continue;
            }
            finding.fix(Fix::suggested(format!("Change to `{right}`"), vec![fix::replace_text(text, right)]));
        }
    }
}

/// The actions by which the statement's principals assume a role; `None` when not all of them are known.
fn fitting(stmt: &Statement) -> Option<Vec<&'static str>> {
    let principal = stmt.principal.as_ref().filter(|it| !it.negated)?;
    let PrincipalValue::Typed(entries) = &principal.value else { return None };
    let mut out: Vec<&'static str> = Vec::new();
    for entry in entries {
        for item in &entry.values.items {
            let Item::Text(text) = item else { return None };
            let action = match &*entry.name.value {
                "AWS" | "Service" => "sts:AssumeRole",
                "Federated" if is_filled_in(&text.value) => return None,
                "Federated" => Provider::parse(&text.value)?.action(),
                _ => return None,
            };
            if !out.contains(&action) {
                out.push(action);
            }
        }
    }
    Some(out)
}
