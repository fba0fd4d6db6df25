//! Configuration files: what is wrong with them, what can be written, what stands there.

#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test fails by panicking")]

use ide::settings::{self, Said};
use ide::{Seen, Severity};
use syntax::{SourceFile, TextEdit, TextSize};

/// A file, and the place of `$0` in it.
fn at_cursor(text: &str) -> (SourceFile, TextSize) {
    let at = text.find("$0").unwrap();
    (SourceFile::new(&text.replace("$0", ""), &[]), TextSize::try_from(at).unwrap())
}

fn read(text: &str) -> Said {
    let fault = |it: &str| it.contains('[').then(|| "unclosed".to_owned());
    settings::read(&SourceFile::new(text, &[]), &fault)
}

/// What is wrong, each with the text it is about.
fn problems(text: &str) -> Vec<String> {
    let said = read(text);
    let shown = |it: &settings::Problem| {
        assert_eq!(it.severity, Severity::Error);
        format!("{}: {}", &text[it.range.start as usize..it.range.end as usize], it.message)
    };
    said.problems.iter().map(shown).collect()
}

fn labels(text: &str) -> Vec<String> {
    let (file, at) = at_cursor(text);
    let files = ["a.json".to_owned(), "scp/one.json".to_owned(), "scp/two.json".to_owned()];
    let found = settings::complete(&file, at, &Seen::default(), &files);
    found.items.into_iter().map(|it| it.label).collect()
}

fn hover(text: &str) -> Option<String> {
    let (file, at) = at_cursor(text);
    settings::hover(&file, at, &|it| format!("https://pages/{}", it.name)).map(|it| it.markdown)
}

#[test]
fn what_is_wrong_has_its_place() {
    assert_eq!(problems("{}"), [""; 0]);
    assert_eq!(problems("// Nothing yet.\n"), [""; 0]);
    assert_eq!(problems("{\"rules\": {\"missing-effect\": \"off\",},}"), [""; 0]);
    assert_eq!(problems("3"), ["3: The configuration is an object"]);
    assert_eq!(problems("{\"pakc\": 1}"), ["\"pakc\": There is no setting `pakc`; did you mean `pack`?"]);
    assert_eq!(problems("{\"lens\": true}"), ["true: `lens` is an object"]);
    assert_eq!(
        problems("{\"lens\": {\"enable\": \"no\"}}"),
        ["\"no\": This is \"no\"; write `true` or `false`"]
    );
    assert_eq!(problems("{\"pack\": \"strict\", \"pack\": \"x\"}"), ["\"pack\": `pack` is written twice"]);
    assert_eq!(
        problems("{\"rules\": {\"old-version\": \"off\", \"old-version\": \"off\"}}"),
        ["\"old-version\": The rule `old-version` is written twice"]
    );
    assert_eq!(problems("{\"policyKinds\": {\"[\": \"scp\"}}"), ["\"[\": This is no glob: unclosed"]);
    assert_eq!(
        problems("{\"ignore\": [{\"files\": \"*.json\", \"rules\": [\"old-versoin\"]}, {}]}"),
        [
            "\"old-versoin\": There is no rule `old-versoin`; did you mean `old-version`?",
            "{: Say what is ignored: `files` and `rules` are missing",
        ]
    );
    assert_eq!(problems("{\"trustedAccounts\": [\"1\"]}"), ["\"1\": An account has 12 digits"]);
    assert!(problems("{\"organization\": \"o-1\"}")[0].contains("the id of an organization"));
}

#[test]
fn a_misspelt_name_is_mended() {
    let text = "{\"rules\": {\"mising-effect\": \"off\"}}";
    let fix = read(text).problems[0].fix.clone().unwrap();
    assert_eq!(TextEdit::apply_all(text, &fix.edits), "{\"rules\": {\"missing-effect\": \"off\"}}");
}

