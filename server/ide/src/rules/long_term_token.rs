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
    for (idx, found) in element::exact_actions(cx.catalog, stmt) {
        let Some(Limit { key, operator, value, message, what }) = Limit::of(found) else { continue };
        // Credentials of another service than these are limited by its name.
        let is_limited = element::has_test(stmt, &[&key, "iam:ServiceSpecificCredentialServiceName"]);
        if cx.catalog.condition_key(&key).is_none() || is_limited {
            continue;
        }
        let Some(item) = action.values.items.get(idx) else { continue };
        let finding = acc.report(&RULE, item.range(), message);
        // A condition would hold for the statement's other actions too, which do not have the key.
        if action.values.items.len() == 1 {
            let edit = fix::condition::add_test(cx.text, stmt, operator, &key, value);
            finding.fixes(edit.map(|it| Fix::suggested(format!("Allow {what} only"), vec![it])));
        } else if cx.in_list
            && let Some(condition) = fix::condition::add_test(cx.text, stmt, operator, &key, value)
            && let Some(edits) = fix::split_statement(cx.text, stmt, action, &[idx], &[condition])
        {
            finding.fix(Fix::suggested(format!("Move it to a statement for {what} only"), edits));
        }
    }
}

/// What limits how long something may be used.
struct Limit {
    key: String,
    operator: &'static str,
    value: &'static str,
    message: &'static str,
    what: &'static str,
}

impl Limit {
    fn of(action: catalog::Action) -> Option<Limit> {
        match (action.service().prefix(), action.name()) {
            (service, "CallWithBearerToken") => Some(Limit {
                key: format!("{service}:BearerTokenType"),
                operator: "StringEquals",
                value: "\"SHORT_TERM\"",
                message: "Tokens that never end are allowed here too",
                what: "short-term tokens",
            }),
            ("iam", "CreateServiceSpecificCredential") => Some(Limit {
                key: "iam:ServiceSpecificCredentialAgeDays".to_owned(),
                operator: "NumericLessThanEquals",
                value: "\"90\"",
                message: "API keys that never end can be made here",
                what: "credentials of at most 90 days",
            }),
            _ => None,
        }
    }
}
