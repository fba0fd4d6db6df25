//! What the server offers, by what the client can do.

use serde_json::{Value, json};

use crate::ACCESSLENS;
use crate::client::Client;

const URI: &str = "file:///tmp/a%20b/policy.json";

const POLICY: &str = r#"{"Statement": [{"Action": "s3:ListAllMyBuckets", "Resource": "*"}]}"#;

const REGISTER: &str = "client/registerCapability";
const UNREGISTER: &str = "client/unregisterCapability";

fn dynamic() -> Value {
    json!({
        "textDocument": {
            "formatting": {"dynamicRegistration": true},
            "rangeFormatting": {"dynamicRegistration": true},
        },
    })
}

/// Waits for the `n`th request of a method; its parameters.
fn nth(client: &mut Client, method: &str, n: usize) -> Value {
    client.asked(method, n);
    let asked = client.asked.iter().filter(|it| it["method"] == method).nth(n - 1);
    asked.expect("it was asked")["params"].clone()
}

#[test]
fn formatting_is_offered_for_exactly_the_documents_with_policies() {
    let (mut client, result) = Client::initialized(ACCESSLENS, &[], dynamic());
    assert_eq!(result["capabilities"]["documentFormattingProvider"], Value::Null);
    assert_eq!(result["capabilities"]["documentRangeFormattingProvider"], Value::Null);

    client.open("file:///tmp/package.json", "json", "{\"name\": \"left-pad\"}");
    client.open(URI, "json", POLICY);
    let registered = nth(&mut client, REGISTER, 1);
    let options = json!({"documentSelector": [{"scheme": "file", "pattern": "/tmp/a b/policy.json"}]});
    for (idx, method) in ["textDocument/formatting", "textDocument/rangeFormatting"].iter().enumerate() {
        let it = &registered["registrations"][idx];
        assert_eq!((&it["method"], &it["registerOptions"]), (&json!(method), &options));
    }
    // Not again while it stays a policy.
    client.change(URI, 2, Some([0, 0, 0, 0]), " ");
    client.diagnostics(URI, 2);
    client.change(URI, 3, None, "{}");
    let gone = nth(&mut client, UNREGISTER, 1);
    for idx in 0..2 {
        let id = |list: &Value| (list[idx]["id"].clone(), list[idx]["method"].clone());
        assert_eq!(id(&gone["unregisterations"]), id(&registered["registrations"]));
    }
    client.change(URI, 4, None, POLICY);
    assert_eq!(nth(&mut client, REGISTER, 2), registered);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    assert_eq!(nth(&mut client, UNREGISTER, 2), gone);
    assert_eq!(client.asked.len(), 4);
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn a_client_that_answers_no_registration_is_served_all_the_same() {
    let (mut client, _) = Client::initialized(ACCESSLENS, &[], dynamic());
    client.answers = false;
    for version in [1, 3, 5] {
        client.open(URI, "json", POLICY);
        assert!(!client.diagnostics(URI, 1).is_empty());
        client.change(URI, version + 1, None, "{}");
        client.diagnostics(URI, version + 1);
    }
    assert_eq!(client.asked(REGISTER, 1).len(), 1);
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn clients_without_dynamic_registration_are_offered_formatting_once_and_for_all() {
    let half = json!({"textDocument": {"formatting": {"dynamicRegistration": true}}});
    for capabilities in [json!({}), half] {
        let (mut client, result) = Client::initialized(ACCESSLENS, &[], capabilities);
        assert_eq!(result["capabilities"]["documentFormattingProvider"], true);
        assert_eq!(result["capabilities"]["documentRangeFormattingProvider"], true);
        client.open(URI, "json", POLICY);
        client.diagnostics(URI, 1);
        assert_eq!(client.asked, Vec::<Value>::new());
        assert_eq!(client.shutdown(), Some(0));
    }
}

#[test]
fn files_that_matter_are_watched_where_the_client_can() {
    let capabilities = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let (mut client, _) = Client::initialized(ACCESSLENS, &[], capabilities);
    let registered = nth(&mut client, REGISTER, 1);
    let it = &registered["registrations"][0];
    assert_eq!(it["method"], "workspace/didChangeWatchedFiles");
    let watchers = json!([{"globPattern": "**/*.{json,jsonc,template}"}]);
    assert_eq!(it["registerOptions"]["watchers"], watchers);
    assert_eq!(client.shutdown(), Some(0));
}

/// The items at a position of a text, to a client of this name that knows modes of insertion or not.
fn complete(name: &str, modes: bool, text: &str, character: usize) -> Vec<Value> {
    let item = if modes { json!({"insertTextModeSupport": {"valueSet": [1, 2]}}) } else { json!({}) };
    let params = json!({
        "processId": null,
        "clientInfo": {"name": name},
        "capabilities": {"textDocument": {"completion": {"completionItem": item}}},
    });
    let (mut client, _) = Client::initialized_with(ACCESSLENS, &[], params);
    client.open(URI, "json", text);
    let position = json!({"line": 0, "character": character});
    let params = json!({"textDocument": {"uri": URI}, "position": position});
    let found = client.call("textDocument/completion", params).expect("it answers");
    assert_eq!(client.shutdown(), Some(0));
    found["items"].as_array().expect("a list").clone()
}

#[test]
fn lines_are_indented_by_clients_that_can() {
    for (modes, expected) in [(true, json!(2)), (false, Value::Null)] {
        let items = complete("any", modes, "", 0);
        let long = items.iter().find(|it| it["label"] == "policy").expect("a whole policy");
        assert!(long["textEdit"]["newText"].as_str().expect("text").contains('\n'));
        assert_eq!(long["insertTextMode"], expected);
    }
}

#[test]
fn only_vs_code_is_told_to_ask_again_behind_a_service() {
    let before = r#"{"Statement": [{"Effect": "Allow", "Action": "s"#;
    let text = format!("{before}\"}}]}}");
    for (name, command) in
        [("Visual Studio Code", json!("editor.action.triggerSuggest")), ("vim", Value::Null)]
    {
        let items = complete(name, false, &text, before.len());
        let service = items.iter().find(|it| it["kind"] == 9).expect("a service");
        assert_eq!(service["command"]["command"], command, "{name}");
    }
}

#[test]
fn items_keep_their_order_behind_a_short_prefix() {
    let before = r#"{"Statement": [{"Effect": "Allow", "Action": "s3:Get"#;
    let items = complete("Visual Studio Code", false, &format!("{before}\"}}]}}"), before.len());
    let texts = |name: &str| -> Vec<String> {
        items.iter().map(|it| it[name].as_str().expect(name).to_owned()).collect()
    };
    assert!(texts("sortText").is_sorted());
    // VS Code sorts by how well `filterText` fits what is typed, from where the edit begins, and by `sortText` among
    // equals: so all that start with it must come before all that do not.
    for item in &items {
        assert_eq!(item["textEdit"]["range"], items[0]["textEdit"]["range"]);
    }
    let start = items[0]["textEdit"]["range"]["start"]["character"].as_u64().expect("a column");
    let typed = before[usize::try_from(start).expect("a column")..].to_ascii_lowercase();
    assert!(typed.ends_with("s3:get"), "{typed}");
    // Without a text of its own, an item is found by its label.
    let filters: Vec<String> = items
        .iter()
        .map(|it| it["filterText"].as_str().or(it["label"].as_str()).expect("a label").to_owned())
        .collect();
    let fits = |it: &String| it.to_ascii_lowercase().starts_with(&typed);
    assert!(fits(&filters[0]) && filters.iter().is_sorted_by_key(|it| !fits(it)), "{filters:?}");
}

/// Labels of the completion at the end of the first `""` in a document.
fn offered(client: &mut Client, uri: &str, text: &str) -> Vec<String> {
    let character = text.find("\"\"").expect("an empty string") + 1;
    let position = json!({"line": 0, "character": character});
    let params = json!({"textDocument": {"uri": uri}, "position": position});
    let found = client.call("textDocument/completion", params).expect("an answer");
    let items = found["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|it| it["label"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn names_in_other_files_are_offered_whether_these_are_open_or_not() {
    let folder = std::env::temp_dir().join(format!("accesslens-names-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let policy = |resource: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "bedrock:InvokeAgent", "Resource": "{resource}"}}]}}"#
        )
    };
    std::fs::write(
        folder.join("closed.json"),
        policy("arn:aws:bedrock:eu-west-1:123412341234:agent-alias/A/B"),
    )
    .unwrap();
    let root = format!("file://{}", folder.display());
    let params = json!({
        "processId": null, "rootUri": root, "capabilities": {},
        "workspaceFolders": [{"uri": root, "name": "names"}],
    });
    let (mut client, _) = Client::initialized_with(ACCESSLENS, &[], params);
    let other = "arn:aws:bedrock:eu-west-1:123412341234:agent-alias/C/D";
    client.open(&format!("{root}/open.json"), "json", &policy(other));
    let (uri, text) = (format!("{root}/mine.json"), policy(""));
    client.open(&uri, "json", &text);
    client.diagnostics(&uri, 1);
    let whole = "arn:aws:bedrock:eu-west-1:123412341234:agent-alias/${AgentId}/${AgentAliasId}";
    let closed = "arn:aws:bedrock:eu-west-1:123412341234:agent-alias/A/B";
    // The files on disk are read beside everything else.
    let found =
        (0..200).map(|_| offered(&mut client, &uri, &text)).find(|it| it.iter().any(|it| it == closed));
    let found = found.expect("a name of a file that is not open");
    assert!(found.iter().any(|it| it == other), "{found:?}");
    assert_eq!(found.first().map(String::as_str), Some(whole));
    assert_eq!(client.shutdown(), Some(0));
    std::fs::remove_dir_all(&folder).unwrap();
}
