//! Names people write that are not action names: API operations, endpoints, names that are gone.

use crate::facts::{AddressRange, Checks, Consequence, Note, Operation, Ranking, TaskWords};
use crate::format::{Endpoint, Endpoints, UnconfirmedActions};
use crate::layout::Section;
use crate::pack::Packer;
use crate::services::Index;
use crate::{Outcome, entries, gone, read};
use std::collections::BTreeSet;
use std::path::Path;

pub(crate) fn pack(packer: &mut Packer, schemas: &Path, index: &Index) -> Outcome<()> {
    let mut operations: Vec<Operation> = entries(&schemas.join("overlay/operations.json"))?;
    operations.sort_by_key(|it| (it.service.clone(), it.operation.to_ascii_lowercase()));
    for it in operations {
        let actions = index.action_ids(&it.actions)?;
        let sometimes = index.action_ids(&it.sometimes)?;
        let row = [
            index.service(&it.service)?,
            packer.text(&it.operation),
            packer.list(actions),
            packer.list(sometimes),
            packer.text(&it.note),
        ];
        packer.row(Section::Operations, &row);
    }
    let mut endpoints: Vec<Endpoint> = entries(&schemas.join("overlay/endpoints.json"))?;
    endpoints.extend(read::<Endpoints>(&schemas.join("catalog/endpoints.json"))?.entries);
    endpoints.sort_by_key(|it| it.endpoint.to_ascii_lowercase());
    if let Some([one, _]) = endpoints.array_windows().find(|[one, next]| one.endpoint == next.endpoint) {
        return Err(format!("endpoint `{}` is listed twice: run `cargo xtask catalog`", one.endpoint).into());
    }
    for it in endpoints {
        let row = [packer.text(&it.endpoint), index.service(&it.prefix)?];
        packer.row(Section::Endpoints, &row);
    }
    gone::pack(packer, schemas, index)?;
    let mut unconfirmed =
        read::<UnconfirmedActions>(&schemas.join("catalog/unconfirmed-actions.json"))?.entries;
    unconfirmed.sort_by_key(|it| it.action.to_ascii_lowercase());
    let mut unconfirmed_names = BTreeSet::new();
    for it in unconfirmed {
        if index.action(&it.action).is_ok() {
            return Err(format!("{} is confirmed: run `cargo xtask catalog`", it.action).into());
        }
        let name = packer.text(&it.action);
        unconfirmed_names.insert(it.action.to_ascii_lowercase());
        packer.row(Section::Unconfirmed, &[name]);
    }
    for it in entries::<Note>(&schemas.join("overlay/notes.json"))? {
        if !unconfirmed_names.contains(&it.about.to_ascii_lowercase()) {
            match it.about.split_once('/') {
                Some((prefix, name)) => index.resource(&format!("{prefix}:{name}"))?,
                None if it.about.contains(':') => index.action(&it.about)?,
                None => index.service(&it.about)?,
            };
        }
        let row = [packer.text(&it.about), packer.text(&it.text)];
        packer.row(Section::Notes, &row);
    }
    for it in entries::<Consequence>(&schemas.join("overlay/consequences.json"))? {
        for name in it.actions.iter().filter(|it| !it.contains('*')) {
            index.action(name)?;
        }
        let row = [packer.text(&it.consequence), packer.texts(&it.actions)];
        packer.row(Section::Consequences, &row);
    }
    for it in entries::<Checks>(&schemas.join("overlay/policy-checks.json"))? {
        let row = [packer.text(&it.of), packer.texts(&it.codes)];
        packer.row(Section::Checks, &row);
    }
    for it in entries::<TaskWords>(&schemas.join("overlay/task-words.json"))? {
        let actions = index.action_ids(&it.actions)?;
        let row = [packer.texts(&it.words), packer.list(actions)];
        packer.row(Section::TaskWords, &row);
    }
    for it in entries::<Ranking>(&schemas.join("overlay/ranking.json"))? {
        for name in &it.variables {
            let key = index.key(name)?;
            packer.row(Section::CommonVariables, &[key]);
        }
    }
    for it in entries::<AddressRange>(&schemas.join("overlay/address-ranges.json"))? {
        let row = [packer.text(&it.range), packer.text(&it.title)];
        packer.row(Section::AddressRanges, &row);
    }
    Ok(())
}
