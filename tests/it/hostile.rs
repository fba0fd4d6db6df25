//! Input that is made to break the binary: it is answered, without a panic, and the server goes on working.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::ACCESSLENS;
use crate::cli::Folder;
use crate::client::{Client, frame};

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
        ("byte order marks", "\u{feff}".repeat(500_000) + &policy(json!({}))),
        ("NULs", policy(json!({"Sid": "A"})).replace("\"A\"", &format!("\"{}\"", "\0".repeat(1_000_000)))),
        (
            "lone surrogates in a row",
            policy(json!({"Resource": "R"})).replace("\"R\"", &format!("\"{}\"", r"\ud800".repeat(200_000))),
        ),
        (
            "many values",
            policy(
                json!({"Resource": (0..20_000).map(|n| format!("arn:aws:s3:::b{n}/*")).collect::<Vec<_>>()}),
            ),
        ),
        ("objects in lists", "[{\"Statement\": ".repeat(100_000)),
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

/// AWS takes no policy with such a text, and what it costs to compare it is counted, so it ends everywhere.
#[test]
fn questions_about_texts_that_no_policy_can_have_stay_open() {
    let long = "x".repeat(10_000_000);
    let folder = Folder::new("hostile-long", &[("short.json", &policy(json!({})))]);
    for (name, statement) in [
        ("action.json", json!({"Action": format!("s3:{long}")})),
        ("resource.json", json!({"Resource": format!("arn:aws:s3:::{long}")})),
        ("value.json", json!({"Condition": {"StringLike": {"aws:PrincipalTag/x": long}}})),
    ] {
        folder.write(name, policy(statement));
        let asked: [&[&str]; 4] = [
            &["access", name, "--no-public-access"],
            &["access", name, "--no-new-access", "short.json"],
            &["access", name, "--not-granted", "s3:PutObject"],
            &["diff", "short.json", name],
        ];
        for args in asked {
            let done = folder.run(args);
            assert_eq!(done.code, 1, "{args:?}: {}", done.err);
            assert!(
                done.out.contains("a pattern is longer than any policy that AWS takes"),
                "{args:?}: {:.500}",
                done.out
            );
        }
    }
}

#[test]
fn long_patterns_and_lists_are_compared_within_bounds() {
    let stars = |n: usize| policy(json!({"Resource": format!("arn:aws:s3:::{}b", "*a".repeat(n))}));
    let list = |last: &str| {
        let values = (0..3_000).map(|n| format!("arn:aws:s3:::b{n}/*")).chain([last.to_owned()]);
        policy(json!({"Resource": values.collect::<Vec<_>>()}))
    };
    let files = [
        ("stars.json", stars(10_000)),
        ("more-stars.json", stars(10_001)),
        ("list.json", list("arn:aws:s3:::b/*")),
        ("other-list.json", list("arn:aws:s3:::z*")),
    ];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let folder = Folder::new("hostile-patterns", &files);
    for (old, new) in
        [("stars.json", "more-stars.json"), ("list.json", "other-list.json"), ("stars.json", "list.json")]
    {
        for args in [vec!["diff", old, new], vec!["access", new, "--no-new-access", old]] {
            let done = folder.run(&args);
            assert!((0..=1).contains(&done.code), "{args:?}: {} {}", done.code, done.err);
            assert!(!done.out.is_empty(), "{args:?}");
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

/// What waits for a client that does not read is bounded: of each document only the latest diagnostics do.
#[test]
fn a_client_that_stops_reading_is_not_written_to_for_ever() {
    const EDITS: i64 = 1_500;
    let mut server = Command::new(ACCESSLENS).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = server.stdin.take().unwrap();
    let mut send = |method: &str, id: Option<i64>, params: Value| {
        let mut message = json!({"jsonrpc": "2.0", "method": method, "params": params});
        if let Some(id) = id {
            message["id"] = json!(id);
        }
        input.write_all(&frame(message.to_string().as_bytes())).unwrap();
    };
    let statement = |n: usize| json!({"Sid": format!("S{n}"), "Effect": "Allow", "Action": format!("s3:GetObjekt{n}"), "Resource": "*"});
    let statements: Vec<Value> = (0..300).map(statement).collect();
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    send("initialize", Some(1), json!({"processId": std::process::id(), "capabilities": {}}));
    send("initialized", None, json!({}));
    let item = json!({"uri": URI, "languageId": "json", "version": 1, "text": text});
    send("textDocument/didOpen", None, json!({"textDocument": item}));
    for version in 2..2 + EDITS {
        let place = json!({"line": 0, "character": 0});
        let change = json!({"range": {"start": place, "end": place}, "text": " "});
        let document = json!({"uri": URI, "version": version});
        send("textDocument/didChange", None, json!({"textDocument": document, "contentChanges": [change]}));
    }
    // Only now is the output read; the end of it comes when all is written.
    drop(input);
    let mut output = Vec::new();
    server.stdout.take().unwrap().read_to_end(&mut output).unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(1), "it left without `shutdown`");
    let text = String::from_utf8(output).unwrap();
    let sent = text.matches("textDocument/publishDiagnostics").count();
    assert!(text.len() < 16 << 20, "{sent} sets of diagnostics, {} bytes", text.len());
}

#[test]
fn a_document_of_many_megabytes_is_left_alone() {
    let mut client = Client::initialized(ACCESSLENS, &[], json!({})).0;
    let other = "file:///tmp/other.json";
    client.open(other, "json", &policy(json!({"Action": "s3:GetObjekt"})));
    let part = policy(json!({}));
    let most = " ".repeat((32 << 20) - part.len()) + &part;
    let links = |client: &mut Client| {
        let asked = client.call("textDocument/documentLink", json!({"textDocument": {"uri": URI}})).unwrap();
        asked.as_array().map(Vec::len)
    };
    client.open(URI, "json", &most);
    assert_eq!(links(&mut client), Some(1));
    client.change(URI, 2, Some([0, 0, 0, 0]), " ");
    assert_eq!(links(&mut client), None, "it is too long now");
    client.open(URI, "json", &(most + " "));
    assert_eq!(links(&mut client), None);
    assert!(
        client.notification("window/logMessage")["message"].as_str().unwrap().contains("longer than 32 MiB")
    );
    assert!(!client.diagnostics(other, 1).is_empty());
    client.open(URI, "json", &part);
    assert_eq!(links(&mut client), Some(1));
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
