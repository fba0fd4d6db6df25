//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A trust policy for IAM Roles Anywhere leaves out actions that it needs.
    ///
    /// ## Why it matters
    /// Roles Anywhere assumes the role, tags the session with the certificate's fields and sets its source identity, all
    /// in one call. If one of the three is not allowed, the call fails.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "rolesanywhere.amazonaws.com" }, "Action": "sts:AssumeRole",
    ///   "Condition": { "ArnEquals": { "aws:SourceArn": "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/1234abcd-12ab-34cd-56ef-1234567890ab" } } }] }
    /// ```
    /// ```jsonc,clean,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "rolesanywhere.amazonaws.com" }, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    ///   "Condition": { "ArnEquals": { "aws:SourceArn": "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/1234abcd-12ab-34cd-56ef-1234567890ab" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html>
    name: "roles-anywhere", since: "0.1.0",
    severity: Error, group: Effect,
    access_analyzer: "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
    check: Statement(check)
}

const NEEDED: [&str; 3] = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated && it.values.all_texts()) else { return };
    if cx.kind != PolicyKind::Trust || stmt.effect() != Some(Effect::Allow) {
        return;
    }
    if !element::principals(stmt).any(|(_, _, it)| &*it.value == "rolesanywhere.amazonaws.com") {
        return;
    }
    let missing: Vec<&str> = NEEDED.into_iter().filter(|it| !element::covers_action(action, it)).collect();
    if missing.is_empty() {
        return;
    }
    let message = format!("Roles Anywhere also needs {}", list(&missing));
    let finding = acc.report(&RULE, action.values.range, message);
    let mut all: Vec<String> = action.values.texts().map(|it| it.value.to_string()).collect();
    all.extend(missing.iter().map(|it| (*it).to_owned()));
    let edit = fix::replace_values(cx.text, &action.values, &all);
    finding.fix(Fix::suggested(format!("Add {}", list(&missing)), vec![edit]));
}
