//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A `Deny` of tagging also stops what is made with tags.
    ///
    /// ## Why it matters
    /// Making a resource with tags asks for `sagemaker:AddTags` too. Studio, Pipelines and others always tag what they make,
    /// so a `Deny` of it makes their requests fail. `sagemaker:TaggingAction` tells the two apart.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Action": "sagemaker:*", "Resource": "*" },
    ///  { "Effect": "Deny", "Action": ["sagemaker:AddTags", "sagemaker:DeleteTags"], "Resource": "*" }]
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": "sagemaker:*", "Resource": "*" },
    ///  { "Effect": "Deny", "Action": ["sagemaker:AddTags", "sagemaker:DeleteTags"], "Resource": "*",
    ///    "Condition": { "Null": { "sagemaker:TaggingAction": "true" } } }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html#grant-tagging-permissions>
    name: "tags-denied", since: "0.1.0",
    severity: Warning, group: Effect,
    check: Marked(mark, check)
}

const DENIES: u64 = 1;
const CREATES: u64 = 2;
const ADD_TAGS: &str = "sagemaker:AddTags";

/// Whether the statement denies tags always, and whether it allows making something.
fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated) else { return 0 };
    match stmt.effect() {
        Some(Effect::Deny) => {
            let named = action.values.texts().any(|it| it.value.eq_ignore_ascii_case(ADD_TAGS));
            let everything = stmt.resource.as_ref().is_some_and(element::is_every_resource);
            if named && everything && element::is_unconditional(stmt) { DENIES } else { 0 }
        }
        Some(Effect::Allow) => {
            let creates = |it: &Text| {
                let name = it.value.to_ascii_lowercase();
                name == "*" || name.starts_with("sagemaker:*") || name.starts_with("sagemaker:create")
            };
            if action.values.texts().any(creates) { CREATES } else { 0 }
        }
        None => 0,
    }
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if !marks.iter().any(|it| it.bits == CREATES) {
        return;
    }
    for at in marks.iter().filter(|it| it.bits == DENIES).filter_map(|it| policy.statements.get(it.idx)) {
        let stmt = &at.statement;
        let named = stmt.action.iter().flat_map(|it| it.values.texts());
        let Some(text) = named.into_iter().find(|it| it.value.eq_ignore_ascii_case(ADD_TAGS)) else {
            continue;
        };
        let message = "This also denies making things with tags, which Studio and Pipelines always do";
        let finding = acc.report(&RULE, text.range + at.start, message);
        let own = cx.text.slice(stmt.range + at.start);
        let edit = fix::condition::add_test(&own, stmt, "Null", "sagemaker:TaggingAction", "\"true\"");
        finding.fixes(edit.map(|it| {
            let edit = TextEdit { range: it.range + at.start, ..it };
            Fix::suggested("Deny tagging what is there only", vec![edit])
        }));
    }
}
