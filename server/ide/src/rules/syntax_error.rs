//! See [`RULE`].
use syntax::{SyntaxError, SyntaxErrorKind};

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

/// The edit that makes JSON of it, where it is plain which one.
pub fn mend(error: &SyntaxError, text: &syntax::Text) -> Option<Fix> {
    match error.kind {
        SyntaxErrorKind::TrailingComma => {
            Some(Fix::suggested("Remove the comma", vec![TextEdit::delete(error.range)]))
        }
        SyntaxErrorKind::MissingComma if goes_on(text, error.range) => {
            Some(Fix::suggested("Put a comma there", vec![TextEdit::insert(error.range.start, ",")]))
        }
        _ => None,
    }
}

/// Whether a string, an object or a list follows: what else stands there may not be a value at all.
fn goes_on(text: &syntax::Text, range: TextRange) -> bool {
    /// More white space than anybody leaves between two elements.
    const AHEAD: u32 = 400;
    let end = text.len().min(range.end + AHEAD);
    let next = text.slice(TextRange::new(range.end, end));
    next.trim_start().starts_with(['"', '{', '['])
}
