//! `cargo xtask catalog` writes the generated files of `schemas/catalog` from pinned packages and reviewed
//! overlays. The same pins and overlays give the same bytes; `--check` says whether the committed files are them.

mod api;
#[path = "../../../catalog/build/format.rs"]
mod format;
mod json_lines;
mod merge;
mod models;
mod overlay;
mod read;
pub(crate) mod sources;
mod usage;

use crate::{Outcome, say};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs the task; the one argument it knows is `--check`.
pub(crate) fn run(args: &[String]) -> Outcome {
    let check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("usage: cargo xtask catalog [--check]".into()),
    };
    let root = root()?;
    let files = generate(&root)?;
    let folder = root.join("schemas/catalog");
    let stale = stale_files(&folder, &files)?;
    if check {
        return match stale.first() {
            None => {
                say(&format!("{} generated files are up to date", files.len()));
                Ok(())
            }
            Some(first) => Err(format!(
                "{} generated files differ, first {}; run `cargo xtask catalog`",
                stale.len(),
                first.display()
            )
            .into()),
        };
    }
    fs::create_dir_all(folder.join("services"))?;
    for path in &stale {
        match files.get(path) {
            Some(text) => fs::write(folder.join(path), text)?,
            None => fs::remove_file(folder.join(path))?,
        }
    }
    say(&format!("{} generated files, {} changed", files.len(), stale.len()));
    Ok(())
}

/// The text of every generated file, by its path under `schemas/catalog`.
fn generate(root: &Path) -> Result<BTreeMap<PathBuf, String>, Box<dyn std::error::Error>> {
    let packages = sources::fetch(root)?;
    let repairs = overlay::read(&root.join("schemas/overlay/repairs.json"))?;
    let primary = read::package(&packages.primary)?;
    let dependents = read::package(&packages.dependents)?;
    let gone = merge::gone(&primary, &dependents, &packages.dates);
    let mut services = merge::services(primary, &dependents);
    let mut global_keys = read::global_keys(&packages.global_keys)?;
    overlay::apply(&repairs, &mut services, &mut global_keys)?;

    let overlays = root.join("schemas/overlay");
    models::check(&packages.models, &overlays)?;
    let (api, older) = (api::Api::read(&packages.api)?, api::Api::read(&packages.older_api)?);
    let names = api::Names::read(&overlays)?;
    let unconfirmed = api.unconfirmed(&older, &services, &names);
    let lists = overlay::value_lists(&overlays.join("key-values.json"))?;
    let policies = sources::managed_policies(&sources::corpus(root)?)?;

    let mut files = BTreeMap::new();
    for service in services.values() {
        let path = PathBuf::from("services").join(format!("{}.json", service.prefix));
        files.insert(path, json_lines::write(service)?);
    }
    files.insert(PathBuf::from("global-keys.json"), json_lines::write(&global_keys)?);
    files.insert(PathBuf::from("gone.json"), json_lines::write(&gone)?);
    files.insert(PathBuf::from("unconfirmed-actions.json"), json_lines::write(&unconfirmed)?);
    let endpoints = api.endpoints(&services, &names);
    files.insert(PathBuf::from("endpoints.json"), json_lines::write(&endpoints)?);
    files.insert(PathBuf::from("value-lists.json"), json_lines::write(&api.value_lists(&lists)?)?);
    files.insert(PathBuf::from("regions.json"), json_lines::write(&api.regions()?)?);
    let common = usage::common_names(&policies, &services, &global_keys);
    files.insert(PathBuf::from("common-names.json"), json_lines::write(&common)?);
    Ok(files)
}

/// Paths whose committed text is missing or different, and committed services the sources do not know.
fn stale_files(
    folder: &Path,
    files: &BTreeMap<PathBuf, String>,
) -> Result<Vec<PathBuf>, Box<dyn std::error::Error>> {
    let mut stale = Vec::new();
    for (path, text) in files {
        if fs::read_to_string(folder.join(path)).ok().as_ref() != Some(text) {
            stale.push(path.clone());
        }
    }
    if let Ok(entries) = fs::read_dir(folder.join("services")) {
        for entry in entries {
            let path = PathBuf::from("services").join(entry?.file_name());
            if !files.contains_key(&path) {
                stale.push(path);
            }
        }
    }
    stale.sort();
    Ok(stale)
}

fn root() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(manifest.join("../..").canonicalize()?)
}
