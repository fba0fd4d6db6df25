//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A resource control policy says something that this kind of policy cannot say.
    ///
    /// ## Why it matters
    /// A resource control policy takes access away from everyone: its principal is `"*"`, it names its actions, and it
    /// denies. The one that allows is AWS's own, with every action on every resource. AWS refuses others.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:rcp
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Principal": { "AWS": "111122223333" }, "Action": "s3:*", "Resource": "*" }] }
    /// ```
    /// ```jsonc,clean,kind:rcp
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalAccount": "111122223333" }, "BoolIfExists": { "aws:PrincipalIsAWSService": "false" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>
    name: "unsupported-in-rcp", since: "0.1.0",
    severity: Error, group: Structure,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if cx.kind != PolicyKind::Rcp {
        return;
    }
    principal(cx, stmt, acc);
    if let Some(key) = stmt.key("NotAction") {
        acc.report(&RULE, key.range, "A resource control policy cannot have `NotAction`")
            .code(Some("RCP_SYNTAX_ERROR_NOTACTION"))
            .fix(Fix::suggested(
                "Change to `Action`: these actions instead of all others",
                vec![TextEdit::replace(key.range, "\"Action\"")],
            ));
    }
    allow(stmt, acc);
}

fn principal(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(principal) = &stmt.principal else { return };
    let is_star =
        matches!(&principal.value, PrincipalValue::Text(it) if &*it.value == "*" || is_filled_in(&it.value));
    if !principal.negated && (is_star || matches!(principal.value, PrincipalValue::Dynamic)) {
        return;
    }
    let finding = acc.report(&RULE, principal.key, "The principal of a resource control policy is `\"*\"`");
    finding.code(Some("RCP_SYNTAX_ERROR_PRINCIPAL"));
    let mut edits = vec![TextEdit::replace(principal.range, "\"*\"")];
    if principal.negated {
        edits.insert(0, TextEdit::replace(principal.key, "\"Principal\""));
    }
    if let (Some(account), false) = (only_account(stmt), element::has_test(stmt, &["aws:PrincipalAccount"])) {
        let operator = if principal.negated { "StringNotEqualsIfExists" } else { "StringEquals" };
        let value = format!("\"{account}\"");
        edits.extend(fix::condition::add_test(cx.text, stmt, operator, "aws:PrincipalAccount", &value));
        finding.fix(Fix::suggested("Say it by a condition on `aws:PrincipalAccount`", edits));
    } else {
        finding.fix(Fix::suggested("Change to `\"*\"`, everyone", edits));
    }
}

/// The one account whose principals are named, where it is named as such.
fn only_account(stmt: &Statement) -> Option<String> {
    let mut found = element::principals(stmt);
    let (entry, _, text) = found.next()?;
    if found.next().is_some() || &*entry.name.value != "AWS" {
        return None;
    }
    let account =
        policy::arn::Arn::parse(&text.value).filter(|it| it.resource == "root").map(|it| it.account);
    let account = account.unwrap_or(&text.value);
    (account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit())).then(|| account.to_owned())
}

fn allow(stmt: &Statement, acc: &mut Findings) {
    let Some(effect) = stmt.effect.as_ref().filter(|_| stmt.effect() == Some(Effect::Allow)) else { return };
    let everyone = stmt.principal.as_ref().is_none_or(|it| !it.negated);
    let everything = stmt.resource.as_ref().is_none_or(element::is_every_resource);
    let is_full =
        everyone && everything && element::is_unconditional(stmt) && stmt.key("NotAction").is_none();
    if is_full {
        return;
    }
    acc.report(
        &RULE,
        effect.range,
        "A resource control policy allows all or nothing: it can only deny some access",
    )
    .code(Some("RCP_SYNTAX_ERROR_ALLOW"))
    .fix(Fix::suggested("Change to `Deny`", vec![fix::replace_text(effect, "Deny")]));
}
