//! See [`RULE`].
use catalog::{Action, ConditionKey, Service, ValueType};

use super::prelude::*;
use policy::sent;

rule! {
    /// A condition on tags stands over actions whose requests carry none.
    ///
    /// ## Why it matters
    /// A request on a resource without tags carries no `aws:ResourceTag`, and one that neither makes nor tags anything no
    /// `aws:RequestTag` and no `aws:TagKeys`, so the test fails. The statement never allows it.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["sagemaker:DescribeModel", "sagemaker:ListAssociations"], "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:ResourceTag/team": "ml" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:DescribeModel", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:ResourceTag/team": "ml" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag>
    name: "tag-not-sent", since: "0.1.0",
    severity: Warning, group: Effect,
    access_analyzer: "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let (Some(condition), Some(element)) = (&stmt.condition, &stmt.action) else { return };
    let Some(effect) = stmt.effect() else { return };
    for (block_idx, block) in condition.blocks.iter().enumerate() {
        let is_null =
            cx.catalog.operator(&block.operator.base).is_none_or(|it| it.value_type() == ValueType::Null);
        for (test_idx, test) in block.tests.iter().enumerate() {
            let is_tag =
                test.key.value.get(..16).is_some_and(|it| it.eq_ignore_ascii_case("aws:ResourceTag/"));
            let is_of_request = is_of_request(test) && effect == Effect::Allow && !element.negated;
            if !(is_tag || is_of_request) || is_null || !sent::needs_key(cx.catalog, block, test) {
                continue;
            }
            let Some(key) = cx.catalog.condition_key(&test.key.value) else { continue };
            if is_of_request {
                let own: Vec<usize> = element::exact_actions(cx.catalog, stmt)
                    .filter(|(_, it)| element::resources_are_certain([*it].into_iter()) && !it.lists_key(key))
                    .map(|(idx, _)| idx)
                    .collect();
                report(cx, stmt, element, (block_idx, test_idx), test, &own, acc);
                continue;
            }
            if element.negated {
                all_but(effect, element, test, acc);
                continue;
            }
            let without = untagged(cx, element, key, effect);
            let mut services: Vec<Service> = without.iter().map(|it| it.1).collect();
            services.dedup();
            services.sort_unstable();
            services.dedup();
            for service in services {
                let own: Vec<usize> = without.iter().filter(|it| it.1 == service).map(|it| it.0).collect();
                report(cx, stmt, element, (block_idx, test_idx), test, &own, acc);
            }
        }
    }
}

/// Whether a test asks for the tags of a request, which only what makes or tags something carries.
fn is_of_request(test: &Test) -> bool {
    let is_tag = test.key.value.get(..15).is_some_and(|it| it.eq_ignore_ascii_case("aws:RequestTag/"));
    is_tag || test.is("aws:TagKeys")
}

/// A `NotAction` takes in actions of many services, on resources with tags and without.
fn all_but(effect: Effect, element: &Element, test: &Test, acc: &mut Findings) {
    let key = short(&test.key.value);
    let (message, severity, code) = match effect {
        Effect::Allow => (
            format!(
                "Many of the actions that `NotAction` leaves in never send `{key}`; none of them is allowed"
            ),
            Severity::Info,
            "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        ),
        Effect::Deny => (
            format!(
                "Many of the actions that `NotAction` leaves in never send `{key}`; none of them is denied"
            ),
            Severity::Warning,
            "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        ),
    };
    let finding = acc.report(&RULE, element.key, message).severity(severity).code(Some(code));
    finding.related(test.key.range, "The test");
}

/// The values that name an action without tagged resources, with its service.
fn untagged(cx: &RuleCx<'_>, element: &Element, key: ConditionKey, effect: Effect) -> Vec<(usize, Service)> {
    let mut out = Vec::new();
    for (idx, item) in element.values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        let Some(name) = ActionName::parse(&text.value) else { continue };
        let Some(service) = cx.catalog.service(name.service) else { continue };
        // A request to create something carries the tags it is to have.
        let lacks = |it: Action| !it.lists_key(key) && !it.name().starts_with("Create");
        let found = if pattern::is_everything(name.name) && effect == Effect::Allow {
            service.actions().any(lacks) && service.actions().any(|it| it.lists_key(key))
        } else {
            service.action(name.name).is_some_and(lacks)
        };
        if found {
            out.push((idx, service));
        }
    }
    out
}

fn report(
    cx: &RuleCx<'_>,
    stmt: &Statement,
    element: &Element,
    (block_idx, test_idx): (usize, usize),
    test: &Test,
    own: &[usize],
    acc: &mut Findings,
) {
    let texts: Vec<&Text> = own
        .iter()
        .filter_map(|it| {
            if let Some(Item::Text(text)) = element.values.items.get(*it) { Some(text) } else { None }
        })
        .collect();
    let Some(first) = texts.first() else { return };
    let names: Vec<&str> = texts.iter().map(|it| &*it.value).collect();
    let is_deny = stmt.effect() == Some(Effect::Deny);
    let verb = if is_deny { "denies" } else { "allows" };
    let key = short(&test.key.value);
    let is_all = |it: &&str| pattern::has_wildcard(it);
    let message = if names.iter().any(is_all) {
        format!("Some actions of {} never send `{key}`, so this statement never {verb} them", list(&names))
    } else {
        let send = if names.len() == 1 { "sends" } else { "send" };
        let them = if names.len() == 1 { "it" } else { "them" };
        format!("{} never {send} `{key}`, so this statement never {verb} {them}", list(&names))
    };
    let finding = acc.report(&RULE, first.range, message);
    if is_of_request(test) {
        finding.code(None);
    } else if is_deny {
        finding.code(Some("DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"));
    }
    if names.iter().any(is_all) {
        finding.severity(Severity::Info);
    }
    for text in texts.iter().skip(1) {
        finding.related(text.range, "This too");
    }
    finding.related(test.key.range, "The test");
    if names.iter().any(is_all) {
        return;
    }
    if cx.in_list
        && let Some(removal) = fix::condition::remove_test(stmt, block_idx, test_idx)
        && let Some(edits) = fix::split_statement(cx.text, stmt, element, own, &[removal])
    {
        let title = format!("Move {} to a statement without the condition", list(&names));
        finding.fix(Fix::suggested(title, edits));
    }
    let removal = fix::remove_items(&element.values, own);
    finding.fixes(removal.map(|it| Fix::suggested(format!("Remove {}", list(&names)), it)));
}
