//! The policy language: operators, kinds of policy, elements, partitions, principals.

use crate::facts::{Element, Kind, Operator, Partition, Principals, Recipe};
use crate::format::Regions;
use crate::keys::type_number;
use crate::layout::Section;
use crate::pack::Packer;
use crate::ranking::Weights;
use crate::services::Index;
use crate::{Outcome, entries, read};
use std::path::Path;

pub(crate) fn pack(packer: &mut Packer, schemas: &Path, weights: &Weights, index: &Index) -> Outcome<()> {
    let folder = schemas.join("catalog");
    let mut operators: Vec<Operator> = entries(&folder.join("condition-operators.json"))?;
    operators.sort_by_key(|it| it.name.to_ascii_lowercase());
    for it in operators {
        let flags = [it.negated, it.wildcards, it.variables, it.ordering];
        let flags: u32 = flags.iter().enumerate().map(|(at, flag)| u32::from(*flag) << at).sum();
        let flags = flags | weights.operator(&it.name) << 8;
        let row = [packer.text(&it.name), type_number(&it.value_type)?, flags, packer.text(&it.text)];
        packer.row(Section::Operators, &row);
    }
    for it in entries::<Kind>(&folder.join("policy-kinds.json"))? {
        pack_kind(packer, &it);
    }
    for it in entries::<Element>(&folder.join("policy-elements.json"))? {
        let row = [packer.text(&it.name), u32::from(it.place == "statement"), packer.text(&it.text)];
        packer.row(Section::Elements, &row);
    }
    for it in entries::<Partition>(&folder.join("partitions.json"))? {
        let row = [
            packer.text(&it.id),
            packer.text(&it.title),
            packer.text(&it.dns_suffix),
            packer.text(&it.region_pattern),
            packer.texts(&it.regions),
            packer.texts(&it.bedrock),
            packer.texts(&it.sagemaker),
            packer.text(&it.global_region),
        ];
        packer.row(Section::Partitions, &row);
    }
    for it in entries::<Recipe>(&schemas.join("overlay/recipes.json"))? {
        let statements: Vec<u32> = it.statements.iter().map(|members| packer.texts(members)).collect();
        let row = [
            packer.text(&it.label),
            packer.text(&it.detail),
            packer.text(&it.kind),
            packer.text(&it.words.join(" ")),
            packer.list(statements),
        ];
        packer.row(Section::Recipes, &row);
    }
    for it in read::<Regions>(&folder.join("regions.json"))?.regions {
        let row = [packer.text(&it.id), packer.text(&it.title), weights.region(&it.id)];
        packer.row(Section::RegionTitles, &row);
    }
    let mut principals: Principals = read(&folder.join("principals.json"))?;
    for it in principals.types {
        let row = [packer.text(&it.name), packer.text(&it.text), packer.texts(&it.formats)];
        packer.row(Section::PrincipalTypes, &row);
    }
    principals.services.sort_by_key(|it| it.principal.to_ascii_lowercase());
    for it in principals.services {
        let service = if it.prefix.is_empty() { 0 } else { index.service(&it.prefix)? + 1 };
        let row = [packer.text(&it.principal), service, packer.text(&it.note)];
        packer.row(Section::ServicePrincipals, &row);
    }
    Ok(())
}

fn pack_kind(packer: &mut Packer, kind: &Kind) {
    let first_quota = packer.rows(Section::Quotas);
    for it in &kind.quotas {
        let row = [
            packer.text(&it.subject),
            it.limit,
            packer.text(&it.unit),
            packer.text(&it.white_space),
            packer.text(&it.text),
        ];
        packer.row(Section::Quotas, &row);
    }
    let pairs: Vec<&String> = kind.one_of.iter().flatten().collect();
    let row = [
        packer.text(&kind.name),
        packer.text(&kind.title),
        packer.text(&kind.text),
        packer.texts(&kind.required),
        packer.texts(&pairs),
        packer.texts(&kind.allowed),
        packer.texts(&kind.forbidden),
        packer.texts(&kind.effects),
        first_quota,
        packer.rows(Section::Quotas),
        packer.texts(&kind.name_hints),
        packer.text(&kind.principal),
    ];
    packer.row(Section::Kinds, &row);
}
