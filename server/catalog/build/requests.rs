//! What a denied request tells: the resources its parameters name, and the words AWS denies in.

use crate::facts::{Denial, RequestFamily};
use crate::format::Service;
use crate::layout::Section;
use crate::pack::Packer;
use crate::services::Index;
use crate::{Outcome, entries, read};
use std::path::Path;

/// Kinds of words, in the order of their numbers.
const KINDS: [&str; 3] = ["code", "policy", "message"];

pub(crate) fn pack(packer: &mut Packer, schemas: &Path, index: &Index) -> Outcome<()> {
    let mut families: Vec<RequestFamily> = entries(&schemas.join("overlay/request-resources.json"))?;
    families.sort_by_key(|it| index.service(&it.service).unwrap_or(0));
    for family in families {
        let path = schemas.join(format!("catalog/services/{}.json", family.service));
        let service: Service = read(&path)?;
        let first = packer.rows(Section::RequestParameters);
        for it in &family.exceptions {
            let resource = index.resource(&format!("{}:{}", family.service, it.resource))?;
            let arns = service.resources.iter().filter(|known| known.name == it.resource);
            let mut arns = arns.flat_map(|known| &known.arns);
            let placeholder = format!("${{{}}}", it.placeholder);
            if !arns.any(|arn| (it.arn.is_empty() || *arn == it.arn) && arn.contains(&placeholder)) {
                return Err(format!("{} has no ARN format with {placeholder}", it.resource).into());
            }
            let row = [
                resource,
                packer.text(&it.placeholder),
                packer.texts(&it.names),
                packer.text(&it.like),
                packer.text(&it.unlike),
                packer.text(&it.arn),
                u32::from(it.value == "model"),
            ];
            packer.row(Section::RequestParameters, &row);
        }
        let row = [index.service(&family.service)?, first, packer.rows(Section::RequestParameters)];
        packer.row(Section::RequestFamilies, &row);
    }
    for it in entries::<Denial>(&schemas.join("overlay/denials.json"))? {
        let kind = KINDS.iter().position(|kind| *kind == it.kind);
        let kind = kind.ok_or_else(|| format!("unknown kind of words `{}`", it.kind))?;
        let actions = index.action_ids(&it.actions)?;
        let service = if it.service.is_empty() { 0 } else { index.service(&it.service)? + 1 };
        let row = [
            packer.text(&it.text),
            crate::pack::word(kind),
            packer.text(&it.policy),
            service,
            packer.text(&it.meaning),
            packer.list(actions),
        ];
        packer.row(Section::Denials, &row);
    }
    Ok(())
}
