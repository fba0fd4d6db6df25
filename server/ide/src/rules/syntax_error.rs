//! See [`RULE`].
use super::prelude::*;

rule! {
    /// The text is not JSON here.
    ///
    /// ## Why it matters
    /// IAM takes a policy only as a whole: one missing comma, and nothing of it is accepted.
    /// The rest of the document is read and checked all the same.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets" "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
    name: "syntax-error", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "JSON_SYNTAX_ERROR",
    check: Built
}
