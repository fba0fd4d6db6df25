//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A comment, or `ignore` in the configuration, keeps a rule quiet that has nothing to say there.
    ///
    /// ## Why it matters
    /// It stands there for the next finding, which nobody has seen and nobody has thought about.
    /// A misspelt name keeps nothing quiet.
    ///
    /// Of `ignore`, `accesslens check` says so where it has seen all files that the configuration is about.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// // accesslens-ignore unknown-action: the action is new
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// // accesslens-ignore unknown-action: the action is new
    /// { "Effect": "Allow", "Action": "s3:GetObjectSoon", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>: comments are not part of a
    /// policy.
    name: "unused-suppression", since: "0.1.0",
    severity: Hint, group: Structure,
    check: Built
}
