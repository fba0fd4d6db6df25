//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement limits which attributes of an item can be read, but not that some must be named.
    ///
    /// ## Why it matters
    /// `dynamodb:Attributes` holds the attributes that a request names. One that names none gets all of them, unless
    /// `dynamodb:Select` has to be `SPECIFIC_ATTRIBUTES`.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*", "Condition": {
    ///   "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id"] } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*", "Condition": {
    ///   "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id"] },
    ///   "StringEqualsIfExists": { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>
    name: "attributes-without-select", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if stmt.effect() != Some(Effect::Allow) || element::has_test(stmt, &["dynamodb:Select"]) {
        return;
    }
    let mut tests = element::tests(stmt).filter(|(_, _, block, _)| !block.is("Null"));
    let Some((_, _, _, test)) = tests.find(|(_, _, _, it)| it.is("dynamodb:Attributes")) else { return };
    let message = "A request that names no attributes gets them all: `dynamodb:Select` is not limited";
    let finding = acc.report(&RULE, test.key.range, message);
    let edit = fix::condition::add_test(
        cx.text,
        stmt,
        "StringEqualsIfExists",
        "dynamodb:Select",
        "\"SPECIFIC_ATTRIBUTES\"",
    );
    finding.fixes(edit.map(|it| Fix::suggested("Ask for `SPECIFIC_ATTRIBUTES`", vec![it])));
}
