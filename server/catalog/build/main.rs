//! Packs `schemas/` into tables the crate reads in place. Reads only the repository; an entry that names an
//! unknown service, action or key fails the build, so a refreshed catalogue and its overlays cannot disagree.

mod descriptions;
mod facts;
mod format;
mod gone;
mod keys;
mod language;
mod layout;
mod models;
mod names;
mod pack;
mod ranking;
mod requests;
mod services;

use serde::de::DeserializeOwned;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let schemas = manifest.join("../../schemas");
    emit(&format!("cargo::rerun-if-changed={}", schemas.display()));
    emit("cargo::rerun-if-changed=build");

    let mut packer = pack::Packer::new();
    let weights = ranking::Weights::read(&schemas)?;
    let index = services::pack(&mut packer, &schemas, &weights)?;
    names::pack(&mut packer, &schemas, &index)?;
    models::pack(&mut packer, &schemas)?;
    requests::pack(&mut packer, &schemas, &index)?;
    language::pack(&mut packer, &schemas, &weights, &index)?;

    let (tables, text) = packer.finish();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("catalog.bin"), tables)?;
    fs::write(out.join("catalog.txt"), text)?;
    Ok(())
}

fn read<T: DeserializeOwned>(path: &Path) -> Outcome<T> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?)
}

fn entries<T: DeserializeOwned>(path: &Path) -> Outcome<Vec<T>> {
    Ok(read::<facts::File<T>>(path)?.entries)
}

#[expect(clippy::print_stdout, reason = "cargo reads instructions from stdout")]
fn emit(instruction: &str) {
    println!("{instruction}");
}
