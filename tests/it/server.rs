//! The server's state through the wire: order, cancellation, panics, settings, encodings.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::ACCESSLENS;
use crate::client::Client;

const URI: &str = "file:///tmp/policy.json";

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Action": "s3:ListAllMyBuckets", "Resource": "*" }
  ]
}
"#;

fn server(capabilities: Value) -> Client {
    Client::initialized(ACCESSLENS, &["--test-requests"], capabilities).0
}

fn text(client: &mut Client) -> String {
    let state = client.call("accesslens/test", json!({"uri": URI})).expect("it answers");
    state["text"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn rapid_edits_stay_in_order_and_each_request_sees_exactly_those_before_it() {
    let mut client = server(json!({}));
    client.open(URI, "json", "");
    let mut expected = Vec::new();
    let mut whole = String::new();
    for n in 0..3_000i64 {
        let mark = format!("{n},");
        let column = u32::try_from(whole.len()).unwrap();
        client.change(URI, n + 1, Some([0, column, 0, column]), &mark);
        whole.push_str(&mark);
        expected.push((client.request("accesslens/test", json!({"uri": URI})), n + 1, whole.len()));
    }
    for (id, version, len) in expected {
        let state = client.response(id).expect("it answers");
        assert_eq!(state["version"], version);
        assert_eq!(state["text"].as_str().map(str::len), Some(len));
    }
    assert_eq!(text(&mut client), whole);
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn a_hover_after_each_edit_tells_of_exactly_the_edits_before_it() {
    let mut client = server(json!({"general": {"positionEncodings": ["utf-8"]}}));
    let policy = POLICY.replace("\"Resource\": \"*\"", "\n\"Resource\": \"arn:aws:s3:::x0\"");
    client.open(URI, "json", &policy);
    let start = u32::try_from("\"Resource\": \"arn:aws:s3:::x".len()).unwrap();
    let mut end = start + 1;
    let mut ids = Vec::new();
    for n in 1..=3_000i64 {
        client.change(URI, n + 1, Some([4, start, 4, end]), &n.to_string());
        end = start + u32::try_from(n.to_string().len()).unwrap();
        ids.push((client.request("textDocument/hover", at(URI, 4, start)), n, end));
    }
    for (id, n, end) in ids {
        let hover = client.response(id).expect("it answers");
        let said = hover["contents"]["value"].as_str().expect("a hover");
        assert!(said.contains(&format!("`arn:aws:s3:::x{n}`")), "{n}: {said}");
        assert_eq!(hover["range"]["end"], json!({"line": 4, "character": end + 1}), "{n}");
    }
    assert_eq!(client.shutdown(), Some(0));
}

/// The parameters of a request at a position.
fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
}

/// A request of every feature for a range of a document.
fn every_request(uri: &str, range: [u32; 4]) -> Vec<(&'static str, Value)> {
    let [start_line, start, end_line, end] = range;
    let position = json!({"line": start_line, "character": start});
    let range = json!({"start": position, "end": {"line": end_line, "character": end}});
    let document = json!({"uri": uri});
    let options = json!({"tabSize": 2, "insertSpaces": true});
    let with_range = json!({"textDocument": document, "range": range});
    let (mut actions, mut formatting) = (with_range.clone(), with_range.clone());
    actions["context"] = json!({"diagnostics": []});
    formatting["options"] = options.clone();
    vec![
        ("textDocument/hover", at(uri, start_line, start)),
        ("textDocument/completion", at(uri, start_line, start)),
        ("textDocument/selectionRange", json!({"textDocument": document, "positions": [position]})),
        ("textDocument/codeAction", actions),
        ("textDocument/inlayHint", with_range),
        ("textDocument/rangeFormatting", formatting),
        ("textDocument/formatting", json!({"textDocument": document, "options": options})),
        ("textDocument/codeLens", json!({"textDocument": document})),
        ("textDocument/documentSymbol", json!({"textDocument": document})),
        ("textDocument/foldingRange", json!({"textDocument": document})),
        ("textDocument/documentLink", json!({"textDocument": document})),
    ]
}

#[test]
fn requests_on_documents_that_are_not_open_are_answered_with_nothing() {
    let mut client = server(json!({}));
    for (method, params) in every_request(URI, [0, 0, 0, 1]) {
        assert_eq!(client.call(method, params), Ok(Value::Null), "{method}");
    }
    client.open(URI, "json", POLICY);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    for (method, params) in every_request(URI, [0, 0, 0, 1]) {
        assert_eq!(client.call(method, params), Ok(Value::Null), "{method}");
    }
    let error = client.call("textDocument/unheardOf", json!({})).expect_err("there is no such method");
    assert_eq!(error["code"], -32601);
    client.notify("textDocument/unheardOf", json!({}));
    client.notify("$/unheardOf", json!({}));
    let error =
        client.call("textDocument/hover", json!({"textDocument": 1})).expect_err("no such parameters");
    assert_eq!(error["code"], -32602);
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn positions_out_of_range_are_answered_by_every_feature() {
    let mut client = server(json!({}));
    let far = u32::try_from(i32::MAX).unwrap();
    for text in ["", "{", POLICY, "{\"Statement\": [\"é😀"] {
        client.open(URI, "json", text);
        for range in [
            [0, far, 0, far],
            [far, 0, far, far],
            [0, 0, far, far],
            [u32::MAX, u32::MAX, u32::MAX, u32::MAX],
            [3, 5, 1, 0],
        ] {
            for (method, params) in every_request(URI, range) {
                client.call(method, params).unwrap_or_else(|error| panic!("{method} {range:?}: {error}"));
            }
        }
    }
    assert_eq!(text(&mut client), "{\"Statement\": [\"é😀");
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn two_hundred_documents_are_open_at_once() {
    let mut client = server(json!({}));
    let uris: Vec<String> = (0..200).map(|n| format!("file:///tmp/many/{n}.json")).collect();
    for uri in &uris {
        client.open(uri, "json", POLICY);
    }
    for uri in &uris {
        assert_eq!(client.diagnostics(uri, 1).len(), 1, "{uri}");
    }
    for uri in &uris {
        client.change(uri, 2, Some([3, 6, 3, 6]), "\"Effect\": \"Allow\", ");
    }
    let hovers: Vec<i64> = uris.iter().map(|it| client.request("textDocument/hover", at(it, 3, 8))).collect();
    for id in hovers {
        assert!(client.response(id).expect("it answers").is_object());
    }
    for uri in &uris {
        assert_eq!(client.diagnostics(uri, 2), Vec::<Value>::new(), "{uri}");
        client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn versions_that_do_not_rise_are_applied_in_order_all_the_same() {
    let mut client = server(json!({}));
    client.open(URI, "json", "");
    for (version, piece) in [(5, "a"), (5, "b"), (2, "c"), (-1, "d"), (6, "e")] {
        let end = u32::try_from(text(&mut client).len()).unwrap();
        client.change(URI, version, Some([0, end, 0, end]), piece);
    }
    assert_eq!(text(&mut client), "abcde");
    client.change(URI, 1, None, POLICY);
    assert_eq!(client.diagnostics(URI, 1).len(), 1);
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn opening_twice_replaces_and_closing_what_is_not_open_is_ignored() {
    let mut client = server(json!({}));
    let close = json!({"textDocument": {"uri": URI}});
    client.notify("textDocument/didClose", close.clone());
    client.open(URI, "json", POLICY);
    assert_eq!(client.diagnostics(URI, 1).len(), 1);
    // The faults that the client shows are gone with the text that had them.
    client.open(URI, "json", "{}");
    assert_eq!(text(&mut client), "{}");
    assert_eq!(client.diagnostics(URI, 1).len(), 0);
    client.open(URI, "json", POLICY);
    assert_eq!(client.diagnostics(URI, 1).len(), 1);
    client.notify("textDocument/didClose", close.clone());
    client.notify("textDocument/didClose", close);
    assert_eq!(text(&mut client), "");
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn a_panic_in_a_handler_is_an_answer_and_the_server_lives_on() {
    let mut client = server(json!({}));
    client.open(URI, "json", POLICY);
    for _ in 0..3 {
        let error =
            client.call("accesslens/test", json!({"uri": URI, "panic": true})).expect_err("it panics");
        assert_eq!(error["code"], -32603);
        assert_eq!(text(&mut client), POLICY);
    }
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn cancellation_works_behind_many_slow_requests() {
    let mut client = server(json!({}));
    let slow: Vec<i64> =
        (0..120).map(|_| client.request("accesslens/test", json!({"sleep": 60_000}))).collect();
    let mut fastest = Duration::MAX;
    for id in slow.iter().rev().take(5) {
        let started = Instant::now();
        client.cancel(*id);
        let error = client.response(*id).expect_err("it is cancelled");
        assert_eq!(error["code"], -32800);
        fastest = fastest.min(started.elapsed());
    }
    // Of five, so that a busy machine does not decide.
    assert!(fastest < Duration::from_millis(50), "{fastest:?}");
    for id in &slow {
        client.cancel(*id);
    }
}

#[test]
fn changes_that_ask_the_client_never_block() {
    let mut client = server(json!({"workspace": {"configuration": true}}));
    client.open(URI, "json", POLICY);
    client.answers = false;
    for n in 0..1_000i64 {
        client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
        client.change(URI, n + 2, Some([0, 0, 0, 0]), "\n");
    }
    assert_eq!(text(&mut client), "\n".repeat(1_000) + POLICY);
    client.answers = true;
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn diagnostics_carry_the_version_and_never_go_back() {
    let mut client = server(json!({}));
    client.open(URI, "json", POLICY);
    let found = client.diagnostics(URI, 1);
    assert_eq!(found[0]["code"], "missing-effect");
    assert_eq!(found[0]["range"]["start"], json!({"line": 3, "character": 4}));
    for n in 0..200i64 {
        client.change(URI, n + 2, Some([3, 6, 3, 6]), " ");
    }
    client.diagnostics(URI, 201);
    client.change(URI, 202, Some([3, 6, 3, 6]), "\"Effect\": \"Allow\", ");
    assert_eq!(client.diagnostics(URI, 202), Vec::<Value>::new());
    let versions: Vec<i64> =
        client.notifications.iter().filter_map(|it| it["params"]["version"].as_i64()).collect();
    assert!(versions.is_sorted(), "{versions:?}");
}

#[test]
fn other_json_files_stay_silent() {
    let mut client = server(json!({}));
    client.open(URI, "json", "{\"name\": \"left-pad\", \"version\": \"1.0.0\", }");
    client.change(URI, 2, Some([0, 1, 0, 1]), " ");
    assert_eq!(text(&mut client).len(), 43);
    client.open("file:///tmp/other.json", "json", POLICY);
    client.diagnostics("file:///tmp/other.json", 1);
    let silent = client.notifications.iter().all(|it| it["params"]["uri"] != URI);
    assert!(silent, "{:?}", client.notifications);
}

#[test]
fn a_file_that_stops_being_a_policy_is_cleared() {
    let mut client = server(json!({}));
    client.open(URI, "json", POLICY);
    assert_eq!(client.diagnostics(URI, 1).len(), 1);
    client.change(URI, 2, None, "{}");
    assert_eq!(client.diagnostics(URI, 2).len(), 0);
}

#[test]
fn all_three_encodings_count_columns_their_way() {
    let line = "    { \"Sid\": \"é😀\", \"Action\": \"s3:ListAllMyBuckets\", \"Resource\": \"*\" }";
    let policy = POLICY.replace("    { \"Action\": \"s3:ListAllMyBuckets\", \"Resource\": \"*\" }", line);
    // The Sid's range ends behind é (2 bytes, 1 unit, 1 scalar) and 😀 (4 bytes, 2 units, 1 scalar).
    for (offered, chosen, end) in [
        (json!(["utf-8", "utf-16"]), "utf-8", 21),
        (json!(["utf-16"]), "utf-16", 18),
        (json!(null), "utf-16", 18),
        (json!(["utf-32"]), "utf-32", 17),
    ] {
        let capabilities = json!({"general": {"positionEncodings": offered}});
        let (mut client, result) = Client::initialized(ACCESSLENS, &["--test-requests"], capabilities);
        assert_eq!(result["capabilities"]["positionEncoding"], chosen);
        client.open(URI, "json", &policy);
        let found = client.diagnostics(URI, 1);
        assert_eq!(found[0]["range"]["end"], json!({"line": 3, "character": end}), "{chosen}");
        // And back: an edit behind the 😀 lands there.
        client.change(URI, 2, Some([3, end - 1, 3, end - 1]), "x");
        assert!(text(&mut client).contains("\"é😀x\""), "{chosen}");
    }
}

#[test]
fn impossible_changes_do_no_harm() {
    let mut client = server(json!({}));
    client.change("file:///tmp/never-opened.json", 2, None, "{}");
    client.open(URI, "json", POLICY);
    // Past the end clamps.
    client.change(URI, 2, Some([900, 0, 900, 5]), "\n");
    assert_eq!(text(&mut client), format!("{POLICY}\n"));
    // The wrong way round cannot be meant: the document is dropped until it is opened again.
    client.change(URI, 3, Some([3, 0, 2, 0]), "x");
    assert_eq!(text(&mut client), "");
    client.open(URI, "json", POLICY);
    assert_eq!(text(&mut client), POLICY);
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn diagnostics_after_edits_equal_those_of_the_text_opened_afresh() {
    let statement = |n: u32| {
        format!(
            "    {{ \"Sid\": \"S{n}\", \"Effect\": \"Allow\",\n      \"Action\": \"s3:GetObjet\", \"Resource\": \"*\",\n      \
             \"Condition\": {{ \"IpAddress\": {{ \"aws:SourceIp\": \"203.0.113.{n}/33\" }} }} }}"
        )
    };
    let statements: Vec<String> = (1..30).map(statement).collect();
    let mut text = format!(
        "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n{}\n  ]\n}}\n",
        statements.join(",\n")
    );
    let fresh = "file:///tmp/fresh.json";
    let mut client = server(json!({"textDocument": {"publishDiagnostics": {"relatedInformation": true}}}));
    client.open(URI, "json", &text);
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |n: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % n as u64).unwrap()
    };
    for version in 2..120i64 {
        // Line breaks come and go, also with as many bytes before and after.
        let at = below(text.len());
        let (len, new) = match below(6) {
            0 => (0, "\n"),
            1 => (0, "  "),
            2 => (usize::from(text[at..].starts_with('\n')), " "),
            3 => (usize::from(text[at..].starts_with(' ')), "\n"),
            4 => (usize::from(text[at..].starts_with([' ', '\n'])), ""),
            _ => (0, "x"),
        };
        let position = |offset: usize| {
            let line = text[..offset].matches('\n').count();
            let column = offset - text[..offset].rfind('\n').map_or(0, |it| it + 1);
            (u32::try_from(line).unwrap(), u32::try_from(column).unwrap())
        };
        let (start, end) = (position(at), position(at + len));
        client.change(URI, version, Some([start.0, start.1, end.0, end.1]), new);
        text.replace_range(at..at + len, new);
        if version % 3 == 0 {
            client.open(fresh, "json", &text);
            let expected = client.diagnostics(fresh, 1);
            client.notify("textDocument/didClose", json!({"textDocument": {"uri": fresh}}));
            let key = |it: &Value| it.to_string().replace(fresh, URI);
            let shown = |list: &[Value]| {
                let mut list: Vec<String> = list.iter().map(key).collect();
                list.sort();
                list
            };
            let expected = shown(&expected);
            let found = client.settled(URI, version, |it| shown(it) == expected);
            assert_eq!(shown(&found), expected, "version {version}\n{text}");
        }
    }
}
