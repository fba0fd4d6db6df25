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

/// The actions at a place, as their titles.
fn actions(client: &mut Client, uri: &str, line: u32, character: u32) -> Vec<Value> {
    let at = json!({"line": line, "character": character});
    let range = json!({"start": at, "end": at});
    let params = json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
    let all = client.call("textDocument/codeAction", params).unwrap();
    all.as_array().unwrap().iter().filter(|it| it["kind"] == "quickfix").cloned().collect()
}

fn codes(diagnostics: &[Value]) -> Vec<&str> {
    let mut codes: Vec<&str> = diagnostics.iter().map(|it| it["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn a_comment_keeps_a_finding_quiet_as_it_is_typed() {
    let (mut client, _) = Client::initialized(ACCESSLENS, &[], json!({}));
    let uri = "file:///tmp/quiet/policy.jsonc";
    client.open(uri, "jsonc", POLICY);
    let before = client.diagnostics(uri, 1);
    assert_eq!(codes(&before), ["redundant-value", "service-wildcard", "unknown-action"]);
    let found = actions(&mut client, uri, 3, 42);
    let titles: Vec<&str> = found.iter().map(|it| it["title"].as_str().unwrap()).collect();
    assert_eq!(titles.last(), Some(&"Suppress `unknown-action` here"));
    let edit = &found.last().unwrap()["edit"]["documentChanges"][0]["edits"][0];
    let start = json!({"line": 3, "character": 0});
    assert_eq!(edit["range"], json!({"start": start, "end": start}));
    let comment = edit["newText"].as_str().unwrap();
    assert_eq!(comment, "    // accesslens-ignore unknown-action\n");
    client.change(uri, 2, Some([3, 0, 3, 0]), comment);
    let quiet = client.diagnostics(uri, 2);
    assert_eq!(codes(&quiet), ["redundant-value", "service-wildcard"]);
    // A letter in the comment, and away again.
    client.change(uri, 3, Some([3, 39, 3, 39]), "s");
    let torn = client.diagnostics(uri, 3);
    let all = ["redundant-value", "service-wildcard", "unknown-action", "unused-suppression"];
    assert_eq!(codes(&torn), all);
    client.change(uri, 4, Some([3, 39, 3, 40]), "");
    assert_eq!(client.diagnostics(uri, 4), quiet);
    client.change(uri, 5, Some([3, 0, 4, 0]), "");
    assert_eq!(client.diagnostics(uri, 5), before);
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn what_is_ignored_in_vain_is_found_once_all_files_are_seen() {
    let settings = r#"{
  "ignore": [
    { "files": "in/*.json", "rules": ["unknown-action", "missing-version"] },
    { "files": "gone.json", "rules": ["unknown-action"] }
  ]
}
"#;
    let torn = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get"#;
    let files = [("in/policy.json", POLICY), ("other.json", POLICY), ("accesslens.jsonc", settings)];
    let folder = Folder::new("vain", &files);
    let said = |args: &[&str]| {
        let out: Value =
            serde_json::from_str(&folder.run(&[&["check", "--format", "json"], args].concat()).out).unwrap();
        let all = out["files"].as_array().unwrap().iter();
        let own = all.filter(|it| it["path"].as_str().unwrap().ends_with("accesslens.jsonc"));
        let findings = own.flat_map(|it| it["findings"].as_array().unwrap().clone());
        findings.map(|it| it["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let vain = [
        "Nothing in `in/*.json` is reported by `missing-version`",
        "Nothing in `gone.json` is reported by `unknown-action`",
    ];
    assert_eq!(said(&["."]), vain);
    // Where some of the files were not looked at, nothing is known.
    assert_eq!(said(&["in"]), [""; 0]);
    assert_eq!(said(&["in/policy.json", "other.json"]), [""; 0]);
    assert_eq!(said(&[".", "--pack", "aws-parity"]), [""; 0]);
    folder.write("in/torn.json", torn);
    assert_eq!(said(&["."]), vain[1..]);
}

#[test]
fn rules_that_are_off_are_reported_when_asked_for() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:GetUser",
        "Resource": "arn:aws:iam::123456789012:user/a"}]}"#;
    let folder = Folder::new("off", &[("policy.json", policy), ("on/policy.json", policy)]);
    folder.write("on/accesslens.json", r#"{"rules": {"example-account": "info"}}"#);
    assert_eq!(levels(&folder, &["policy.json"]), [""; 0]);
    assert_eq!(levels(&folder, &["policy.json", "--pack", "strict"]), ["example-account hint"]);
    assert_eq!(levels(&folder, &["on/policy.json"]), ["example-account info"]);
    let list = |args: &[&str]| {
        let out = folder.run(&[&["rules"], args].concat()).out;
        out.lines()
            .find(|it| it.starts_with("example-account"))
            .unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .to_owned()
    };
    assert_eq!((list(&[]), list(&["--pack", "strict"])), ("off".to_owned(), "hint".to_owned()));
    let report = |pack: &str| {
        let out = folder.run(&["report", "--format", "json", "--pack", pack, "policy.json"]).out;
        let out: Value = serde_json::from_str(&out).unwrap();
        out.to_string()
    };
    assert_ne!(report("default"), report("strict"));
}

#[test]
fn plain_json_is_kept_quiet_by_the_settings() {
    let folder = Folder::new("ignore", &[("in/policy.json", POLICY), ("in/other.json", POLICY)]);
    let root = format!("file://{}", folder.path().display());
    let uri = format!("{root}/in/policy.json");
    let capabilities = json!({"workspace": {
        "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]},
    }});
    let params = json!({
        "processId": null, "capabilities": capabilities, "workspaceFolders": [{"uri": root, "name": "ignore"}],
    });
    let (mut client, _) = Client::initialized_with(ACCESSLENS, &[], params);
    client.open(&uri, "json", POLICY);
    let suppress = |client: &mut Client| actions(client, &uri, 3, 42).pop().unwrap();
    let made = suppress(&mut client);
    assert_eq!(made["title"], "Suppress `unknown-action` in a new accesslens.jsonc");
    let configuration = format!("{root}/accesslens.jsonc");
    assert_eq!(made["edit"]["documentChanges"][0], json!({"kind": "create", "uri": configuration}));
    let text = made["edit"]["documentChanges"][1]["edits"][0]["newText"].as_str().unwrap();
    folder.write("accesslens.jsonc", text);
    assert_eq!(levels(&folder, &["in/policy.json"]), ["redundant-value hint", "service-wildcard info"]);
    assert_eq!(levels(&folder, &["in/other.json"]).len(), 3);

    folder.write("accesslens.jsonc", "{}");
    let changed = suppress(&mut client);
    assert_eq!(changed["title"], "Suppress `unknown-action` in accesslens.jsonc");
    let edit = &changed["edit"]["documentChanges"][0];
    assert_eq!(
        (&edit["textDocument"]["uri"], &edit["edits"][0]["newText"]),
        (&json!(configuration), &json!(text.trim_end()))
    );
    assert_eq!(client.shutdown(), Some(0));

    // Where no file can be made, nothing is offered that cannot be done.
    std::fs::remove_file(folder.path().join("accesslens.jsonc")).unwrap();
    let (mut client, _) = Client::initialized(ACCESSLENS, &[], json!({}));
    client.open(&uri, "json", POLICY);
    let offered = actions(&mut client, &uri, 3, 42);
    assert!(offered.iter().all(|it| !it["title"].as_str().unwrap().starts_with("Suppress")), "{offered:?}");
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn a_configuration_is_checked_as_it_is_written() {
    let (mut client, _) = Client::initialized(ACCESSLENS, &[], json!({}));
    let uri = "file:///tmp/settings/accesslens.jsonc";
    client.open(uri, "jsonc", "{ \"rules\": { \"mising-effect\": \"off\" } }\n");
    let found = client.diagnostics(uri, 1);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["message"], "There is no rule `mising-effect`; did you mean `missing-effect`?");
    assert_eq!(found[0]["range"]["start"], json!({"line": 0, "character": 13}));
    let fix = &actions(&mut client, uri, 0, 15)[0];
    assert_eq!(fix["title"], "Change to `missing-effect`");
    let position = json!({"line": 0, "character": 5});
    let params = json!({"textDocument": {"uri": uri}, "position": position});
    let hover = client.call("textDocument/hover", params).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("**`rules`**"));
    let params = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 32}});
    let items = client.call("textDocument/completion", params).unwrap();
    assert_eq!(items["items"][0]["label"], "off");
    client.change(uri, 2, None, "{}");
    assert_eq!(client.diagnostics(uri, 2), [Value::Null; 0]);
    client.change(uri, 3, None, "{");
    assert_eq!(client.diagnostics(uri, 3).len(), 1);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    let last = client.notification("textDocument/publishDiagnostics");
    assert_eq!((&last["uri"], &last["diagnostics"]), (&json!(uri), &json!([])));
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn kinds_and_accounts_reach_the_policies_from_everywhere() {
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "999988887777"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}}"#;
    let settings = r#"{"policyKinds": {"*.json": "resource"}, "trustedAccounts": ["444455556666"]}"#;
    let folder = Folder::new("accounts", &[("policy.json", text), ("accesslens.json", settings)]);
    assert_eq!(levels(&folder, &["policy.json"]), ["untrusted-account warning"]);
    assert!(
        levels(&folder, &["policy.json", "--kind", "identity"])
            .contains(&"unsupported-principal error".to_owned())
    );
    // In the editor the same settings come from the file, or from the editor.
    let uri = format!("file://{}/policy.json", folder.path().display());
    for (uri, options) in [
        (uri.as_str(), Value::Null),
        ("file:///nowhere/policy.json", serde_json::from_str(settings).unwrap()),
    ] {
        let params = json!({"processId": null, "capabilities": {}, "initializationOptions": options});
        let (mut client, _) = Client::initialized_with(ACCESSLENS, &[], params);
        client.open(uri, "json", text);
        assert_eq!(codes(&client.diagnostics(uri, 1)), ["untrusted-account"]);
        assert_eq!(client.shutdown(), Some(0));
    }
    let params = json!({"processId": null, "capabilities": {}, "initializationOptions": {"policyKinds": {"*": "bucket"}}});
    let (mut client, _) = Client::initialized_with(ACCESSLENS, &[], params);
    let said = client.notification("window/showMessage")["message"].clone();
    let expected = "accesslens: setting `policyKinds.*`: This is \"bucket\"; write one of `identity`, `resource`, `trust`, \
                    `boundary`, `session`, `scp`, `rcp`, `vpc-endpoint`";
    assert_eq!(said, expected);
    assert_eq!(client.shutdown(), Some(0));
}
