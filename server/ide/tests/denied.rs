//! Texts about denied requests, whole and in pieces.

#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use ide::denied::{self, Denied, Policies, Told, show};
use ide::scenario::PolicyFile;
use ide::{Analysis, Config};
use policy::find::Hint;

/// The texts of the fixtures.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/denied");
    let mut out = Vec::new();
    for folder in [root.clone(), root.join("verdict")] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let Ok(text) = std::fs::read_to_string(entry.unwrap().path()) else { continue };
            let files = text.split("//- ").filter_map(|it| Some(it.split_once('\n')?.1));
            out.extend(files.filter_map(|it| Some(it.split_once("//=")?.0.to_owned())));
        }
    }
    assert!(out.len() > 50, "{} texts", out.len());
    out
}

fn policies(text: &str) -> Policies {
    let analysis = Arc::new(Analysis::of(text, Hint::default(), Arc::new(Config::default())));
    let (path, location) = ("policy.json".to_owned(), String::new());
    Policies::of(&[Arc::new(PolicyFile { path, location, analysis })])
}

/// All that there is to say holds together, and every place is inside the text.
fn hold(text: &str, found: &[Denied], policies: &Policies) {
    for it in found {
        let facts = [it.principal.as_ref(), it.operation.as_ref(), it.service.as_ref()];
        let facts = facts.into_iter().flatten().filter_map(|it| it.range);
        let checks = it
            .checks
            .iter()
            .flat_map(|it| it.resources.iter().filter_map(|it| it.range).chain(it.action.range));
        let reason = it.reason.as_ref().and_then(|it| it.range);
        for range in facts.chain(checks).chain(reason).chain([it.range]) {
            let said = text.get(range.start as usize..range.end as usize);
            assert!(said.is_some(), "{range:?} in {text}");
        }
        let verdict = denied::verdict(it, policies);
        assert!(!show::title(it, &verdict).is_empty());
        assert!(show::hover(it, &verdict, it.range.start).is_some());
        let parts: Vec<_> = it.missing.iter().map(|it| it.part).collect();
        let mut once = parts.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), parts.len(), "{parts:?}");
    }
}

#[test]
fn any_piece_of_a_text_is_read() {
    for text in texts() {
        let policies = policies(&text);
        let step = (text.len() / 20).max(1);
        for end in (0..=text.len()).step_by(step).filter(|it| text.is_char_boundary(*it)) {
            let (head, tail) = text.split_at(end);
            for piece in [head, tail] {
                hold(piece, &denied::read(piece, &Told::default()), &policies);
            }
        }
    }
}

#[test]
fn names_that_json_leaves_open_do_no_harm() {
    for text in [
        r#"{"eventName": "InvokeModel", "eventSource": "bedrock.amazonaws.com", "requestParameters": {"modelId": "é.ü"}}"#,
        r#"{"eventName": "${Region}", "eventSource": "..."}"#,
        r#"{"eventName": "GetObject", "eventSource": "s3.amazonaws.com", "requestParameters": {"bucketName": "", "key": "*"}}"#,
        "User: is not authorized to perform: : on resource: ",
        "authorized to perform authorized to perform authorized to perform",
        "Encoded authorization failure message: \u{2026}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "\u{feff}\"is not authorized to perform: s3:GetObject on resource: \"é",
    ] {
        hold(text, &denied::read(text, &Told::default()), &policies(text));
    }
}

/// Strings of JSON in strings of JSON come to an end.
#[test]
fn nesting_is_bounded() {
    let mut text = r#"{"eventName": "InvokeModel", "eventSource": "bedrock.amazonaws.com"}"#.to_owned();
    for _ in 0..4 {
        text = format!("{{\"message\": \"{}\"}}", ide::fix::escape(&text));
    }
    assert_eq!(denied::read(&text, &Told::default()).len(), 1);
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(denied::read(&deep, &Told::default()), []);
}
