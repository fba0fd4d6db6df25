//! Scenarios in the editor: what they come to follows what is typed, also in files that are not saved.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::ACCESSLENS;
use crate::client::{Client, DEADLINE};

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Invoke",
      "Effect": "Allow",
      "Action": "bedrock:InvokeModel",
      "Resource": "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-*"
    }
  ]
}
"#;

const SCENARIO: &str = r#"{
  "principals": {"trainer": {"arn": "arn:aws:iam::111122223333:role/ml/train", "identity": "train.json"}},
  "requests": [
    {
      "as": "trainer",
      "action": "bedrock:InvokeModel",
      "resource": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
      "expect": "allowed"
    }
  ]
}
"#;

struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    fn new(name: &str) -> Workspace {
        let folder = std::env::temp_dir().join(format!("accesslens-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let folder = std::fs::canonicalize(folder).unwrap();
        std::fs::write(folder.join("train.json"), POLICY).unwrap();
        std::fs::write(folder.join("ml.access.jsonc"), SCENARIO).unwrap();
        Workspace { folder }
    }

    fn client(&self) -> Client {
        let params = json!({
            "capabilities": {"textDocument": {"publishDiagnostics": {"relatedInformation": true}}},
            "workspaceFolders": [{"uri": uri(&self.folder), "name": "w"}],
        });
        Client::initialized_with(ACCESSLENS, &[], params).0
    }

    fn uri(&self, file: &str) -> String {
        uri(&self.folder.join(file))
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn uri(path: &Path) -> String {
    let path = path.to_str().unwrap().replace('\\', "/");
    format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" })
}

fn titles(client: &mut Client, uri: &str) -> Vec<String> {
    let lenses = client.call("textDocument/codeLens", json!({"textDocument": {"uri": uri}})).unwrap();
    let title = |it: &Value| it["command"]["title"].as_str().unwrap().to_owned();
    lenses.as_array().unwrap().iter().map(title).collect()
}

fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({
        "textDocument": {"uri": uri},
        "position": {"line": line, "character": character},
        "context": {"includeDeclaration": false},
    })
}

#[test]
fn expectations_follow_the_policy_as_it_is_typed() {
    let workspace = Workspace::new("typed");
    let (scenario, policy) = (workspace.uri("ml.access.jsonc"), workspace.uri("train.json"));
    let mut client = workspace.client();
    client.open(&scenario, "jsonc", SCENARIO);
    let findings = client.diagnostics(&scenario, 1);
    let message = findings[0]["message"].as_str().unwrap();
    assert!(
        message.starts_with("Expected allowed, is denied. Denied: no identity-based policy allows"),
        "{message}"
    );
    assert!(message.contains("\"Invoke\" (train.json:5)") && message.contains("`us-west-2`"), "{message}");
    let related = &findings[0]["relatedInformation"][0]["location"];
    assert_eq!((&related["uri"], &related["range"]["start"]["line"]), (&json!(policy), &json!(4)));

    // The policy is mended in the editor and not saved.
    client.open(&policy, "json", POLICY);
    client.diagnostics(&policy, 1);
    client.change(&policy, 2, None, &POLICY.replace("us-west-2", "*"));
    client.diagnostics(&policy, 2);
    // Scenarios are decided beside everything else.
    let met = ["✓ Allowed by \"Invoke\" (train.json:5) of the identity-based policy"];
    let started = Instant::now();
    while titles(&mut client, &scenario) != met {
        assert!(started.elapsed() < DEADLINE, "{:?}", titles(&mut client, &scenario));
        std::thread::sleep(Duration::from_millis(5));
    }
    let lenses = titles(&mut client, &policy);
    assert!(lenses.contains(&"1 scenario: 1 as expected".to_owned()), "{lenses:?}");
    assert!(lenses.contains(&"decides 1 request: 1 as expected".to_owned()), "{lenses:?}");

    let definition = client.call("textDocument/definition", at(&scenario, 7, 20)).unwrap();
    assert_eq!(
        (&definition[0]["uri"], &definition[0]["range"]["start"]["line"]),
        (&json!(policy), &json!(4))
    );
    let references = client.call("textDocument/references", at(&policy, 4, 15)).unwrap();
    assert_eq!(
        (&references[0]["uri"], &references[0]["range"]["start"]["line"]),
        (&json!(scenario), &json!(5))
    );
    let hover = client.call("textDocument/hover", at(&policy, 4, 15)).unwrap();
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("**In scenarios**") && text.contains("Action ✓ Resource ✓"), "{text}");
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn a_scenario_that_is_wrong_says_where() {
    let workspace = Workspace::new("wrong");
    let scenario = workspace.uri("ml.access.jsonc");
    let mut client = workspace.client();
    client.open(
        &scenario,
        "jsonc",
        &SCENARIO.replace("train.json", "../../etc/none.json").replace("\"allowed\"", "\"alowed\""),
    );
    let messages: Vec<String> = client
        .diagnostics(&scenario, 1)
        .iter()
        .map(|it| it["message"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        messages,
        [
            "There is no file `../../etc/none.json`; paths count from the folder of this file",
            "This is one of `allowed`, `denied`, `explicitly-denied`, `depends`; did you mean `allowed`?",
        ]
    );
    client.change(&scenario, 2, None, "");
    assert_eq!(client.diagnostics(&scenario, 2), Vec::<Value>::new());
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": scenario}}));
    assert_eq!(client.shutdown(), Some(0));
}

#[cfg(unix)]
#[test]
fn files_outside_of_the_workspace_are_not_read() {
    let workspace = Workspace::new("outside");
    let elsewhere = Workspace::new("elsewhere");
    std::os::unix::fs::symlink(elsewhere.folder.join("train.json"), workspace.folder.join("link.json"))
        .unwrap();
    let scenario = workspace.uri("ml.access.jsonc");
    let mut client = workspace.client();
    client.open(&scenario, "jsonc", &SCENARIO.replace("train.json", "link.json"));
    let findings = client.diagnostics(&scenario, 1);
    let messages: Vec<&str> = findings.iter().map(|it| it["message"].as_str().unwrap()).collect();
    assert!(
        messages[0].starts_with("link.json is outside of the workspace and was not read"),
        "{messages:?}"
    );
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn a_request_is_asked_of_the_policy_under_the_cursor() {
    let workspace = Workspace::new("asked");
    let policy = workspace.uri("train.json");
    let mut client = workspace.client();
    let tested = POLICY.replace(
        "nova-*\"",
        "nova-*\",\n      \"Condition\": {\"StringEquals\": {\"aws:SourceVpc\": \"vpc-1\"}}",
    );
    client.open(&policy, "json", &tested);
    let about = |fields: Value| {
        let mut argument = json!({"uri": policy, "position": {"line": 4, "character": 8}});
        argument.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!([argument])
    };
    let mut run = |command: &str, fields: Value| {
        let params = json!({"command": format!("accesslens.server.{command}"), "arguments": about(fields)});
        client.call("workspace/executeCommand", params)
    };

    let report = run("report", json!({})).unwrap();
    let report = report["markdown"].as_str().unwrap();
    assert!(report.starts_with("# Effective access") && report.contains("train.json"), "{report}");

    let actions = run("choices", json!({"of": "action"})).unwrap();
    assert_eq!(actions[0]["value"], "bedrock:InvokeModel");
    let asked = |context: Value| {
        json!({
            "principal": "arn:aws:iam::111122223333:role/ml/train",
            "action": "bedrock:InvokeModel",
            "resource": "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0",
            "context": context,
        })
    };
    let open = run("simulate", asked(json!({}))).unwrap();
    let values = json!([
        {"value": "vpc-1", "label": "vpc-1"},
        {"value": "other-value", "label": "something else"},
        {"value": null, "label": "not given"},
    ]);
    assert_eq!(open["open"], json!([{"key": "aws:SourceVpc", "values": values}]));
    let allowed = run("simulate", asked(json!({"aws:SourceVpc": "vpc-1"}))).unwrap();
    let markdown = allowed["markdown"].as_str().unwrap();
    assert!(markdown.starts_with("# Allowed by \"Invoke\""), "{markdown}");
    assert!(markdown.contains(&format!("({policy}#L5)")), "{markdown}");
    assert_eq!(allowed["open"], json!([]));
    let denied = run("simulate", asked(json!({"aws:SourceVpc": null}))).unwrap();
    assert_eq!(denied["decision"], "ImplicitlyDenied");
    assert!(run("simulate", asked(json!({"aws:SourceVpc": {}}))).is_err());
    assert!(run("choices", json!({"of": "nothing"})).is_err());
    assert_eq!(client.shutdown(), Some(0));
}
