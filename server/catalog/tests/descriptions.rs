//! What the descriptions must be: ours, exact in form, each of one thing, and complete where a service is covered.

#![cfg(test)]

use catalog::{Service, catalog};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Text and JSON of each file, by prefix.
fn files() -> BTreeMap<String, (String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/overlay/descriptions");
    let files = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let value = serde_json::from_str(&text).unwrap();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), (text, value))
    });
    files.collect()
}

/// Name and text of each action, resource type and key of a service.
fn described(service: Service) -> Vec<(String, Option<&'static str>)> {
    let actions = service.actions().map(|it| (it.full_name(), it.description()));
    let types = service.resource_types().map(|it| (format!("type {}", it.name()), it.description()));
    let own = |name: &str| name.split(':').next() == Some(service.prefix());
    let keys = service.condition_keys().filter(|it| own(it.name()));
    actions.chain(types).chain(keys.map(|it| (it.name().to_owned(), it.description()))).collect()
}

/// Everything of the Bedrock and SageMaker services is described. Elsewhere a file that speaks of resource types is about the
/// whole service, and so is the file of a service without any; the others hold a few well-known names.
#[test]
fn covered_services_miss_nothing() {
    let files = files();
    for service in catalog().services() {
        let prefix = service.prefix();
        let file = files.get(prefix).map(|(_, it)| it);
        let whole =
            service.resource_types().len() == 0 || file.is_some_and(|it| it.get("resourceTypes").is_some());
        let ours = prefix.starts_with("bedrock") || prefix.starts_with("sagemaker");
        let covered = ours || file.is_some() && whole;
        let missing = described(service).into_iter().filter(|(_, text)| covered && text.is_none());
        let missing: Vec<String> = missing.map(|(name, _)| name).collect();
        assert!(missing.is_empty(), "{prefix} has {} without description: {missing:?}", missing.len());
    }
}

/// So is all that belongs to no service.
#[test]
fn the_language_misses_nothing() {
    let catalog = catalog();
    let keys = catalog.global_keys().map(|it| (it.name(), it.description().unwrap_or_default()));
    let operators = catalog.operators().map(|it| (it.name(), it.description()));
    let elements = catalog.elements().map(|it| (it.name(), it.description()));
    let principals = catalog.principal_types().map(|it| (it.name(), it.description()));
    let kinds = catalog.policy_kinds().map(|it| (it.name(), it.description()));
    let all: Vec<_> = keys.chain(operators).chain(elements).chain(principals).chain(kinds).collect();
    assert!(all.len() > 100, "{}", all.len());
    for (at, (name, text)) in all.iter().enumerate() {
        assert!(text.len() >= 20, "{name}: {text}");
        let other = all.iter().take(at).find(|(_, it)| it == text);
        assert!(other.is_none(), "{name} has the text of {other:?}");
    }
}

#[test]
fn each_says_one_thing_of_its_own() {
    let mut seen = BTreeMap::new();
    let services = catalog().services().flat_map(described);
    let global = catalog().global_keys().map(|it| (it.name().to_owned(), it.description()));
    let mut faults = Vec::new();
    for (name, text) in services.chain(global) {
        let Some(text) = text else { continue };
        let other = seen.insert(text.to_ascii_lowercase(), name.clone());
        if let Some(other) = other.filter(|it| *it != name) {
            faults.push(format!("{name} has the text of {other}"));
        }
        let length = text.chars().count();
        if !(20..=260).contains(&length) {
            faults.push(format!("{name} has {length} characters"));
        }
        let lower = text.to_ascii_lowercase();
        if ["grants permission", "permission to ", "allows "].iter().any(|it| lower.starts_with(it)) {
            faults.push(format!("{name} talks of permission instead of what happens: {text}"));
        }
        if !text.ends_with('.') || text.contains("  ") || text.trim() != text {
            faults.push(format!("{name}: full stop or spaces: {text}"));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// One entry on a line, by name without regard to case, so that a name cannot stand twice.
#[test]
fn files_are_sorted() {
    for (prefix, (text, value)) in files() {
        let mut entries = 0;
        let mut last = String::new();
        for line in text.lines() {
            match line.strip_prefix("    \"").and_then(|it| it.split_once("\": \"")) {
                Some((name, _)) => {
                    let name = name.to_ascii_lowercase();
                    assert!(last < name, "{prefix}: `{name}` stands after `{last}`");
                    last = name;
                    entries += 1;
                }
                None => last.clear(),
            }
        }
        let maps = value.as_object().unwrap().values().filter_map(Value::as_object);
        assert_eq!(entries, maps.map(|it| it.len()).sum::<usize>(), "{prefix}: one entry on a line");
    }
}

#[test]
fn resource_types_are_described_by_the_row_of_their_own() {
    let texts = files();
    for (prefix, (_, value)) in &texts {
        let Some(types) = value["resourceTypes"].as_object() else { continue };
        let service = catalog().service(prefix).unwrap();
        for (name, text) in types {
            assert_eq!(service.resource_type(name).unwrap().description(), text.as_str(), "{prefix} {name}");
        }
    }
}
