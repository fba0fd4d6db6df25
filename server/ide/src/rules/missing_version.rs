//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy does not say which version of the policy language it is written in.
    ///
    /// ## Why it matters
    /// Without `Version`, IAM reads the policy by the rules of 2008: policy variables such as `${aws:username}` are
    /// plain text, and newer features are refused.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }] }
    /// ```
    /// ```jsonc,clean
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
    name: "missing-version", since: "0.1.0",
    severity: Warning, group: Structure,
    access_analyzer: "MISSING_VERSION",
    check: Policy(check)
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    if policy.form != Form::Policy
        || policy.key("Version").is_some()
        || element::is_misspelt(&policy.keys, "Version")
    {
        return;
    }
    let brace = TextRange::new(policy.range.start, policy.range.start + 1);
    let message =
        "This policy has no `Version`, so IAM reads it as 2008-10-17, where variables are plain text";
    acc.report(&RULE, brace, message).fix(Fix::suggested(
        "Add `\"Version\": \"2012-10-17\"`",
        vec![fix::insert_policy_member(cx.text, policy, 0, "Version", "\"2012-10-17\"")],
    ));
}
