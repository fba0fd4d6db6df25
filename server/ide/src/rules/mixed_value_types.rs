//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition key is compared with values of different JSON types.
    ///
    /// ## Why it matters
    /// AWS reads all values of a key as one type. A number or a Boolean among strings is not read as its text.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalTag/level": ["1", 2] } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalTag/level": ["1", "2"] } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
    name: "mixed-value-types", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "INVALID_CONDITION_DATA_TYPE",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, _, test) in element::tests(stmt) {
        let items = &test.values.items;
        let literals: Vec<(TextRange, Json)> = items
            .iter()
            .filter_map(
                |it| if let Item::Literal(text, json) = it { Some((text.range, *json)) } else { None },
            )
            .collect();
        let Some((first, json)) = literals.first().copied() else { continue };
        let has_text = items.iter().any(|it| matches!(it, Item::Text(_)));
        if !has_text && literals.iter().all(|(_, it)| *it == json) {
            continue;
        }
        let finding =
            acc.report(&RULE, first, format!("`{}` has values of different types", short(&test.key.value)));
        for (range, _) in literals.iter().skip(1) {
            finding.related(*range, "This too");
        }
        let quote = |(range, _): &(TextRange, Json)| {
            TextEdit::replace(*range, format!("\"{}\"", fix::slice(cx.text, *range)))
        };
        finding.fix(Fix::suggested("Put them in quotes", literals.iter().map(quote).collect::<Vec<_>>()));
    }
}
