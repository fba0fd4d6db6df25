//! Services, actions and resource types.

use crate::format::{Action, GlobalKeys, Service, Sources};
use crate::layout::{OPTIONAL, Section};
use crate::pack::{Packer, word};
use crate::ranking::Weights;
use crate::{Outcome, descriptions, gone, keys, read};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Row numbers by lower-case name.
#[derive(Default)]
pub(crate) struct Index {
    pub(crate) services: BTreeMap<String, u32>,
    pub(crate) actions: BTreeMap<String, u32>,
    pub(crate) resources: BTreeMap<String, u32>,
    pub(crate) keys: BTreeMap<String, u32>,
}

impl Index {
    pub(crate) fn service(&self, prefix: &str) -> Outcome<u32> {
        find(&self.services, "service", prefix)
    }

    pub(crate) fn action(&self, name: &str) -> Outcome<u32> {
        find(&self.actions, "action", name)
    }

    /// The row of a resource type, named with the prefix: `s3:bucket`.
    pub(crate) fn resource(&self, name: &str) -> Outcome<u32> {
        find(&self.resources, "resource type", name)
    }

    pub(crate) fn key(&self, name: &str) -> Outcome<u32> {
        find(&self.keys, "condition key", name)
    }

    pub(crate) fn action_ids(&self, names: &[String]) -> Outcome<Vec<u32>> {
        names.iter().map(|name| self.action(name)).collect()
    }

    fn key_list(&self, packer: &mut Packer, names: &[String]) -> Outcome<u32> {
        let mut ids = names.iter().map(|name| self.key(name)).collect::<Outcome<Vec<u32>>>()?;
        ids.sort_unstable();
        Ok(packer.list(ids))
    }
}

fn find(map: &BTreeMap<String, u32>, what: &str, name: &str) -> Outcome<u32> {
    let row = map.get(&name.to_ascii_lowercase()).copied();
    row.ok_or_else(|| format!("schemas/ refers to an unknown {what} `{name}`").into())
}

pub(crate) fn pack(packer: &mut Packer, schemas: &Path, weights: &Weights) -> Outcome<Index> {
    let mut services = read_services(&schemas.join("catalog/services"))?;
    services.sort_by(|a, b| a.prefix.cmp(&b.prefix));
    let global: GlobalKeys = read(&schemas.join("catalog/global-keys.json"))?;
    let gone = gone::read_all(schemas)?;

    let index = index(&services, &global);
    // Names of actions stand together at the start of the text, where one scan finds a part of them.
    let names = services.iter().flat_map(|it| &it.actions).map(|it| packer.text(&it.name)).max();
    keys::pack(packer, schemas, &services, &global, weights, &index)?;
    pack_meta(packer, schemas, names.unwrap_or(0), &global, &index)?;
    for (row, service) in services.iter().enumerate() {
        let retired = gone.iter().any(|it| it.name == service.prefix);
        pack_service(packer, word(row), service, retired, weights, &index)?;
    }
    for it in gone.iter().filter(|it| !it.name.contains(':') && !index.services.contains_key(&it.name)) {
        let row = [packer.text(&it.name), packer.text(&it.title), 0, 0, 0, 0, 0, 0b10];
        packer.row(Section::GoneServices, &row);
    }
    keys::pack_facts(packer, schemas, &index)?;
    descriptions::pack(packer, schemas, &services, &global, &index)?;
    Ok(index)
}

fn read_services(folder: &Path) -> Outcome<Vec<Service>> {
    let mut services = Vec::new();
    for entry in fs::read_dir(folder)? {
        services.push(read(&entry?.path())?);
    }
    Ok(services)
}

fn index(services: &[Service], global: &GlobalKeys) -> Index {
    let mut index = Index::default();
    for (row, service) in services.iter().enumerate() {
        index.services.insert(service.prefix.clone(), word(row));
    }
    let actions = services.iter().flat_map(|it| it.actions.iter().map(move |action| (it, action)));
    for (id, (service, action)) in actions.enumerate() {
        index.actions.insert(format!("{}:{}", service.prefix, action.name).to_ascii_lowercase(), word(id));
    }
    let resources = services.iter().flat_map(|it| it.resources.iter().map(move |resource| (it, resource)));
    for (id, (service, resource)) in resources.enumerate() {
        let name = format!("{}:{}", service.prefix, resource.name).to_ascii_lowercase();
        index.resources.insert(name, word(id));
    }
    let service_keys = services.iter().flat_map(|it| &it.keys).map(|it| &it.name);
    for name in service_keys.chain(global.keys.iter().map(|it| &it.name)) {
        index.keys.insert(name.to_ascii_lowercase(), 0);
    }
    for (row, id) in index.keys.values_mut().enumerate() {
        *id = word(row);
    }
    index
}

