//! Merges the packages into the committed shape: sorted, deduplicated, one spelling for each name.

use super::format::{Action, GoneNames, GoneService, Key, Resource, Service};
use super::read::{RawAction, RawCatalog, RawService, key_name, value_type};
use super::sources::Dates;
use std::collections::{BTreeMap, BTreeSet};

/// Services by prefix.
pub(super) type Services = BTreeMap<String, Service>;

/// The primary package with what only the older one knows.
pub(super) fn services(primary: RawCatalog, older: &RawCatalog) -> Services {
    let spellings = action_spellings(&primary);
    primary
        .into_iter()
        .map(|(prefix, raw)| {
            let service = service(&prefix, raw, older.get(&prefix), &spellings);
            (prefix, service)
        })
        .collect()
}

/// What the older package has and the primary one does not: between their dates AWS took it away.
pub(super) fn gone(primary: &RawCatalog, older: &RawCatalog, dates: &Dates) -> GoneNames {
    let is_here = |prefix: &String| primary.contains_key(prefix);
    let services = older.iter().filter(|(prefix, _)| !is_here(prefix));
    let services =
        services.map(|(prefix, it)| GoneService { prefix: prefix.clone(), title: it.title.clone() });
    let here = action_spellings(primary);
    let actions = action_spellings(older).into_iter().filter(|(lower, name)| {
        let prefix = name.split(':').next().unwrap_or_default();
        primary.contains_key(prefix) && !here.contains_key(lower)
    });
    GoneNames {
        schema: "../gone.schema.json".to_owned(),
        after: dates.older.clone(),
        before: dates.primary.clone(),
        services: services.collect(),
        actions: actions.map(|(_, name)| name).collect(),
    }
}

/// Full action names as their services spell them, by lower-case name.
fn action_spellings(catalog: &RawCatalog) -> BTreeMap<String, String> {
    let names = catalog.iter().flat_map(|(prefix, service)| {
        service.actions.values().map(move |action| format!("{prefix}:{}", action.name))
    });
    names.map(|name| (name.to_ascii_lowercase(), name)).collect()
}

fn service(
    prefix: &str,
    raw: RawService,
    older: Option<&RawService>,
    spellings: &BTreeMap<String, String>,
) -> Service {
    let mut resources: Vec<Resource> = raw
        .resources
        .into_values()
        .map(|it| Resource {
            name: it.key,
            // Several formats of one type come joined into one string.
            arns: it.arn.split(", ").map(str::to_owned).collect(),
            keys: sorted(it.condition_keys.iter().map(|key| key_name(key))),
        })
        .collect();
    resources.sort_by_key(|it| it.name.to_ascii_lowercase());

    let mut keys: Vec<Key> = raw
        .keys
        .into_values()
        // The global keys have a file of their own; what is left is the service's.
        .filter(|it| !it.key.to_ascii_lowercase().starts_with("aws:"))
        .map(|it| {
            let (value_type, multi) = value_type(&it.value_type);
            Key { name: key_name(&it.key), value_type, multi }
        })
        .collect();
    keys.sort_by_key(|it| it.name.to_ascii_lowercase());
    // Two spellings of one placeholder are one key.
    keys.dedup_by(|one, other| one.name == other.name);

    let mut actions: Vec<Action> = raw
        .actions
        .into_iter()
        .map(|(name, raw)| action(raw, older.and_then(|it| it.actions.get(&name)), spellings))
        .collect();
    actions.sort_by_key(|it| it.name.to_ascii_lowercase());

    Service {
        schema: "../../service.schema.json".to_owned(),
        prefix: prefix.to_owned(),
        title: raw.title,
        rcp: raw.rcp,
        actions,
        resources,
        keys,
    }
}

fn action(raw: RawAction, older: Option<&RawAction>, spellings: &BTreeMap<String, String>) -> Action {
    let mut resource_keys = BTreeMap::<String, BTreeSet<String>>::new();
    for link in raw.resource_types.iter().filter(|it| !it.condition_keys.is_empty()) {
        let keys = link.condition_keys.iter().map(|key| key_name(key));
        resource_keys.entry(link.name.clone()).or_default().extend(keys);
    }
    let required: BTreeSet<&str> =
        raw.resource_types.iter().filter(|it| it.required).map(|it| it.name.as_str()).collect();
    let optional = raw.resource_types.iter().filter(|it| !required.contains(it.name.as_str()));
    Action {
        access: raw.access_level.split(", ").map(str::to_owned).collect(),
        resources: sorted(raw.resource_types.iter().map(|it| it.name.clone())),
        optional: sorted(optional.map(|it| it.name.clone())),
        all_of: false,
        keys: sorted(raw.condition_keys.iter().map(|key| key_name(key))),
        resource_keys: resource_keys.into_iter().map(|(name, keys)| (name, sorted(keys))).collect(),
        dependents: older.map(|it| dependents(it, spellings)).unwrap_or_default(),
        permission_only: older.is_some_and(|it| it.is_permission_only),
        name: raw.name,
    }
}

/// The older tables give dependents for the action and again for each resource row. A dependent the catalogue
/// does not know would send its reader to an action that cannot be granted, so it is left out.
fn dependents(older: &RawAction, spellings: &BTreeMap<String, String>) -> Vec<String> {
    let rows = older.resource_types.iter().flat_map(|it| &it.dependent_actions);
    let known = |name: &String| spellings.get(&name.trim().to_ascii_lowercase()).cloned();
    sorted(older.dependent_actions.iter().chain(rows).filter_map(known))
}

fn sorted(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_by_key(|it| it.to_ascii_lowercase());
    names.dedup();
    names
}
