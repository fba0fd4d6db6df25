//! How the binary speaks and how it ends, whatever it says.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::ACCESSLENS;
use crate::client::{Client, DEADLINE, frame};

fn initialized() -> Client {
    Client::initialized(ACCESSLENS, &[], json!({})).0
}

#[test]
fn initialize_names_the_server() {
    let (client, result) = Client::initialized(ACCESSLENS, &[], json!({}));
    assert_eq!(result["serverInfo"]["name"], "accesslens");
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn it_ends_at_exit_while_its_input_stays_open() {
    let mut client = initialized();
    client.call("shutdown", Value::Null).expect("shutdown succeeds");
    let started = Instant::now();
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}

#[test]
fn leaving_without_shutdown_is_code_1() {
    let mut client = initialized();
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(1));

    let mut client = initialized();
    client.close_input();
    assert_eq!(client.exit_code(), Some(1));

    let mut client = Client::spawn(ACCESSLENS, &[]);
    client.close_input();
    assert_eq!(client.exit_code(), Some(1));

    let mut client = initialized();
    client.raw(b"Content-Length: 100\r\n\r\n{");
    client.close_input();
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn closing_the_input_after_shutdown_is_code_0() {
    let mut client = initialized();
    client.call("shutdown", Value::Null).expect("shutdown succeeds");
    client.close_input();
    assert_eq!(client.exit_code(), Some(0));
}

#[test]
fn a_whole_session_written_at_once_is_answered() {
    let mut client = Client::spawn(ACCESSLENS, &[]);
    let session = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}),
        json!({"jsonrpc": "2.0", "method": "exit"}),
    ];
    client.raw(&session.iter().flat_map(|it| frame(it.to_string().as_bytes())).collect::<Vec<u8>>());
    client.response(1).expect("initialize succeeds");
    client.response(2).expect("shutdown succeeds");
    assert_eq!(client.exit_code(), Some(0));
}

#[test]
fn malformed_messages_are_survived() {
    let mut client = initialized();
    let cases: &[(&[u8], i64)] = &[
        (b"Content-Length: 1\r\n\r\n{", -32700),
        (b"Content-Length: 2\r\n\r\n\xff\xfe", -32700),
        (b"Content-Length: 10000000000\r\n\r\n{}", -32700),
        (b"Content-Length: x\r\n\r\n{}", -32700),
        (b"Content-Length: 900\r\n\r\n{}", -32700),
        (b"no header at all\r\n\r\n", -32700),
        (b"content-length: 2\nX: y\n\n[]", -32600),
    ];
    for (bytes, code) in cases {
        client.raw(bytes);
        let error = client.call("test/unknown", Value::Null).expect_err("there is no such method");
        assert_eq!(error["code"], -32601);
        assert_eq!(client.complaint()["code"], *code, "{:?}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn a_request_before_initialize_is_refused() {
    let mut client = Client::spawn(ACCESSLENS, &[]);
    let error = client.call("textDocument/hover", json!({})).expect_err("not yet");
    assert_eq!(error["code"], -32002);
}

#[cfg(unix)]
#[test]
fn it_does_not_outlive_its_client() {
    let mut editor = Command::new("sleep").arg("60").spawn().expect("sleep");
    let mut client = Client::spawn(ACCESSLENS, &[]);
    let params = json!({"processId": editor.id(), "capabilities": {}});
    client.call("initialize", params).expect("initialize succeeds");
    editor.kill().expect("killed");
    editor.wait().expect("waited");
    let started = Instant::now();
    assert_eq!(client.exit_code(), Some(1));
    assert!(started.elapsed() < DEADLINE / 2, "{:?}", started.elapsed());
}
