//! What rules ask about the elements of a policy and of a statement.

use policy::action::{self, ActionName};
use policy::model::{
    Block, Condition, Effect, Element, Item, Key, Policy, PrincipalEntry, PrincipalValue, Statement, Test,
    Text,
};
use policy::{PolicyKind, pattern};
use syntax::TextRange;

use catalog::{Action, Catalog, ValueType};

use crate::nearest::nearest;

/// Whether one of the keys is a misspelt `name`: the rule on unknown elements speaks about it already.
pub fn is_misspelt(keys: &[Key], name: &str) -> bool {
    keys.iter().any(|it| !is_element(&it.name) && nearest(&it.name, [name]).is_some())
}

/// Whether it is the name of an element, in a policy or in a statement.
pub fn is_element(name: &str) -> bool {
    catalog::catalog().element(name).is_some()
}

/// The index behind the last of the elements with these names.
pub fn behind(stmt: &Statement, names: &[&str]) -> usize {
    stmt.keys.iter().rposition(|it| names.contains(&&*it.name)).map_or(0, |it| it + 1)
}

/// Whether a statement has no condition that could keep it from applying.
pub fn is_unconditional(stmt: &Statement) -> bool {
    match (&stmt.condition, stmt.key("Condition")) {
        (None, None) => true,
        (Some(Condition { blocks, wrong, .. }), Some(key)) => {
            blocks.is_empty() && wrong.is_empty() && key.value.is_some_and(|it| it.len() <= 2)
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Whether an `Action` or `NotAction` names every action there is.
pub fn is_every_action(element: &Element) -> bool {
    !element.negated && element.values.texts().any(|it| action::is_every(&it.value))
}

/// Whether a `Resource` names every resource there is.
pub fn is_every_resource(element: &Element) -> bool {
    !element.negated && element.values.texts().any(|it| pattern::is_everything(&it.value))
}

/// The actions that the statement names one by one, with the index of each value.
pub fn exact_actions(catalog: Catalog, stmt: &Statement) -> impl Iterator<Item = (usize, Action)> {
    let element = stmt.action.as_ref().filter(|it| !it.negated);
    let items = element.into_iter().flat_map(|it| it.values.items.iter().enumerate());
    items.filter_map(move |(idx, item)| {
        let Item::Text(text) = item else { return None };
        let name = ActionName::parse(&text.value).filter(ActionName::is_exact)?;
        Some((idx, catalog.service(name.service)?.action(name.name)?))
    })
}

/// ARN patterns for the resource types of the statement's actions: none when one of them takes `*` only, or when
/// there are many.
pub fn resource_arns(catalog: Catalog, stmt: &Statement) -> Vec<String> {
    const MOST: usize = 4;
    let mut out: Vec<String> = Vec::new();
    for (_, action) in exact_actions(catalog, stmt) {
        if action.requires_wildcard_resource() {
            return Vec::new();
        }
        for resource_type in action.resource_types() {
            let arn = resource_type.arn_formats().next().map(arn_of_format).unwrap_or_default();
            if !arn.is_empty() && !out.contains(&arn) {
                out.push(arn);
            }
        }
        if out.len() > MOST {
            return Vec::new();
        }
    }
    out
}

/// An ARN format with `aws` for its partition and `*` for its other placeholders.
pub fn arn_of_format(format: &str) -> String {
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once("${") {
        out.push_str(before);
        let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
        out.push_str(if name == "Partition" { "aws" } else { "*" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The principals that a statement names one by one, with the type that each stands under and its place in the list.
pub fn principals(stmt: &Statement) -> impl Iterator<Item = (&PrincipalEntry, usize, &Text)> {
    let entries = match stmt.principal.as_ref().map(|it| &it.value) {
        Some(PrincipalValue::Typed(entries)) => entries.as_slice(),
        Some(PrincipalValue::Text(_) | PrincipalValue::Dynamic | PrincipalValue::Wrong(_)) | None => &[],
    };
    entries.iter().flat_map(|entry| {
        let items = entry.values.items.iter().enumerate();
        items.filter_map(move |(idx, it)| match it {
            Item::Text(text) => Some((entry, idx, text)),
            Item::Literal(..) | Item::Dynamic(_) | Item::Wrong(..) => None,
        })
    })
}

/// The tests of a statement's condition, with the numbers of block and test.
pub fn tests(stmt: &Statement) -> impl Iterator<Item = (usize, usize, &Block, &Test)> {
    let blocks = stmt.condition.iter().flat_map(|it| it.blocks.iter().enumerate());
    blocks.flat_map(|(block_idx, block)| {
        block.tests.iter().enumerate().map(move |(test_idx, test)| (block_idx, test_idx, block, test))
    })
}

/// Whether the condition tests one of these keys, in whatever way.
pub fn has_test(stmt: &Statement, keys: &[&str]) -> bool {
    tests(stmt).any(|(_, _, _, test)| keys.iter().any(|it| test.is(it)))
}

/// The services to which actions that a policy allows by name pass roles.
pub fn services_that_take_roles(catalog: Catalog, policy: &Policy) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let allows = |it: &&Statement| it.effect() == Some(Effect::Allow);
    for stmt in policy.statements.iter().map(|it| &**it.statement).filter(allows) {
        for (_, action) in exact_actions(catalog, stmt) {
            let is_pass_role = |it: Action| it.service().prefix() == "iam" && it.name() == "PassRole";
            if !action.dependent_actions().any(is_pass_role) {
                continue;
            }
            let service = format!("{}.amazonaws.com", action.service().prefix());
            if catalog.service_principal(&service).is_some() && !out.contains(&service) {
                out.push(service);
            }
        }
    }
    out.sort_unstable();
    out
}

/// Whether one of an `Action` element's patterns covers an action, or a `NotAction` leaves it in.
pub fn covers_action(element: &Element, name: &str) -> bool {
    let named = element.values.texts().any(|it| pattern::matches_ignore_case(&it.value, name));
    named != element.negated
}

/// Services whose lists of resource types are taken for complete. Those of others lag behind what they do.
const COMPLETE: [&str; 9] =
    ["bedrock", "bedrock-agentcore", "ec2", "ecr", "iam", "kms", "s3", "sagemaker", "sts"];

/// Whether AWS's lists of resources are certain for all of these actions.
pub fn resources_are_certain(mut actions: impl Iterator<Item = Action>) -> bool {
    actions.all(|it| COMPLETE.contains(&it.service().prefix()))
}

/// Whether a condition key holds the ARN of a KMS key.
pub fn holds_kms_key(catalog: Catalog, name: &str) -> bool {
    catalog.condition_key(name).is_some_and(|key| {
        let formats = || key.formats().any(|it| it.contains(":kms:") && it.contains(":key/"));
        key.value_type() == ValueType::Arn && (formats() || key.name().ends_with("KmsKeyArn"))
    })
}

/// A grant of one action on every resource.
#[derive(Debug, Clone, Copy)]
pub struct OpenGrant<'a> {
    /// How the action is named.
    pub how: How,
    /// What names it.
    pub written: &'a str,
    /// Where that stands.
    pub range: TextRange,
    /// Whether it names every action.
    pub is_every: bool,
    /// Where the resource stands.
    pub resource: TextRange,
    /// Whether the resource is given by what it is not.
    pub not_resource: bool,
}

/// How a statement comes to grant an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By its name.
    Named,
    /// By a pattern that its name matches.
    Pattern,
    /// By a `NotAction` that does not name it.
    NotAction,
}

impl OpenGrant<'_> {
    /// Its number among the six ways there are: first those with `Resource`, then those with `NotResource`.
    pub fn code(&self) -> usize {
        let how = match self.how {
            How::Named => 0,
            How::Pattern => 1,
            How::NotAction => 2,
        };
        if self.not_resource { how + 3 } else { how }
    }
}

/// The grant of the action `name` on every resource that a statement of an identity policy makes, whatever its condition.
pub fn open_grant<'a>(kind: PolicyKind, stmt: &'a Statement, name: &str) -> Option<OpenGrant<'a>> {
    if kind != PolicyKind::Identity || stmt.effect() != Some(Effect::Allow) {
        return None;
    }
    let (element, resource) = (stmt.action.as_ref()?, stmt.resource.as_ref()?);
    if !resource.negated && !is_every_resource(resource) {
        return None;
    }
    let covers = |it: &&Text| pattern::matches_ignore_case(&it.value, name);
    let texts = || element.values.texts();
    let (how, written, range) = if element.negated {
        if texts().any(|it| covers(&it)) || !element.values.all_texts() {
            return None;
        }
        (How::NotAction, "NotAction", element.key)
    } else {
        let named = texts().find(|it| it.value.eq_ignore_ascii_case(name));
        let text = named.or_else(|| texts().find(covers))?;
        (if named.is_some() { How::Named } else { How::Pattern }, &*text.value, text.range)
    };
    let is_every = !element.negated && action::is_every(written);
    let not_resource = resource.negated;
    Some(OpenGrant { how, written, range, is_every, resource: resource.values.range, not_resource })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_become_patterns() {
        let format = "arn:${Partition}:bedrock:${Region}:${Account}:guardrail/${GuardrailId}";
        assert_eq!(arn_of_format(format), "arn:aws:bedrock:*:*:guardrail/*");
    }
}
