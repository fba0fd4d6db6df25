//! Scenarios: who may do what, written beside the policies and checked as one types.
//!
//! A scenario file names principals with the policy files of each layer, and requests with what is expected of them.
//! [`Scenario::read`] is total: what is wrong is left out and becomes a [`Problem`] at its place. [`run`] decides the
//! requests; the files it needs come through [`Files`], so that nothing here reads one.

pub mod keys;
mod model;
mod read;
mod run;
mod runs;
pub mod show;
pub(crate) mod slot;
mod stack;

pub use crate::completion::scenario::{Around, complete};
pub use crate::hover::scenario::hover;
pub use model::{
    Expect, FileRef, KeySpec, LayerFiles, PrincipalSpec, Problem, RequestSpec, ResourceSpec, Scenario,
};
pub use run::{Case, Files, PolicyFile, Reasons, Results, owner, reasons, run};
pub use runs::{CaseId, Ran, Runs, parts};
pub use stack::{Layered, Place};

/// How the names of scenario files end.
pub const ENDINGS: [&str; 2] = [".access.jsonc", ".access.json"];

/// Whether a file with this name is a scenario.
pub fn is_scenario(file_name: &str) -> bool {
    ENDINGS.iter().any(|it| file_name.ends_with(it))
}
