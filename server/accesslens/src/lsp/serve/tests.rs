//! The transport against a small language server, over pipes in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::task::yield_now;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    ConfigurationItem, DidChangeTextDocumentParams, InitializeParams, InitializeResult, MessageType,
};
use tower_lsp::{Client, LanguageServer};

use super::*;

const LONG: Duration = Duration::from_secs(20);

struct Backend {
    client: Client,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    version: AtomicUsize,
    n_answered: AtomicUsize,
    n_running: AtomicUsize,
    most_running: AtomicUsize,
    n_dropped: AtomicUsize,
}

/// Counts a slow request for as long as its handler lives.
struct Running(Arc<State>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.n_running.fetch_sub(1, Ordering::SeqCst);
        self.0.n_dropped.fetch_add(1, Ordering::SeqCst);
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        if let Some(options) = params.initialization_options {
            assert_ne!(options, "panic", "asked for");
            yield_now().await;
            time::sleep(Duration::from_millis(20)).await;
        }
        Ok(InitializeResult::default())
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let version = params.text_document.version as usize;
        self.state.version.store(version, Ordering::SeqCst);
        match params.text_document.uri.as_str() {
            "test:ask" => self.ask().await,
            "test:panic" => panic!("asked for"),
            "test:panic-later" => {
                yield_now().await;
                panic!("asked for");
            }
            _ => {}
        }
    }

    async fn shutdown(&self) -> Result<()> {
        yield_now().await;
        Ok(())
    }
}

impl Backend {
    async fn ask(&self) {
        let item = ConfigurationItem { scope_uri: None, section: Some("test".into()) };
        if self.client.configuration(vec![item]).await.is_ok() {
            self.state.n_answered.fetch_add(1, Ordering::SeqCst);
        }
    }

    async fn version(&self) -> Result<usize> {
        let seen = self.state.version.load(Ordering::SeqCst);
        yield_now().await;
        Ok(seen)
    }

    async fn answered(&self) -> Result<usize> {
        Ok(self.state.n_answered.load(Ordering::SeqCst))
    }

    async fn slow(&self, (ms,): (u64,)) -> Result<()> {
        let n_running = self.state.n_running.fetch_add(1, Ordering::SeqCst) + 1;
        self.state.most_running.fetch_max(n_running, Ordering::SeqCst);
        let _running = Running(self.state.clone());
        time::sleep(Duration::from_millis(ms)).await;
        Ok(())
    }

    async fn panic(&self) -> Result<()> {
        panic!("asked for")
    }

    async fn panic_later(&self) -> Result<()> {
        yield_now().await;
        panic!("asked for")
    }

    async fn tell(&self, (n,): (usize,)) -> Result<()> {
        for message in 0..n {
            self.client.log_message(MessageType::INFO, message).await;
        }
        Ok(())
    }

    async fn big(&self, (n,): (usize,)) -> Result<String> {
        Ok("x".repeat(n))
    }
}

/// The client's side of a served connection.
struct Peer {
    input: Option<DuplexStream>,
    output: DuplexStream,
    decoder: Decoder,
    served: JoinHandle<Ended>,
    state: Arc<State>,
}

impl Peer {
    fn new(options: Options) -> Self {
        let state = Arc::new(State::default());
        let backend_state = state.clone();
        let (service, socket) = LspService::build(|client| Backend { client, state: backend_state })
            .custom_method("test/version", Backend::version)
            .custom_method("test/answered", Backend::answered)
            .custom_method("test/slow", Backend::slow)
            .custom_method("test/panic", Backend::panic)
            .custom_method("test/panicLater", Backend::panic_later)
            .custom_method("test/tell", Backend::tell)
            .custom_method("test/big", Backend::big)
            .finish();
        let (input, reader) = tokio::io::duplex(4096);
        let (output, writer) = tokio::io::duplex(4096);
        let served = tokio::spawn(serve(service, socket, outbox(), reader, writer, options));
        Self { input: Some(input), output, decoder: Decoder::new(usize::MAX), served, state }
    }

