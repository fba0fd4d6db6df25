//! Services, actions, resource types and condition keys.

use crate::facts::{ActionText, DeprecatedKey, KeyText, KeyValues, Tombstone, ValueList};
use crate::format::{Action, GlobalKeys, Service, Sources};
use crate::layout::{OPTIONAL, Section};
use crate::pack::{Packer, word};
use crate::{Outcome, entries, read};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Row numbers by lower-case name.
#[derive(Default)]
pub(crate) struct Index {
    pub(crate) services: BTreeMap<String, u32>,
    pub(crate) actions: BTreeMap<String, u32>,
    keys: BTreeMap<String, u32>,
}

impl Index {
    pub(crate) fn service(&self, prefix: &str) -> Outcome<u32> {
        find(&self.services, "service", prefix)
    }

    pub(crate) fn action(&self, name: &str) -> Outcome<u32> {
        find(&self.actions, "action", name)
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

pub(crate) fn pack(packer: &mut Packer, schemas: &Path) -> Outcome<Index> {
    let mut services = read_services(&schemas.join("catalog/services"))?;
    services.sort_by(|a, b| a.prefix.cmp(&b.prefix));
    let global: GlobalKeys = read(&schemas.join("catalog/global-keys.json"))?;
    let gone: Vec<Tombstone> = entries(&schemas.join("overlay/tombstones.json"))?;

    let mut index = index(&services, &global);
    pack_keys(packer, schemas, &services, &global, &mut index)?;
    pack_meta(packer, schemas, &global, &index)?;
    for (row, service) in services.iter().enumerate() {
        let retired = gone.iter().any(|it| it.name == service.prefix);
        pack_service(packer, word(row), service, retired, &index)?;
    }
    for it in gone.iter().filter(|it| !it.name.contains(':') && !index.services.contains_key(&it.name)) {
        let row = [packer.text(&it.name), packer.text(&it.title), 0, 0, 0, 0, 0, 0b10];
        packer.row(Section::GoneServices, &row);
    }
    pack_key_facts(packer, schemas, &index)?;
    pack_texts(packer, schemas, &index)?;
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
    let service_keys = services.iter().flat_map(|it| &it.keys).map(|it| &it.name);
    for name in service_keys.chain(global.keys.iter().map(|it| &it.name)) {
        index.keys.insert(name.to_ascii_lowercase(), 0);
    }
    for (row, id) in index.keys.values_mut().enumerate() {
        *id = word(row);
    }
    index
}

fn pack_meta(packer: &mut Packer, schemas: &Path, global: &GlobalKeys, index: &Index) -> Outcome<()> {
    let sources: Sources = read(&schemas.join("sources.json"))?;
    let date = sources.packages.iter().find(|it| it.role == "primary").map(|it| it.date.clone());
    let date = packer.text(&date.unwrap_or_default());
    packer.row(Section::Meta, &[date]);
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
    index: &Index,
) -> Outcome<()> {
    let first_resource = packer.rows(Section::Resources);
    let mut resources = BTreeMap::new();
    for resource in &service.resources {
        let name = packer.text(&resource.name);
        let arns = packer.texts(&resource.arns);
        let keys = index.key_list(packer, &resource.keys)?;
        resources.insert(resource.name.as_str(), packer.row(Section::Resources, &[name, arns, keys, row]));
    }
    let first_action = packer.rows(Section::Actions);
    for action in &service.actions {
        pack_action(packer, row, action, &resources, index)?;
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
        u32::from(service.rcp) | u32::from(retired) << 1,
    ];
    packer.row(Section::Services, &row);
    Ok(())
}

fn pack_action(
    packer: &mut Packer,
    service: u32,
    action: &Action,
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

fn pack_keys(
    packer: &mut Packer,
    schemas: &Path,
    services: &[Service],
    global: &GlobalKeys,
    index: &mut Index,
) -> Outcome<()> {
    let mut rows = vec![[0; 4]; index.keys.len()];
    let mut put = |name: &str, value_type: &str, multi: bool, is_owner: bool, category: u32, owner: u32| {
        let id = index.key(name)?;
        // Several services may list a key; the one it is named for decides, and the global list over all.
        if let Some(row) = rows.get_mut(id as usize).filter(|row| is_owner || row[0] == 0) {
            let is_template = u32::from(name.contains("${"));
            let info = type_number(value_type)? | u32::from(multi) << 4 | is_template << 5 | category << 8;
            *row = [packer.text(name), info, owner, 0];
        }
        Outcome::Ok(())
    };
    for (at, service) in services.iter().enumerate() {
        for key in &service.keys {
            let is_owner = key.name.split(':').next() == Some(&service.prefix);
            put(&key.name, &key.value_type, key.multi, is_owner, 0, word(at + 1))?;
        }
    }
    const CATEGORIES: [&str; 5] = ["principal", "session", "network", "resource", "request"];
    for key in &global.keys {
        let category = CATEGORIES.iter().position(|it| *it == key.category);
        let category = category.ok_or_else(|| format!("unknown category `{}`", key.category))?;
        put(&key.name, &key.value_type, key.multi, true, word(category + 1), 0)?;
    }
    for it in entries::<DeprecatedKey>(&schemas.join("overlay/deprecated-keys.json"))? {
        let successor = index.key(&it.successor)?;
        if let Some(row) = rows.get_mut(index.key(&it.key)? as usize) {
            row[3] = successor + 1;
        }
    }
    for (id, row) in rows.iter().enumerate() {
        packer.row(Section::Keys, row);
        if row[1] & 1 << 5 != 0 {
            packer.row(Section::TemplateKeys, &[word(id)]);
        }
    }
    Ok(())
}

/// The number of a value type, for keys and operators alike.
pub(crate) fn type_number(name: &str) -> Outcome<u32> {
    const TYPES: [&str; 8] = ["String", "ARN", "Bool", "Numeric", "Date", "IPAddress", "Binary", "Null"];
    let number = TYPES.iter().position(|it| *it == name);
    Ok(word(number.ok_or_else(|| format!("unknown value type `{name}`"))?))
}

/// The number of a certainty.
pub(crate) fn certainty(name: &str) -> Outcome<u32> {
    let number = ["low", "medium", "high"].iter().position(|it| *it == name);
    Ok(word(number.ok_or_else(|| format!("unknown certainty `{name}`"))?))
}

fn pack_key_facts(packer: &mut Packer, schemas: &Path, index: &Index) -> Outcome<()> {
    const KINDS: [&str; 14] = [
        "free",
        "enum",
        "bool",
        "arn",
        "pattern",
        "range",
        "date",
        "ip",
        "cidr",
        "url",
        "path",
        "presence",
        "service-principal",
        "region",
    ];
    let lists: Vec<ValueList> = entries(&schemas.join("overlay/value-lists.json"))?;
    let mut rows = BTreeMap::new();
    for it in entries::<KeyValues>(&schemas.join("overlay/key-values.json"))? {
        let kind = KINDS.iter().position(|kind| *kind == it.kind);
        let kind = match (it.kind.as_str(), kind) {
            ("model", _) => word(KINDS.len()),
            (_, Some(kind)) => word(kind),
            (kind, None) => return Err(format!("unknown kind of value `{kind}`").into()),
        };
        let mut by_action = Vec::new();
        for (action, names) in &it.lists {
            let mut values = Vec::new();
            for name in names {
                let list = lists.iter().find(|list| list.list == *name);
                values.extend(list.ok_or_else(|| format!("unknown value list `{name}`"))?.values.clone());
            }
            values.sort();
            values.dedup();
            by_action.extend([index.action(action)?, packer.texts(&values)]);
        }
        let mut values = it.values.clone();
        for list in lists.iter().filter(|list| it.lists.values().flatten().any(|name| *name == list.list)) {
            values.extend(list.values.clone());
        }
        if !it.lists.is_empty() {
            values.sort();
            values.dedup();
        }
        let bounds = match (it.min, it.max) {
            (None, None) => Vec::new(),
            (min, max) => vec![min.unwrap_or(0), max.unwrap_or(u32::MAX), packer.text(&it.unit)],
        };
        let key = index.key(&it.key)?;
        let row = [
            key,
            kind,
            packer.texts(&values),
            packer.list(by_action),
            packer.texts(&it.formats),
            packer.text(&it.pattern),
            packer.list(bounds),
            packer.text(&it.presence),
            packer.text(&it.note),
            u32::from(it.open) | u32::from(it.always) << 1 | certainty(&it.confidence)? << 2,
        ];
        rows.insert(key, row);
    }
    for row in rows.values() {
        packer.row(Section::KeyFacts, row);
    }
    Ok(())
}

fn pack_texts(packer: &mut Packer, schemas: &Path, index: &Index) -> Outcome<()> {
    let mut rows = BTreeMap::new();
    for it in entries::<ActionText>(&schemas.join("overlay/action-descriptions.json"))? {
        rows.insert(index.action(&it.action)?, packer.text(&it.text));
    }
    for (action, text) in rows {
        packer.row(Section::ActionTexts, &[action, text]);
    }
    let mut rows = BTreeMap::new();
    for it in entries::<KeyText>(&schemas.join("overlay/key-descriptions.json"))? {
        rows.insert(index.key(&it.key)?, packer.text(&it.text));
    }
    for (key, text) in rows {
        packer.row(Section::KeyTexts, &[key, text]);
    }
    Ok(())
}
