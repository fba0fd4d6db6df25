//! Names AWS has taken away: what a comparison of two packages found, and what people know of it.

use crate::facts::Tombstone;
use crate::format::GoneNames;
use crate::layout::Section;
use crate::pack::Packer;
use crate::services::Index;
use crate::{Outcome, entries, read};
use std::path::Path;

/// All of them, by name. An entry of the overlay stands in for a generated one: it knows the day, or more.
pub(crate) fn read_all(schemas: &Path) -> Outcome<Vec<Tombstone>> {
    let mut gone: Vec<Tombstone> = entries(&schemas.join("overlay/tombstones.json"))?;
    let found: GoneNames = read(&schemas.join("catalog/gone.json"))?;
    let services = found.services.into_iter().map(|it| (it.prefix, it.title));
    let actions = found.actions.into_iter().map(|name| (name, String::new()));
    for (name, title) in services.chain(actions) {
        if gone.iter().any(|it| it.name.eq_ignore_ascii_case(&name)) {
            continue;
        }
        gone.push(Tombstone {
            name,
            title,
            successors: Vec::new(),
            note: "AWS has taken it out of its reference.".to_owned(),
            removed: Some(found.before.clone()),
            after: found.after.clone(),
            access_analyzer: false,
        });
    }
    gone.sort_by_key(|it| it.name.to_ascii_lowercase());
    Ok(gone)
}

pub(crate) fn pack(packer: &mut Packer, schemas: &Path, index: &Index) -> Outcome<()> {
    let mut last = String::new();
    for it in read_all(schemas)? {
        let is_there = it.name.contains(':') && index.action(&it.name).is_ok();
        if is_there || it.name.eq_ignore_ascii_case(&last) {
            return Err(format!("tombstones.json: {} is in the catalogue, or is there twice", it.name).into());
        }
        let successors = index.action_ids(&it.successors)?;
        let row = [
            packer.text(&it.name),
            packer.list(successors),
            packer.text(&it.note),
            packer.text(it.removed.as_deref().unwrap_or_default()),
            packer.text(&it.after),
            u32::from(it.access_analyzer),
        ];
        packer.row(Section::Tombstones, &row);
        last = it.name;
    }
    Ok(())
}
