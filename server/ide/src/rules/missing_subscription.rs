//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy allows agreeing to a model of Bedrock, but not the subscription that it makes.
    ///
    /// ## Why it matters
    /// Models of other makers are sold through AWS Marketplace: agreeing to one subscribes the account, which takes
    /// `aws-marketplace:Subscribe` of whoever agrees. Another policy may allow it.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:CreateFoundationModelAgreement", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["bedrock:CreateFoundationModelAgreement", "aws-marketplace:Subscribe"], "Resource": "*",
    ///   "Condition": { "StringEqualsIfExists": { "aws:CalledViaLast": "bedrock.amazonaws.com" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-access-permissions.html>
    name: "missing-subscription", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Marked(mark, check)
}

const HAS: &str = "bedrock:CreateFoundationModelAgreement";
const LACKS: &str = "aws-marketplace:Subscribe";

/// Whether the statement allows the one by name, and whether it allows the other.
fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|_| stmt.effect() == Some(Effect::Allow)) else {
        return 0;
    };
    // What a template fills in may be it.
    let is_open = !action.values.all_texts() || action.values.texts().any(|it| is_filled_in(&it.value));
    if is_open || element::covers_action(action, LACKS) {
        return 2;
    }
    u64::from(!action.negated && action.values.texts().any(|it| it.value.eq_ignore_ascii_case(HAS)))
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind != PolicyKind::Identity
        || policy.form != Form::Policy
        || marks.iter().any(|it| it.bits == 2)
    {
        return;
    }
    let Some(at) = marks.first().and_then(|it| policy.statements.get(it.idx)) else { return };
    let Some(action) = &at.statement.action else { return };
    let Some(text) = action.values.texts().find(|it| it.value.eq_ignore_ascii_case(HAS)) else { return };
    let finding = acc.report(
        &RULE,
        text.range + at.start,
        "Agreeing to a model also takes `aws-marketplace:Subscribe`, which no statement here allows",
    );
    let own = cx.text.slice(at.statement.range + at.start);
    let edit = fix::add_item(&own, &action.values, LACKS);
    let edit = TextEdit { range: edit.range + at.start, ..edit };
    finding.fix(Fix::suggested(format!("Add `{LACKS}`"), vec![edit]));
}
