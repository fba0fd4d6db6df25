//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A pattern that matches everything only tests whether the key is there.
    ///
    /// ## Why it matters
    /// `StringLike` with `*` holds for every value and fails without the key; `StringNotLike` with `*` holds only
    /// without it. `Null` says the same and cannot be misread.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:GetAgent", "Resource": "*",
    ///   "Condition": { "StringLike": { "aws:ResourceTag/team": "*" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:GetAgent", "Resource": "*",
    ///   "Condition": { "Null": { "aws:ResourceTag/team": "false" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null>
    name: "presence-test", since: "0.1.0",
    severity: Hint, group: Effect,
    access_analyzer: "EQUIVALENT_TO_NULL_FALSE",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = &stmt.condition else { return };
    for (block_idx, block) in condition.blocks.iter().enumerate() {
        let operator = &block.operator;
        if operator.quantifier.is_some() || operator.unknown_prefix.is_some() || operator.if_exists {
            continue;
        }
        let (when, null, code) = match () {
            () if block.is("StringLike") => ("is there", "false", "EQUIVALENT_TO_NULL_FALSE"),
            () if block.is("StringNotLike") => ("is absent", "true", "EQUIVALENT_TO_NULL_TRUE"),
            () => continue,
        };
        for (test_idx, test) in block.tests.iter().enumerate() {
            let Some(star) = test.values.texts().find(|it| pattern::is_everything(&it.value)) else {
                continue;
            };
            let message = format!("This only tests whether `{}` {when}", short(&test.key.value));
            let finding = acc.report(&RULE, star.range, message).code(Some(code));
            let removal = fix::condition::remove_test(stmt, block_idx, test_idx);
            let value = format!("\"{null}\"");
            let same = format!("Test `Null` instead: `{null}`");
            // The block, or the whole condition, goes with its last key: then the new test takes its place.
            if block.tests.len() == 1 {
                let taken = condition.blocks.iter().any(|it| it.is("Null"));
                if !taken {
                    let edits = vec![
                        TextEdit::replace(block.name.content, "Null"),
                        TextEdit::replace(test.values.range, value),
                    ];
                    finding.fix(Fix::suggested(same, edits));
                    continue;
                }
            }
            let addition = fix::condition::add_test(cx.text, stmt, "Null", &test.key.value, &value);
            finding.fixes(removal.zip(addition).map(|(gone, new)| Fix::suggested(same, vec![gone, new])));
        }
    }
}
