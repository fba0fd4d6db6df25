//! See [`RULE`].
use catalog::Action;

use super::prelude::*;

rule! {
    /// A policy lets jobs run without any limit on their network, their keys and their instances.
    ///
    /// ## Why it matters
    /// A job runs in a role, on code of whoever starts it. Without network isolation or a VPC it can send what it reads
    /// anywhere, without a key of yours its volumes are encrypted with one of AWS, and without a limit on instances it may
    /// cost what it likes. Not everybody guards all jobs in this way, so the rule is off until asked for.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "arn:aws:sagemaker:*:444455556666:training-job/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "arn:aws:sagemaker:*:444455556666:training-job/*",
    ///   "Condition": { "Bool": { "sagemaker:NetworkIsolation": "true" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html>
    name: "unguarded-job", since: "0.1.0",
    severity: Info, group: Security,
    default: Off,
    check: Marked(mark, check)
}

const ISOLATION: &str = "sagemaker:NetworkIsolation";
const GUARDS: [&str; 4] =
    [ISOLATION, "sagemaker:VpcSubnets", "sagemaker:VolumeKmsKeyArn", "sagemaker:InstanceTypes"];

const OPEN: u64 = 1;
const GUARDED: u64 = 2;

/// Whether the statement allows jobs without a guard, and whether it denies those without one.
fn mark(stmt: &Statement) -> u64 {
    let has_guard = element::has_test(stmt, &GUARDS);
    match stmt.effect() {
        Some(Effect::Deny) if has_guard => GUARDED,
        Some(Effect::Allow) if !has_guard && jobs(stmt).next().is_some() => OPEN,
        Some(_) | None => 0,
    }
}

/// The actions, named one by one, of which requests can carry all of the guards.
fn jobs(stmt: &Statement) -> impl Iterator<Item = (usize, Action)> {
    let catalog = catalog::catalog();
    let keys = GUARDS.map(|it| catalog.condition_key(it));
    element::exact_actions(catalog, stmt).filter(move |(_, action)| {
        action.name().starts_with("Create") && keys.iter().all(|it| it.is_some_and(|it| action.lists_key(it)))
    })
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    // A `Deny` that asks for a guard guards all that is allowed.
    if policy.kind != PolicyKind::Identity || marks.iter().any(|it| it.bits & GUARDED != 0) {
        return;
    }
    for at in marks.iter().filter_map(|it| policy.statements.get(it.idx)) {
        let Some(action) = &at.statement.action else { continue };
        let jobs: Vec<(usize, Action)> = jobs(at.statement).collect();
        let Some(item) = jobs.first().and_then(|(idx, _)| action.values.items.get(*idx)) else { continue };
        let names: Vec<&str> = jobs.iter().map(|(_, it)| it.name()).collect();
        let (run, own) = if names.len() == 1 { ("runs", "its") } else { ("run", "their") };
        let message = format!("{} {run} without a limit on {own} network, keys and instances", list(&names));
        let finding = acc.report(&RULE, item.range() + at.start, message);
        let text = cx.text.slice(at.statement.range + at.start);
        let idxs: Vec<usize> = jobs.iter().map(|(idx, _)| *idx).collect();
        let in_list = policy.key("Statement").is_some_and(|it| it.json == Json::Array);
        for (title, operator, key, value) in [
            ("Require network isolation", "Bool", ISOLATION, "\"true\""),
            ("Require a VPC", "Null", "sagemaker:VpcSubnets", "\"false\""),
            ("Require a key for volumes", "Null", "sagemaker:VolumeKmsKeyArn", "\"false\""),
        ] {
            let Some(edit) = fix::condition::add_test(&text, at.statement, operator, key, value) else {
                continue;
            };
            if idxs.len() == action.values.items.len() {
                let edit = TextEdit { range: edit.range + at.start, ..edit };
                finding.fix(Fix::suggested(title, vec![edit]));
            } else if in_list
                && let Some(edits) = fix::split_statement(&text, at.statement, action, &idxs, &[edit])
            {
                finding.fix(Fix::suggested(
                    format!("{title}, in a statement of its own"),
                    edits.behind(at.start),
                ));
            }
        }
    }
}
