//! Sentences of ours about actions, resource types and condition keys: one file for each service prefix, and
//! `_global.json` for the keys that belong to no service. A name its service does not have fails the build.

use crate::facts::Descriptions;
use crate::format::{GlobalKeys, Service};
use crate::layout::Section;
use crate::pack::Packer;
use crate::services::Index;
use crate::{Outcome, read};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Rows by what they describe.
#[derive(Default)]
struct Rows {
    actions: BTreeMap<u32, u32>,
    resources: BTreeMap<u32, u32>,
    keys: BTreeMap<u32, u32>,
}

pub(crate) fn pack(
    packer: &mut Packer,
    schemas: &Path,
    services: &[Service],
    global: &GlobalKeys,
    index: &Index,
) -> Outcome<()> {
    let mut rows = Rows::default();
    for path in files(&schemas.join("overlay/descriptions"))? {
        let file: Descriptions = read(&path)?;
        let prefix = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
        let service = services.iter().find(|it| it.prefix == prefix);
        let keys: BTreeSet<&str> = match service {
            Some(service) => service.keys.iter().map(|it| it.name.as_str()).collect(),
            None if prefix == "_global" => global.keys.iter().map(|it| it.name.as_str()).collect(),
            None => return Err(format!("{}: no service has this prefix", path.display()).into()),
        };
        pack_file(packer, &mut rows, prefix, &file, &keys, index)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    for (section, texts) in [
        (Section::ActionTexts, rows.actions),
        (Section::ResourceTexts, rows.resources),
        (Section::KeyTexts, rows.keys),
    ] {
        for (id, text) in texts {
            packer.row(section, &[id, text]);
        }
    }
    Ok(())
}

fn pack_file(
    packer: &mut Packer,
    rows: &mut Rows,
    prefix: &str,
    file: &Descriptions,
    keys: &BTreeSet<&str>,
    index: &Index,
) -> Outcome<()> {
    for (name, text) in &file.actions {
        rows.actions.insert(index.action(&format!("{prefix}:{name}"))?, packer.text(text));
    }
    for (name, text) in &file.resource_types {
        rows.resources.insert(index.resource(&format!("{prefix}:{name}"))?, packer.text(text));
    }
    for (name, text) in &file.keys {
        if !keys.contains(name.as_str()) {
            return Err(format!("`{name}` is no key of this file's").into());
        }
        if rows.keys.insert(index.key(name)?, packer.text(text)).is_some() {
            return Err(format!("`{name}` is described in two files").into());
        }
    }
    let has = |name: &String| {
        [&file.actions, &file.resource_types, &file.keys].into_iter().any(|it| it.contains_key(name))
    };
    match file.sources.keys().find(|name| !has(name)) {
        Some(name) => Err(format!("a source for `{name}`, which is not described").into()),
        None => Ok(()),
    }
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        found.push(entry?.path());
    }
    found.sort();
    Ok(found)
}
