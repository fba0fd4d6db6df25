//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy for calling models allows listing them, but not the inference profiles.
    ///
    /// ## Why it matters
    /// Newer models are called through an inference profile only. Who lists models alone does not see by which id they are
    /// called, and tools that look for one fail.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Action": ["bedrock:ListFoundationModels", "bedrock:GetFoundationModel"], "Resource": "*" },
    ///  { "Effect": "Allow", "Action": "bedrock:InvokeModel*", "Resource": "arn:aws:bedrock:*::foundation-model/*" }]
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": ["bedrock:ListFoundationModels", "bedrock:ListInferenceProfiles"], "Resource": "*" },
    ///  { "Effect": "Allow", "Action": "bedrock:InvokeModel*", "Resource": "arn:aws:bedrock:*::foundation-model/*" }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html>
    name: "missing-profile-listing", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Marked(mark, check)
}

const HAS: &str = "bedrock:ListFoundationModels";
const LACKS: &str = "bedrock:ListInferenceProfiles";
const INVOKE: &str = "bedrock:InvokeModel";

const NAMES: u64 = 1;
const LISTS: u64 = 2;
const INVOKES: u64 = 4;

/// Whether the statement allows listing models by name, listing profiles, and calling models.
fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|_| stmt.effect() == Some(Effect::Allow)) else {
        return 0;
    };
    // What a template fills in may be it.
    let is_open = !action.values.all_texts() || action.values.texts().any(|it| is_filled_in(&it.value));
    if is_open || element::covers_action(action, LACKS) {
        return LISTS;
    }
    let names = !action.negated && action.values.texts().any(|it| it.value.eq_ignore_ascii_case(HAS));
    (u64::from(names) * NAMES) | (u64::from(element::covers_action(action, INVOKE)) * INVOKES)
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let has = |bit: u64| marks.iter().any(|it| it.bits & bit != 0);
    if policy.kind != PolicyKind::Identity || policy.form != Form::Policy || has(LISTS) || !has(INVOKES) {
        return;
    }
    let named = marks.iter().find(|it| it.bits & NAMES != 0);
    let Some(at) = named.and_then(|it| policy.statements.get(it.idx)) else { return };
    let Some(action) = &at.statement.action else { return };
    let Some(text) = action.values.texts().find(|it| it.value.eq_ignore_ascii_case(HAS)) else { return };
    let finding = acc.report(&RULE, text.range + at.start, "Newer models are called by inference profiles, and no statement here allows `bedrock:ListInferenceProfiles`");
    let own = cx.text.slice(at.statement.range + at.start);
    let edit = fix::add_item(&own, &action.values, LACKS);
    let edit = TextEdit { range: edit.range + at.start, ..edit };
    finding.fix(Fix::suggested(format!("Add `{LACKS}`"), vec![edit]));
}
