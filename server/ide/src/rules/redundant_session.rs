//! See [`RULE`].
use super::prelude::*;
use policy::arn::Arn;

rule! {
    /// A trust policy names a session of a role beside the role itself.
    ///
    /// ## Why it matters
    /// Who is trusted as a role is trusted in each of its sessions, so the session adds nothing.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": [
    ///   "arn:aws:iam::111122223333:role/reader", "arn:aws:sts::111122223333:assumed-role/reader/alice"] }, "Action": "sts:AssumeRole" }] }
    /// ```
    /// ```jsonc,clean,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/reader" }, "Action": "sts:AssumeRole" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-role-session>
    name: "redundant-session", since: "0.1.0",
    severity: Hint, group: Effect,
    access_analyzer: "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if cx.kind != PolicyKind::Trust || stmt.principal.as_ref().is_none_or(|it| it.negated) {
        return;
    }
    for (entry, idx, text) in element::principals(stmt) {
        let Some(session) = Arn::parse(&text.value).filter(|it| it.service == "sts") else { continue };
        let Some(role) = session.resource.strip_prefix("assumed-role/").and_then(|it| it.split('/').next())
        else {
            continue;
        };
        let role_text = entry.values.texts().find(|it| {
            Arn::parse(&it.value).is_some_and(|it| {
                let name = it.resource.strip_prefix("role/").and_then(|it| it.rsplit('/').next());
                it.service == "iam" && it.account == session.account && name == Some(role)
            })
        });
        let Some(role_text) = role_text else { continue };
        let message = format!("This session is trusted already, by its role `{}`", short(role));
        let finding = acc.report(&RULE, text.range, message).tag(Tag::Unnecessary);
        finding.related(role_text.range, "The role");
        let removal = fix::remove_item(&entry.values, idx);
        finding.fixes(removal.map(|it| Fix::suggested("Remove the session", vec![it])));
    }
}
