//! See [`RULE`].
use catalog::Action;

use super::prelude::*;

rule! {
    /// A policy allows starting jobs and what only the role of a job does.
    ///
    /// ## Why it matters
    /// Whoever starts a job needs to start it and to pass it a role; the role reads the data and writes the log. In one
    /// policy, each of the two has what only the other needs. Notebooks that start jobs in their own role do want both, so
    /// the rule is off until asked for.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*" },
    ///  { "Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*" }]
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html>
    name: "mixed-principals", since: "0.1.0",
    severity: Hint, group: Effect,
    default: Off,
    check: Marked(mark, check)
}

const STARTS: u64 = 1;
const WRITES: u64 = 2;
const LOG: &str = "logs:PutLogEvents";

fn mark(stmt: &Statement) -> u64 {
    if stmt.effect() != Some(Effect::Allow) {
        return 0;
    }
    let is_log = |it: &Text| it.value.eq_ignore_ascii_case(LOG);
    let writes = stmt.action.as_ref().is_some_and(|it| !it.negated && it.values.texts().any(is_log));
    (u64::from(job(stmt).is_some()) * STARTS) | (u64::from(writes) * WRITES)
}

/// The first action, named one by one, that starts a job.
fn job(stmt: &Statement) -> Option<(usize, Action)> {
    element::exact_actions(catalog::catalog(), stmt).find(|(_, it)| {
        it.service().prefix() == "sagemaker" && it.name().starts_with("Create") && it.name().ends_with("Job")
    })
}

fn check(_cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let with = |bit: u64| {
        let found = marks.iter().find(|it| it.bits & bit != 0);
        found.and_then(|it| policy.statements.get(it.idx))
    };
    let (Some(starts), Some(writes)) = (with(STARTS), with(WRITES)) else { return };
    if policy.kind != PolicyKind::Identity || policy.form != Form::Policy {
        return;
    }
    let texts = writes.statement.action.iter().flat_map(|it| it.values.texts());
    let Some(text) = texts.into_iter().find(|it| it.value.eq_ignore_ascii_case(LOG)) else { return };
    let Some((idx, action)) = job(starts.statement) else { return };
    let message = format!("This is for the role of a job; `{}` is for whoever starts it", action.name());
    let finding = acc.report(&RULE, text.range + writes.start, message);
    let item = starts.statement.action.as_ref().and_then(|it| it.values.items.get(idx));
    if let Some(item) = item {
        finding.related(item.range() + starts.start, "Whoever starts it needs this");
    }
}
