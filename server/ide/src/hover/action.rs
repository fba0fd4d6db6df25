//! Actions and services.

use catalog::{AccessLevel, Action, ConditionKey, Operation, Service, Tombstone, catalog};
use policy::access::of_element;
use policy::arn::Arn;
use policy::model::{Effect, Statement};
use policy::pattern;

use super::wildcard::wildcard;
use super::{arn_format, code, count, some_of};
use crate::links::reference_page;

/// What an element of `Action` stands for.
pub(crate) fn pattern(text: &str, negated: bool, statement: Option<&Statement>) -> Option<String> {
    if text.trim() != text {
        let inner = code(text.trim());
        return Some(format!("Blanks count: IAM looks for an action with blanks around {inner}, and there is none."));
    }
    if pattern::has_wildcard(text) {
        return Some(wildcard(text, negated, statement));
    }
    let Some((prefix, name)) = text.split_once(':') else { return Some(without_prefix(text)) };
    if let Some(tombstone) = catalog().tombstone(text) {
        let successors = tombstone.successors().map(|it| code(it.full_name()));
        let successors: Vec<_> = successors.collect();
        let mut out = gone(tombstone);
        if !successors.is_empty() {
            out.push_str(&format!("\n\nInstead: {}", successors.join(", ")));
        }
        return Some(out);
    }
    if name.is_empty() {
        return catalog().service(prefix).map(service);
    }
    match catalog().service(prefix).and_then(|it| it.action(name)) {
        Some(action) => Some(one(action, statement.filter(|_| !negated))),
        None => Some(unknown(prefix, name)),
    }
}

/// A word that is no action yet.
fn without_prefix(text: &str) -> String {
    let form = "An action is `service:Name`, such as `s3:GetObject`.";
    if let Some(service) = catalog().service(text) {
        return format!("{form} {} is the prefix of {}.", code(text), service.title());
    }
    let found = if text.len() > 2 { catalog().search(text, 3) } else { Vec::new() };
    let close = some_of(found.iter(), 3, |it| code(it.full_name()));
    if close.is_empty() { form.to_owned() } else { format!("{form} By name: {close}") }
}

/// One action, in its statement if it stands in one.
pub(crate) fn one(action: Action, statement: Option<&Statement>) -> String {
    let service = action.service();
    let levels: Vec<&str> = action.access_levels().map(AccessLevel::name).collect();
    let mut out = format!("**{}** · {}\n\n", code(action.full_name()), levels.join(", "));
    out.push_str(&action.description_or_composed());
    out.push('\n');
    out.push_str(&notes(action.notes()));
    let mut resources: Vec<_> = action.resources().collect();
    resources.sort_by_key(|it| std::cmp::Reverse(it.resource_type().weight()));
    if resources.is_empty() {
        out.push_str("\nIt has no resource types: only `\"Resource\": \"*\"` reaches it.\n");
    } else {
        out.push_str("\nResource types:\n");
        for it in resources.iter().take(6) {
            let arns: Vec<_> = it.resource_type().arn_formats().take(2).map(code).collect();
            out.push_str(&format!("- {} {}\n", it.resource_type().name(), arns.join(" or ")));
        }
        if let Some(n_more) = resources.len().checked_sub(6).filter(|it| *it > 0) {
            out.push_str(&format!("- and {n_more} more\n"));
        }
    }
    if let Some(statement) = statement {
        out.extend(reached(action, statement));
        out.extend(twin(action, statement));
    }
    if action.dependent_actions().len() > 0 {
        let list = some_of(action.dependent_actions(), 10, |it| needed(*it, service));
        out.push_str(&format!("\nMay also need: {list}\n"));
    }
    if action.is_permission_only() {
        out.push_str("\nIt is a permission only: no API operation has this name.\n");
    }
    let called_by = operations_of(action);
    if !called_by.is_empty() {
        let list = some_of(called_by.iter(), 10, |it| code(it.name()));
        out.push_str(&format!("\nIAM also checks it for the API operations {list}.\n"));
    }
    let mut keys = own_keys(action);
    keys.sort_by_key(|it| std::cmp::Reverse(it.weight()));
    if !keys.is_empty() {
        let list = some_of(keys.iter(), 10, |it| code(it.name()));
        out.push_str(&format!("\nCondition keys: {list}, and the global ones.\n"));
    }
    out.push('\n');
    out.push_str(&footer(service));
    out
}

/// An action that another one needs; a role is passed to that one's service.
fn needed(action: Action, by: Service) -> String {
    let name = code(action.full_name());
    let principal = format!("{}.amazonaws.com", by.prefix());
    let passes = action.service().prefix() == "iam" && action.name() == "PassRole";
    match catalog().service_principal(&principal).filter(|_| passes) {
        Some(to) => format!("{name} (to {})", code(to.name())),
        None => name,
    }
}

