//! An LSP client that drives a server over stdio, one step at a time.
//!
//! The client reads all the time, into memory, but acts only inside its own methods: what the server asks is
//! answered while the client waits for something else. All waiting has a deadline, and missing it is a panic
//! that shows what the server wrote last.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything may take before the test fails.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// A running server and all that it has said.
pub(crate) struct Client {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next_id: i64,
    responses: HashMap<String, Value>,
    /// Responses with a null id, in order: the server's complaints about what is no message.
    pub(crate) complaints: VecDeque<Value>,
    /// Notifications, in order, that nothing has taken yet.
    pub(crate) notifications: Vec<Value>,
    /// Requests of the server, in order, as they came.
    pub(crate) asked: Vec<Value>,
    /// What `workspace/configuration` is answered for each section asked; null for others.
    pub(crate) settings: HashMap<String, Value>,
    /// Whether requests of the server are answered at all.
    pub(crate) answers: bool,
}

impl Client {
    /// Starts `program`. Nothing is sent yet.
    pub(crate) fn spawn(program: &str, arguments: &[&str]) -> Self {
        let mut server = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let input = server.stdin.take();
        let output = server.stdout.take().expect("stdout is piped");
        let (sender, messages) = mpsc::channel();
        thread::spawn(move || read_messages(BufReader::new(output), &sender));
        Self {
            server,
            input,
            messages,
            next_id: 1,
            responses: HashMap::new(),
            complaints: VecDeque::new(),
            notifications: Vec::new(),
            asked: Vec::new(),
            settings: HashMap::new(),
            answers: true,
        }
    }

    /// Starts `program` and initializes it with `capabilities`; gives the result of `initialize`.
    pub(crate) fn initialized(program: &str, arguments: &[&str], capabilities: Value) -> (Self, Value) {
        let params = json!({"processId": std::process::id(), "rootUri": null, "capabilities": capabilities});
        Self::initialized_with(program, arguments, params)
    }

    /// Starts `program` and initializes it with `params`; gives the result of `initialize`.
    pub(crate) fn initialized_with(program: &str, arguments: &[&str], params: Value) -> (Self, Value) {
        let mut client = Self::spawn(program, arguments);
        let result = client.call("initialize", params).expect("initialize succeeds");
        client.notify("initialized", json!({}));
        (client, result)
    }

