//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A `Deny` compares several keys by one negated operator, and denies only what differs in all of them.
    ///
    /// ## Why it matters
    /// All tests of a condition must hold. A request that meets one of the values is not denied, whatever the other keys
    /// are. To deny what differs in any of them, each key needs a `Deny` of its own.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "bedrock:InvokeModel", "Resource": "*",
    ///   "Condition": { "StringNotEquals": { "aws:PrincipalTag/team": "ml", "aws:RequestedRegion": "eu-west-1" } } }
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Deny", "Action": "bedrock:InvokeModel", "Resource": "*",
    ///    "Condition": { "StringNotEquals": { "aws:PrincipalTag/team": "ml" } } },
    ///  { "Effect": "Deny", "Action": "bedrock:InvokeModel", "Resource": "*",
    ///    "Condition": { "StringNotEquals": { "aws:RequestedRegion": "eu-west-1" } } }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>
    name: "joint-negation", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = stmt.condition.as_ref().filter(|_| stmt.effect() == Some(Effect::Deny)) else {
        return;
    };
    for (block_idx, block) in condition.blocks.iter().enumerate() {
        let is_negated = cx.catalog.operator(&block.operator.base).is_some_and(|it| it.negated());
        // With `IfExists` somebody has thought of which keys a request has, as guards of networks do.
        if !is_negated || block.operator.if_exists || block.operator.quantifier.is_some() {
            continue;
        }
        let [first, rest @ ..] = block.tests.as_slice() else { continue };
        if rest.is_empty() {
            continue;
        }
        let names: Vec<String> = block.tests.iter().map(|it| short(&it.key.value)).collect();
        let message = format!("This denies only what differs in {}", both(&names));
        let finding = acc.report(&RULE, block.name.range, message);
        finding.related(first.key.range, "One key");
        for test in rest {
            finding.related(test.key.range, "Another key");
        }
        if let ([_, _], true) = (block.tests.as_slice(), cx.in_list) {
            let apart = fix::condition::remove_test(stmt, block_idx, 0)
                .zip(fix::condition::remove_test(stmt, block_idx, 1));
            finding.fixes(apart.map(|(first, second)| {
                let mut edits = fix::named_copy(cx.text, stmt, &[first]);
                edits.list.push(second);
                Fix::suggested("Deny what differs in either, by two statements", edits)
            }));
        }
    }
}

fn both(names: &[String]) -> String {
    let all = if names.len() == 2 { "both " } else { "all of " };
    format!("{all}{}", list(names))
}
