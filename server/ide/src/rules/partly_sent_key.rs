//! See [`RULE`].
use catalog::{Action, ConditionKey};
use policy::sent;

use super::prelude::*;

rule! {
    /// A condition tests a key that only some of the actions behind a wildcard send.
    ///
    /// ## Why it matters
    /// A test of a key that is not in the request fails. An `Allow` leaves out the actions that do not send it, and, what
    /// matters more, so does a `Deny`.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "sagemaker:Create*", "Resource": "*",
    ///   "Condition": { "Null": { "sagemaker:InstanceTypes": "false" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": "sagemaker:CreateTrainingJob", "Resource": "*",
    ///   "Condition": { "Null": { "sagemaker:InstanceTypes": "false" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
    name: "partly-sent-key", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(element) = stmt.action.as_ref().filter(|it| !it.negated) else { return };
    let mut told: Vec<ConditionKey> = Vec::new();
    for (_, _, block, test) in element::tests(stmt) {
        let key = cx.catalog.condition_key(&test.key.value);
        let Some(key) = key.filter(|it| !it.is_template() && sent::is_list_complete(*it)) else { continue };
        // Statements are read for what the key is about, so one word on it is enough.
        if told.contains(&key) || !sent::needs_key(cx.catalog, block, test) {
            continue;
        }
        told.push(key);
        for text in element.values.texts().filter(|it| pattern::has_wildcard(&it.value)) {
            let of_service = |it: &Action| key.service() == Some(it.service());
            let all: Vec<Action> = cx.catalog.actions_matching(&text.value).filter(of_service).collect();
            let n_without = all.iter().filter(|it| sent::is_never_sent(**it, key)).count();
            if n_without == 0 || n_without == all.len() {
                continue;
            }
            let verb = if stmt.effect() == Some(Effect::Deny) { "denied" } else { "allowed" };
            let (send, are) = if n_without == 1 { ("sends", "is") } else { ("send", "are") };
            let message = format!(
                "{n_without} of the {} actions that `{}` matches never {send} `{}`, and {are} not {verb} here",
                all.len(),
                short(&text.value),
                short(&test.key.value)
            );
            acc.report(&RULE, test.key.range, message).related(text.range, "The actions");
            break;
        }
    }
}