    async fn initialized(options: Options) -> Self {
        let mut peer = Self::new(options);
        peer.send(request(0, "initialize", json!({"capabilities": {}}))).await;
        assert_eq!(peer.next().await["id"], 0);
        peer.send(notification("initialized", json!({}))).await;
        peer
    }

    async fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        time::timeout(LONG, input.write_all(bytes)).await.expect("the server reads").expect("it is there");
    }

    async fn send(&mut self, message: Value) {
        self.raw(&frame(&message.to_string())).await;
    }

    /// The next message of the server, or `None` at the end.
    async fn try_next(&mut self) -> Option<Value> {
        loop {
            if let Some(frame) = self.decoder.next_frame() {
                let Frame::Body(body) = frame else { panic!("the server writes frames: {frame:?}") };
                return Some(serde_json::from_slice(body).expect("the server writes JSON"));
            }
            let read = self.output.read_buf(self.decoder.input());
            if time::timeout(LONG, read).await.expect("an answer in time").expect("a stream") == 0 {
                return None;
            }
        }
    }

    async fn next(&mut self) -> Value {
        self.try_next().await.expect("the server has not ended")
    }

    /// The answer to request `id`, where nothing else is expected to arrive.
    async fn call(&mut self, id: i64, method: &str, params: Value) -> Value {
        self.send(request(id, method, params)).await;
        let answer = self.next().await;
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    async fn ended(self) -> Ended {
        time::timeout(LONG, self.served).await.expect("it ends").expect("it does not panic")
    }
}

fn frame(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn request(id: impl Into<Value>, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id.into(), "method": method, "params": params})
}

fn notification(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}

fn change(uri: &str, version: usize) -> Value {
    let params = json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": []});
    notification("textDocument/didChange", params)
}

fn all(messages: &[Value]) -> Vec<u8> {
    messages.iter().flat_map(|it| frame(&it.to_string())).collect()
}

#[tokio::test]
async fn shutdown_and_exit_in_one_write_are_answered_and_end_in_order() {
    let mut peer = Peer::new(Options::default());
    let messages = [
        request(1, "initialize", json!({"capabilities": {}})),
        request(2, "shutdown", Value::Null),
        notification("exit", Value::Null),
    ];
    peer.raw(&all(&messages)).await;
    assert_eq!(peer.next().await, json!({"jsonrpc": "2.0", "id": 1, "result": {"capabilities": {}}}));
    assert_eq!(peer.next().await, json!({"jsonrpc": "2.0", "id": 2, "result": null}));
    assert_eq!(peer.try_next().await, None);
    // Its input is still open.
    assert_eq!(peer.ended().await, Ended::InOrder);
    assert_eq!(Ended::InOrder.exit_code(), 0);
}

#[tokio::test]
async fn leaving_without_shutdown_is_an_error() {
    let mut peer = Peer::initialized(Options::default()).await;
    peer.send(notification("exit", Value::Null)).await;
    assert_eq!(peer.ended().await, Ended::WithoutShutdown);
    assert_eq!(Ended::WithoutShutdown.exit_code(), 1);

    let mut peer = Peer::new(Options::default());
    peer.send(notification("exit", Value::Null)).await;
    assert_eq!(peer.ended().await, Ended::WithoutShutdown);

    for rest in ["", "Content-Le", "Content-Length: 7\r\n", "Content-Length: 7\r\n\r\n{}", "garbage"] {
        let mut peer = Peer::initialized(Options::default()).await;
        peer.raw(rest.as_bytes()).await;
        peer.input = None;
        assert_eq!(peer.ended().await, Ended::WithoutShutdown, "{rest:?}");
    }
}

