//! See [`RULE`].
use policy::condition::Quantifier;

use super::prelude::*;

rule! {
    /// A list, an object or a name that must say something is empty.
    ///
    /// ## Why it matters
    /// A statement with no actions or no resources does nothing, and an empty condition tests nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": [], "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
    name: "empty-element", since: "0.1.0",
    severity: Warning, group: Structure,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if let Some(sid) = stmt.sid.as_ref().filter(|it| it.value.is_empty()) {
        let removal = fix::condition::remove_element(stmt, "Sid");
        acc.report(&RULE, sid.range, "This `Sid` is empty")
            .severity(Severity::Info)
            .code(Some("EMPTY_SID_VALUE"))
            .fixes(removal.map(|it| Fix::safe("Remove `Sid`", vec![it])));
    }
    let elements = [
        (&stmt.action, "actions", "EMPTY_ARRAY_ACTION"),
        (&stmt.resource, "resources", "EMPTY_ARRAY_RESOURCE"),
    ];
    for (element, what, code) in elements {
        let Some(values) = element.as_ref().map(|it| &it.values).filter(|it| is_empty_list(it)) else {
            continue;
        };
        acc.report(&RULE, values.range, format!("This list has no {what}, so the statement does nothing"))
            .code(Some(code));
    }
    principal(stmt, acc);
    condition(cx, stmt, acc);
}

fn principal(stmt: &Statement, acc: &mut Findings) {
    let Some(principal) = &stmt.principal else { return };
    let PrincipalValue::Typed(entries) = &principal.value else { return };
    if entries.is_empty() {
        acc.report(&RULE, principal.range, "This `Principal` names nobody")
            .code(Some("EMPTY_OBJECT_PRINCIPAL"));
    }
    for values in entries.iter().map(|it| &it.values).filter(|it| is_empty_list(it)) {
        acc.report(&RULE, values.range, "This list names nobody").code(Some("EMPTY_ARRAY_PRINCIPAL"));
    }
}

fn condition(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = &stmt.condition else { return };
    let is_bare = |range: TextRange| fix::slice(cx.text, range.shrink(1)).trim().is_empty();
    if condition.blocks.is_empty() && condition.wrong.is_empty() && is_bare(condition.range) {
        let removal = fix::condition::remove_element(stmt, "Condition");
        acc.report(&RULE, condition.range, "This `Condition` tests nothing")
            .code(Some("EMPTY_OBJECT_CONDITION"))
            .fixes(removal.map(|it| Fix::safe("Remove `Condition`", vec![it])));
    }
    for (idx, block) in condition.blocks.iter().enumerate() {
        if block.tests.is_empty() && block.wrong.is_none() {
            let name = short(&block.name.value);
            let removal = fix::condition::remove_block(stmt, idx);
            acc.report(&RULE, block.name.range, format!("`{name}` tests no key"))
                .code(Some("EMPTY_OBJECT_CONDITION"))
                .fixes(removal.map(|it| Fix::safe(format!("Remove `{name}`"), vec![it])));
        }
        for (test_idx, test) in block.tests.iter().enumerate().filter(|(_, it)| is_empty_list(&it.values)) {
            let (message, code) = match (block.operator.quantifier, block.operator.if_exists) {
                (Some(Quantifier::ForAllValues), _) => (
                    "This list has no values, so only a request without the key matches",
                    "EMPTY_ARRAY_CONDITION_FORALLVALUES",
                ),
                (Some(Quantifier::ForAnyValue), _) => {
                    ("This list has no values, so no request matches", "EMPTY_ARRAY_CONDITION_FORANYVALUE")
                }
                (None, true) => (
                    "This list has no values, so only a request without the key matches",
                    "EMPTY_ARRAY_CONDITION_IFEXISTS",
                ),
                (None, false) => ("This list has no values to compare with", "EMPTY_ARRAY_CONDITION"),
            };
            let removal = fix::condition::remove_test(stmt, idx, test_idx);
            let title = format!("Remove `{}`", short(&test.key.value));
            acc.report(&RULE, test.values.range, message)
                .code(Some(code))
                .fixes(removal.map(|it| Fix::suggested(title, vec![it])));
        }
    }
}

fn is_empty_list(values: &Values) -> bool {
    values.is_list && values.items.is_empty()
}
