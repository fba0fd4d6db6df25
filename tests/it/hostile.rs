//! Input that is made to break the binary: it is answered, without a panic, and the server goes on working.

use serde_json::{Value, json};

use crate::ACCESSLENS;
use crate::cli::Folder;
use crate::client::Client;

const URI: &str = "file:///tmp/hostile.json";

fn policy(statement: Value) -> String {
    let mut whole = json!({"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
    for (key, value) in statement.as_object().expect("an object") {
        whole[key] = value.clone();
    }
    json!({"Version": "2012-10-17", "Statement": [whole]}).to_string()
}

/// Texts by what is wrong with them.
fn texts() -> Vec<(&'static str, String)> {
    let stars = |n: usize| format!("{}b", "*a".repeat(n));
    let numbers = json!(["9".repeat(10_000), "1e999999999", "-1e-999999999", "0x10", "NaN"]);
    let dates = json!(["9".repeat(1_000) + "-01-01", "99999999999999999999", "2026-13-45T99:99:99Z", "-1"]);
    let addresses = json!(["1".repeat(1_000), "::".repeat(500), "0.0.0.0/99999999999999999999"]);
    let tags: serde_json::Map<_, _> =
        (0..1_000).map(|n| (format!("aws:PrincipalTag/t{n}"), json!("v"))).collect();
    vec![
        ("a long string", policy(json!({"Sid": "x".repeat(10_000_000)}))),
        ("a long action", policy(json!({"Action": "s3:".to_owned() + &"x".repeat(50_000)}))),
        ("brackets", "[".repeat(100_000)),
        (
            "brackets in a policy",
            "{\"Version\": \"2012-10-17\", \"Statement\": ".to_owned() + &"[".repeat(100_000),
        ),
        ("a NUL", policy(json!({"Sid": "A"})).replace("\"A\"", "\"A\0\"")),
        (
            "lone surrogates",
            policy(json!({"Resource": "R"})).replace("\"R\"", r#""\ud800x\udfff\ud83d\ude00""#),
        ),
        ("globs in an action", policy(json!({"Action": "s3:".to_owned() + &stars(40)}))),
        ("globs in a resource", policy(json!({"Resource": "arn:aws:s3:::".to_owned() + &stars(200)}))),
        (
            "globs in a value",
            policy(json!({"Condition": {"StringLike": {"aws:PrincipalTag/x": stars(200)}}})),
        ),
        ("many conditions", policy(json!({"Condition": {"StringEquals": tags}}))),
        ("numbers", policy(json!({"Condition": {"NumericLessThan": {"s3:max-keys": numbers}}}))),
        ("dates", policy(json!({"Condition": {"DateLessThan": {"aws:CurrentTime": dates}}}))),
        ("addresses", policy(json!({"Condition": {"IpAddress": {"aws:SourceIp": addresses}}}))),
        ("line ends", "\r\n".repeat(500_000) + &policy(json!({}))),
        ("byte order marks", "\u{feff}".repeat(10_000) + &policy(json!({}))),
        ("nothing", String::new()),
    ]
}

#[test]
fn the_command_line_answers_what_is_made_to_break_it() {
    let folder = Folder::new("hostile", &[]);
    for (name, text) in texts() {
        folder.write("policy.json", &text);
        for command in ["check", "access"] {
            let done = folder.run(&[command, "policy.json"]);
            assert!((0..=2).contains(&done.code), "{command}, {name}: {}", done.code);
            assert!(!done.err.contains("panicked"), "{command}, {name}: {}", done.err);
        }
    }
}

#[test]
fn a_request_is_decided_by_globs_that_are_made_to_take_for_ever() {
    let stars = "*a".repeat(2_000);
    let statement = json!({
        "Action": "s3:*e*e*t*",
        "Resource": format!("arn:aws:s3:::{stars}b"),
        "Condition": {"StringLike": {"aws:PrincipalTag/x": format!("{stars}b")}},
    });
    let folder = Folder::new("hostile-globs", &[("policy.json", &policy(statement))]);
    let resource = format!("arn:aws:s3:::{}", "a".repeat(4_000));
    let key = format!("aws:PrincipalTag/x={}b", "a".repeat(4_000));
    let args = ["simulate", "--as", "arn:aws:iam::111122223333:role/r", "--identity", "policy.json"];
    let request = ["--action", "s3:GetObject", "--context", &key, "--resource"];
    for (end, said) in [("", "denied"), ("b", "allowed")] {
        let done = folder.run(&[&args[..], &request, &[&format!("{resource}{end}")]].concat());
        assert!(done.out.to_lowercase().contains(said), "{}\n{}", done.out, done.err);
    }
}

#[test]
fn what_is_not_utf_8_is_named_with_what_to_do() {
    let folder = Folder::new("hostile-bytes", &[]);
    folder.write("policy.json", b"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Sid\": \"\xff\xfe\"}]}");
    for command in ["check", "access"] {
        let done = folder.run(&[command, "policy.json"]);
        assert_eq!(done.code, 2, "{command}: {}", done.err);
        assert!(done.err.contains("policy.json is not UTF-8 (byte 49)"), "{command}: {}", done.err);
        assert!(done.err.contains("save it as UTF-8"), "{command}: {}", done.err);
    }
}

#[test]
fn the_server_goes_on_after_each_text() {
    let mut client = Client::initialized(ACCESSLENS, &["--test-requests"], json!({})).0;
    for (name, text) in texts() {
        client.open(URI, "json", &text);
        // In the middle of the last line, where the policy is.
        let line = u32::try_from(text.matches('\n').count()).unwrap();
        let at = json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": 90}});
        for method in ["textDocument/hover", "textDocument/codeLens", "textDocument/completion"] {
            client.call(method, at.clone()).unwrap_or_else(|error| panic!("{method}, {name}: {error}"));
        }
        client.change(URI, 2, Some([0, 0, 0, 0]), " ");
        let state = client.call("accesslens/test", json!({"uri": URI})).expect("it answers");
        assert!(state["text"] == format!(" {text}"), "{name}");
    }
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn changes_in_one_message_apply_one_after_the_other() {
    let mut client = Client::initialized(ACCESSLENS, &["--test-requests"], json!({})).0;
    client.open(URI, "json", "abcdef");
    let edit = |start: u32, end: u32, text: &str| {
        let position = |character: u32| json!({"line": 0, "character": character});
        json!({"range": {"start": position(start), "end": position(end)}, "text": text})
    };
    // The second and the third meet what the ones before them wrote.
    let changes = [edit(1, 4, "XY"), edit(2, 4, ""), edit(0, 2, "Z")];
    let document = json!({"uri": URI, "version": 2});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    let state = client.call("accesslens/test", json!({"uri": URI})).expect("it answers");
    assert_eq!(state["text"], "Zf");
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn requests_after_shutdown_are_refused() {
    let mut client = Client::initialized(ACCESSLENS, &[], json!({})).0;
    client.call("shutdown", Value::Null).expect("shutdown succeeds");
    let at = json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}});
    let error = client.call("textDocument/hover", at).expect_err("it is shut down");
    assert_eq!(error["code"], -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(0));
}
