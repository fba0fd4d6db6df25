//! A client that edits many documents as fast as it is told to, asks in between, and checks what it hears.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use super::mirror::{Document, Random};

/// So long the server may be silent while something is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// One request for so many edits; of these, one in [`CANCELLED`] is cancelled.
const ASKED: usize = 20;
const CANCELLED: usize = 3;

/// One text is compared for so many edits.
const COMPARED: usize = 50;

/// No more answers than this are waited for at a time.
const MOST_OPEN: usize = 400;

/// Cancelled by the client, as LSP numbers it.
const REQUEST_CANCELLED: i64 = -32800;

/// What is to be done.
pub(super) struct Plan {
    pub(super) documents: usize,
    pub(super) edits: usize,
    pub(super) seed: u64,
    /// Edits a second; as fast as they are taken without.
    pub(super) rate: Option<f64>,
}

/// What was done, all of it as it should be.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) n_requests: usize,
    pub(super) n_cancelled: usize,
    pub(super) n_answers: usize,
    pub(super) n_compared: usize,
    pub(super) n_diagnostics: usize,
    /// How long it took to send the edits, and until the server had taken the last.
    pub(super) sent: Duration,
    pub(super) taken: Duration,
    /// The server's memory in MB when all documents are open, after half of the edits and after all, where the system
    /// tells it.
    pub(super) memory: [Option<f64>; 3],
}

/// What the server said, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    id: Option<Value>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    result: Value,
    error: Option<Value>,
}

struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Message>,
    n_sent: i64,
    open: HashMap<i64, Open>,
    /// The version of the last diagnostics of each document.
    versions: HashMap<String, i64>,
    done: Done,
}

/// A request that is not answered yet.
struct Open {
    is_cancelled: bool,
    /// The text and version that the answer has to have.
    text: Option<(i64, String)>,
}

/// Does it with a server that is started by `server`.
///
/// # Errors
/// Says what was lost, late or wrong.
pub(super) fn run(server: &Path, plan: &Plan) -> Result<Done, String> {
    let mut client = Client::start(server)?;
    let mut random = Random(plan.seed);
    let mut documents: Vec<Document> = (0..plan.documents).map(Document::new).collect();
    for it in &documents {
        let item = json!({ "uri": it.uri, "languageId": "json", "version": it.version, "text": it.text });
        client.notify("textDocument/didOpen", &json!({ "textDocument": item }))?;
    }
    client.settle(&documents)?;
    let mut memory = [client.memory(), None, None];

    let (started, mut paused) = (Instant::now(), Duration::ZERO);
    for n in 0..plan.edits {
        if n == plan.edits / 2 {
            let pause = Instant::now();
            client.compare_all(&documents)?;
            memory[1] = client.memory();
            paused = pause.elapsed();
        }
        if let Some(rate) = plan.rate {
            let due = Duration::from_secs_f64(n as f64 / rate) + paused;
            if let Some(early) = due.checked_sub(started.elapsed()).filter(|it| it.as_millis() > 0) {
                std::thread::sleep(early);
            }
        }
        let Some(document) = pick(&mut documents, &mut random) else { break };
        let params = document.edit(&mut random);
        client.notify("textDocument/didChange", &params)?;
        if n % ASKED == 0 {
            client.ask(document, &mut random)?;
        }
        if n % COMPARED == 0 {
            client.compare(document)?;
        }
        client.hear()?;
    }
    let sent = started.elapsed().saturating_sub(paused);
    client.compare_all(&documents)?;
    let taken = started.elapsed().saturating_sub(paused);
    for (n, it) in documents.iter_mut().enumerate() {
        let params = it.restore(n);
        client.notify("textDocument/didChange", &params)?;
    }
    client.settle(&documents)?;
    client.compare_all(&documents)?;
    memory[2] = client.memory();
    client.leave()?;
    Ok(Done { sent, taken, memory, ..client.take_done() })
}

