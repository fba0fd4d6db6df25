//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy is written in the policy language of 2008.
    ///
    /// ## Why it matters
    /// Version 2008-10-17 still works, but policy variables are plain text in it: `${aws:username}` matches a
    /// resource of exactly that name.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Version": "2008-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }] }
    /// ```
    /// ```jsonc,clean
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
    name: "old-version", since: "0.1.0",
    severity: Hint, group: Structure,
    check: Policy(check)
}

fn check(_cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    let Some(version) = policy.version.as_ref().filter(|it| &*it.value == "2008-10-17") else { return };
    let message = "In version 2008-10-17, policy variables are plain text";
    acc.report(&RULE, version.range, message)
        .fix(Fix::suggested("Change to `2012-10-17`", vec![fix::replace_text(version, "2012-10-17")]));
}
