//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement does not say whether it allows or denies.
    ///
    /// ## Why it matters
    /// `Effect` has no default. IAM refuses a policy with a statement that lacks it.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html>
    name: "missing-effect", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "MISSING_EFFECT",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if cx.form == Form::Condition
        || stmt.key("Effect").is_some()
        || element::is_misspelt(&stmt.keys, "Effect")
    {
        return;
    }
    let finding = acc.report(&RULE, stmt.label_range(), "This statement has no `Effect`");
    for effect in ["Allow", "Deny"] {
        let edit = fix::insert_member(cx.text, stmt, 0, "Effect", &format!("\"{effect}\""));
        finding.fix(Fix::suggested(format!("Add `\"Effect\": \"{effect}\"`"), vec![edit]));
    }
}
