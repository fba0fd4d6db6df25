//! See [`RULE`].
use catalog::Action;

use super::prelude::*;

rule! {
    /// A policy allows making something that runs in a role, but not passing it a role.
    ///
    /// ## Why it matters
    /// A training job, a model or an agent is made with a role to work in. The request fails unless the caller may pass that
    /// role: `iam:PassRole` on it. Another policy of the caller may allow that.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "arn:aws:sagemaker:*:*:training-job/*" }
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "arn:aws:sagemaker:*:*:training-job/*" },
    ///  { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/training",
    ///    "Condition": { "StringEquals": { "iam:PassedToService": "sagemaker.amazonaws.com" } } }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
    name: "missing-pass-role", since: "0.1.0",
    severity: Info, group: Effect,
    check: Marked(mark, check)
}

const NEEDS: u64 = 1;
const PASSES: u64 = 2;
const PASS_ROLE: &str = "iam:PassRole";
/// Services whose list of companions is kept with care.
const SERVICES: [&str; 3] = ["bedrock", "bedrock-agentcore", "sagemaker"];

/// Whether the statement allows an action that needs a role, and whether it allows passing one.
fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|_| stmt.effect() == Some(Effect::Allow)) else {
        return 0;
    };
    let passes = if element::covers_action(action, PASS_ROLE) { PASSES } else { 0 };
    // What a template fills in may be it.
    let is_open = !action.values.all_texts() || action.values.texts().any(|it| is_filled_in(&it.value));
    let needs = if needing(stmt).next().is_some() { NEEDS } else { 0 };
    if is_open { PASSES } else { passes | needs }
}

/// The actions of the statement, named one by one, that pass a role.
fn needing(stmt: &Statement) -> impl Iterator<Item = (usize, Action)> {
    element::exact_actions(catalog::catalog(), stmt).filter(|(_, it)| {
        let mut dependents = it.dependent_actions();
        // An update passes a role only if it names another.
        SERVICES.contains(&it.service().prefix())
            && it.name().starts_with("Create")
            && dependents.any(|it| it.service().prefix() == "iam" && it.name() == "PassRole")
    })
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let passes = marks.iter().any(|it| it.bits & PASSES != 0);
    if policy.kind != PolicyKind::Identity || policy.form != Form::Policy || passes {
        return;
    }
    let needing =
        marks.iter().filter(|it| it.bits & NEEDS != 0).filter_map(|it| policy.statements.get(it.idx));
    let mut found: Vec<(TextRange, Action)> = Vec::new();
    for at in needing {
        let items = at.statement.action.as_ref().map(|it| &it.values.items);
        let of_it = self::needing(at.statement)
            .filter_map(|(idx, it)| Some((items?.get(idx)?.range() + at.start, it)));
        found.extend(of_it);
    }
    let Some((range, first)) = found.first().copied() else { return };
    let mut names: Vec<&str> = found.iter().map(|(_, it)| it.name()).collect();
    names.sort_unstable();
    names.dedup();
    let pass = if names.len() == 1 { "passes" } else { "pass" };
    let message = format!("{} {pass} a role, and no statement here allows `{PASS_ROLE}`", list(&names));
    let finding = acc.report(&RULE, range, message);
    for (range, _) in found.iter().skip(1) {
        finding.related(*range, "This too");
    }
    let service = format!("{}.amazonaws.com", first.service().prefix());
    let statement = format!(
        "{{ \"Effect\": \"Allow\", \"Action\": \"{PASS_ROLE}\", \"Resource\": \"arn:aws:iam::111122223333:role/NAME\", \
         \"Condition\": {{ \"StringEquals\": {{ \"iam:PassedToService\": \"{service}\" }} }} }}"
    );
    let edit = fix::add_statement(cx.text, policy, &statement);
    finding.fixes(
        edit.map(|it| Fix::suggested(format!("Allow passing a role to `{service}`, to fill in"), vec![it])),
    );
}
