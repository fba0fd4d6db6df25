//! See [`RULE`].
use catalog::Action;
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// An action that has no resources stands in a statement about certain resources.
    ///
    /// ## Why it matters
    /// Some actions, listings above all, are asked for on no resource in particular. Only `"Resource": "*"` grants or
    /// denies them; with ARNs alone the statement does nothing for them.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["sagemaker:ListModels", "sagemaker:DescribeModel"], "Resource": "arn:aws:sagemaker:*:*:model/*" }
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": "sagemaker:ListModels", "Resource": "*" },
    ///  { "Effect": "Allow", "Action": "sagemaker:DescribeModel", "Resource": "arn:aws:sagemaker:*:*:model/*" }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
    name: "action-without-resource", since: "0.1.0",
    severity: Warning, group: Effect,
    check: Statement(check)
}

/// Actions that AWS lists without resources and that ARNs grant nevertheless.
const EXCEPTIONS: [&str; 3] = ["logs:DescribeLogGroups", "s3:GetAccessPoint", "s3:ListAllMyBuckets"];

/// Services that are known to hold some listings against an ARN for all of a type: the messages of `iam:ListRoles` name
/// `arn:aws:iam::111122223333:role/`, those of `sagemaker:ListDomains` `…:domain/*`.
const BY_TYPE: [&str; 2] = ["iam", "sagemaker"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let (Some(action), Some(resource)) = (&stmt.action, &stmt.resource) else { return };
    let Some(effect) = stmt.effect() else { return };
    // A template or another language may fill in a star, and a resource policy has a resource of its own.
    let is_open = |it: &Text| is_filled_in(&it.value) || !it.value.starts_with("arn:");
    let is_clear = !resource.negated
        && resource.values.all_texts()
        && !resource.values.items.is_empty()
        && !resource.values.texts().any(is_open);
    if !is_clear || cx.kind.has_principal() || stmt.has_errors {
        return;
    }
    let found: Vec<(usize, Action)> = element::exact_actions(cx.catalog, stmt)
        .filter(|(_, it)| it.requires_wildcard_resource() && !EXCEPTIONS.contains(&&*it.full_name()))
        .collect();
    let Some((first, _)) = found.first().and_then(|(idx, it)| Some((action.values.items.get(*idx)?, it)))
    else {
        return;
    };
    let names: Vec<&str> = found.iter().map(|(_, it)| it.name()).collect();
    let verb = if effect == Effect::Allow { "allows" } else { "denies" };
    let (take, them) = if names.len() == 1 { ("takes", "it") } else { ("take", "them") };
    let is_complete = element::resources_are_certain(found.iter().map(|(_, it)| *it));
    let is_certain = is_complete && !found.iter().any(|(_, it)| may_be_by_type(*it, resource));
    let message = if is_certain {
        format!("{} {take} no resource: only `\"Resource\": \"*\"` {verb} {them}", list(&names))
    } else {
        format!("AWS lists no resource for {}: then only `\"Resource\": \"*\"` {verb} {them}", list(&names))
    };
    let finding = acc.report(&RULE, first.range(), message);
    // Lists that lag behind are wrong more often than policies are.
    if !is_certain {
        finding.severity(if is_complete { Severity::Info } else { Severity::Hint });
    }
    for item in found.iter().skip(1).filter_map(|(idx, _)| action.values.items.get(*idx)) {
        finding.related(item.range(), "This too");
    }
    finding.related(resource.values.range, "The resources");
    let idxs: Vec<usize> = found.iter().map(|(idx, _)| *idx).collect();
    let star = TextEdit::replace(resource.values.range, "\"*\"");
    if idxs.len() == action.values.items.len() {
        finding.fix(Fix::suggested("Change `Resource` to `*`", vec![star]));
    } else if cx.in_list
        && let Some(edits) = fix::split_statement(cx.text, stmt, action, &idxs, &[star])
    {
        finding.fix(Fix::suggested(format!("Move {} to a statement with `*`", list(&names)), edits));
    }
    let removal = fix::remove_items(&action.values, &idxs);
    finding.fixes(removal.map(|it| Fix::suggested(format!("Remove {}", list(&names)), it)));
}

/// Whether a listing, or the policy of a resource, may be held against one of the ARNs after all.
fn may_be_by_type(action: Action, resource: &Element) -> bool {
    let service = action.service().prefix();
    let is_wide = |it: &Text| {
        let arn = Arn::parse(&it.value).filter(|it| it.service == service);
        arn.is_some_and(|it| it.resource.ends_with('*') && it.resource.matches('/').count() <= 1)
    };
    let lists = action.name().starts_with("List") && resource.values.texts().any(is_wide);
    BY_TYPE.contains(&service) && (lists || action.name().ends_with("ResourcePolicy"))
}
