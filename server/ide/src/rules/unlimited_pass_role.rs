//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A role can be passed to any service.
    ///
    /// ## Why it matters
    /// Whoever may pass a role hands its rights to a service that runs in it. The role's trust policy says which services
    /// can take it, and that policy may change; `iam:PassedToService` says here which one is meant.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::444455556666:role/training" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::444455556666:role/training",
    ///   "Condition": { "StringEquals": { "iam:PassedToService": "sagemaker.amazonaws.com" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
    name: "unlimited-pass-role", since: "0.1.0",
    severity: Warning, group: Security,
    check: Marked(mark, check)
}

const NAME: &str = "iam:PassRole";
const LIMITS: [&str; 2] = ["iam:PassedToService", "iam:AssociatedResourceArn"];

fn mark(stmt: &Statement) -> u64 {
    u64::from(unlimited(stmt).is_some())
}

/// Where a statement allows by name to pass some roles, and says nothing of the service. Of every role another rule
/// speaks.
fn unlimited(stmt: &Statement) -> Option<&Text> {
    let (action, resource) = (stmt.action.as_ref()?, stmt.resource.as_ref()?);
    if stmt.effect() != Some(Effect::Allow) || action.negated || resource.negated || stmt.has_errors {
        return None;
    }
    let is_limited = element::has_test(stmt, &LIMITS)
        || stmt
            .condition
            .as_ref()
            .is_some_and(|it| it.is_dynamic || it.blocks.iter().any(|it| it.is_dynamic));
    let is_every =
        |it: &Text| it.value.ends_with(":role/*") || it.value.ends_with('*') && !it.value.contains('/');
    if is_limited || resource.values.texts().any(is_every) {
        return None;
    }
    action.values.texts().find(|it| it.value.eq_ignore_ascii_case(NAME))
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind != PolicyKind::Identity {
        return;
    }
    let services = element::services_that_take_roles(cx.catalog, policy);
    for at in marks.iter().filter_map(|it| policy.statements.get(it.idx)) {
        let stmt = &at.statement;
        let Some(text) = unlimited(stmt) else { continue };
        let n_roles = stmt.resource.as_ref().map_or(0, |it| it.values.items.len());
        let what = if n_roles == 1 { "This role" } else { "These roles" };
        let finding =
            acc.report(&RULE, text.range + at.start, format!("{what} can be passed to any service"));
        let [service] = services.as_slice() else { continue };
        let own = cx.text.slice(stmt.range + at.start);
        let edit = fix::condition::add_test(
            &own,
            stmt,
            "StringEquals",
            "iam:PassedToService",
            &format!("\"{service}\""),
        );
        let is_alone = stmt.action.as_ref().is_some_and(|it| it.values.items.len() == 1);
        let edit = edit.filter(|_| is_alone).map(|it| TextEdit { range: it.range + at.start, ..it });
        finding
            .fixes(edit.map(|it| Fix::suggested(format!("Let it be passed to `{service}` only"), vec![it])));
    }
}
