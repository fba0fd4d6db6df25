//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement allows everyone but some, or a trust policy says whom it does not mean.
    ///
    /// ## Why it matters
    /// `NotPrincipal` with `Allow` lets in all principals that are not listed, of every account and without signing in.
    /// In a trust policy AWS refuses it.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "NotPrincipal": { "AWS": "111122223333" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    /// ```jsonc,clean,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "NotPrincipal": { "AWS": "111122223333" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    name: "not-principal", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "ALLOW_WITH_NOT_PRINCIPAL",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(key) = stmt.key("NotPrincipal") else { return };
    let finding = match cx.kind {
        PolicyKind::Trust => acc
            .report(&RULE, key.range, "A trust policy cannot have `NotPrincipal`")
            .severity(Severity::Error)
            .code(Some("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL")),
        PolicyKind::Resource if stmt.effect() == Some(Effect::Allow) => {
            acc.report(&RULE, key.range, "`NotPrincipal` with `Allow` lets in everyone who is not listed")
        }
        _ => return,
    };
    if stmt.key("Principal").is_none() {
        let edit = TextEdit::replace(key.range, "\"Principal\"");
        finding.fix(Fix::suggested("Change to `Principal`: only those who are listed", vec![edit]));
    }
    if cx.kind == PolicyKind::Resource
        && let Some(effect) = &stmt.effect
    {
        let edit = fix::replace_text(effect, "Deny");
        finding.fix(Fix::suggested("Change to `Deny`: nobody but those who are listed", vec![edit]));
    }
}
