//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy of a kind that has no principals names one.
    ///
    /// ## Why it matters
    /// The principal of an identity policy is whoever it is attached to. AWS refuses `Principal` there, and in
    /// permissions boundaries, session policies and service control policies.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:identity
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "s3:ListAllMyBuckets", "Resource": "*" }] }
    /// ```
    /// ```jsonc,clean,kind:identity
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    name: "unsupported-principal", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "UNSUPPORTED_PRINCIPAL",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if cx.kind.has_principal() {
        return;
    }
    for name in ["Principal", "NotPrincipal"] {
        let Some(key) = stmt.key(name) else { continue };
        let message = format!("{} cannot have `{name}`", a_kind(cx.kind));
        let finding = acc.report(&RULE, key.range, message);
        if cx.kind == PolicyKind::Scp {
            finding.code(Some("SCP_SYNTAX_ERROR_PRINCIPAL"));
        }
        let removal = fix::condition::remove_element(stmt, name);
        finding.fixes(removal.map(|it| Fix::suggested(format!("Remove `{name}`"), vec![it])));
    }
}
