//! What can be set, from outside: packs, the pages of rules.

use serde_json::{Value, json};

use crate::ACCESSLENS;
use crate::cli::Folder;
use crate::client::Client;

/// An error of Access Analyzer's, a suggestion of its, and advice that it does not give.
const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["s3:GetObjet", "bedrock:Get*", "bedrock:GetAgent"], "Resource": "*" },
    { "Effect": "Allow", "Action": "sagemaker:*", "Resource": "*" }
  ]
}
"#;

const URI: &str = "file:///tmp/packs/policy.json";

/// The rules of a file's findings with their severities.
fn levels(folder: &Folder, args: &[&str]) -> Vec<String> {
    let done = folder.run(&[&["check", "--format", "json"], args].concat());
    let out: Value = serde_json::from_str(&done.out).unwrap();
    let findings = out["files"][0]["findings"].as_array().unwrap().iter();
    let mut said: Vec<String> = findings
        .map(|it| format!("{} {}", it["rule"].as_str().unwrap(), it["severity"].as_str().unwrap()))
        .collect();
    said.sort();
    said
}

#[test]
fn packs_choose_what_is_reported() {
    let files = [
        ("policy.json", POLICY),
        ("parity/policy.json", POLICY),
        ("parity/accesslens.json", r#"{"pack": "aws-parity", "rules": {"service-wildcard": "hint"}}"#),
    ];
    let folder = Folder::new("packs", &files);
    let all = ["redundant-value hint", "service-wildcard info", "unknown-action error"];
    assert_eq!(levels(&folder, &["policy.json"]), all);
    assert_eq!(levels(&folder, &["policy.json", "--pack", "default"]), all);
    let strict = ["redundant-value hint", "service-wildcard warning", "unknown-action error"];
    assert_eq!(levels(&folder, &["policy.json", "--pack", "strict"]), strict);
    let parity = ["redundant-value info", "unknown-action error"];
    assert_eq!(levels(&folder, &["policy.json", "--pack", "aws-parity"]), parity);
    let own = ["redundant-value info", "service-wildcard hint", "unknown-action error"];
    assert_eq!(levels(&folder, &["parity/policy.json"]), own);
    assert_eq!(levels(&folder, &["parity/policy.json", "--pack", "strict"])[1], "service-wildcard hint");
}

#[test]
fn findings_lead_to_the_page_of_their_rule() {
    let page = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/rules/unknown-action.md");
    let folder = Folder::new("pages", &[("policy.json", POLICY)]);
    assert!(folder.run(&["explain", "unknown-action"]).out.ends_with(&format!("\n{page}\n")));
    let json = folder.run(&["check", "--format", "json", "policy.json"]).out;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["files"][0]["findings"][0]["url"], page);
    let sarif = folder.run(&["check", "--format", "sarif", "policy.json"]).out;
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().any(|it| it["helpUri"] == page));

    for (support, expected) in [(true, json!({"href": page})), (false, Value::Null)] {
        let capabilities =
            json!({"textDocument": {"publishDiagnostics": {"codeDescriptionSupport": support}}});
        let (mut client, _) = Client::initialized(ACCESSLENS, &[], capabilities);
        client.open(URI, "json", POLICY);
        let diagnostics = client.diagnostics(URI, 1);
        let own = diagnostics.iter().find(|it| it["code"] == "unknown-action").unwrap();
        assert_eq!(own["codeDescription"], expected);
        assert_eq!(client.shutdown(), Some(0));
    }
}