fn pick<'a>(documents: &'a mut [Document], random: &mut Random) -> Option<&'a mut Document> {
    let n = random.below(documents.len());
    documents.get_mut(n)
}

impl Client {
    fn start(server: &Path) -> Result<Client, String> {
        let mut child = Command::new(server)
            .arg("--test-requests")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|it| format!("{} cannot be started: {it}", server.display()))?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or("no standard output")?;
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || read_all(BufReader::new(output), &sender));
        let done = Done {
            n_requests: 0,
            n_cancelled: 0,
            n_answers: 0,
            n_compared: 0,
            n_diagnostics: 0,
            sent: Duration::ZERO,
            taken: Duration::ZERO,
            memory: [None; 3],
        };
        let (open, versions) = (HashMap::new(), HashMap::new());
        let mut client = Client { child, input, messages, n_sent: 0, open, versions, done };
        let params = json!({ "processId": std::process::id(), "rootUri": null, "capabilities": {} });
        client.request("initialize", &params, None)?;
        client.finish()?;
        client.notify("initialized", &json!({}))?;
        Ok(client)
    }

    fn send(&mut self, message: &Value) -> Result<(), String> {
        let body = message.to_string();
        let whole = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let input = self.input.as_mut().ok_or("the input is closed")?;
        input.write_all(whole.as_bytes()).map_err(|it| format!("the server does not read: {it}"))
    }

    fn notify(&mut self, method: &str, params: &Value) -> Result<(), String> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    fn request(&mut self, method: &str, params: &Value, text: Option<(i64, String)>) -> Result<i64, String> {
        while self.open.len() >= MOST_OPEN {
            self.wait()?;
        }
        self.n_sent += 1;
        let id = self.n_sent;
        self.open.insert(id, Open { is_cancelled: false, text });
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        Ok(id)
    }

    /// Asks something of a document at a random place, and may think better of it.
    fn ask(&mut self, document: &Document, random: &mut Random) -> Result<(), String> {
        const METHODS: [&str; 8] = [
            "textDocument/hover",
            "textDocument/completion",
            "textDocument/codeAction",
            "textDocument/codeLens",
            "textDocument/documentSymbol",
            "textDocument/foldingRange",
            "textDocument/inlayHint",
            "textDocument/documentLink",
        ];
        let at = document.position(document.place(random.below(document.text.len() + 1)));
        let params = json!({
            "textDocument": { "uri": document.uri },
            "position": at, "range": { "start": at, "end": at }, "context": { "diagnostics": [], "triggerKind": 1 },
        });
        let method = METHODS.get(random.below(METHODS.len())).copied().unwrap_or_default();
        let id = self.request(method, &params, None)?;
        self.done.n_requests += 1;
        if random.one_in(CANCELLED) {
            // At times one that was never asked.
            let id = if random.one_in(10) { -id } else { id };
            if let Some(open) = self.open.get_mut(&id) {
                open.is_cancelled = true;
            }
            self.done.n_cancelled += 1;
            self.notify("$/cancelRequest", &json!({ "id": id }))?;
        }
        Ok(())
    }

    /// Asks for the text that the server has of a document, to be held against this one.
    fn compare(&mut self, document: &Document) -> Result<(), String> {
        let text = (document.version, document.text.clone());
        self.request("accesslens/test", &json!({ "uri": document.uri }), Some(text))?;
        Ok(())
    }

    /// Compares every document, and waits for all answers.
    fn compare_all(&mut self, documents: &[Document]) -> Result<(), String> {
        documents.iter().try_for_each(|it| self.compare(it))?;
        self.finish()
    }

    /// Waits until every request is answered.
    fn finish(&mut self) -> Result<(), String> {
        while !self.open.is_empty() {
            self.wait()?;
        }
        Ok(())
    }

    /// Waits for the diagnostics of every document's present version.
    fn settle(&mut self, documents: &[Document]) -> Result<(), String> {
        while documents.iter().any(|it| self.versions.get(&it.uri) != Some(&it.version)) {
            self.wait()?;
        }
        Ok(())
    }

    /// Takes what has arrived.
    fn hear(&mut self) -> Result<(), String> {
        while let Ok(message) = self.messages.try_recv() {
            self.take(message)?;
        }
        Ok(())
    }

    fn wait(&mut self) -> Result<(), String> {
        match self.messages.recv_timeout(PATIENCE) {
            Ok(message) => self.take(message),
            Err(RecvTimeoutError::Timeout) => Err(format!("silence, with {} requests open", self.open.len())),
            Err(RecvTimeoutError::Disconnected) => Err("the server ended".to_owned()),
        }
    }

    fn take(&mut self, message: Message) -> Result<(), String> {
        let Message { id, method, params, result, error } = message;
        match (method.as_deref(), id) {
            (Some("textDocument/publishDiagnostics"), _) => self.diagnosed(&params),
            (Some(_), None) => Ok(()),
            (Some(_), Some(id)) => self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null })),
            (None, id) => {
                let id = id.and_then(|it| it.as_i64()).ok_or_else(|| format!("no answer: {error:?}"))?;
                self.answered(id, &result, error.as_ref())
            }
        }
    }

    fn diagnosed(&mut self, params: &Value) -> Result<(), String> {
        self.done.n_diagnostics += 1;
        let uri = params.get("uri").and_then(Value::as_str).unwrap_or_default();
        let version = params.get("version").and_then(Value::as_i64).ok_or("diagnostics without a version")?;
        match self.versions.insert(uri.to_owned(), version) {
            Some(before) if before > version => {
                Err(format!("{uri}: diagnostics of version {version} behind those of version {before}"))
            }
            _ => Ok(()),
        }
    }

    fn answered(&mut self, id: i64, result: &Value, error: Option<&Value>) -> Result<(), String> {
        let open = self.open.remove(&id).ok_or_else(|| format!("request {id} is answered twice"))?;
        self.done.n_answers += 1;
        if let Some(error) = error {
            let is_wanted =
                open.is_cancelled && error.get("code").and_then(Value::as_i64) == Some(REQUEST_CANCELLED);
            return if is_wanted { Ok(()) } else { Err(format!("request {id} failed: {error}")) };
        }
        let Some((version, text)) = open.text else { return Ok(()) };
        self.done.n_compared += 1;
        if result.get("text").and_then(Value::as_str) != Some(&text)
            || result.get("version").and_then(Value::as_i64) != Some(version)
        {
            return Err(format!("the server has another text than version {version}: {result}\n{text}"));
        }
        Ok(())
    }

    /// What Linux says of the server's memory; nothing elsewhere.
    fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
        let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kib / 1024.0)
    }

    fn leave(&mut self) -> Result<(), String> {
        self.request("shutdown", &Value::Null, None)?;
        self.finish()?;
        self.notify("exit", &Value::Null)?;
        let status = self.child.wait().map_err(|it| it.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}")) }
    }

    fn take_done(&mut self) -> Done {
        let Done { n_requests, n_cancelled, n_answers, n_compared, n_diagnostics, .. } = self.done;
        let (sent, taken, memory) = (Duration::ZERO, Duration::ZERO, [None; 3]);
        Done { n_requests, n_cancelled, n_answers, n_compared, n_diagnostics, sent, taken, memory }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It fails when the server has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_all(mut output: impl BufRead, messages: &Sender<Message>) {
    loop {
        let mut head = String::new();
        if !matches!(output.read_line(&mut head), Ok(1..)) || output.read_line(&mut String::new()).is_err() {
            return;
        }
        let length = head.strip_prefix("Content-Length: ").and_then(|it| it.trim_end().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        if output.read_exact(&mut body).is_err() {
            return;
        }
        let Ok(message) = serde_json::from_slice(&body) else { return };
        if messages.send(message).is_err() {
            return;
        }
    }
}