#[test]
fn what_can_be_written_is_offered() {
    let keys = labels("{$0}");
    assert_eq!(keys.first().map(String::as_str), Some("policyKinds"));
    assert_eq!(keys.last().map(String::as_str), Some("$schema"));
    assert!(!labels("{\"pack\": \"strict\", $0}").contains(&"pack".to_owned()));
    assert_eq!(labels("{\"pack\": \"$0\"}"), ["default", "strict", "aws-parity"]);
    assert_eq!(labels("{\"rules\": {\"old-version\": \"$0\"}}"), ["error", "warning", "info", "hint", "off"]);
    assert_eq!(labels("{\"rules\": {\"unknown-act$0\": \"\"}}")[0], "unknown-action");
    assert_eq!(
        labels("{\"policyKinds\": {\"$0\"}}"),
        ["scp/*.json", "a.json", "scp/one.json", "scp/two.json"]
    );
    assert_eq!(labels("{\"policyKinds\": {\"a\": \"$0\"}}").len(), policy::PolicyKind::ALL.len());
    assert_eq!(labels("{\"ignore\": [{$0}]}"), ["files", "rules", "sid", "reason"]);
    assert!(labels("{\"ignore\": [{\"rules\": [\"$0\"]}]}").contains(&"admin-access".to_owned()));
    assert_eq!(labels("{\"lens\": {\"enable\": $0}}"), ["true", "false"]);
    assert_eq!(labels("$0"), ["settings"]);
}

#[test]
fn every_item_makes_a_sound_file() {
    for text in ["{$0}", "{\"pack\": \"strict\", $0}", "{\"ignore\": [$0]}", "$0", "{\"rules\": {$0}}"] {
        let (file, at) = at_cursor(text);
        for item in settings::complete(&file, at, &Seen::default(), &[]).items {
            let edits: Vec<TextEdit> = item.additional_edits.iter().chain([&item.edit]).cloned().collect();
            let written = TextEdit::apply_all(&file.text().to_string(), &edits);
            assert_eq!(SourceFile::new(&written, &[]).tree().errors(9), [], "{}: {written}", item.label);
        }
    }
}

#[test]
fn what_stands_there_is_explained() {
    assert!(hover("{\"pa$0ck\": \"strict\"}").unwrap().starts_with("**`pack`**\n\nWhat is reported"));
    assert!(hover("{\"pack\": \"str$0ict\"}").unwrap().contains("all advice about what grants too much"));
    let rule = hover("{\"rules\": {\"unknown-$0action\": \"off\"}}").unwrap();
    assert!(
        rule.starts_with("**`unknown-action`** · error · reference\n\nAn action, or a pattern"),
        "{rule}"
    );
    assert!(rule.contains("grants or denies nothing") && !rule.contains("##"), "{rule}");
    assert!(rule.ends_with("[More](https://pages/unknown-action)"), "{rule}");
    assert_eq!(hover("{\"rules\": {\"unknown-action\": \"o$0ff\"}}").unwrap(), "**`off`**\n\nNot reported.");
    assert!(hover("{\"policyKinds\": {\"*\": \"sc$0p\"}}").unwrap().starts_with("**`scp`**"));
    assert_eq!(hover("{\"pakc\": \"$0strict\"}"), None);
}

#[test]
fn torn_files_are_asked_at_every_byte() {
    let text = "{\"pack\": \"strict\", \"ignore\": [{\"files\": \"a\", \"rules\": [\"x\"]}], \"lens\": {\"enable\": tr";
    for end in 0..=text.len() {
        let file = SourceFile::new(&text[..end], &[]);
        settings::read(&file, &|_| None);
        for at in 0..=TextSize::try_from(end).unwrap() {
            settings::complete(&file, at, &Seen::default(), &[]);
            settings::hover(&file, at, &|_| String::new());
        }
    }
}

#[test]
fn what_follows_the_settings_is_marked_by_whole_characters() {
    for text in ["{}é", "{} 😀 {}", "{}\u{2028}", ",null\"lens\": true,é\"kind\": \"nosuch\""] {
        let said = read(text);
        assert!(!said.problems.is_empty(), "{text}");
        for it in said.problems {
            let part = text.get(it.range.start as usize..it.range.end as usize);
            assert!(part.is_some(), "{:?} of {text}", it.range);
        }
    }
}
