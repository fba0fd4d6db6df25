//! See [`RULE`].
use super::prelude::*;

rule! {
    /// `Version` is not one of the two versions of the policy language.
    ///
    /// ## Why it matters
    /// `Version` names the language, not the revision of your policy. IAM knows 2012-10-17 and 2008-10-17 and refuses
    /// every other date.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Version": "2026-01-01", "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }] }
    /// ```
    /// ```jsonc,clean
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
    name: "invalid-version", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "INVALID_VERSION",
    check: Policy(check)
}

fn check(_cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    let Some(version) = &policy.version else { return };
    if matches!(&*version.value, "2012-10-17" | "2008-10-17") || is_filled_in(&version.value) {
        return;
    }
    let message = format!("`{}` is not a version of the policy language", short(&version.value));
    acc.report(&RULE, version.range, message)
        .fix(Fix::suggested("Change to `2012-10-17`", vec![fix::replace_text(version, "2012-10-17")]));
}
