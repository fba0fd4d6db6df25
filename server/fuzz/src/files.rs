//! Files beside policies: settings, scenarios, and what AWS says of denied requests.

use std::sync::Arc;

use ide::denied::{self, Policies, Told, show};
use ide::scenario::{self, Around, PolicyFile, Scenario};
use ide::{Analysis, Config, Seen, settings};
use policy::find::Hint;
use syntax::{SourceFile, TextRange, TextSize};

use crate::bytes::{Bytes, PIECES, POLICY};

const OF_SETTINGS: [&str; 14] = [
    "\"rules\": {",
    "\"unknown-action\": \"off\",",
    "\"trustedAccounts\": [\"111122223333\"],",
    "\"policies\": [",
    "{\"files\": \"*.json\", \"kind\": \"scp\"},",
    "\"files\": [",
    "\"kind\": \"nosuch\"",
    "\"ignore\": [",
    "\"lens\": true,",
    "\"[\"",
    "{",
    "}",
    "]",
    "\"",
];
const SETTINGS: &str = r#"{
  // Whom we know.
  "trustedAccounts": ["111122223333"],
  "rules": { "unknown-action": "off", "old-version": "error" },
  "policies": [{ "files": "scp/*.json", "kind": "scp" }]
}
"#;
const SCENARIO: &str = r#"{
  "principal": "arn:aws:iam::111122223333:role/r",
  "identity": ["policy.json", { "Version": "2012-10-17", "Statement": [] }],
  "boundary": "boundary.json",
  "scps": [["a.json"], ["b.json"]],
  "requests": [
    { "action": "s3:GetObject", "resource": "arn:aws:s3:::b/x", "context": { "aws:SourceIp": "10.0.0.1" }, "expect": "allow" },
    { "action": ["s3:PutObject"], "expect": "deny" }
  ]
}
"#;
const EVENT: &str = r#"{"eventVersion": "1.08", "eventSource": "bedrock.amazonaws.com", "eventName": "InvokeModel", "awsRegion": "us-east-1",
 "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/r/s"}, "errorCode": "AccessDenied",
 "errorMessage": "User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/m because no identity-based policy allows the bedrock:InvokeModel action",
 "requestParameters": {"modelId": "anthropic.claude-3-haiku-20240307-v1:0"}}"#;
const OF_DENIED: [&str; 12] = [
    "User: ",
    "is not authorized to perform: ",
    " on resource: ",
    "with an explicit deny in a service control policy",
    "because no identity-based policy allows the ",
    "Encoded authorization failure message: ",
    "\"eventName\": ",
    "\"requestParameters\": {",
    "\\\"",
    "arn:aws:s3:::",
    "\"",
    "é",
];

fn fits(range: TextRange, text: &str) {
    let part = text.get(range.start as usize..range.end as usize);
    assert!(part.is_some(), "{range:?} is no part of\n{text}");
}

/// Settings and scenarios are read, and explained and completed at any place.
pub fn settings_and_scenarios(data: &[u8]) {
    let mut bytes = Bytes(data);
    let pieces: Vec<&str> = OF_SETTINGS.iter().chain(&PIECES[..30]).copied().collect();
    let (whole, is_scenario) =
        if bytes.byte().is_multiple_of(2) { (SETTINGS, false) } else { (SCENARIO, true) };
    let text =
        if bytes.byte().is_multiple_of(4) { bytes.text(&pieces, 60) } else { bytes.broken(whole, &pieces) };
    let file = SourceFile::new(&text, &[]);
    let config = Arc::new(Config::default());
    let places: Vec<usize> = (0..8).map(|_| bytes.place(&text)).collect();
    let files = ["policy.json".to_owned(), "a/b.json".to_owned()];
    let elsewhere = Seen::default();
    if is_scenario {
        let read = Scenario::read(&file);
        read.requests.iter().for_each(|it| fits(it.range, &text));
        let around = Around { files: &files, results: None, elsewhere: &elsewhere, config: &config };
        for at in places {
            let at = at as TextSize;
            if let Some(it) = scenario::hover(&file, at, &read, None, &config) {
                fits(it.range, &text);
            }
            scenario::complete(&file, at, &around).items.iter().for_each(|it| fits(it.edit.range, &text));
        }
        return;
    }
    let said = settings::read(&file, &|it| it.contains('[').then(|| "unclosed".to_owned()));
    said.problems.iter().for_each(|it| fits(it.range, &text));
    for at in places {
        let at = at as TextSize;
        if let Some(it) = settings::hover(&file, at, &|it| it.name.to_owned()) {
            fits(it.range, &text);
        }
        settings::complete(&file, at, &elsewhere, &files)
            .items
            .iter()
            .for_each(|it| fits(it.edit.range, &text));
    }
}

/// What AWS says of a denied request is read, explained, and held against a policy.
pub fn denied(data: &[u8]) {
    let mut bytes = Bytes(data);
    let pieces: Vec<&str> = OF_DENIED.iter().chain(&PIECES[..24]).copied().collect();
    let text =
        if bytes.byte().is_multiple_of(3) { bytes.text(&pieces, 60) } else { bytes.broken(EVENT, &pieces) };
    let policy = bytes.broken(POLICY, &PIECES);
    let analysis = Arc::new(Analysis::of(&policy, Hint::default(), Arc::new(Config::default())));
    let (path, location) = ("policy.json".to_owned(), String::new());
    let policies = Policies::of(&[Arc::new(PolicyFile { path, location, analysis })]);
    for it in denied::read(&text, &Told::default()) {
        fits(it.range, &text);
        let verdict = denied::verdict(&it, &policies);
        assert!(!show::title(&it, &verdict).is_empty());
        show::markdown(&it, &verdict);
        let _ = show::hover(&it, &verdict, it.range.start);
    }
}
