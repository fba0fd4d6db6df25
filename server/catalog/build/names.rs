//! Names people write that are not action names: API operations, endpoints, names that are gone.

use crate::facts::{AddressRange, Endpoint, Operation, Ranking, TaskWords};
use crate::format::UnconfirmedActions;
use crate::layout::Section;
use crate::pack::Packer;
use crate::services::Index;
use crate::{Outcome, entries, gone, read};
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
    endpoints.sort_by_key(|it| it.endpoint.to_ascii_lowercase());
    for it in endpoints {
        let row = [packer.text(&it.endpoint), index.service(&it.prefix)?];
        packer.row(Section::Endpoints, &row);
    }
    gone::pack(packer, schemas, index)?;
    let mut unconfirmed =
        read::<UnconfirmedActions>(&schemas.join("catalog/unconfirmed-actions.json"))?.entries;
    unconfirmed.sort_by_key(|it| it.action.to_ascii_lowercase());
    for it in unconfirmed {
        if index.action(&it.action).is_ok() {
            return Err(format!("{} is confirmed: run `cargo xtask catalog`", it.action).into());
        }
        let name = packer.text(&it.action);
        packer.row(Section::Unconfirmed, &[name]);
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
