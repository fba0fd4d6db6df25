//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement is about invoking models and leaves out one of the two ways to do it.
    ///
    /// ## Why it matters
    /// `bedrock:InvokeModel` and `bedrock:InvokeModelWithResponseStream` reach the same models. A `Deny` of one leaves the
    /// other open; with an `Allow` of one, `ConverseStream` or `Converse` fails.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "bedrock:InvokeModel", "Resource": "arn:aws:bedrock:*::foundation-model/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"], "Resource": "arn:aws:bedrock:*::foundation-model/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_id-based-policy-examples.html>
    name: "streaming-twin", since: "0.1.0",
    severity: Warning, group: Security,
    check: Policy(check)
}

const TWINS: [&str; 2] = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];

fn check(cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    // Nothing is allowed here at all, and the rule on that speaks.
    let denies_all = |it: &Statement| {
        policy::access::denies_always(it) && it.action.as_ref().is_some_and(element::is_every_action)
    };
    let is_dead = policy.statements.iter().any(|it| denies_all(&it.statement));
    let mut elsewhere: Vec<(Effect, &str, bool)> = Vec::new();
    for at in &policy.statements {
        let stmt = &at.statement;
        let (Some(action), Some(effect)) = (stmt.action.as_ref().filter(|it| !it.negated), stmt.effect())
        else {
            continue;
        };
        if is_dead && effect == Effect::Allow {
            continue;
        }
        let named = |name: &str| action.values.texts().find(|it| it.value.eq_ignore_ascii_case(name));
        let covers = TWINS.map(|it| element::covers_action(action, it));
        let (text, missing) = match (covers, named(TWINS[0]), named(TWINS[1])) {
            ([true, false], Some(text), _) => (text, TWINS[1]),
            ([false, true], _, Some(text)) => (text, TWINS[0]),
            _ => continue,
        };
        // Another statement of the same effect may be about the other. One search answers for all statements.
        let is_elsewhere = || {
            let same = policy.statements.iter().filter(|it| it.statement.effect() == Some(effect));
            same.filter_map(|it| it.statement.action.as_ref()).any(|it| element::covers_action(it, missing))
        };
        let known = elsewhere.iter().find(|(of, name, _)| (*of, *name) == (effect, missing)).map(|it| it.2);
        let found = known.unwrap_or_else(is_elsewhere);
        if known.is_none() {
            elsewhere.push((effect, missing, found));
        }
        if found {
            continue;
        }
        let other = missing.trim_start_matches("bedrock:");
        let call = if missing == TWINS[1] { "ConverseStream" } else { "Converse" };
        let message = match effect {
            Effect::Deny => format!("`{other}` reaches the same models and is not denied"),
            Effect::Allow => format!("`{call}` needs `{missing}`, which is not allowed here"),
        };
        let finding = acc.report(&RULE, text.range + at.start, message);
        if effect == Effect::Allow {
            finding.severity(Severity::Hint);
        }
        let own = cx.text.slice(stmt.range + at.start);
        let edit = fix::add_item(&own, &action.values, missing);
        let edit = TextEdit { range: edit.range + at.start, ..edit };
        finding.fix(Fix::suggested(format!("Add `{missing}`"), vec![edit]));
    }
}
