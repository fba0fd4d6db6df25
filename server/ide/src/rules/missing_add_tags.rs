//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy allows making things in SageMaker, but not with tags.
    ///
    /// ## Why it matters
    /// A request that makes something with tags also needs `sagemaker:AddTags`. Studio, Pipelines and Step Functions tag
    /// what they make, so their requests fail without it.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateExperiment", "Resource": "arn:aws:sagemaker:*:*:experiment/*" }
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": "sagemaker:CreateExperiment", "Resource": "arn:aws:sagemaker:*:*:experiment/*" },
    ///  { "Effect": "Allow", "Action": "sagemaker:AddTags", "Resource": "arn:aws:sagemaker:*:*:experiment/*",
    ///    "Condition": { "Null": { "sagemaker:TaggingAction": "false" } } }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html#grant-tagging-permissions>
    name: "missing-add-tags", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Marked(mark, check)
}

const CREATES: u64 = 1;
const TAGS: u64 = 2;
const ADD_TAGS: &str = "sagemaker:AddTags";

/// Whether the statement allows making something in SageMaker, and whether it says anything of tags.
fn mark(stmt: &Statement) -> u64 {
    let Some(action) = &stmt.action else { return 0 };
    // A Deny of tags is a decision about them.
    let is_open = !action.values.all_texts() || action.values.texts().any(|it| is_filled_in(&it.value));
    if is_open || element::covers_action(action, ADD_TAGS) {
        return TAGS;
    }
    if stmt.effect() == Some(Effect::Allow) && creating(stmt).next().is_some() { CREATES } else { 0 }
}

/// The actions, named one by one, that take tags.
fn creating(stmt: &Statement) -> impl Iterator<Item = usize> {
    element::exact_actions(catalog::catalog(), stmt).filter_map(|(idx, it)| {
        let tags = |it: catalog::Action| it.service().prefix() == "sagemaker" && it.name() == "AddTags";
        let creates = it.service().prefix() == "sagemaker" && it.name().starts_with("Create");
        (creates && it.dependent_actions().any(tags)).then_some(idx)
    })
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let tags = marks.iter().any(|it| it.bits & TAGS != 0);
    if policy.kind != PolicyKind::Identity || policy.form != Form::Policy || tags {
        return;
    }
    let Some(at) =
        marks.iter().find(|it| it.bits & CREATES != 0).and_then(|it| policy.statements.get(it.idx))
    else {
        return;
    };
    let Some(idx) = creating(at.statement).next() else { return };
    let Some(item) = at.statement.action.as_ref().and_then(|it| it.values.items.get(idx)) else { return };
    let message = format!("No statement here allows `{ADD_TAGS}`, which a request with tags also needs");
    let finding = acc.report(&RULE, item.range() + at.start, message);
    let statement = format!(
        "{{ \"Effect\": \"Allow\", \"Action\": \"{ADD_TAGS}\", \"Resource\": \"arn:aws:sagemaker:*:*:*/*\", \
         \"Condition\": {{ \"Null\": {{ \"sagemaker:TaggingAction\": \"false\" }} }} }}"
    );
    let edit = fix::add_statement(cx.text, policy, &statement);
    finding.fixes(edit.map(|it| Fix::suggested("Allow tags on what is made", vec![it])));
}
