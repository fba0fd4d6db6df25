//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy has no statements.
    ///
    /// ## Why it matters
    /// What a policy grants or denies stands in its statements. IAM refuses a policy without any.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Version": "2012-10-17" }
    /// ```
    /// ```jsonc,clean
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html>
    name: "missing-statement", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "MISSING_STATEMENT",
    check: Policy(check)
}

const EMPTY: &str = "{ \"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\" }";

fn check(cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    if policy.form != Form::Policy || !policy.statements.is_empty() {
        return;
    }
    let Some(key) = policy.key("Statement") else {
        if element::is_misspelt(&policy.keys, "Statement") {
            return;
        }
        let brace = TextRange::new(policy.range.start, policy.range.start + 1);
        let edit =
            fix::insert_policy_member(cx.text, policy, policy.keys.len(), "Statement", &format!("[{EMPTY}]"));
        acc.report(&RULE, brace, "This policy has no `Statement`")
            .fix(Fix::suggested("Add a statement that denies everything", vec![edit]));
        return;
    };
    let Some(value) = key.value.filter(|_| key.json == Json::Array) else { return };
    if cx.text.slice(value.shrink(1)).trim().is_empty() {
        let edit = TextEdit::replace(value, format!("[{EMPTY}]"));
        acc.report(&RULE, value, "This policy has no statements")
            .code(None)
            .fix(Fix::suggested("Add a statement that denies everything", vec![edit]));
    }
}
