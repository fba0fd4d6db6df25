//! Facts about AWS, packed and indexed: services, actions, resource types, condition keys, operators, kinds of
//! policy, Bedrock models.
//!
//! The data is what `schemas/` holds at build time; nothing is read, fetched or parsed at run time. Every handle
//! is a small `Copy` value over static tables. Names are looked up without regard to ASCII case, as IAM does.
//! This crate says what AWS defines; what a policy means is not its business.

mod action;
mod blob;
mod check;
mod consequence;
mod glob;
mod key;
mod kind;
#[path = "../build/layout.rs"]
mod layout;
mod model;
mod name;
mod nearest;
mod note;
mod operator;
mod place;
mod recipe;
mod request;
mod search;
mod service;
mod value;

pub use action::{AccessLevel, Action, ActionId, ActionResource};
pub use check::CheckType;
pub use consequence::Consequence;
pub use key::{Category, ConditionKey, ValueType};
pub use kind::{Element, Kind, Quota, WhiteSpace};
pub use model::{Certainty, Geography, InferenceProfile, Model, ModelStatus};
pub use name::{Operation, Removal, Tombstone};
pub use operator::Operator;
pub use place::{Partition, PrincipalType, ServicePrincipal};
pub use recipe::Recipe;
pub use request::{Denial, RequestFamily, RequestParameter};
pub use service::{ResourceType, Service};
pub use value::ValueKind;

/// All there is to know; free to copy and to call for.
#[derive(Clone, Copy, Debug)]
pub struct Catalog(());

/// The catalogue this binary was built with.
pub fn catalog() -> Catalog {
    Catalog(())
}

impl Catalog {
    /// The day the data was taken, as in `2026-10-27`; an action launched later is not in it.
    pub fn date(self) -> &'static str {
        blob::text_cell(layout::Section::Meta, 0, 0)
    }
}
