//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// A policy allows calling models by AWS's inference profiles, but not by those that people make.
    ///
    /// ## Why it matters
    /// Costs are told apart by application inference profiles, which have ARNs of their own. When a team makes one, its
    /// calls are denied until somebody thinks of the policy. Not everybody makes them, so the rule is off until asked for.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    ///   "Resource": ["arn:aws:bedrock:*::foundation-model/*", "arn:aws:bedrock:*:444455556666:inference-profile/*"] }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    ///   "Resource": ["arn:aws:bedrock:*::foundation-model/*", "arn:aws:bedrock:*:444455556666:inference-profile/*",
    ///     "arn:aws:bedrock:*:444455556666:application-inference-profile/*"] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html>
    name: "missing-application-profile", since: "0.1.0",
    severity: Hint, group: Effect,
    default: Off,
    check: Marked(mark, check)
}

const INVOKE: &str = "bedrock:InvokeModel";
const SYSTEM: &str = "inference-profile/";
const APPLICATION: &str = "application-inference-profile/";

const HAS: u64 = 1;
const OPEN: u64 = 2;

fn mark(stmt: &Statement) -> u64 {
    let invokes = stmt.action.as_ref().is_some_and(|it| element::covers_action(it, INVOKE));
    let Some(resource) = stmt.resource.as_ref().filter(|_| invokes && stmt.effect() == Some(Effect::Allow))
    else {
        return 0;
    };
    let is_open = |it: &Text| {
        let arn = Arn::parse(&it.value);
        arn.is_none_or(|it| is_filled_in(it.resource) || pattern::matches(it.resource, APPLICATION))
            || it.value.contains(APPLICATION)
    };
    if resource.negated || !resource.values.all_texts() || resource.values.texts().any(is_open) {
        return OPEN;
    }
    u64::from(profile(resource).is_some())
}

/// A pattern of all of AWS's profiles.
fn profile(resource: &Element) -> Option<(&Text, Arn<'_>)> {
    let mut all = resource.values.texts().filter_map(|it| Some((it, Arn::parse(&it.value)?)));
    all.find(|(_, it)| it.resource.strip_prefix(SYSTEM).is_some_and(pattern::is_everything))
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind != PolicyKind::Identity || marks.iter().any(|it| it.bits & OPEN != 0) {
        return;
    }
    let Some(at) = marks.iter().find(|it| it.bits & HAS != 0).and_then(|it| policy.statements.get(it.idx))
    else {
        return;
    };
    let Some(resource) = &at.statement.resource else { return };
    let Some((text, arn)) = profile(resource) else { return };
    let message = "This takes in all profiles of AWS, and no statement here those that people make";
    let finding = acc.report(&RULE, text.range + at.start, message);
    let new = format!("arn:{}:bedrock:{}:{}:{APPLICATION}*", arn.partition, arn.region, arn.account);
    let own = cx.text.slice(at.statement.range + at.start);
    let edit = fix::add_item(&own, &resource.values, &new);
    let edit = TextEdit { range: edit.range + at.start, ..edit };
    finding.fix(Fix::suggested("Allow application inference profiles too", vec![edit]));
}
