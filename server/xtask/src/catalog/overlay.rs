//! Applies `schemas/overlay/repairs.json`: reviewed corrections of what the packages say. An entry that changes
//! nothing is an error, so a correction leaves when the source catches up.

use super::format::{Action, GlobalKeys, Key, Resource, Service};
use super::merge::Services;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repairs {
    #[serde(rename = "$schema")]
    _schema: String,
    entries: Vec<Entry>,
}

/// One correction with where it was read and when.
#[derive(Deserialize)]
pub(super) struct Entry {
    #[serde(flatten)]
    repair: Repair,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "date")]
    _date: String,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
enum Repair {
    /// A key that is an artefact of the source.
    DropKey { key: String },
    /// A key the source spells in a form no request carries.
    RenameKey { key: String, to: String },
    /// The type of a key's values, or whether it carries several.
    TypeKey { key: String, r#type: String, multi: bool },
    /// A key the source does not list at all.
    AddKey { service: String, key: String, r#type: String, multi: bool },
    /// Keys that actions take, though the source attaches them to none.
    AttachKeys { actions: Vec<String>, keys: Vec<String> },
    /// Actions the caller also needs.
    AddDependents { actions: Vec<String>, dependents: Vec<String> },
    /// Actions no API operation stands for.
    PermissionOnly { actions: Vec<String> },
    /// Actions whose calls have all of their resource types at once.
    AllOf { actions: Vec<String> },
    /// A resource type of an action that the source leaves out; always one a call may leave out.
    AddResource { action: String, resource: String },
    /// Further ARN formats of a resource type.
    AddArns { service: String, resource: String, arns: Vec<String> },
}

/// The enumerations that the overlay of values refers to.
pub(super) fn value_lists(path: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    #[derive(Deserialize)]
    struct File {
        entries: Vec<Key>,
    }
    #[derive(Deserialize)]
    struct Key {
        #[serde(default)]
        lists: BTreeMap<String, Vec<String>>,
    }
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file: File = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(file.entries.into_iter().flat_map(|it| it.lists.into_values()).flatten().collect())
}

pub(super) fn read(path: &Path) -> Result<Vec<Entry>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let repairs: Repairs =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(repairs.entries)
}

pub(super) fn apply(
    entries: &[Entry],
    services: &mut Services,
    global: &mut GlobalKeys,
) -> Result<(), Box<dyn Error>> {
    for entry in entries {
        let changed = apply_one(&entry.repair, services, global)
            .ok_or_else(|| format!("repairs.json names something unknown: {:?}", entry.repair))?;
        if !changed {
            return Err(format!("repairs.json has a repair without effect: {:?}", entry.repair).into());
        }
    }
    Ok(())
}

/// Whether the repair changed anything; `None` when it names what does not exist.
fn apply_one(repair: &Repair, services: &mut Services, global: &mut GlobalKeys) -> Option<bool> {
    match repair {
        Repair::DropKey { key } => Some(replace_key(services, key, None)),
        Repair::RenameKey { key, to } => Some(replace_key(services, key, Some(to))),
        Repair::TypeKey { key, r#type, multi } => Some(retype_key(services, global, key, r#type, *multi)),
        Repair::AddKey { service, key, r#type, multi } => {
            let service = services.get_mut(service)?;
            let is_new = !service.keys.iter().any(|it| it.name.eq_ignore_ascii_case(key));
            if is_new {
                service.keys.push(Key { name: key.clone(), value_type: r#type.clone(), multi: *multi });
                service.keys.sort_by_key(|it| it.name.to_ascii_lowercase());
            }
            Some(is_new)
        }
        Repair::AttachKeys { actions, keys } => {
            each_action(services, actions, |action| add_all(&mut action.keys, keys))
        }
        Repair::AddDependents { actions, dependents } => {
            if !dependents.iter().all(|it| action(services, it).is_some()) {
                return None;
            }
            each_action(services, actions, |action| add_all(&mut action.dependents, dependents))
        }
        Repair::PermissionOnly { actions } => {
            each_action(services, actions, |action| !std::mem::replace(&mut action.permission_only, true))
        }
        Repair::AllOf { actions } => {
            each_action(services, actions, |action| !std::mem::replace(&mut action.all_of, true))
        }
        Repair::AddResource { action: name, resource } => {
            let service = services.get(name.split(':').next()?)?;
            let known = service.resources.iter().any(|it| &it.name == resource);
            let action = action(services, name).filter(|_| known)?;
            let added = add_all(&mut action.resources, std::slice::from_ref(resource));
            Some(added && add_all(&mut action.optional, std::slice::from_ref(resource)))
        }
        Repair::AddArns { service, resource, arns } => {
            let resources = &mut services.get_mut(service)?.resources;
            let resource: &mut Resource = resources.iter_mut().find(|it| &it.name == resource)?;
            let before = resource.arns.len();
            let new = arns.iter().filter(|it| !resource.arns.contains(it)).cloned().collect::<Vec<_>>();
            resource.arns.extend(new);
            Some(resource.arns.len() > before)
        }
    }
}

fn action<'a>(services: &'a mut Services, full_name: &str) -> Option<&'a mut Action> {
    let (prefix, name) = full_name.split_once(':')?;
    services.get_mut(prefix)?.actions.iter_mut().find(|it| it.name == name)
}

/// Runs the change on every action; it had an effect when it changed each of them.
fn each_action(
    services: &mut Services,
    names: &[String],
    change: impl Fn(&mut Action) -> bool,
) -> Option<bool> {
    let mut all_changed = true;
    for name in names {
        all_changed &= change(action(services, name)?);
    }
    Some(all_changed)
}

fn add_all(list: &mut Vec<String>, names: &[String]) -> bool {
    let before = list.len();
    for name in names {
        if !list.iter().any(|it| it.eq_ignore_ascii_case(name)) {
            list.push(name.clone());
        }
    }
    list.sort_by_key(|it| it.to_ascii_lowercase());
    list.len() > before
}

/// Replaces a key wherever it stands, or takes it away.
fn replace_key(services: &mut Services, key: &str, to: Option<&String>) -> bool {
    let mut changed = false;
    for service in services.values_mut() {
        changed |= replace_definition(service, key, to);
        for action in &mut service.actions {
            changed |= replace_name(&mut action.keys, key, to);
            for keys in action.resource_keys.values_mut() {
                changed |= replace_name(keys, key, to);
            }
            action.resource_keys.retain(|_, keys| !keys.is_empty());
        }
        for resource in &mut service.resources {
            changed |= replace_name(&mut resource.keys, key, to);
        }
    }
    changed
}

fn replace_definition(service: &mut Service, key: &str, to: Option<&String>) -> bool {
    let Some(at) = service.keys.iter().position(|it| it.name == key) else { return false };
    let definition = service.keys.remove(at);
    if let Some(to) = to
        && !service.keys.iter().any(|it| &it.name == to)
    {
        service.keys.push(Key { name: to.clone(), ..definition });
        service.keys.sort_by_key(|it| it.name.to_ascii_lowercase());
    }
    true
}

fn replace_name(names: &mut Vec<String>, key: &str, to: Option<&String>) -> bool {
    let before = names.len();
    names.retain(|it| it != key);
    let found = names.len() < before;
    if let Some(to) = to.filter(|_| found) {
        add_all(names, std::slice::from_ref(to));
    }
    found
}

fn retype_key(
    services: &mut Services,
    global: &mut GlobalKeys,
    name: &str,
    value_type: &str,
    multi: bool,
) -> bool {
    let mut changed = false;
    let mut retype = |its_type: &mut String, its_multi: &mut bool| {
        changed |= its_type != value_type || *its_multi != multi;
        value_type.clone_into(its_type);
        *its_multi = multi;
    };
    for key in services.values_mut().flat_map(|it| &mut it.keys).filter(|it| it.name == name) {
        retype(&mut key.value_type, &mut key.multi);
    }
    for key in global.keys.iter_mut().filter(|it| it.name == name) {
        retype(&mut key.value_type, &mut key.multi);
    }
    changed
}
