use std::sync::Arc;

use syntax::{SourceFile, TextEdit, TextSize};

use super::*;
use crate::scenario::Scenario;

const FILES: [&str; 4] = ["app.json", "policies/boundary.json", "policies/a.json", "scps/full.json"];

const WHOLE: &str = r#"// Who may.
{
  "principals": { "日本": { "arn": "a", "scps": [["b"]] }, "b": { "extends": "日本" } },
  "resources": { "arn:aws:s3:::b": { "policy": "p" } },
  "requests": [
    { "name": "x\u00e9", "as": ["b"], "action": ["s3:Get"], "resource": "arn:aws:s3:::b/a",
      "context": { "aws:TagKeys": ["a"], "a:b": null }, "expect": "allowed" }
  ]
}
"#;

fn ask(text: &str, at: usize) -> Completions {
    let files: Vec<String> = FILES.map(str::to_owned).to_vec();
    let around = Around {
        files: &files,
        results: None,
        elsewhere: &Seen::default(),
        config: &Arc::new(Config::default()),
    };
    complete(&SourceFile::new(text, &[]), TextSize::try_from(at).unwrap(), &around)
}

/// Asks at `$`, which is left out.
fn items(text: &str) -> (String, Completions) {
    let at = text.find('$').unwrap();
    let text = text.replacen('$', "", 1);
    let found = ask(&text, at);
    (text, found)
}

fn labels(text: &str) -> Vec<String> {
    items(text).1.items.into_iter().map(|it| it.label).collect()
}

/// The text after the item with this label is taken.
fn taken(text: &str, label: &str) -> String {
    let (text, found) = items(text);
    let item = found.items.iter().find(|it| it.label == label);
    let item = item.unwrap_or_else(|| panic!("no {label} in {:?}", found.items));
    let edits: Vec<TextEdit> = item.additional_edits.iter().chain([&item.edit]).cloned().collect();
    TextEdit::apply_all(&text, &edits)
}

#[test]
fn any_text_at_any_place_has_an_answer() {
    for text in
        [WHOLE.to_owned(), WHOLE.replace('\n', "\r\n").replace('"', ""), WHOLE.replace(['"', ','], "")]
    {
        for end in (0..=text.len()).filter(|it| text.is_char_boundary(*it)) {
            for text in [text.get(..end).unwrap(), &text] {
                for it in ask(text, end).items {
                    let range = it.edit.range;
                    assert!(range.start <= range.end && range.end as usize <= text.len(), "{end}: {it:?}");
                }
            }
        }
    }
}

#[test]
fn whole_texts_become_no_worse() {
    let errors = |text: &str| SourceFile::new(text, &[]).tree().errors(100).len();
    for at in WHOLE.char_indices().map(|it| it.0) {
        for it in ask(WHOLE, at).items.iter().take(3) {
            let edits: Vec<TextEdit> = it.additional_edits.iter().chain([&it.edit]).cloned().collect();
            let after = TextEdit::apply_all(WHOLE, &edits);
            assert_eq!(errors(&after), 0, "{at}: {it:?}\n{after}");
        }
    }
}

#[test]
fn an_empty_file_becomes_a_scenario() {
    let (text, found) = items("$");
    let item = found.items.first().unwrap();
    let after = TextEdit::apply_all(&text, std::slice::from_ref(&item.edit));
    let scenario = Scenario::read(&SourceFile::new(&after, &[]));
    assert_eq!((scenario.principals.len(), scenario.requests.len(), scenario.problems), (1, 1, Vec::new()));
    assert!(item.snippet_edit.as_ref().unwrap().text.contains("\"as\": \"$1\""));
}

#[test]
fn keys_of_every_level() {
    assert_eq!(labels("{$}"), ["principals", "resources", "context", "unlistedKeys", "requests", "$schema"]);
    assert_eq!(labels("{\"principals\": {\"a\": {\"arn\": \"x\", $}}}").len(), 8);
    assert_eq!(labels("{\"resources\": {\"a\": {$}}}"), ["policy", "account"]);
    assert!(labels("{\"requests\": [{\"as\": \"a\" $ }]}").contains(&"action".to_owned()));
    assert_eq!(labels("{\"requests\": [$]}"), ["request", "request with context"]);
}

