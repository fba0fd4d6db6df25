//! See [`RULE`].
use super::prelude::*;
use policy::sent;

rule! {
    /// A condition on how a role is passed stands over actions that pass none.
    ///
    /// ## Why it matters
    /// Only a request for `iam:PassRole` carries `iam:PassedToService`. A test of it fails for every other action, so the
    /// statement never applies to them.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateModel", "Resource": "*",
    ///   "Condition": { "StringEquals": { "iam:PassedToService": "sagemaker.amazonaws.com" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/training",
    ///   "Condition": { "StringEquals": { "iam:PassedToService": "sagemaker.amazonaws.com" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
    name: "missing-companion-action", since: "0.1.0",
    severity: Error, group: Effect,
    access_analyzer: "MISSING_ACTION_FOR_CONDITION_KEY",
    check: Statement(check)
}

const KEYS: [&str; 2] = ["iam:PassedToService", "iam:AssociatedResourceArn"];
const ACTION: &str = "iam:PassRole";

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(action) = stmt.action.as_ref().filter(|it| it.values.all_texts() && !it.values.items.is_empty())
    else {
        return;
    };
    if element::covers_action(action, ACTION) || action.negated {
        return;
    }
    // Of other actions of IAM the rule on keys that are not sent speaks.
    let of_iam =
        |it: &Text| ActionName::parse(&it.value).is_some_and(|it| it.service.eq_ignore_ascii_case("iam"));
    if action.values.texts().any(of_iam) {
        return;
    }
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        if !KEYS.iter().any(|it| test.is(it)) || !sent::needs_key(cx.catalog, block, test) {
            continue;
        }
        let verb = if stmt.effect() == Some(Effect::Deny) { "denies" } else { "allows" };
        let message = format!(
            "Only `{ACTION}` sends `{}`, so this statement never {verb} its actions",
            short(&test.key.value)
        );
        let finding = acc.report(&RULE, test.key.range, message);
        let removal = fix::condition::remove_test(stmt, block_idx, test_idx);
        finding
            .fixes(removal.map(|it| Fix::suggested("Remove the test: the statement then applies", vec![it])));
        let edit = fix::add_item(cx.text, &action.values, ACTION);
        finding.fix(Fix::suggested(format!("Add `{ACTION}`"), vec![edit]));
    }
}
