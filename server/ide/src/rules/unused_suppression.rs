//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A comment keeps a rule quiet that has nothing to say there, or that does not exist.
    ///
    /// ## Why it matters
    /// It stands there for the next finding, which nobody has seen and nobody has thought about.
    /// A misspelt name keeps nothing quiet.
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