#[tokio::test]
async fn the_end_of_input_after_shutdown_is_in_order() {
    let mut peer = Peer::initialized(Options::default()).await;
    peer.call(1, "shutdown", Value::Null).await;
    let late = peer.call(2, "test/version", Value::Null).await;
    assert_eq!(late["error"]["code"], -32600);
    peer.input = None;
    assert_eq!(peer.ended().await, Ended::InOrder);
}

#[tokio::test]
async fn requests_under_way_at_the_end_of_input_are_answered() {
    let mut peer = Peer::initialized(Options::default()).await;
    peer.raw(&all(&[request(1, "test/slow", json!([100])), request(2, "test/big", json!([1_000_000]))]))
        .await;
    peer.input = None;
    let mut ids = [peer.next().await["id"].clone(), peer.next().await["id"].clone()];
    ids.sort_by_key(Value::as_i64);
    assert_eq!(ids, [json!(1), json!(2)]);
    assert_eq!(peer.try_next().await, None);
    assert_eq!(peer.ended().await, Ended::WithoutShutdown);
}

#[tokio::test]
async fn exit_does_not_wait_for_slow_requests() {
    let started = Instant::now();
    let mut peer = Peer::initialized(Options { grace: LONG, ..Options::default() }).await;
    let messages = [
        request(1, "test/slow", json!([60_000])),
        request(2, "shutdown", Value::Null),
        notification("exit", Value::Null),
    ];
    peer.raw(&all(&messages)).await;
    assert_eq!(peer.next().await["id"], 2);
    assert_eq!(peer.ended().await, Ended::InOrder);
    assert!(started.elapsed() < LONG / 2);
}

#[tokio::test]
async fn everything_answered_is_flushed_before_the_end() {
    let mut peer = Peer::initialized(Options::default()).await;
    let mut messages: Vec<Value> = (1..=500).map(|id| request(id, "test/big", json!([id]))).collect();
    messages.push(request(501, "shutdown", Value::Null));
    messages.push(notification("exit", Value::Null));
    let (mut input, bytes) = (peer.input.take().expect("open"), all(&messages));
    let sending = tokio::spawn(async move {
        input.write_all(&bytes).await.expect("the server reads");
        input
    });
    for id in 1..=501 {
        assert_eq!(peer.next().await["id"], id);
    }
    assert_eq!(peer.try_next().await, None);
    let _still_open = sending.await.expect("sent");
    assert_eq!(peer.ended().await, Ended::InOrder);
}

#[tokio::test]
async fn messages_sent_before_initialize_is_answered_wait_for_it() {
    let mut peer = Peer::new(Options::default());
    let slow = json!({"capabilities": {}, "initializationOptions": "slow"});
    let messages = [
        request(1, "initialize", slow),
        notification("initialized", json!({})),
        change("test:a", 7),
        request(2, "test/version", Value::Null),
    ];
    peer.raw(&all(&messages)).await;
    assert_eq!(peer.next().await["id"], 1);
    assert_eq!(peer.next().await, json!({"jsonrpc": "2.0", "id": 2, "result": 7}));
}

