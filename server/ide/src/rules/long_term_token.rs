//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement allows API keys of Bedrock or SageMaker that last for long.
    ///
    /// ## Why it matters
    /// A bearer token works for whoever holds it. Short-term ones end with the session that made them; long-term ones last
    /// until someone deletes them.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:CallWithBearerToken", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:CallWithBearerToken", "Resource": "*",
    ///   "Condition": { "StringEquals": { "bedrock:BearerTokenType": "SHORT_TERM" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html>
    name: "long-term-token", since: "0.1.0",
    severity: Info, group: Security,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if cx.kind != PolicyKind::Identity || stmt.effect() != Some(Effect::Allow) || stmt.has_errors {
        return;
    }
    let Some(action) = &stmt.action else { return };
    for (idx, found) in
        element::exact_actions(cx.catalog, stmt).filter(|(_, it)| it.name() == "CallWithBearerToken")
    {
        let key = format!("{}:BearerTokenType", found.service().prefix());
        if cx.catalog.condition_key(&key).is_none() || element::has_test(stmt, &[&key]) {
            continue;
        }
        let Some(item) = action.values.items.get(idx) else { continue };
        let message = "Tokens that never end are allowed here too";
        let finding = acc.report(&RULE, item.range(), message);
        // A condition would hold for the statement's other actions too, which do not have the key.
        if action.values.items.len() == 1 {
            let edit = fix::condition::add_test(cx.text, stmt, "StringEquals", &key, "\"SHORT_TERM\"");
            finding.fixes(edit.map(|it| Fix::suggested("Allow short-term tokens only", vec![it])));
        } else if cx.in_list
            && let Some(condition) =
                fix::condition::add_test(cx.text, stmt, "StringEquals", &key, "\"SHORT_TERM\"")
            && let Some(edits) = fix::split_statement(cx.text, stmt, action, &[idx], &[condition])
        {
            finding.fix(Fix::suggested("Move it to a statement for short-term tokens only", edits));
        }
    }
}
