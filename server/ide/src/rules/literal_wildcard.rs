//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A wildcard stands in a value that is compared as it is written.
    ///
    /// ## Why it matters
    /// `StringEquals` has no wildcards: `admin-*` matches a value that ends with a star, and nothing else.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalTag/job": "admin-*" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringLike": { "aws:PrincipalTag/job": "admin-*" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String>
    name: "literal-wildcard", since: "0.1.0",
    severity: Warning, group: Effect,
    access_analyzer: "WILDCARD_WITHOUT_LIKE_OPERATOR",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = &stmt.condition else { return };
    for (block_idx, block) in condition.blocks.iter().enumerate() {
        let like = match () {
            () if block.is("StringEquals") => "StringLike",
            () if block.is("StringNotEquals") => "StringNotLike",
            () => continue,
        };
        for (test_idx, test) in block.tests.iter().enumerate() {
            let Some((text, at)) = test.values.texts().find_map(|it| Some((it, wildcard(&it.value)?))) else {
                continue;
            };
            let name = block.operator.with_base(like);
            let wild = text.value.get(at..at + 1).unwrap_or_default();
            let message =
                format!("`{}` compares as written, so `{wild}` is no wildcard here", block.operator.base);
            let finding = acc.report(&RULE, text.range, message);
            let edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, &name);
            finding.fixes(edits.map(|it| Fix::suggested(format!("Compare with `{name}`"), it)));
        }
    }
}

/// Where the first wildcard is that is not in a variable: `${*}` stands for a star.
fn wildcard(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut before = ' ';
    for (at, it) in text.char_indices() {
        match it {
            '{' if before == '$' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '*' | '?' if depth == 0 => return Some(at),
            _ => {}
        }
        before = it;
    }
    None
}