#[tokio::test]
async fn requests_before_initialize_are_refused() {
    let mut peer = Peer::new(Options::default());
    assert_eq!(peer.call(1, "test/version", Value::Null).await["error"]["code"], -32002);
    let panics = json!({"capabilities": {}, "initializationOptions": "panic"});
    assert_eq!(peer.call(2, "initialize", panics).await["error"]["code"], -32603);
    assert_eq!(peer.call(2, "initialize", json!({"capabilities": {}})).await["error"], Value::Null);
    assert_eq!(peer.call(3, "initialize", json!({"capabilities": {}})).await["error"]["code"], -32600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_sees_every_change_sent_before_it_and_none_after() {
    let mut peer = Peer::initialized(Options::default()).await;
    let pairs: Vec<Value> =
        (1..=2000).flat_map(|n| [change("test:a", n), request(n, "test/version", Value::Null)]).collect();
    let (mut input, bytes) = (peer.input.take().expect("open"), all(&pairs));
    let sending = tokio::spawn(async move {
        input.write_all(&bytes).await.expect("the server reads");
        input
    });
    for _ in 1..=2000 {
        let answer = peer.next().await;
        assert_eq!(answer["id"], answer["result"]);
    }
    sending.await.expect("sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancellation_takes_effect_at_once_whatever_is_under_way() {
    for max_running in [1024, 4] {
        let mut peer = Peer::initialized(Options { max_running, ..Options::default() }).await;
        let slow: Vec<Value> = (0..120).map(|id| request(id, "test/slow", json!([60_000]))).collect();
        peer.raw(&all(&slow)).await;
        peer.send(request("text", "test/slow", json!([60_000]))).await;
        let mut fastest = LONG;
        for id in [json!(0), json!(60), json!(119), json!("text")] {
            let started = Instant::now();
            peer.send(notification("$/cancelRequest", json!({ "id": id }))).await;
            let answer = peer.next().await;
            assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &json!(-32800)));
            fastest = fastest.min(started.elapsed());
        }
        // The fastest, because the machine may be busy with other tests.
        assert!(fastest < Duration::from_millis(50), "{fastest:?}");
        // Cancelling what is answered or was never asked does nothing.
        for params in [json!({"id": 0}), json!({"id": 999}), json!({"id": null}), json!({}), json!(null)] {
            peer.send(notification("$/cancelRequest", params)).await;
        }
        for id in 0..120 {
            peer.send(notification("$/cancelRequest", json!({ "id": id }))).await;
        }
        for _ in 0..117 {
            assert_eq!(peer.next().await["error"]["code"], -32800);
        }
        assert_eq!(peer.call(0, "test/version", Value::Null).await["result"], 0);
        let state = &peer.state;
        assert_eq!(state.n_running.load(Ordering::SeqCst), 0);
        assert!(state.most_running.load(Ordering::SeqCst) <= max_running);
        // A cancelled handler is dropped, which is how it learns of it.
        assert!(state.n_dropped.load(Ordering::SeqCst) >= max_running.min(121));
    }
}

#[tokio::test]
async fn no_more_requests_run_than_allowed_and_held_ones_keep_their_order() {
    let mut peer = Peer::initialized(Options { max_running: 2, ..Options::default() }).await;
    let mut messages: Vec<Value> = (1..=10).map(|id| request(id, "test/slow", json!([5]))).collect();
    messages.push(change("test:a", 11));
    messages.push(request(11, "test/version", Value::Null));
    messages.push(change("test:a", 12));
    messages.push(request(12, "test/version", Value::Null));
    peer.raw(&all(&messages)).await;
    for _ in 1..=12 {
        let answer = peer.next().await;
        assert!(answer["result"] == answer["id"] || answer["result"] == Value::Null, "{answer}");
    }
    assert_eq!(peer.state.most_running.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_panic_is_answered_and_the_server_lives_on() {
    let mut peer = Peer::initialized(Options::default()).await;
    for method in ["test/panic", "test/panicLater"] {
        // The same id twice: it is free again.
        for _ in 0..2 {
            let answer = peer.call(1, method, Value::Null).await;
            assert_eq!(answer["error"], json!({"code": -32603, "message": "Internal error"}));
        }
    }
    peer.send(change("test:panic", 1)).await;
    peer.send(change("test:panic-later", 2)).await;
    assert_eq!(peer.call(1, "test/version", Value::Null).await["result"], 2);
}

#[tokio::test]
async fn a_thousand_changes_that_ask_the_client_do_not_block() {
    let mut peer = Peer::initialized(Options::default()).await;
    for version in 1..=1000 {
        peer.send(change("test:ask", version)).await;
    }
    // The client has not read a byte of what it is asked.
    peer.send(request("version", "test/version", Value::Null)).await;
    let mut asked = Vec::new();
    let mut version = None;
    while asked.len() < 1000 || version.is_none() {
        let message = peer.next().await;
        if message["id"] == "version" {
            version = Some(message["result"].clone());
            continue;
        }
        assert_eq!(message["method"], "workspace/configuration");
        asked.push(message["id"].clone());
    }
    assert_eq!(version, Some(json!(1000)));
    for id in asked {
        peer.send(json!({"jsonrpc": "2.0", "id": id, "result": [null]})).await;
    }
    let deadline = Instant::now() + LONG;
    while peer.call(1, "test/answered", Value::Null).await["result"] != 1000 {
        assert!(Instant::now() < deadline, "all answers arrive");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_handler_sends_comes_before_its_reply() {
    let mut peer = Peer::initialized(Options::default()).await;
    for id in 0..300 {
        peer.send(request(id, "test/tell", json!([2]))).await;
        for n in 0..2 {
            let message = peer.next().await;
            assert_eq!(message["params"]["message"], n.to_string(), "{message}");
        }
        assert_eq!(peer.next().await["id"], id);
    }
}

#[tokio::test]
async fn unknown_methods_are_told_and_unknown_notifications_are_not() {
    let mut peer = Peer::initialized(Options::default()).await;
    for method in ["test/unknown", "", "$/unknown", "textDocument/Hover"] {
        assert_eq!(peer.call(1, method, json!({})).await["error"]["code"], -32601, "{method}");
        peer.send(notification(method, json!({}))).await;
    }
    assert_eq!(peer.call(1, "$/cancelRequest", json!({"id": 1})).await["error"]["code"], -32600);
    assert_eq!(peer.call(2, "test/version", Value::Null).await["result"], 0);
}

/// Each is sent between two good requests, which must be answered, and is answered itself as told:
/// by one error with a null id and that code, by one with an id, or not at all.
#[tokio::test]
async fn every_malformed_message_is_survived() {
    type Answer = Option<(Value, i64)>;
    const PARSE: Answer = Some((Value::Null, -32700));
    const INVALID: Answer = Some((Value::Null, -32600));
    let lone = r#"{"jsonrpc":"2.0","method":"test/unknown","params":["\ud83d"]}"#;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long_by_five = b"Content-Length: 45\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"a\"}";
    let cases: Vec<(&str, Vec<u8>, Answer)> = vec![
        ("not JSON", frame("{nonsense"), PARSE),
        ("an empty body", frame(""), PARSE),
        ("white space", frame("  \n "), PARSE),
        ("cut JSON", frame(r#"{"jsonrpc":"2.0","id":5,"meth"#), PARSE),
        ("two values", frame("{}{}"), PARSE),
        ("a trailing comma", frame(r#"{"jsonrpc":"2.0",}"#), PARSE),
        ("no UTF-8", [b"Content-Length: 4\r\n\r\n".as_slice(), &[0xff, 0xfe, 0x80, 0xc0]].concat(), PARSE),
        (
            "no UTF-8 in a string",
            [b"Content-Length: 3\r\n\r\n".as_slice(), &[b'"', 0xff, b'"']].concat(),
            PARSE,
        ),
        ("NUL bytes", frame("\0\0\0\0"), PARSE),
        ("too deep", frame(&deep), PARSE),
        ("half a character", frame(lone), None),
        ("a number", frame("1"), INVALID),
        ("null", frame("null"), INVALID),
        ("a string", frame("\"exit\""), INVALID),
        ("an empty object", frame("{}"), INVALID),
        ("an empty batch", frame("[]"), INVALID),
        ("a batch of garbage", frame("[1]"), INVALID),
        ("a nested batch", frame("[[{}]]"), INVALID),
        ("no version", frame(r#"{"id":5,"method":"a"}"#), Some((json!(5), -32600))),
        ("version 1.0", frame(r#"{"jsonrpc":"1.0","id":5,"method":"a"}"#), Some((json!(5), -32600))),
        ("a numeric method", frame(r#"{"jsonrpc":"2.0","id":5,"method":1}"#), Some((json!(5), -32600))),
        ("neither call nor answer", frame(r#"{"jsonrpc":"2.0","id":5}"#), Some((json!(5), -32600))),
        ("an id that is an object", frame(r#"{"jsonrpc":"2.0","id":{},"method":"a"}"#), INVALID),
        ("an id that is no integer", frame(r#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#), INVALID),
        ("a null id", frame(r#"{"jsonrpc":"2.0","id":null,"method":"a"}"#), None),
        ("an answer nobody awaits", frame(r#"{"jsonrpc":"2.0","id":77,"result":1}"#), None),
        ("an error nobody awaits", frame(r#"{"jsonrpc":"2.0","id":null,"error":{"code":-1}}"#), None),
        (
            "wrong parameters",
            frame(r#"{"jsonrpc":"2.0","id":5,"method":"test/slow","params":["x"]}"#),
            Some((json!(5), -32602)),
        ),
        (
            "no parameters",
            frame(r#"{"jsonrpc":"2.0","id":5,"method":"test/slow"}"#),
            Some((json!(5), -32602)),
        ),
        (
            "a wrong notification",
            frame(r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":7}"#),
            None,
        ),
        ("initialize as notification", frame(r#"{"jsonrpc":"2.0","method":"initialize"}"#), None),
        (
            "a notification as request",
            frame(r#"{"jsonrpc":"2.0","id":5,"method":"initialized"}"#),
            Some((json!(5), -32600)),
        ),
        (
            "a second initialize",
            frame(r#"{"jsonrpc":"2.0","id":5,"method":"initialize","params":{"capabilities":{}}}"#),
            Some((json!(5), -32600)),
        ),
        ("no length", b"Content-Type: a\r\n\r\n{}".to_vec(), PARSE),
        ("no headers", b"{}".to_vec(), PARSE),
        ("no headers, on a line", b"{}\r\n".to_vec(), PARSE),
        ("a word for a length", b"Content-Length: ten\r\n\r\n{}".to_vec(), PARSE),
        ("a negative length", b"Content-Length: -2\r\n\r\n{}".to_vec(), PARSE),
        ("no number", b"Content-Length:\r\n\r\n{}".to_vec(), PARSE),
        ("a length of 10 GB", b"Content-Length: 10000000000\r\n\r\n{}".to_vec(), PARSE),
        ("a length beyond counting", b"Content-Length: 100000000000000000000\r\n\r\n{}".to_vec(), PARSE),
        ("a length that is too long", b"Content-Length: 50000\r\n\r\n{}".to_vec(), PARSE),
        ("a length that is a little too long", long_by_five.to_vec(), PARSE),
        ("a length that is too short", b"Content-Length: 3\r\n\r\n{\"a\":1}".to_vec(), PARSE),
        ("garbage", b"\x00\x01\xff hello\n\n\nContent-Length".to_vec(), PARSE),
        ("a line without end", vec![b'x'; 100_000], PARSE),
        ("a byte order mark", "\u{feff}".as_bytes().to_vec(), PARSE),
        ("empty lines", b"\r\n\r\n\n".to_vec(), None),
        ("lower case and more headers", b"x: y\ncontent-length: 2\nz:\n\n[]".to_vec(), INVALID),
    ];
    let mut peer = Peer::initialized(Options::default()).await;
    for (name, bytes, expected) in cases {
        peer.raw(&bytes).await;
        peer.send(request(9, "test/version", Value::Null)).await;
        if let Some((id, code)) = expected {
            let error = peer.next().await;
            assert_eq!((&error["id"], &error["error"]["code"]), (&id, &json!(code)), "{name}: {error}");
        }
        let answer = peer.next().await;
        assert_eq!(answer, json!({"jsonrpc": "2.0", "id": 9, "result": 0}), "{name}");
    }
}

#[tokio::test]
async fn a_batch_is_handled_in_order() {
    let mut peer = Peer::initialized(Options::default()).await;
    let version = |id: i64| request(id, "test/version", Value::Null);
    let batch = json!([change("test:a", 1), version(1), 5, change("test:a", 2), version(2)]);
    peer.send(batch).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = peer.next().await;
        seen.push((answer["id"].as_i64(), answer["result"].as_i64(), answer["error"]["code"].as_i64()));
    }
    seen.sort_unstable();
    assert_eq!(seen, [(None, None, Some(-32600)), (Some(1), Some(1), None), (Some(2), Some(2), None)]);
    peer.send(json!([request(3, "shutdown", Value::Null), notification("exit", Value::Null), version(4)]))
        .await;
    assert_eq!(peer.next().await["id"], 3);
    assert_eq!(peer.try_next().await, None);
    assert_eq!(peer.ended().await, Ended::InOrder);
}

#[tokio::test]
async fn a_client_that_never_reads_is_given_up() {
    let options = Options { max_unread: 1_000_000, grace: Duration::from_millis(20), ..Options::default() };
    let mut peer = Peer::initialized(options.clone()).await;
    for id in 0..30 {
        let ask = frame(&request(id, "test/big", json!([100_000])).to_string());
        if peer.input.as_mut().expect("open").write_all(&ask).await.is_err() {
            break;
        }
    }
    assert_eq!(peer.ended().await, Ended::OutputClosed);

    // Below the limit it is served, and at its end not waited for beyond the grace.
    let mut peer = Peer::initialized(options).await;
    peer.send(request(1, "test/big", json!([100_000]))).await;
    peer.send(change("test:a", 1)).await;
    peer.send(notification("exit", Value::Null)).await;
    let Peer { served, output: _unread, .. } = peer;
    assert_eq!(
        time::timeout(LONG, served).await.expect("it ends").expect("no panic"),
        Ended::WithoutShutdown
    );
}

#[tokio::test]
async fn a_closed_output_ends_the_server() {
    let mut peer = Peer::initialized(Options::default()).await;
    peer.send(request(1, "test/version", Value::Null)).await;
    let Peer { served, input: _open, output, .. } = peer;
    drop(output);
    assert_eq!(time::timeout(LONG, served).await.expect("it ends").expect("no panic"), Ended::OutputClosed);
    assert_eq!(Ended::OutputClosed.exit_code(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn the_death_of_the_client_ends_the_server() {
    let mut client = std::process::Command::new("sleep").arg("60").spawn().expect("sleep");
    let mut peer = Peer::new(Options { watch_every: Duration::from_millis(10), ..Options::default() });
    let params = json!({"processId": client.id(), "capabilities": {}});
    assert_eq!(peer.call(1, "initialize", params).await["error"], Value::Null);
    assert_eq!(peer.call(2, "test/slow", json!([50])).await["error"], Value::Null);
    client.kill().expect("killed");
    client.wait().expect("waited");
    assert_eq!(peer.ended().await, Ended::ClientGone);
    assert_eq!(Ended::ClientGone.exit_code(), 1);
}

#[tokio::test]
async fn odd_process_ids_are_not_watched() {
    for pid in [json!(null), json!(-1), json!("1"), json!(1.5), json!(u64::MAX), json!(0x7fff_fff0)] {
        let options = Options { watch_every: Duration::from_millis(1), ..Options::default() };
        let mut peer = Peer::new(options);
        peer.send(request(1, "initialize", json!({"processId": pid, "capabilities": {}}))).await;
        assert_eq!(peer.next().await["id"], 1);
        peer.send(request(2, "shutdown", Value::Null)).await;
        assert_eq!(peer.next().await["id"], 2, "{pid}");
    }
}

#[tokio::test]
async fn a_large_message_is_read() {
    let mut peer = Peer::initialized(Options::default()).await;
    let text = "\"\u{e9}\n".repeat(1 << 20);
    peer.send(notification("textDocument/didOpen", json!({ "text": text }))).await;
    assert_eq!(peer.call(1, "test/version", Value::Null).await["result"], 0);
}