#[test]
fn half_typed_keys_bring_what_is_missing() {
    assert_eq!(
        taken("{\"requests\": [{\"as\": \"a\" act$}]}", "action"),
        "{\"requests\": [{\"as\": \"a\", \"action\": \"\"}]}"
    );
    assert_eq!(
        taken("{\"requests\": [{\"as\": \"a\", \"exp$\n}]}", "expect"),
        "{\"requests\": [{\"as\": \"a\", \"expect\": \"allowed\"\n}]}"
    );
    assert_eq!(taken("{\"requests\": [{\"as$\": \"a\"}]}", "as"), "{\"requests\": [{\"as\": \"a\"}]}");
}

#[test]
fn names_and_paths() {
    let with = |request: &str| {
        format!(
            "{{\"principals\": {{\"a\": {{\"arn\": \"x\"}}, \"b\": {{\"extends\": \"a\"}}}}, \"requests\": [{{{request}}}]}}"
        )
    };
    assert_eq!(labels(&with("\"as\": \"$\"")), ["a", "b"]);
    assert_eq!(labels(&with("\"as\": [\"a\", \"$\"]")), ["b"]);
    assert_eq!(labels("{\"principals\": {\"a\": {}, \"b\": {\"extends\": \"$\"}}}"), ["a"]);
    let boundary = labels("{\"principals\": {\"a\": {\"boundary\": \"$\"}}}");
    assert_eq!(boundary, ["policies/boundary.json", "app.json", "policies/a.json", "scps/full.json"]);
    let identity = labels("{\"principals\": {\"a\": {\"identity\": [\"app.json\", \"$\"]}}}");
    assert_eq!(identity, ["policies/a.json", "policies/boundary.json", "scps/full.json", "policies/*.json"]);
    let level = labels("{\"principals\": {\"a\": {\"scps\": [[\"$\"]]}}}");
    assert_eq!(level.first().map(String::as_str), Some("scps/full.json"));
    let arns = labels("{\"principals\": {\"a\": {\"arn\": \"$\"}}}");
    assert!(arns.first().unwrap().starts_with("arn:aws:iam::*:role/"), "{arns:?}");
    assert!(arns.iter().any(|it| it == "sagemaker.amazonaws.com") && arns.iter().any(|it| it == "anonymous"));
}

#[test]
fn requests_are_completed_as_statements_are() {
    let with = |members: &str| format!("{{\"requests\": [{{\"as\": \"a\", {members}}}]}}");
    assert_eq!(labels(&with("\"action\": \"bedrock:Conv$\"")).first().unwrap(), "bedrock:InvokeModel");
    let bucket = labels(&with("\"action\": \"s3:ListBucket\", \"resource\": \"$\""));
    assert!(bucket.contains(&"arn:aws:s3:::${BucketName}".to_owned()) && !bucket.contains(&"*".to_owned()));
    assert_eq!(labels(&with("\"action\": \"s3:ListAllMyBuckets\", \"resource\": \"$\"")), ["*"]);
    let keys = labels(&with("\"action\": \"s3:ListBucket\", \"context\": {\"$\"}"));
    let place = |name: &str| keys.iter().position(|it| it == name);
    assert!(place("s3:prefix") < place("aws:SourceIp"), "{keys:?}");
    assert!(place("s3:prefix").is_some() && place("aws:SourceIp").is_some());
    assert_eq!(labels(&with("\"context\": {\"aws:SecureTransport\": $}")), ["false", "true", "null"]);
    assert_eq!(labels(&with("\"expect\": \"$\"")), ["allowed", "denied", "explicitly-denied", "depends"]);
    assert_eq!(labels(&with("\"unlistedKeys\": \"$\"")), ["unknown", "absent"]);
}

#[test]
fn resources_are_those_that_requests_name() {
    let found = labels(
        "{\"resources\": {\"$\"}, \"requests\": [{\"action\": \"s3:GetObject\", \"resource\": \"arn:aws:s3:::data/a\"}]}",
    );
    assert_eq!(found.first().map(String::as_str), Some("arn:aws:s3:::data/a"));
    assert!(found.iter().any(|it| it.contains("${ObjectName}")), "{found:?}");
}

#[test]
fn keys_explain_themselves() {
    let (_, found) = items("{\"requests\": [{\"exp$\"}]}");
    let data = found.items.iter().find(|it| it.label == "expect").and_then(|it| it.data.clone()).unwrap();
    assert!(super::super::resolve(&data).unwrap().contains("explicitly-denied"));
}