    /// Writes bytes as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes).expect("the server reads");
        input.flush().expect("the server reads");
    }

    /// Writes one message.
    pub(crate) fn send(&mut self, message: &Value) {
        self.raw(&frame(message.to_string().as_bytes()));
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and gives its id.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Sends a request and waits: its result, or its error.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.request(method, params);
        self.response(id)
    }

    pub(crate) fn cancel(&mut self, id: i64) {
        self.notify("$/cancelRequest", json!({ "id": id }));
    }

    /// Waits for the answer to request `id`: its result, or its error.
    pub(crate) fn response(&mut self, id: impl Into<Value>) -> Result<Value, Value> {
        let key = id.into().to_string();
        let found = self.until(&format!("an answer to {key}"), |it| it.responses.remove(&key));
        match found.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(found["result"].clone()),
        }
    }

    /// Waits for the next answer with a null id and gives its error.
    pub(crate) fn complaint(&mut self) -> Value {
        self.until("an answer with a null id", |it| it.complaints.pop_front())["error"].clone()
    }

    /// Waits for a notification and takes it.
    pub(crate) fn notification(&mut self, method: &str) -> Value {
        self.until(method, |it| {
            let at = it.notifications.iter().position(|it| it["method"] == method)?;
            Some(it.notifications.remove(at)["params"].clone())
        })
    }

    /// Waits for the diagnostics of version `version` of a document and takes them, and earlier ones of it.
    pub(crate) fn diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let is_of = |it: &Value| {
            it["method"] == "textDocument/publishDiagnostics" && it["params"]["uri"].as_str() == Some(uri)
        };
        let found = self.until(&format!("diagnostics of {uri} in version {version}"), |it| {
            let is_wanted = |it: &Value| is_of(it) && it["params"]["version"].as_i64() == Some(version);
            let at = it.notifications.iter().position(is_wanted)?;
            let found = it.notifications[at]["params"]["diagnostics"].clone();
            let mut idx = 0;
            it.notifications.retain(|it| {
                idx += 1;
                idx > at + 1 || !is_of(it)
            });
            Some(found)
        });
        found.as_array().expect("diagnostics are an array").clone()
    }

    /// Takes diagnostics of version `version` of a document until they are `wanted`, and gives these or the last. What
    /// whole policies say may follow what single statements say.
    pub(crate) fn settled(
        &mut self,
        uri: &str,
        version: i64,
        wanted: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        let first = self.diagnostics(uri, version);
        if wanted(&first) { first } else { self.diagnostics(uri, version) }
    }

    /// Waits until the server has asked `n` requests of `method`, and gives their ids.
    pub(crate) fn asked(&mut self, method: &str, n: usize) -> Vec<Value> {
        self.until(&format!("{n} requests of {method}"), |it| {
            let ids = it.asked.iter().filter(|it| it["method"] == method).map(|it| it["id"].clone());
            let ids: Vec<Value> = ids.collect();
            (ids.len() >= n).then_some(ids)
        })
    }

    pub(crate) fn open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces a range `[line, character, line, character]`, or the whole text, of a document.
    pub(crate) fn change(&mut self, uri: &str, version: i64, range: Option<[u32; 4]>, text: &str) {
        let mut change = json!({ "text": text });
        if let Some([start_line, start, end_line, end]) = range {
            change["range"] = json!({
                "start": {"line": start_line, "character": start},
                "end": {"line": end_line, "character": end},
            });
        }
        let document = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        self.notify("textDocument/didChange", params);
    }

    /// Closes the server's input.
    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// Asks for shutdown and exit, and gives the exit code.
    pub(crate) fn shutdown(mut self) -> Option<i32> {
        self.call("shutdown", Value::Null).expect("shutdown succeeds");
        self.notify("exit", Value::Null);
        self.exit_code()
    }

    /// Waits for the server's own end; `None` when a signal ended it. The input is left as it is.
    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        let deadline = Instant::now() + DEADLINE;
        while Instant::now() < deadline {
            if let Some(status) = self.server.try_wait().expect("it can be waited for") {
                return status.code();
            }
            // Also keeps answering, and wakes at once when the output closes.
            if !self.step(Duration::from_millis(5)) {
                thread::yield_now();
            }
        }
        panic!("the server does not end");
    }

    /// Takes messages until `found` finds something.
    fn until<T>(&mut self, what: &str, mut found: impl FnMut(&mut Self) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(it) = found(self) {
                return it;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let open = self.step(left);
            if !open || left.is_zero() {
                if let Some(it) = found(self) {
                    return it;
                }
                let why = if open { "in time" } else { "before the server ended" };
                panic!("no {what} {why}; notifications: {:?}", self.notifications);
            }
        }
    }

    /// Takes one message, if one comes in time; false once there will be no more.
    fn step(&mut self, timeout: Duration) -> bool {
        match self.messages.recv_timeout(timeout) {
            Ok(message) => self.take(message),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
        }
        true
    }

    fn take(&mut self, message: Value) {
        match (message.get("method").is_some(), message.get("id")) {
            (true, None) => self.notifications.push(message),
            (true, Some(_)) => {
                if self.answers {
                    let answer = self.answer(&message);
                    self.send(&answer);
                }
                self.asked.push(message);
            }
            (false, Some(Value::Null)) => self.complaints.push_back(message),
            (false, Some(id)) => {
                let id = id.to_string();
                let twice = self.responses.insert(id, message);
                assert_eq!(twice, None, "a request is answered once");
            }
            (false, None) => panic!("neither request nor answer: {message}"),
        }
    }

    fn answer(&self, request: &Value) -> Value {
        let id = &request["id"];
        let result = match request["method"].as_str() {
            Some("workspace/configuration") => {
                let items = request["params"]["items"].as_array().expect("items");
                let value = |it: &Value| {
                    let section = it["section"].as_str().unwrap_or_default();
                    self.settings.get(section).cloned().unwrap_or_default()
                };
                Value::Array(items.iter().map(value).collect())
            }
            Some("workspace/applyEdit") => json!({"applied": true}),
            Some(
                "client/registerCapability"
                | "client/unregisterCapability"
                | "window/workDoneProgress/create"
                | "window/showMessageRequest"
                | "workspace/codeLens/refresh"
                | "workspace/diagnostic/refresh"
                | "workspace/inlayHint/refresh"
                | "workspace/semanticTokens/refresh",
            ) => Value::Null,
            _ => {
                let error = json!({"code": -32601, "message": "Method not found"});
                return json!({"jsonrpc": "2.0", "id": id, "error": error});
            }
        };
        json!({"jsonrpc": "2.0", "id": id, "result": result})
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It fails when the server has ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A body with its header.
pub(crate) fn frame(body: &[u8]) -> Vec<u8> {
    [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

fn read_messages(mut output: impl BufRead, messages: &Sender<Value>) {
    while let Some(length) = read_head(&mut output) {
        let mut body = vec![0; length];
        if output.read_exact(&mut body).is_err() {
            return;
        }
        let message = serde_json::from_slice(&body).expect("the server writes JSON");
        if messages.send(message).is_err() {
            return;
        }
    }
}

/// Reads exactly what our server writes before a body: one header and an empty line.
fn read_head(output: &mut impl BufRead) -> Option<usize> {
    let mut head = String::new();
    let n_read = output.read_line(&mut head).ok()? + output.read_line(&mut head).ok()?;
    if n_read == 0 {
        return None;
    }
    let length = head.strip_prefix("Content-Length: ").and_then(|it| it.strip_suffix("\r\n\r\n"));
    Some(
        length.and_then(|it| it.parse().ok()).unwrap_or_else(|| panic!("the server writes frames: {head:?}")),
    )
}
