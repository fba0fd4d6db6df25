//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A `Deny` outside some Regions also stops calls through inference profiles.
    ///
    /// ## Why it matters
    /// A profile sends a call on to any Region of its geography, and each of them is asked for the model. One denied Region
    /// makes calls fail now and then; a global profile asks with the Region `unspecified`. The `Deny` needs an exception
    /// for `bedrock:InvokeModel*`, or for `bedrock:InferenceProfileArn`.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*",
    ///   "Condition": { "StringNotEquals": { "aws:RequestedRegion": "us-east-1" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "NotAction": ["iam:*", "sts:*", "bedrock:InvokeModel*"], "Resource": "*",
    ///   "Condition": { "StringNotEquals": { "aws:RequestedRegion": "us-east-1" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html>
    name: "region-fence", since: "0.1.0",
    severity: Info, group: Effect,
    check: Marked(mark, check)
}

const FENCE: u64 = 1;
const PROFILE: u64 = 2;
const ACTION: &str = "bedrock:InvokeModel";
const REGION: &str = "aws:RequestedRegion";
const PROFILES: &str = "bedrock:InferenceProfileArn";

fn mark(stmt: &Statement) -> u64 {
    let fence = if fence(stmt).is_some() { FENCE } else { 0 };
    let names = |it: &Text| it.value.contains(":inference-profile/");
    let names_profile = stmt.effect() == Some(Effect::Allow)
        && stmt.resource.as_ref().is_some_and(|it| !it.negated && it.values.texts().any(names));
    fence | if names_profile { PROFILE } else { 0 }
}

/// The test by which a statement denies models outside of some Regions, when it is the only one.
fn fence(stmt: &Statement) -> Option<&Test> {
    let action =
        stmt.action.as_ref().filter(|it| stmt.effect() == Some(Effect::Deny) && it.values.all_texts())?;
    let reaches = stmt.resource.as_ref().is_none_or(element::is_every_resource);
    let mut tests = element::tests(stmt);
    let (_, _, block, test) = tests.next()?;
    let is_fence = (block.is("StringNotEquals") || block.is("StringNotLike")) && test.is(REGION);
    let is_listed =
        |it: &Text| it.value.eq_ignore_ascii_case("unspecified") || pattern::has_wildcard(&it.value);
    let is_closed = test.values.all_texts() && !test.values.texts().any(is_listed);
    (reaches && is_fence && is_closed && tests.next().is_none() && element::covers_action(action, ACTION))
        .then_some(test)
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let is_known = marks.iter().any(|it| it.bits & PROFILE != 0);
    for at in marks.iter().filter(|it| it.bits & FENCE != 0).filter_map(|it| policy.statements.get(it.idx)) {
        let Some(test) = fence(at.statement) else { continue };
        let message = "This also denies calls by inference profiles that route to other Regions";
        let finding = acc.report(&RULE, test.key.range + at.start, message);
        if is_known {
            finding.severity(Severity::Warning);
        }
        let own = cx.text.slice(at.statement.range + at.start);
        let value = "\"arn:aws:bedrock:*:*:inference-profile/*\"";
        let edit = fix::condition::add_test(&own, at.statement, "ArnNotLikeIfExists", PROFILES, value);
        let edit = edit.map(|it| TextEdit { range: it.range + at.start, ..it });
        finding.fixes(edit.map(|it| Fix::suggested("Leave out calls by inference profiles", vec![it])));
    }
}
