//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// A statement allows a profile that people made, and its models without it.
    ///
    /// ## Why it matters
    /// An application inference profile is there to tell costs apart. Where the models behind it are allowed as they are,
    /// calls can name these instead, and the profile counts nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    ///   "Resource": ["arn:aws:bedrock:us-east-1:444455556666:application-inference-profile/ab1cd2ef3gh4",
    ///     "arn:aws:bedrock:*::foundation-model/anthropic.*"] }
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    ///    "Resource": "arn:aws:bedrock:us-east-1:444455556666:application-inference-profile/ab1cd2ef3gh4" },
    ///  { "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    ///    "Resource": "arn:aws:bedrock:*::foundation-model/anthropic.*",
    ///    "Condition": { "ArnLike": { "bedrock:InferenceProfileArn": "arn:aws:bedrock:us-east-1:444455556666:application-inference-profile/ab1cd2ef3gh4" } } }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html>
    name: "profile-bypass", since: "0.1.0",
    severity: Hint, group: Security,
    check: Statement(check)
}

const KEY: &str = "bedrock:InferenceProfileArn";
const INVOKE: &str = "bedrock:InvokeModel";

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let (Some(action), Some(resource)) = (&stmt.action, &stmt.resource) else { return };
    let is_meant = stmt.effect() == Some(Effect::Allow) && element::covers_action(action, INVOKE);
    if cx.kind != PolicyKind::Identity || !is_meant || resource.negated || !resource.values.all_texts() {
        return;
    }
    if stmt.has_errors || element::has_test(stmt, &[KEY]) {
        return;
    }
    let with = |kind: &str| -> Vec<(usize, &Text)> {
        let texts = resource.values.texts().enumerate();
        texts
            .filter(|(_, it)| Arn::parse(&it.value).is_some_and(|it| it.resource.starts_with(kind)))
            .collect()
    };
    let (profiles, models) = (with("application-inference-profile/"), with("foundation-model/"));
    // Who lists other things that can be called does not mean one profile alone.
    let is_only = profiles.len() + models.len() == resource.values.items.len();
    let (Some((_, profile)), Some((_, first))) = (profiles.first(), models.first()) else { return };
    if !is_only || profiles.iter().any(|(_, it)| pattern::has_wildcard(&it.value)) {
        return;
    }
    let finding = acc.report(&RULE, first.range, "Calls of this model need not name the profile");
    finding.related(profile.range, "The profile");
    let values: Vec<String> =
        profiles.iter().map(|(_, it)| format!("\"{}\"", fix::escape(&it.value))).collect();
    let value = match values.as_slice() {
        [only] => only.clone(),
        all => format!("[{}]", all.join(", ")),
    };
    let moved: Vec<usize> = models.iter().map(|(idx, _)| *idx).collect();
    if cx.in_list
        && let Some(test) = fix::condition::add_test(cx.text, stmt, "ArnLike", KEY, &value)
        && let Some(edits) = fix::split_statement(cx.text, stmt, resource, &moved, &[test])
    {
        finding.fix(Fix::suggested("Require the profile, in a statement of its own", edits));
    }
}
