//! See [`RULE`].
use catalog::{Action, ResourceType};

use super::prelude::*;
use crate::hover::arn_format;

rule! {
    /// A resource is of no type that an action of its statement acts on.
    ///
    /// ## Why it matters
    /// It grants nothing. Mostly it belongs to another statement, or the type is misspelt and what was meant is not there.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["sagemaker:DescribeModel", "sagemaker:DeleteModel"],
    ///   "Resource": ["arn:aws:sagemaker:*:444455556666:model/*", "arn:aws:sagemaker:*:444455556666:endpoint/*"] }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["sagemaker:DescribeModel", "sagemaker:DeleteEndpoint"],
    ///   "Resource": ["arn:aws:sagemaker:*:444455556666:model/*", "arn:aws:sagemaker:*:444455556666:endpoint/*"] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
    name: "unused-resource", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let (Some(action), Some(resource)) = (&stmt.action, &stmt.resource) else { return };
    if cx.kind.has_principal() || action.negated || resource.negated || stmt.has_errors {
        return;
    }
    if !action.values.all_texts() || !resource.values.all_texts() {
        return;
    }
    let Some(actions) = actions(cx, action) else { return };
    if actions.is_empty() || !element::resources_are_certain(actions.iter().copied()) {
        return;
    }
    // Of a list with a star the rule on redundant values speaks.
    if element::is_every_resource(resource) {
        return;
    }
    let mut types: Vec<ResourceType> = actions.iter().flat_map(|it| it.resource_types()).collect();
    types.sort_unstable();
    types.dedup();
    // Of actions without resources another rule speaks.
    if types.is_empty() {
        return;
    }
    let of_services = |prefix: &str| actions.iter().any(|it| it.service().prefix() == prefix);
    let is_unused = |text: &Text| {
        let arn = arn_format::clear(&text.value).filter(|it| of_services(it.service));
        arn.is_some_and(|arn| !types.iter().any(|it| arn_format::may_be(*it, &arn)))
    };
    let unused: Vec<(usize, &Text)> = resource
        .values
        .items
        .iter()
        .enumerate()
        .filter_map(|(idx, it)| match it {
            Item::Text(text) if is_unused(text) => Some((idx, text)),
            Item::Text(_) | Item::Literal(..) | Item::Dynamic(_) | Item::Wrong(..) => None,
        })
        .collect();
    // Where no resource is of any use, the rule on actions speaks; it knows nothing of patterns.
    let is_pattern = |it: &Text| pattern::has_wildcard(&it.value);
    if unused.len() == resource.values.items.len() && !action.values.texts().any(is_pattern) {
        return;
    }
    for (idx, text) in unused {
        let finding = acc.report(&RULE, text.range, "No action here acts on a resource like this");
        finding.tag(Tag::Unnecessary);
        let near = nearest_type(&text.value, &types);
        finding.fixes(near.map(|new| {
            let title = format!("Change to `{}`", short(&new));
            Fix::suggested(title, vec![fix::replace_text(text, &new)])
        }));
        let removal = fix::remove_item(&resource.values, idx);
        finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
    }
}

/// The actions that the element names and that its patterns match; `None` where that is not clear.
fn actions(cx: &RuleCx<'_>, element: &Element) -> Option<Vec<Action>> {
    let mut out = Vec::new();
    for text in element.values.texts() {
        let name = ActionName::parse(&text.value).filter(|it| !pattern::has_wildcard(it.service))?;
        if is_filled_in(&text.value) {
            return None;
        }
        let service = cx.catalog.service(name.service)?;
        match name.is_exact() {
            true => out.push(service.action(name.name)?),
            false => out.extend(cx.catalog.actions_matching(&text.value)),
        }
    }
    Some(out)
}

/// The ARN with the word for its type put right, where it is misspelt.
fn nearest_type(written: &str, types: &[ResourceType]) -> Option<String> {
    let arn = policy::arn::Arn::parse(written)?;
    let word = |it: &str| it.split(['/', ':']).next().map(str::to_owned);
    let own = word(arn.resource)?;
    let formats = types.iter().flat_map(|it| it.arn_formats());
    let words: Vec<String> = formats.filter_map(|it| word(policy::arn::Arn::parse(it)?.resource)).collect();
    let near = nearest(&own, words.iter().map(String::as_str)).filter(|it| is_slip(&own, it))?;
    let at = arn.field_offsets()[5].0;
    Some(format!("{}{near}{}", written.get(..at)?, written.get(at + own.len()..)?))
}
