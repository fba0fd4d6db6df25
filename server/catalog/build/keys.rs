//! Condition keys and what is known about their values.

use crate::facts::{DeprecatedKey, KeyValues};
use crate::format::{GlobalKeys, Service, ValueLists};
use crate::layout::Section;
use crate::pack::{Packer, word};
use crate::ranking::Weights;
use crate::services::Index;
use crate::{Outcome, entries, read};
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) fn pack(
    packer: &mut Packer,
    schemas: &Path,
    services: &[Service],
    global: &GlobalKeys,
    weights: &Weights,
    index: &Index,
) -> Outcome<()> {
    let mut rows = vec![[0; 4]; index.keys.len()];
    let mut put = |name: &str, value_type: &str, multi: bool, is_owner: bool, category: u32, owner: u32| {
        let id = index.key(name)?;
        // Several services may list a key; the one it is named for decides, and the global list over all.
        if let Some(row) = rows.get_mut(id as usize).filter(|row| is_owner || row[0] == 0) {
            let is_template = u32::from(name.contains("${"));
            let flags = u32::from(multi) << 4 | is_template << 5 | category << 8;
            let info = type_number(value_type)? | flags | weights.key(name) << 16;
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

pub(crate) fn pack_facts(packer: &mut Packer, schemas: &Path, index: &Index) -> Outcome<()> {
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
    let lists = read::<ValueLists>(&schemas.join("catalog/value-lists.json"))?.entries;
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
