//! Bedrock models, inference profiles and the Regions they route to.

use crate::facts::{Geography, Model, ModelSuccessor, Profile};
use crate::keys::certainty;
use crate::layout::Section;
use crate::pack::{Packer, word};
use crate::{Outcome, entries};
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) fn pack(packer: &mut Packer, schemas: &Path) -> Outcome<()> {
    let mut models: Vec<Model> = entries(&schemas.join("overlay/models.json"))?;
    models.sort_by_key(|it| it.id.to_ascii_lowercase());
    let rows: BTreeMap<String, u32> =
        models.iter().enumerate().map(|(row, it)| (it.id.clone(), word(row))).collect();
    let row_of = |id: &String| {
        rows.get(id).copied().ok_or_else(|| format!("schemas/ refers to an unknown model `{id}`"))
    };
    let mut successors = BTreeMap::new();
    for it in entries::<ModelSuccessor>(&schemas.join("overlay/model-successors.json"))? {
        successors.insert(row_of(&it.model)?, row_of(&it.successor)?);
    }
    for (row, it) in models.iter().enumerate() {
        let status = ["active", "legacy", "ended"].iter().position(|status| *status == it.status);
        let status = status.ok_or_else(|| format!("unknown model status `{}`", it.status))?;
        let row = [
            packer.text(&it.id),
            packer.text(&it.provider),
            word(status),
            packer.text(&it.legacy_since),
            packer.text(&it.end_of_life),
            successors.get(&word(row)).map_or(0, |successor| successor + 1),
            certainty(&it.confidence)?,
            packer.texts(&it.variants),
        ];
        packer.row(Section::Models, &row);
    }

    let mut geographies: Vec<Geography> = entries(&schemas.join("overlay/profile-geographies.json"))?;
    geographies.sort_by_key(|it| it.prefix.clone());
    for it in &geographies {
        let row = [
            packer.text(&it.prefix),
            packer.text(&it.title),
            packer.texts(&it.destinations),
            packer.texts(&it.sources),
            packer.texts(&it.source_adds),
            u32::from(it.any_region),
        ];
        packer.row(Section::Geographies, &row);
    }

    let mut profiles: Vec<Profile> = entries(&schemas.join("overlay/inference-profiles.json"))?;
    profiles.sort_by_key(|it| it.id.to_ascii_lowercase());
    for it in &profiles {
        let geography = geographies.iter().position(|geography| geography.prefix == it.geography);
        let geography = geography.ok_or_else(|| format!("unknown geography `{}`", it.geography))?;
        let mut routes = Vec::new();
        for (source, destinations) in &it.routes {
            routes.extend([packer.text(source), packer.texts(destinations)]);
        }
        let row = [
            packer.text(&it.id),
            word(geography),
            row_of(&it.model)?,
            packer.list(routes),
            certainty(&it.confidence)?,
        ];
        packer.row(Section::Profiles, &row);
    }
    Ok(())
}
