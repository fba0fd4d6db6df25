//! See [`RULE`].
use catalog::{Action, ConditionKey};

use super::prelude::*;
use policy::sent;

rule! {
    /// A condition tests a key that requests for some of the actions never carry.
    ///
    /// ## Why it matters
    /// A test of a key that is not in the request fails. An `Allow` never allows these actions, and a `Deny` never
    /// denies them.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["sagemaker:CreateEndpointConfig", "sagemaker:DescribeEndpointConfig"], "Resource": "*",
    ///   "Condition": { "Null": { "sagemaker:InstanceTypes": "false" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateEndpointConfig", "Resource": "*",
    ///   "Condition": { "Null": { "sagemaker:InstanceTypes": "false" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
    name: "key-not-sent", since: "0.1.0",
    severity: Error, group: Effect,
    check: Statement(check)
}

/// Services of which Access Analyzer is known to say so.
const TOLD: [&str; 4] = ["dynamodb", "kms", "s3", "sts"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let (Some(condition), Some(element)) = (&stmt.condition, &stmt.action) else { return };
    let mut told: Vec<ConditionKey> = Vec::new();
    for (block_idx, block) in condition.blocks.iter().enumerate() {
        for (test_idx, test) in block.tests.iter().enumerate() {
            if !sent::needs_key(cx.catalog, block, test) {
                continue;
            }
            let Some(key) = cx.catalog.condition_key(&test.key.value) else { continue };
            if told.contains(&key) {
                continue;
            }
            let without: Vec<(usize, Action)> = element::exact_actions(cx.catalog, stmt)
                .filter(|(_, it)| sent::is_never_sent(*it, key))
                .collect();
            if without.is_empty() {
                continue;
            }
            told.push(key);
            report(cx, stmt, element, (block_idx, test_idx), test, &without, acc);
        }
    }
}

fn report(
    cx: &RuleCx<'_>,
    stmt: &Statement,
    element: &Element,
    (block_idx, test_idx): (usize, usize),
    test: &Test,
    without: &[(usize, Action)],
    acc: &mut Findings,
) {
    let names: Vec<&str> = without.iter().map(|(_, it)| it.name()).collect();
    let is_certain = cx.catalog.condition_key(&test.key.value).is_some_and(sent::is_list_complete);
    let is_told = |(_, it): &(usize, Action)| TOLD.contains(&it.service().prefix());
    let is_told = without.iter().any(is_told);
    let (verb, severity) = match stmt.effect() {
        Some(Effect::Allow) if is_certain => ("allows", Severity::Error),
        Some(Effect::Allow) if !is_told => ("allows", Severity::Info),
        Some(Effect::Allow) => ("allows", Severity::Warning),
        Some(Effect::Deny) => ("denies", Severity::Warning),
        None => return,
    };
    let (send, it) = if names.len() == 1 { ("sends", "it") } else { ("send", "them") };
    let key = short(&test.key.value);
    let names = list(&names);
    let message = if is_certain {
        format!("{names} never {send} `{key}`, so this statement never {verb} {it}")
    } else {
        format!("AWS does not list `{key}` for {names}: without the key, this statement never {verb} {it}")
    };
    let finding = acc.report(&RULE, test.key.range, message).severity(severity);
    if is_told {
        finding.code(Some("UNSUPPORTED_ACTION_FOR_CONDITION_KEY"));
    }
    for (idx, _) in without {
        if let Some(item) = element.values.items.get(*idx) {
            finding.related(item.range(), "Requests for this do not carry the key");
        }
    }
    let gone: Vec<usize> = without.iter().map(|(idx, _)| *idx).collect();
    let removal = fix::condition::remove_test(stmt, block_idx, test_idx);
    if cx.in_list
        && let Some(removal) = &removal
        && let Some(edits) =
            fix::split_statement(cx.text, stmt, element, &gone, std::slice::from_ref(removal))
    {
        let title = format!("Move {names} to a statement without the condition");
        finding.fix(Fix::suggested(title, edits));
    }
    if let Some(edits) = fix::remove_items(&element.values, &gone) {
        finding.fix(Fix::suggested(format!("Remove {names}"), edits));
    } else if let Some(removal) = removal {
        finding
            .fix(Fix::suggested(format!("Remove the test of `{}`", short(&test.key.value)), vec![removal]));
    }
}
