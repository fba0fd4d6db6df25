//! Every file under `schemas/` validates against the schema it names.

#![cfg(test)]

mod json_schema;

use json_schema::Schema;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            json_files(&path, found);
        } else if path.extension().is_some_and(|it| it == "json") {
            found.push(path);
        }
    }
}

fn data_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    json_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas"), &mut found);
    // The list of rules is generated from the rules' own documentation; it is no fact about AWS.
    found.retain(|it| !it.to_string_lossy().ends_with(".schema.json") && !it.ends_with("schemas/rules.json"));
    found.sort();
    found
}

#[test]
fn every_file_validates_against_its_schema() {
    let mut schemas = BTreeMap::new();
    let mut faults = Vec::new();
    for path in data_files() {
        let value = read(&path);
        let schema = path.parent().unwrap().join(value["$schema"].as_str().expect("a $schema"));
        let schema = schema.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", schema.display()));
        let schema = schemas.entry(schema.clone()).or_insert_with(|| Schema::new(read(&schema)));
        faults.extend(schema.faults(&value).into_iter().map(|fault| format!("{}: {fault}", path.display())));
    }
    assert!(schemas.len() > 10, "{} schemas", schemas.len());
    assert!(
        faults.is_empty(),
        "{} faults, first:\n{}",
        faults.len(),
        faults[..faults.len().min(20)].join("\n")
    );
}

/// One entry on a line keeps a refresh readable as a diff.
#[test]
fn entries_stand_on_one_line_each_and_once() {
    for path in data_files() {
        let text = fs::read_to_string(&path).unwrap();
        let value = read(&path);
        for (name, entries) in value.as_object().unwrap() {
            let Some(entries) = entries.as_array() else { continue };
            let lines =
                text.lines().filter(|line| line.starts_with("    {") || line.starts_with("    \"")).count();
            assert!(lines >= entries.len(), "{}: `{name}` is not one entry on a line", path.display());
            let mut seen: Vec<String> = entries.iter().map(Value::to_string).collect();
            seen.sort();
            let before = seen.len();
            seen.dedup();
            assert_eq!(before, seen.len(), "{}: `{name}` has an entry twice", path.display());
        }
    }
}

/// Sentences of the packages never reach the repository, so generated files have no place for one.
#[test]
fn generated_files_have_no_sentences() {
    for path in data_files().iter().filter(|it| it.parent().is_some_and(|it| it.ends_with("services"))) {
        let text = fs::read_to_string(path).unwrap();
        assert!(!text.to_ascii_lowercase().contains("\"description\""), "{}", path.display());
        assert!(!text.contains(". "), "{}", path.display());
    }
}