fn pack_meta(
    packer: &mut Packer,
    schemas: &Path,
    names: u32,
    global: &GlobalKeys,
    index: &Index,
) -> Outcome<()> {
    let sources: Sources = read(&schemas.join("sources.json"))?;
    let date = sources.packages.iter().find(|it| it.role == "primary").map(|it| it.date.clone());
    let date = packer.text(&date.unwrap_or_default());
    packer.row(Section::Meta, &[date]);
    packer.row(Section::Meta, &[names]);
    for key in &global.keys {
        let key = index.key(&key.name)?;
        packer.row(Section::Meta, &[key]);
    }
    Ok(())
}

fn pack_service(
    packer: &mut Packer,
    row: u32,
    service: &Service,
    retired: bool,
    weights: &Weights,
    index: &Index,
) -> Outcome<()> {
    let first_resource = packer.rows(Section::Resources);
    let mut resources = BTreeMap::new();
    for resource in &service.resources {
        let name = packer.text(&resource.name);
        let arns = packer.texts(&resource.arns);
        let keys = index.key_list(packer, &resource.keys)?;
        let weight = weights.resource(&service.prefix, &resource.name);
        resources
            .insert(resource.name.as_str(), packer.row(Section::Resources, &[name, arns, keys, row, weight]));
    }
    let first_action = packer.rows(Section::Actions);
    for action in &service.actions {
        let weight = weights.action(&service.prefix, &action.name);
        pack_action(packer, row, action, weight, &resources, index)?;
    }
    let keys: Vec<String> = service.keys.iter().map(|it| it.name.clone()).collect();
    let row = [
        packer.text(&service.prefix),
        packer.text(&service.title),
        first_action,
        packer.rows(Section::Actions),
        first_resource,
        packer.rows(Section::Resources),
        index.key_list(packer, &keys)?,
        u32::from(service.rcp) | u32::from(retired) << 1 | weights.service(&service.prefix) << 8,
    ];
    packer.row(Section::Services, &row);
    Ok(())
}

fn pack_action(
    packer: &mut Packer,
    service: u32,
    action: &Action,
    weight: u32,
    resources: &BTreeMap<&str, u32>,
    index: &Index,
) -> Outcome<()> {
    let mut links = Vec::new();
    for name in &action.resources {
        let resource = resources.get(name.as_str());
        let resource = *resource.ok_or_else(|| format!("{} takes unknown `{name}`", action.name))?;
        let optional = if action.optional.contains(name) { OPTIONAL } else { 0 };
        let keys = action.resource_keys.get(name).map_or(&[][..], Vec::as_slice);
        links.extend([resource | optional, index.key_list(packer, keys)?]);
    }
    let dependents = index.action_ids(&action.dependents)?;
    let row = [
        packer.text(&action.name),
        access(&action.access)?
            | u32::from(action.permission_only) << 8
            | u32::from(action.all_of) << 9
            | weight << 10
            | service << 16,
        packer.list(links),
        index.key_list(packer, &action.keys)?,
        packer.list(dependents),
    ];
    packer.row(Section::Actions, &row);
    Ok(())
}

/// A bit for each level, and the number of the first in bits 5 to 7.
fn access(levels: &[String]) -> Outcome<u32> {
    const LEVELS: [&str; 5] = ["List", "Read", "Write", "Permissions management", "Tagging"];
    let mut info = 0;
    for (at, level) in levels.iter().enumerate() {
        let number = LEVELS.iter().position(|it| it == level);
        let number = word(number.ok_or_else(|| format!("unknown access level `{level}`"))?);
        info |= 1 << number;
        if at == 0 {
            info |= number << 5;
        }
    }
    Ok(info)
}
