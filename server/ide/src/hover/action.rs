//! Actions and patterns of actions.

use std::collections::BTreeMap;

use catalog::{AccessLevel, Action, ConditionKey, Operation, Service, Tombstone, catalog};
use policy::pattern;

use super::{code, count, some_of};
use crate::links::reference_page;

/// How many actions of a pattern are named.
const NAMED: usize = 20;

/// What an element of `Action` stands for.
pub(crate) fn pattern(text: &str, negated: bool) -> Option<String> {
    if pattern::has_wildcard(text) {
        return Some(wildcard(text, negated));
    }
    let (prefix, name) = text.split_once(':')?;
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
        Some(action) => Some(one(action)),
        None => unknown(prefix, name),
    }
}

/// One action.
pub(crate) fn one(action: Action) -> String {
    let service = action.service();
    let levels: Vec<&str> = action.access_levels().map(AccessLevel::name).collect();
    let mut out = format!("**{}** · {}\n\n", code(action.full_name()), levels.join(", "));
    out.push_str(&action.description_or_composed());
    out.push('\n');
    out.push_str(&notes(action.notes()));
    let resources: Vec<_> = action.resources().collect();
    if resources.is_empty() {
        out.push_str("\nIt has no resource types: only `\"Resource\": \"*\"` reaches it.\n");
    } else {
        out.push_str("\nResource types:\n");
        for it in resources.iter().take(8) {
            let arns: Vec<_> = it.resource_type().arn_formats().take(2).map(code).collect();
            out.push_str(&format!("- {} {}\n", it.resource_type().name(), arns.join(" or ")));
        }
        if let Some(n_more) = resources.len().checked_sub(8).filter(|it| *it > 0) {
            out.push_str(&format!("- and {n_more} more\n"));
        }
    }
    let keys = own_keys(action);
    if !keys.is_empty() {
        let list = some_of(keys.iter(), 12, |it| code(it.name()));
        out.push_str(&format!("\nCondition keys: {list}, and the global ones.\n"));
    }
    if action.dependent_actions().len() > 0 {
        let list = some_of(action.dependent_actions(), 10, |it| code(it.full_name()));
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
    out.push('\n');
    out.push_str(&footer(service));
    out
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
fn unknown(prefix: &str, name: &str) -> Option<String> {
    if let Some(operation) = catalog().operation(prefix, name) {
        let actions = some_of(operation.actions(), 5, |it| code(it.full_name()));
        let mut out = format!("{} is an API operation. IAM checks {actions} for it.", code(operation.name()));
        out.extend(operation.note().map(|it| format!("\n\n{it}")));
        return Some(out);
    }
    let Some(service) = catalog().service(prefix) else {
        let near = catalog().nearest_service(prefix)?;
        return Some(format!(
            "No service has the prefix {}. {} has {}.",
            code(prefix),
            near.title(),
            code(near.prefix())
        ));
    };
    if let Some(tombstone) = catalog().tombstone(service.prefix()).filter(|_| service.is_retired()) {
        return Some(format!("**{}**\n\n{}", service.title(), gone(tombstone)));
    }
    let mut out = format!("{} had no action {} on {}.", service.title(), code(name), catalog().date());
    if let Some(near) = service.nearest_action(name) {
        out.push_str(&format!(" The closest is {}.", code(near.full_name())));
    }
    out.push('\n');
    out.push_str(&notes(catalog().notes_on_action(&format!("{prefix}:{name}"))));
    out.push('\n');
    out.push_str(&footer(service));
    Some(out)
}

/// A pattern: how many actions, of which kind, and the first of them.
fn wildcard(text: &str, negated: bool) -> String {
    let mut by_level: BTreeMap<AccessLevel, usize> = BTreeMap::new();
    let mut services: Vec<Service> = Vec::new();
    let mut first: Vec<Action> = Vec::new();
    let mut n_actions = 0;
    for action in catalog().actions_matching(text) {
        n_actions += 1;
        *by_level.entry(action.access_level()).or_default() += 1;
        if services.last() != Some(&action.service()) {
            services.push(action.service());
        }
        if first.len() < NAMED {
            first.push(action);
        }
    }
    let but = if negated { ". The statement is about all others." } else { "" };
    let of = match services.as_slice() {
        [] => return format!("**{}** matches no action{but}", code(text)),
        [one] => one.title().to_owned(),
        many => count(many.len(), "service"),
    };
    let mut out = format!("**{}** · {} of {of}{but}\n\n", code(text), count(n_actions, "action"));
    for (level, n) in by_level {
        out.push_str(&format!("- {}: {n}\n", level.name()));
    }
    // Of everything, the first few say nothing.
    if let [service] = services.as_slice() {
        let names: Vec<_> = first.iter().map(|it| code(it.name())).collect();
        let more = if n_actions > names.len() { " …" } else { "" };
        out.push_str(&format!("\n{}{more}\n\n{}", names.join(", "), footer(*service)));
    }
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

fn footer(service: Service) -> String {
    format!(
        "[{} in AWS's reference]({}) · data of {}",
        service.title(),
        reference_page(service),
        catalog().date()
    )
}
