//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition operator has one key twice, in different case.
    ///
    /// ## Why it matters
    /// IAM ignores the case of condition keys, so both are the same key, and it refuses the policy.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalTag/team": "a", "aws:principaltag/team": "b" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalTag/team": ["a", "b"] } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
    name: "duplicate-condition-key", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for block in stmt.condition.iter().flat_map(|it| &it.blocks) {
        for (idx, test) in block.tests.iter().enumerate().skip(1) {
            let same = |it: &&Test| it.is(&test.key.value) && it.key.value != test.key.value;
            let Some(first) = block.tests.iter().take(idx).find(same) else { continue };
            let message =
                format!("`{}` and `{}` are the same key", short(&first.key.value), short(&test.key.value));
            let finding = acc.report(&RULE, test.key.range, message);
            finding.related(first.key.range, "It is given here first");
            let members: Vec<TextRange> = block.tests.iter().map(|it| it.member).collect();
            let Some(removal) = fix::remove_member(block.member, &members, idx) else { continue };
            if first.values.all_texts() && test.values.all_texts() {
                let mut values: Vec<String> = Vec::new();
                for text in first.values.texts().chain(test.values.texts()) {
                    if !values.iter().any(|it| **it == *text.value) {
                        values.push(text.value.to_string());
                    }
                }
                let merged = fix::replace_values(cx.text, &first.values, &values);
                finding.fix(Fix::suggested("Merge both into one list", vec![merged, removal.clone()]));
            }
            finding.fix(Fix::suggested("Remove the second", vec![removal]));
        }
    }
}
