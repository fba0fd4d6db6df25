//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition compares the guardrail of a call with one that has no version.
    ///
    /// ## Why it matters
    /// The key holds the guardrail's ARN and, for all but the draft, a colon and the version. An ARN without a version
    /// matches calls with the draft only, so that an `Allow` does not allow, and a `Deny` does not spare, the versions that
    /// are in use.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"], "Resource": "*",
    ///   "Condition": { "StringNotEquals": { "bedrock:GuardrailIdentifier": "arn:aws:bedrock:us-east-1:444455556666:guardrail/abcd1234" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"], "Resource": "*",
    ///   "Condition": { "StringNotEquals": { "bedrock:GuardrailIdentifier": "arn:aws:bedrock:us-east-1:444455556666:guardrail/abcd1234:1" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html>
    name: "guardrail-draft", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Statement(check)
}

const KEY: &str = "bedrock:GuardrailIdentifier";

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, block, test) in element::tests(stmt).filter(|it| it.3.is(KEY)) {
        let is_draft = |it: &Text| {
            let id = it.value.split_once(":guardrail/").map(|it| it.1);
            id.is_some_and(|it| !it.contains(':') && !pattern::has_wildcard(it) && !is_filled_in(it))
        };
        let drafts: Vec<&Text> = test.values.texts().filter(|it| is_draft(it)).collect();
        let with_version = |draft: &Text| {
            test.values
                .texts()
                .any(|it| it.value.starts_with(&*draft.value) && it.value.len() > draft.value.len())
        };
        for text in drafts.into_iter().filter(|it| !with_version(it)) {
            let finding =
                acc.report(&RULE, text.range, "Without a version, this is the draft of the guardrail only");
            let is_text = block.is("StringLike") || block.is("StringNotLike");
            let is_arn = block.operator.base.to_ascii_lowercase().starts_with("arn");
            if is_text || is_arn {
                // What is added has wildcards, which these operators read.
                let edit = fix::add_item(cx.text, &test.values, &format!("{}:*", text.value));
                finding.fix(Fix::suggested("Add all versions of it", vec![edit]));
            }
        }
    }
}
