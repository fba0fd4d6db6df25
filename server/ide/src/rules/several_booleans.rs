//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A `Bool` operator is given several values.
    ///
    /// ## Why it matters
    /// A Boolean is `true` or `false`, and a test of both tests nothing. AWS refuses the list.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "Bool": { "aws:SecureTransport": ["true", "false"] } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "Bool": { "aws:SecureTransport": "true" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Boolean>
    name: "several-booleans", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "INVALID_CONDITION_MULTIPLE_BOOLEAN",
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        if !block.is("Bool") || test.values.items.len() < 2 {
            continue;
        }
        let message = format!("`{}` is compared with several Booleans", short(&test.key.value));
        let finding = acc.report(&RULE, test.values.range, message);
        let mut seen: Vec<String> = Vec::new();
        for item in &test.values.items {
            let (Item::Text(text) | Item::Literal(text, _)) = item else { continue };
            let value = text.value.to_ascii_lowercase();
            if seen.contains(&value) || !matches!(&*value, "true" | "false") {
                continue;
            }
            let edit = TextEdit::replace(test.values.range, format!("\"{value}\""));
            finding.fix(Fix::suggested(format!("Keep `{value}`"), vec![edit]));
            seen.push(value);
        }
        if seen.len() == 2 {
            let removal = fix::condition::remove_test(stmt, block_idx, test_idx);
            finding.fixes(removal.map(|it| Fix::suggested("Remove the test", vec![it])));
        }
    }
}
