//! Names people write that are not action names: API operations, endpoints, names that are gone.

use crate::facts::{Endpoint, Operation, Unconfirmed};
use crate::layout::Section;
use crate::pack::Packer;
use crate::services::Index;
use crate::{Outcome, entries, gone};
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
    let mut unconfirmed: Vec<Unconfirmed> = entries(&schemas.join("overlay/unconfirmed-actions.json"))?;
    unconfirmed.sort_by_key(|it| it.action.to_ascii_lowercase());
    for it in unconfirmed {
        if index.action(&it.action).is_ok() {
            return Err(format!("{} is confirmed: take it out of unconfirmed-actions.json", it.action).into());
        }
        let name = packer.text(&it.action);
        packer.row(Section::Unconfirmed, &[name]);
    }
    Ok(())
}
