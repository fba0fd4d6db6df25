//! See [`RULE`].
use policy::model::Key;

use super::prelude::*;

rule! {
    /// A policy or a statement has a key that is not an element of the policy language.
    ///
    /// ## Why it matters
    /// IAM refuses keys it does not know, and compares their case: `action` is not `Action`.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Actions": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
    name: "unknown-element", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "INVALID_POLICY_ELEMENT",
    check: Both(check_statement, check_policy)
}

fn check_statement(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (idx, key) in stmt.keys.iter().enumerate() {
        let known = cx.catalog.element(&key.name);
        if known.is_some_and(|it| it.in_statement()) || is_filled_in(&key.name) {
            continue;
        }
        let names: Vec<&str> =
            cx.catalog.elements().filter(|it| it.in_statement()).map(|it| it.name()).collect();
        let place = known.map(|_| "a statement");
        let members: Vec<TextRange> = stmt.keys.iter().map(|it| it.member).collect();
        let removal = fix::remove_member(stmt.range, &members, idx);
        report(acc, key, place, free_name(&names, &stmt.keys, key), removal);
    }
}

fn check_policy(cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    for (idx, key) in policy.keys.iter().enumerate() {
        if &*key.name == "$schema" || is_filled_in(&key.name) {
            continue;
        }
        let known = cx.catalog.element(&key.name);
        if known.is_some_and(|it| !it.in_statement()) {
            continue;
        }
        let names: Vec<&str> =
            cx.catalog.elements().filter(|it| !it.in_statement()).map(|it| it.name()).collect();
        let place = known.map(|_| "the policy itself");
        let members: Vec<TextRange> = policy.keys.iter().map(|it| it.member).collect();
        let removal = fix::remove_member(policy.range, &members, idx);
        report(acc, key, place, free_name(&names, &policy.keys, key), removal);
    }
}

/// The nearest name that is not taken.
fn free_name<'a>(names: &[&'a str], keys: &[Key], key: &Key) -> Option<&'a str> {
    nearest(&key.name, names.iter().copied().filter(|name| !keys.iter().any(|it| &*it.name == *name)))
}

fn report(
    acc: &mut Findings,
    key: &Key,

    wrong_place: Option<&str>,
    near: Option<&str>,
    removal: Option<TextEdit>,
) {
    let name = short(&key.name);
    let message = match (wrong_place, near) {
        (Some(place), _) => format!("`{name}` does not belong in {place}"),
        (None, Some(near)) if near.eq_ignore_ascii_case(&key.name) => {
            format!("`{name}` must be written `{near}`")
        }
        (None, _) => format!("`{name}` is not an element of a policy"),
    };
    let finding = acc.report(&RULE, key.range, message);
    if let Some(near) = near.filter(|_| wrong_place.is_none()) {
        let edit = TextEdit::replace(key.range, format!("\"{near}\""));
        finding.fix(Fix::suggested(format!("Change to `{near}`"), vec![edit]));
    }
    finding.fixes(removal.map(|it| Fix::suggested(format!("Remove `{name}`"), vec![it])));
}
