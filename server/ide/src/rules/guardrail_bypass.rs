//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy ties models to a guardrail in one statement and allows them without it in another.
    ///
    /// ## Why it matters
    /// One `Allow` is enough. Whoever leaves the guardrail out of a call gets through by the other statement, so the
    /// condition protects nothing. A `Deny` of calls without the guardrail holds against both.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "arn:aws:bedrock:*::foundation-model/*",
    ///    "Condition": { "StringEquals": { "bedrock:GuardrailIdentifier": "arn:aws:bedrock:us-east-1:111122223333:guardrail/abcd1234" } } },
    ///  { "Effect": "Allow", "Action": "bedrock:Invoke*", "Resource": "*" }]
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "arn:aws:bedrock:*::foundation-model/*",
    ///   "Condition": { "StringEquals": { "bedrock:GuardrailIdentifier": "arn:aws:bedrock:us-east-1:111122223333:guardrail/abcd1234" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html>
    name: "guardrail-bypass", since: "0.1.0",
    severity: Warning, group: Security,
    check: Marked(mark, check)
}

const TIED: u64 = 1;
const OPEN: u64 = 2;
const DENIED: u64 = 4;
const KEY: &str = "bedrock:GuardrailIdentifier";
const ACTION: &str = "bedrock:InvokeModel";
/// What reaches the models: one call, as a stream, and in batches.
const CALLS: [&str; 3] =
    [ACTION, "bedrock:InvokeModelWithResponseStream", "bedrock:CreateModelInvocationJob"];

fn mark(stmt: &Statement) -> u64 {
    let calls = |it: &&Element| CALLS.iter().any(|name| element::covers_action(it, name));
    let Some(action) = stmt.action.as_ref().filter(calls) else { return 0 };
    let has_key = element::has_test(stmt, &[KEY]);
    let is_on_models = || {
        let of = |it: &Text| pattern::is_everything(&it.value) || it.value.contains(":foundation-model/");
        stmt.resource.as_ref().is_some_and(|it| !it.negated && it.values.texts().any(of))
    };
    match stmt.effect() {
        Some(Effect::Deny) if has_key => DENIED,
        Some(Effect::Allow) if has_key => TIED,
        Some(Effect::Allow) if !action.negated && stmt.condition.is_none() && is_on_models() => OPEN,
        Some(Effect::Allow | Effect::Deny) | None => 0,
    }
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind.has_principal() || marks.iter().any(|it| it.bits == DENIED) {
        return;
    }
    let statement =
        |bits: u64| marks.iter().find(|it| it.bits == bits).and_then(|it| policy.statements.get(it.idx));
    let (Some(tied), Some(open)) = (statement(TIED), statement(OPEN)) else { return };
    let mut texts = open.statement.action.iter().flat_map(|it| it.values.texts());
    let calls = |it: &&Text| CALLS.iter().any(|name| pattern::matches_ignore_case(&it.value, name));
    let Some(text) = texts.find(calls) else { return };
    let message = "This also allows calls without the guardrail that another statement asks for";
    let finding = acc.report(&RULE, text.range + open.start, message);
    let test = element::tests(tied.statement).find(|(_, _, _, it)| it.is(KEY));
    if let Some((_, _, block, test)) = test {
        finding.related(test.key.range + tied.start, "The guardrail");
        let values = cx.text.slice(test.values.range + tied.start);
        let operator =
            [("StringEquals", "StringNotEquals"), ("StringLike", "StringNotLike"), ("ArnLike", "ArnNotLike")];
        let operator = operator.into_iter().find(|(it, _)| block.name.value.eq_ignore_ascii_case(it));
        let [call, stream, _] = CALLS;
        let edit = operator.and_then(|(_, negated)| {
            let statement = format!(
                "{{ \"Effect\": \"Deny\", \"Action\": [\"{call}\", \"{stream}\"], \"Resource\": \"*\", \
                 \"Condition\": {{ \"{negated}\": {{ \"{KEY}\": {values} }} }} }}"
            );
            fix::add_statement(cx.text, policy, &statement)
        });
        finding.fixes(edit.map(|it| Fix::suggested("Deny calls without the guardrail", vec![it])));
    }
}
