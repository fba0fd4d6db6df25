//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy allows one half of pulling a container image.
    ///
    /// ## Why it matters
    /// Pulling an image reads its manifest (`ecr:BatchGetImage`) and its layers (`ecr:GetDownloadUrlForLayer`). With one of
    /// the two, no image of a private repository starts. The registry's own policy may allow the other.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "ecr:BatchGetImage", "Resource": "arn:aws:ecr:eu-west-1:444455556666:repository/train" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    ///   "Resource": "arn:aws:ecr:eu-west-1:444455556666:repository/train" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html>
    name: "partial-pull", since: "0.1.0",
    severity: Info, group: Effect,
    check: Marked(mark, check)
}

const HALVES: [&str; 2] = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// A bit for each half that the statement allows, by name or by a pattern, and one that stands for both where a
/// template may fill it in.
fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|_| stmt.effect() == Some(Effect::Allow)) else {
        return 0;
    };
    if !action.values.all_texts() || action.values.texts().any(|it| is_filled_in(&it.value)) {
        return 3;
    }
    let bit = |n: usize| HALVES.get(n).is_some_and(|it| element::covers_action(action, it));
    u64::from(bit(0)) | u64::from(bit(1)) << 1
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let all = marks.iter().fold(0, |all, it| all | it.bits);
    let [image, layer] = HALVES;
    let (has, missing) = match all {
        1 => (image, layer),
        2 => (layer, image),
        _ => return,
    };
    if policy.kind != PolicyKind::Identity || policy.form != Form::Policy {
        return;
    }
    for at in marks.iter().filter_map(|it| policy.statements.get(it.idx)) {
        let Some(action) = &at.statement.action else { continue };
        let Some(text) = action.values.texts().find(|it| it.value.eq_ignore_ascii_case(has)) else {
            continue;
        };
        let message = format!("Pulling an image also takes `{missing}`, which is not allowed here");
        let finding = acc.report(&RULE, text.range + at.start, message);
        let own = cx.text.slice(at.statement.range + at.start);
        let edit = fix::add_item(&own, &action.values, missing);
        let edit = TextEdit { range: edit.range + at.start, ..edit };
        finding.fix(Fix::suggested(format!("Add `{missing}`"), vec![edit]));
        return;
    }
}
