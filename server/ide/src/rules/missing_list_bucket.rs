//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy for jobs allows reading the objects of a bucket, but not listing them.
    ///
    /// ## Why it matters
    /// The input of a training or processing job is mostly a prefix, and its objects are listed before they are read:
    /// without `s3:ListBucket` on the bucket the job fails. Another policy may allow it.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*" },
    ///  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::team-a-data/*" }]
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*" },
    ///  { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::team-a-data/*" },
    ///  { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::team-a-data" }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html>
    name: "missing-list-bucket", since: "0.1.0",
    severity: Info, group: Effect,
    check: Marked(mark, check)
}

const READS: u64 = 1;
const LISTS: u64 = 2;
const STARTS: u64 = 4;
const READ: &str = "s3:GetObject";
const LIST: &str = "s3:ListBucket";
const JOBS: [&str; 4] = [
    "sagemaker:CreateAutoMLJobV2",
    "sagemaker:CreateHyperParameterTuningJob",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
];

fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|_| stmt.effect() == Some(Effect::Allow)) else {
        return 0;
    };
    // What a template fills in may be it.
    let is_open = !action.values.all_texts() || action.values.texts().any(|it| is_filled_in(&it.value));
    if is_open || element::covers_action(action, LIST) {
        return LISTS;
    }
    let names =
        |name: &str| !action.negated && action.values.texts().any(|it| it.value.eq_ignore_ascii_case(name));
    let starts = JOBS.iter().any(|it| names(it));
    (u64::from(names(READ) && !buckets(stmt).is_empty()) * READS) | (u64::from(starts) * STARTS)
}

/// The buckets whose objects the statement is about.
fn buckets(stmt: &Statement) -> Vec<String> {
    let texts = stmt.resource.iter().filter(|it| !it.negated).flat_map(|it| it.values.texts());
    let arns = texts.filter_map(|it| {
        let (bucket, _) = it.value.split_once('/')?;
        let name = bucket.split_once(":s3:::")?.1;
        (!pattern::is_everything(name) && !name.is_empty() && !is_filled_in(&it.value))
            .then(|| bucket.to_owned())
    });
    let mut out: Vec<String> = arns.collect();
    out.dedup();
    out
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let has = |bit: u64| marks.iter().any(|it| it.bits & bit != 0);
    if policy.kind != PolicyKind::Identity || policy.form != Form::Policy || has(LISTS) || !has(STARTS) {
        return;
    }
    let Some(at) = marks.iter().find(|it| it.bits & READS != 0).and_then(|it| policy.statements.get(it.idx))
    else {
        return;
    };
    let Some(action) = &at.statement.action else { return };
    let Some(text) = action.values.texts().find(|it| it.value.eq_ignore_ascii_case(READ)) else { return };
    let message = "Jobs list their input before they read it, and no statement here allows `s3:ListBucket`";
    let finding = acc.report(&RULE, text.range + at.start, message);
    let quoted: Vec<String> =
        buckets(at.statement).iter().map(|it| format!("\"{}\"", fix::escape(it))).collect();
    let resource = match quoted.as_slice() {
        [only] => only.clone(),
        all => format!("[{}]", all.join(", ")),
    };
    let statement = format!("{{ \"Effect\": \"Allow\", \"Action\": \"{LIST}\", \"Resource\": {resource} }}");
    let edit = fix::add_statement(cx.text, policy, &statement);
    finding.fixes(edit.map(|it| Fix::suggested("Allow listing the objects", vec![it])));
}
