//! See [`RULE`].
use catalog::ValueType;
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// A policy ties models to a guardrail, but does not allow applying it.
    ///
    /// ## Why it matters
    /// A call that names a guardrail takes `bedrock:ApplyGuardrail` on the guardrail besides the action that invokes the
    /// model. Without it every call is denied: one without the guardrail by the condition, one with it for want of this.
    /// Another policy may allow it.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    ///   "Resource": "arn:aws:bedrock:*::foundation-model/*",
    ///   "Condition": { "StringEquals": { "bedrock:GuardrailIdentifier": "arn:aws:bedrock:us-east-1:444455556666:guardrail/ab1cd2ef3gh4:1" } } }
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    ///    "Resource": "arn:aws:bedrock:*::foundation-model/*",
    ///    "Condition": { "StringEquals": { "bedrock:GuardrailIdentifier": "arn:aws:bedrock:us-east-1:444455556666:guardrail/ab1cd2ef3gh4:1" } } },
    ///  { "Effect": "Allow", "Action": "bedrock:ApplyGuardrail", "Resource": "arn:aws:bedrock:us-east-1:444455556666:guardrail/ab1cd2ef3gh4" }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html>
    name: "missing-apply-guardrail", since: "0.1.0",
    severity: Info, group: Effect,
    check: Marked(mark, check)
}

const APPLY: &str = "bedrock:ApplyGuardrail";
const KEY: &str = "bedrock:GuardrailIdentifier";
const INVOKE: [&str; 2] = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];

const TIES: u64 = 1;
const APPLIES: u64 = 2;

fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|_| stmt.effect() == Some(Effect::Allow)) else {
        return 0;
    };
    // What a template fills in may be it.
    let is_open = !action.values.all_texts() || action.values.texts().any(|it| is_filled_in(&it.value));
    if is_open || element::covers_action(action, APPLY) {
        return APPLIES;
    }
    let invokes = INVOKE.iter().any(|it| element::covers_action(action, it));
    u64::from(invokes && guardrail(stmt).is_some()) * TIES
}

/// The test that asks for a guardrail.
fn guardrail(stmt: &Statement) -> Option<&Test> {
    let catalog = catalog::catalog();
    let asks = |block: &Block| {
        let operator = catalog.operator(&block.operator.base);
        let is_text = |it: ValueType| matches!(it, ValueType::String | ValueType::Arn);
        operator.is_some_and(|it| !it.negated() && is_text(it.value_type()))
    };
    element::tests(stmt).find(|(_, _, block, test)| test.is(KEY) && asks(block)).map(|it| it.3)
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let applies = marks.iter().any(|it| it.bits & APPLIES != 0);
    if policy.kind != PolicyKind::Identity || policy.form != Form::Policy || applies {
        return;
    }
    let Some(at) = marks.first().and_then(|it| policy.statements.get(it.idx)) else { return };
    let Some(test) = guardrail(at.statement) else { return };
    let message =
        "A call with a guardrail also takes `bedrock:ApplyGuardrail`, which no statement here allows";
    let finding = acc.report(&RULE, test.key.range + at.start, message);
    let mut arns: Vec<String> = test.values.texts().filter_map(|it| of_guardrail(&it.value)).collect();
    arns.dedup();
    let quoted: Vec<String> = arns.iter().map(|it| format!("\"{}\"", fix::escape(it))).collect();
    let resource = match quoted.as_slice() {
        [] => "\"arn:aws:bedrock:*:*:guardrail/*\"".to_owned(),
        [only] => only.clone(),
        all => format!("[{}]", all.join(", ")),
    };
    let statement = format!("{{ \"Effect\": \"Allow\", \"Action\": \"{APPLY}\", \"Resource\": {resource} }}");
    let edit = fix::add_statement(cx.text, policy, &statement);
    finding.fixes(edit.map(|it| Fix::suggested("Allow applying the guardrail", vec![it])));
}

/// The ARN of a guardrail without its version.
fn of_guardrail(value: &str) -> Option<String> {
    let arn = Arn::parse(value).filter(|it| it.resource.starts_with("guardrail/"))?;
    let id = arn.resource.split(':').next().unwrap_or_default();
    Some(format!("arn:{}:bedrock:{}:{}:{id}", arn.partition, arn.region, arn.account))
}
