//! Code actions: fixes one by one, of a kind and all at once, and refactorings.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use syntax::TextEdit;

use crate::ACCESSLENS;
use crate::client::Client;

const URI: &str = "file:///tmp/actions/policy.json";

/// Three actions that are safe to remove, one of them in another statement, and a list that is not in order.
const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:ListAllMyBuckets", "s3:NoSuchAction", "ec2:DescribeRegions", "ec2:NoSuchAction"],
      "Resource": "*"
    },
    {
      "Effect": "Allow",
      "Action": ["sns:ListTopics", "sns:NoSuchAction"],
      "Resource": "*"
    }
  ]
}
"#;

/// The actions at a place, of these kinds only.
fn actions(client: &mut Client, line: u32, character: u32, only: Option<&[&str]>) -> Vec<Value> {
    let at = json!({"line": line, "character": character});
    let mut context = json!({"diagnostics": []});
    if let Some(only) = only {
        context["only"] = json!(only);
    }
    let params = json!({"textDocument": {"uri": URI}, "range": {"start": at, "end": at}, "context": context});
    client.call("textDocument/codeAction", params).unwrap().as_array().unwrap().clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|it| it["title"].as_str().unwrap()).collect()
}

/// `text` after the edits of an action.
fn applied(text: &str, action: &Value) -> String {
    let offset = |it: &Value| {
        let number = |name: &str| usize::try_from(it[name].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
        u32::try_from(start + number("character")).unwrap()
    };
    let edits = &action["edit"]["changes"][URI];
    let edits = edits.as_array().or_else(|| action["edit"]["documentChanges"][0]["edits"].as_array());
    let edit = |it: &Value| {
        let range = syntax::TextRange::new(offset(&it["range"]["start"]), offset(&it["range"]["end"]));
        TextEdit::replace(range, it["newText"].as_str().unwrap())
    };
    TextEdit::apply_all(text, &edits.unwrap().iter().map(edit).collect::<Vec<_>>())
}

#[test]
fn all_safe_fixes_are_one_action_and_do_what_the_command_line_does() {
    let (mut client, _) = Client::initialized(ACCESSLENS, &[], json!({}));
    for text in [POLICY.to_owned(), POLICY.replace('\n', "\r\n")] {
        client.open(URI, "json", &text);
        let folder = std::env::temp_dir().join(format!("accesslens-actions-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("policy.json");
        std::fs::write(&path, &text).unwrap();
        run_fix(&path);
        for kind in ["source", "source.fixAll", "source.fixAll.accesslens"] {
            let all = actions(&mut client, 0, 0, Some(&[kind]));
            assert_eq!(titles(&all), ["Apply all safe fixes"], "{kind}");
            assert_eq!(applied(&text, &all[0]), std::fs::read_to_string(&path).unwrap());
        }
        std::fs::remove_dir_all(&folder).unwrap();
        client.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    }
    assert_eq!(client.shutdown(), Some(0));
}

fn run_fix(path: &Path) {
    let done = Command::new(ACCESSLENS).args(["check", "--fix"]).arg(path).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

#[test]
fn the_findings_of_a_rule_are_fixed_together() {
    let (mut client, _) = Client::initialized(ACCESSLENS, &[], json!({}));
    client.open(URI, "json", POLICY);
    let found = actions(&mut client, 5, 48, Some(&["quickfix"]));
    let all =
        found.iter().find(|it| it["title"] == "Apply the first fix of all 3 findings of unknown-action");
    let all = all.unwrap_or_else(|| panic!("{:?}", titles(&found)));
    let expected = [", \"s3:NoSuchAction\"", ", \"ec2:NoSuchAction\"", ", \"sns:NoSuchAction\""];
    let expected = expected.iter().fold(POLICY.to_owned(), |text, it| text.replace(it, ""));
    assert_eq!(applied(POLICY, all), expected);
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn refactorings_are_given_by_kind() {
    let (mut client, result) = Client::initialized(ACCESSLENS, &[], json!({}));
    let kinds = &result["capabilities"]["codeActionProvider"]["codeActionKinds"];
    for kind in ["refactor.inline", "refactor.extract", "refactor.rewrite"] {
        assert!(kinds.as_array().unwrap().contains(&json!(kind)), "{kinds}");
    }
    let text = POLICY.replace("sns:NoSuchAction", "sns:List*").replace('\n', "\r\n");
    client.open(URI, "json", &text);
    let (line, character) = (10, 36);
    let inline = actions(&mut client, line, character, Some(&["refactor.inline"]));
    let [expand] = inline.as_slice() else { panic!("{:?}", titles(&inline)) };
    assert!(expand["title"].as_str().unwrap().starts_with("Expand `sns:List*` to the "), "{expand}");
    assert!(applied(&text, expand).contains("\"sns:ListSubscriptions\", "));
    let rewrite = actions(&mut client, line, character, Some(&["refactor.rewrite"]));
    assert!(!rewrite.is_empty() && rewrite.iter().all(|it| it["kind"] == "refactor.rewrite"), "{rewrite:?}");
    let all = actions(&mut client, line, character, Some(&["refactor"]));
    assert_eq!(all.len(), inline.len() + rewrite.len());
    assert_eq!(actions(&mut client, line, character, Some(&["refactor.move"])), [Value::Null; 0]);
    assert_eq!(client.shutdown(), Some(0));
}
