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
    check: Marked(mark, check)
}

const TWINS: [&str; 2] = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];

/// Which of the two an Allow is about, by its bit; those of a Deny stand [`DENY`] bits higher.
fn mark(stmt: &Statement) -> u64 {
    let (Some(action), Some(effect)) = (&stmt.action, stmt.effect()) else { return 0 };
    let [one, other] = TWINS.map(|it| u64::from(element::covers_action(action, it)));
    let closes = effect == Effect::Deny
        && policy::access::denies_always(stmt)
        && stmt.action.as_ref().is_some_and(element::is_every_action);
    (one | other << 1) << shift(effect) | if closes { CLOSED } else { 0 }
}

/// The mark of a `Deny` of everything.
const CLOSED: u64 = 1 << 4;

/// How many bits of a mark are an Allow's.
const DENY: u32 = 2;

fn shift(effect: Effect) -> u32 {
    if effect == Effect::Deny { DENY } else { 0 }
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    // Another statement of the same effect may be about the other.
    let everywhere = marks.iter().fold(0, |all, it| all | it.bits);
    // Nothing is allowed here at all then, and the rule on that speaks.
    let is_closed = everywhere & CLOSED != 0;
    for mark in marks {
        let Some(at) = policy.statements.get(mark.idx) else { continue };
        let stmt = &at.statement;
        let (Some(action), Some(effect)) = (stmt.action.as_ref().filter(|it| !it.negated), stmt.effect())
        else {
            continue;
        };
        if is_closed && effect == Effect::Allow {
            continue;
        }
        let of_effect = |bits: u64| bits >> shift(effect) & 0b11;
        let (name, missing) = match (of_effect(mark.bits), of_effect(everywhere)) {
            (0b01, 0b01) => (TWINS[0], TWINS[1]),
            (0b10, 0b10) => (TWINS[1], TWINS[0]),
            _ => continue,
        };
        let Some(text) = action.values.texts().find(|it| it.value.eq_ignore_ascii_case(name)) else {
            continue;
        };
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
        if asks_for_tags(cx, stmt, missing) {
            continue;
        }
        let own = cx.text.slice(stmt.range + at.start);
        let edit = fix::add_item(&own, &action.values, missing);
        let edit = TextEdit { range: edit.range + at.start, ..edit };
        finding.fix(Fix::suggested(format!("Add `{missing}`"), vec![edit]));
    }
}

/// Whether the condition asks for tags of a request that those for the action never have.
fn asks_for_tags(cx: &PolicyCx<'_>, stmt: &Statement, name: &str) -> bool {
    let Some(action) = cx.catalog.actions_matching(name).next() else { return false };
    element::tests(stmt).any(|(_, _, block, test)| {
        let of_request =
            test.is("aws:TagKeys") || test.key.value.to_ascii_lowercase().starts_with("aws:requesttag/");
        let key = cx.catalog.condition_key(&test.key.value);
        of_request
            && policy::sent::needs_key(cx.catalog, block, test)
            && key.is_some_and(|it| !action.lists_key(it))
    })
}
