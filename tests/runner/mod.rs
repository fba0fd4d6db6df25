//! Reads fixtures, asks the library, compares, and on request writes down what it said.

pub(crate) mod access;
pub(crate) mod check;
pub(crate) mod docs;
pub(crate) mod edits;
pub(crate) mod features;
pub(crate) mod fixes;
pub(crate) mod format;
pub(crate) mod refactor;
pub(crate) mod scenario;
pub(crate) mod sections;

use std::path::{Path, PathBuf};

/// The folder of the fixtures.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

/// The fixtures by path. A `.json` file asks for an annotated `.jsonc` beside it.
pub(crate) fn paths() -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![folder()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension().and_then(|it| it.to_str()) {
                _ if path.is_dir() => folders.push(path),
                Some("jsonc") => out.push(path),
                Some("json") if !path.with_extension("jsonc").exists() => {
                    out.push(path.with_extension("jsonc"))
                }
                _ => {}
            }
        }
    }
    out.sort();
    out
}

/// The name of a fixture: its path below the folder, without its extension.
pub(crate) fn name(path: &Path) -> String {
    let below = path.strip_prefix(folder()).unwrap().with_extension("");
    below.components().map(|it| it.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A fixture as it is to be run: annotated, or the plain text that asks for it.
pub(crate) fn read(path: &Path) -> Result<format::Fixture, String> {
    let pristine = std::fs::read_to_string(path.with_extension("json")).ok();
    let written =
        std::fs::read_to_string(path).or(pristine.clone().ok_or("")).map_err(|_| "it is not UTF-8")?;
    let mut fixture = format::parse(&written)?;
    if let Some(pristine) = pristine {
        fixture.files[0].text = pristine;
    }
    Ok(fixture)
}

/// Runs a fixture.
pub(crate) fn run(path: &Path, bless: bool) -> Result<(), String> {
    let fixture = read(path)?;
    let mut printed = Vec::new();
    for file in &fixture.files {
        let analysis = check::analyse(&file.text, &file.options);
        let answers: Result<Vec<String>, String> =
            file.sections.iter().map(|it| sections::answer(file, it)).collect();
        printed.push((file, check::marks(&analysis), answers?));
    }
    let is = format::print(&printed);
    let was = std::fs::read_to_string(path).unwrap_or_default();
    settle(path, &was, &is, bless)?;
    for file in &fixture.files {
        check::same_in_layouts(&file.text, &file.options)?;
        fixes::hold(&file.text, &file.options)?;
        refactor::hold(&file.text, &file.options)?;
    }
    Ok(())
}

/// Compares what a fixture has with what it should have, and writes the latter down when asked to.
fn settle(path: &Path, was: &str, is: &str, bless: bool) -> Result<(), String> {
    if is == was {
        return Ok(());
    }
    if bless {
        return std::fs::write(path, is).map_err(|it| it.to_string());
    }
    let difference = similar::TextDiff::from_lines(was, is);
    let difference = difference.unified_diff().header("expected", "actual").to_string();
    Err(format!("{difference}\nUPDATE_EXPECT=1 writes this down, once it is right"))
}
