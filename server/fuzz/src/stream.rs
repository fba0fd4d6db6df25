//! A client that says anything: sound messages, broken ones, and bytes.

use std::collections::BTreeMap;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use accesslens::lsp::{Options, serve_bytes};
use serde_json::{Value, json};

use crate::bytes::{Bytes, PIECES, POLICY};

const METHODS: [&str; 16] = [
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/inlayHint",
    "textDocument/documentLink",
    "textDocument/selectionRange",
    "textDocument/formatting",
    "textDocument/definition",
    "textDocument/references",
    "workspace/executeCommand",
    "codeLens/resolve",
    "no/such",
    "$/noSuch",
];

/// Panics of any thread since the hook was set.
static PANICS: AtomicUsize = AtomicUsize::new(0);
static COUNTED: Once = Once::new();

/// The server answers each request once, in frames, without a panic on any of its threads, and ends when the input does.
pub fn stream(data: &[u8]) {
    COUNTED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |it| {
            PANICS.fetch_add(1, Ordering::SeqCst);
            before(it);
        }));
    });
    let mut bytes = Bytes(data);
    let mut input = Vec::new();
    if !bytes.byte().is_multiple_of(16) {
        let encodings = ["utf-8", "utf-16", "utf-32"][usize::from(bytes.byte()) % 3];
        let capabilities = json!({ "general": { "positionEncodings": [encodings] } });
        frame(
            &mut input,
            &json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": { "capabilities": capabilities } }),
        );
        frame(&mut input, &json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    }
    let mut asked = Vec::new();
    let mut n = 0;
    while !bytes.is_empty() && n < 60 {
        n += 1;
        message(&mut bytes, n, &mut input, &mut asked);
    }
    let is_sound = input.is_empty() || bytes.byte().is_multiple_of(2);
    if is_sound {
        frame(&mut input, &json!({ "jsonrpc": "2.0", "id": "last", "method": "shutdown" }));
        frame(&mut input, &json!({ "jsonrpc": "2.0", "method": "exit" }));
    }
    let panics = PANICS.load(Ordering::SeqCst);
    let options = Options { git: false, test_requests: false };
    let (output, code) = serve_bytes(options, &input).expect("the system gives threads");
    assert!(code <= 1, "{code}");
    assert_eq!(PANICS.load(Ordering::SeqCst), panics, "a thread panicked");
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for message in frames(&output) {
        assert_eq!(message["jsonrpc"], "2.0", "{message}");
        if let (Some(id), None) = (message.get("id").filter(|it| !it.is_null()), message.get("method")) {
            assert!(message.get("result").is_some() != message.get("error").is_some(), "{message}");
            *answers.entry(id.to_string()).or_default() += 1;
        }
    }
    for (id, n) in &answers {
        assert!(
            asked.iter().filter(|it| *it == id).count().max(1) >= *n,
            "request {id} is answered {n} times"
        );
    }
}

fn message(bytes: &mut Bytes<'_>, n: usize, input: &mut Vec<u8>, asked: &mut Vec<String>) {
    let uris =
        ["file:///a.json", "file:///b.access.jsonc", "file:///accesslens.json", "untitled:x", "no uri"];
    let uri = bytes.pick(&uris);
    let document = json!({ "uri": uri, "version": bytes.below(5) });
    let position = |bytes: &mut Bytes<'_>| match bytes.byte() % 16 {
        0 => json!({ "line": u32::MAX, "character": u32::MAX }),
        1 => json!({ "line": -1, "character": 0 }),
        _ => json!({ "line": bytes.below(16), "character": bytes.below(60) }),
    };
    let notify =
        |method: &str, params: Value| json!({ "jsonrpc": "2.0", "method": method, "params": params });
    match bytes.byte() % 16 {
        0 => {
            let text = bytes.broken(POLICY, &PIECES);
            let item = json!({ "uri": uri, "languageId": "json", "version": n, "text": text });
            frame(input, &notify("textDocument/didOpen", json!({ "textDocument": item })));
        }
        1..5 => {
            let changes = (0..1 + bytes.below(4)).map(|_| {
                let (start, end, text) = (position(bytes), position(bytes), bytes.pick(&PIECES));
                if bytes.byte().is_multiple_of(16) {
                    json!({ "text": text })
                } else {
                    json!({ "range": { "start": start, "end": end }, "text": text })
                }
            });
            let changes: Vec<Value> = changes.collect();
            let params = json!({ "textDocument": document, "contentChanges": changes });
            frame(input, &notify("textDocument/didChange", params));
        }
        5..10 => {
            let (start, end) = (position(bytes), position(bytes));
            let params = json!({
                "textDocument": document, "position": start, "range": { "start": start, "end": end },
                "positions": [start, end], "context": { "diagnostics": [], "includeDeclaration": true, "triggerKind": 1 },
                "options": { "tabSize": bytes.below(20), "insertSpaces": true },
                "command": "accesslens.simulate", "arguments": [{ "uri": uri }],
            });
            let id = json!(n);
            asked.push(id.to_string());
            frame(
                input,
                &json!({ "jsonrpc": "2.0", "id": id, "method": bytes.pick(&METHODS), "params": params }),
            );
        }
        10 => {
            let id = [json!(bytes.below(80)), json!("x"), json!(null)][usize::from(bytes.byte()) % 3].clone();
            frame(input, &notify("$/cancelRequest", json!({ "id": id })));
        }
        11 => frame(input, &notify("textDocument/didClose", json!({ "textDocument": document }))),
        12 => input.extend_from_slice(bytes.some(64)),
        13 => {
            let lengths = ["-1", "0", "3", "99999999999999999999", "x", ""];
            input.extend_from_slice(
                format!("Content-Length: {}\r\n\r\n{{}}", bytes.pick(&lengths)).as_bytes(),
            );
        }
        14 => {
            let bodies: [&[u8]; 6] =
                [b"[]", b"null", b"{\"jsonrpc\":\"1.0\"}", b"{\"id\":{}}", b"\xff\xfe", b"[1,2,{}]"];
            let body = bytes.pick(&bodies);
            input.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
            input.extend_from_slice(body);
        }
        _ => frame(input, &json!({ "jsonrpc": "2.0", "id": n + 1_000, "result": null })),
    }
}

fn frame(input: &mut Vec<u8>, message: &Value) {
    let body = message.to_string();
    input.extend_from_slice(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
}

/// The messages of what the server wrote, which has nothing else.
fn frames(mut output: &[u8]) -> Vec<Value> {
    let mut out = Vec::new();
    while !output.is_empty() {
        let end = output.windows(4).position(|it| it == b"\r\n\r\n").expect("a head ends");
        let head = str::from_utf8(&output[..end]).expect("a head is ASCII");
        let length: usize =
            head.strip_prefix("Content-Length: ").expect("a length").parse().expect("a number");
        let body = &output[end + 4..end + 4 + length];
        out.push(serde_json::from_slice(body).expect("the server writes JSON"));
        output = &output[end + 4 + length..];
    }
    out
}