/// Which of the statement's resources an action can be about; silent where that is plain.
fn reached(action: Action, statement: &Statement) -> Option<String> {
    let element = statement.resource.as_ref().filter(|it| !it.negated && it.values.all_texts())?;
    let values: Vec<&str> = element.values.texts().take(100).map(|it| &*it.value).collect();
    if values.is_empty() || values.iter().any(|it| pattern::is_everything(it)) {
        return None;
    }
    if action.requires_wildcard_resource() {
        return Some("\nNothing under `Resource` here is `*`, so the statement does not cover it.\n".to_owned());
    }
    let can = |text: &&&str| {
        let Some(arn) = Arn::parse(text) else { return true };
        let services = catalog().service(arn.service).into_iter();
        // A service or a type that is not known says nothing.
        let types: Vec<_> = services.flat_map(|it| arn_format::types(it, &arn)).collect();
        types.is_empty() || action.resource_types().any(|it| types.contains(&it))
    };
    let fitting: Vec<&&str> = values.iter().filter(can).collect();
    match (fitting.len(), values.len()) {
        (0, 1) => Some("\nThe resource of this statement is none of these types.\n".to_owned()),
        (0, n) => Some(format!("\nNone of the {n} resources of this statement is of these types.\n")),
        (n, total) if n < total => {
            let list = some_of(fitting.iter(), 3, |it| code(it));
            Some(format!("\nOf this statement's {total} resources it can match {n}: {list}\n"))
        }
        (_, _) => None,
    }
}

/// The action that does the same and streams the answer, where the statement leaves it out.
fn twin(action: Action, statement: &Statement) -> Option<String> {
    const STREAMS: &str = "WithResponseStream";
    let twin = action.service().action(&format!("{}{STREAMS}", action.name()))?;
    let element = statement.action.as_ref().filter(|it| !it.negated)?;
    if of_element(element, catalog()).set.contains(twin.id()) {
        return None;
    }
    let name = code(twin.full_name());
    Some(match statement.effect()? {
        Effect::Allow => format!("\nStreamed answers need {name}, which this statement leaves out.\n"),
        Effect::Deny => format!("\nThe same can be done by {name}, which this statement does not deny.\n"),
    })
}

/// What is worth knowing besides a description, as a list of its own.
pub(super) fn notes(all: impl Iterator<Item = &'static str>) -> String {
    let lines: Vec<String> = all.map(|it| format!("- {it}\n")).collect();
    if lines.is_empty() { String::new() } else { format!("\n{}", lines.concat()) }
}

/// The keys AWS lists for an action or for the resource types it takes, its own first; global ones left out.
fn own_keys(action: Action) -> Vec<ConditionKey> {
    let on_resources = action.resources().flat_map(|it| {
        let listed: Vec<_> = it.condition_keys().chain(it.resource_type().condition_keys()).collect();
        listed
    });
    let mut out: Vec<ConditionKey> = Vec::new();
    for key in action.condition_keys().chain(on_resources) {
        if !key.is_global() && !out.contains(&key) {
            out.push(key);
        }
    }
    out
}

/// The API operations of other names that need an action.
fn operations_of(action: Action) -> Vec<Operation> {
    let same_name = |it: &Operation| it.name().eq_ignore_ascii_case(action.name());
    let needs = |it: &Operation| it.actions().any(|it| it == action) && !same_name(it);
    catalog().operations().filter(needs).collect()
}

/// What became of a name that AWS has taken away.
fn gone(tombstone: Tombstone) -> String {
    let when = tombstone.removed().map(|it| format!(" since AWS removed it {it}")).unwrap_or_default();
    let mut out = format!("{} is gone{when}.", code(tombstone.name()));
    out.extend(tombstone.note().map(|it| format!(" {it}")));
    out
}

/// A name that is no action.
fn unknown(prefix: &str, name: &str) -> String {
    if let Some(operation) = catalog().operation(prefix, name) {
        let actions = some_of(operation.actions(), 5, |it| code(it.full_name()));
        let mut out = format!("{} is an API operation. IAM checks {actions} for it.", code(operation.name()));
        out.extend(operation.note().map(|it| format!("\n\n{it}")));
        return out;
    }
    let Some(service) = catalog().service(prefix) else {
        let near = catalog().nearest_service(prefix);
        let near = near.map(|it| format!(" {} has {}.", it.title(), code(it.prefix())));
        return format!("No service has the prefix {}.{}", code(prefix), near.unwrap_or_default());
    };
    if let Some(tombstone) = catalog().tombstone(service.prefix()).filter(|_| service.is_retired()) {
        return format!("**{}**\n\n{}", service.title(), gone(tombstone));
    }
    if catalog().is_unconfirmed(&format!("{prefix}:{name}")) {
        return format!(
            "**{}**\n\nAn operation of {} that AWS's reference of {} does not list as an action yet.\n\n{}",
            code(format!("{prefix}:{name}")),
            service.title(),
            catalog().date(),
            footer(service)
        );
    }
    let mut out = format!("{} had no action {} on {}.", service.title(), code(name), catalog().date());
    if let Some(near) = service.nearest_action(name) {
        out.push_str(&format!(" The closest is {}.", code(near.full_name())));
    }
    out.push('\n');
    out.push_str(&notes(catalog().notes_on_action(&format!("{prefix}:{name}"))));
    out.push('\n');
    out.push_str(&footer(service));
    out
}

/// A service.
pub(crate) fn service(service: Service) -> String {
    let n_actions = count(service.actions().len(), "action");
    format!(
        "**{}** · {n_actions}\n\nPrefix {}\n{}\n{}",
        service.title(),
        code(service.prefix()),
        notes(service.notes()),
        footer(service)
    )
}

pub(super) fn footer(service: Service) -> String {
    format!(
        "[{} in AWS's reference]({}) · data of {}",
        service.title(),
        reference_page(service),
        catalog().date()
    )
}
