//! A client of one server over its standard input and output. Clocks start before the first byte is written and stop
//! when the last byte of the answer is read; JSON is written and read outside of them.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::document::{Document, Place};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// So long one answer is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
const URI: &str = "file:///accesslens-bench/policy.json";

/// A server that runs, with one document.
pub(super) struct Client {
    child: Child,
    input: ChildStdin,
    messages: Receiver<(Instant, Vec<u8>)>,
    capabilities: Value,
    n_requests: u64,
    version: u64,
    /// Kept for servers that want the whole text with each edit.
    lines: Vec<String>,
    is_policy: bool,
}

impl Client {
    /// Starts the server; how long its answer to `initialize` takes.
    pub(super) fn start(command: &[String]) -> Result<(Client, Duration)> {
        let (program, args) = command.split_first().ok_or("a server without a command")?;
        let started = Instant::now();
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|it| format!("`{program}` cannot be started: {it}"))?;
        let input = child.stdin.take().ok_or("no standard input")?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send((Instant::now(), message)).is_err() {
                    break;
                }
            }
        });
        let mut client = Client {
            child,
            input,
            messages,
            capabilities: Value::Null,
            n_requests: 0,
            version: 0,
            lines: Vec::new(),
            is_policy: true,
        };
        let params = json!({
            "processId": std::process::id(), "rootUri": null,
            "capabilities": { "textDocument": {
                "publishDiagnostics": { "versionSupport": true },
                "diagnostic": {}, "codeLens": {}, "inlayHint": {},
                "hover": { "contentFormat": ["markdown", "plaintext"] },
                "completion": { "completionItem": { "snippetSupport": true, "documentationFormat": ["markdown"] } },
            } },
        });
        let (_, result, at) = client.request("initialize", &params)?;
        client.capabilities = result.get("capabilities").cloned().unwrap_or_default();
        client.notify("initialized", &json!({}))?;
        Ok((client, at.duration_since(started)))
    }

    /// Whether the server says that it can answer this.
    pub(super) fn provides(&self, capability: &str) -> bool {
        !matches!(self.capabilities.get(capability), None | Some(Value::Null | Value::Bool(false)))
    }

    /// The number of its process.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Opens the document; how long its first diagnostics take.
    pub(super) fn open(&mut self, document: &Document) -> Result<Duration> {
        self.version = 1;
        self.is_policy = document.n_statements > 0;
        self.lines = document.text.lines().map(str::to_owned).collect();
        let item = json!({ "uri": URI, "languageId": "json", "version": 1, "text": document.text });
        let sent = self.notify("textDocument/didOpen", &json!({ "textDocument": item }))?;
        self.diagnostics(sent)
    }

    /// Types a character at `place`, or takes it away; how long the diagnostics of that version take.
    pub(super) fn edit(&mut self, place: Place, typed: Option<char>) -> Result<Duration> {
        let (line, character) = place;
        let text = self.lines.get_mut(line).ok_or("a place behind the end")?;
        match typed {
            Some(it) => text.insert(character, it),
            None => drop(text.remove(character)),
        }
        self.version += 1;
        let sync = self.capabilities.get("textDocumentSync");
        let kind = sync.and_then(|it| it.get("change").unwrap_or(it).as_u64());
        let change = match kind {
            Some(2) => {
                let end = character + usize::from(typed.is_none());
                json!({ "range": { "start": position(place), "end": position((line, end)) },
                        "text": typed.map(String::from).unwrap_or_default() })
            }
            _ => json!({ "text": self.lines.join("\n") + "\n" }),
        };
        let params =
            json!({ "textDocument": { "uri": URI, "version": self.version }, "contentChanges": [change] });
        let sent = self.notify("textDocument/didChange", &params)?;
        self.diagnostics(sent)
    }

    /// Asks something of the document; how long the answer takes.
    pub(super) fn ask(&mut self, method: &str, what: &Value) -> Result<Duration> {
        let mut params = json!({ "textDocument": { "uri": URI } });
        if let (Some(params), Some(what)) = (params.as_object_mut(), what.as_object()) {
            params.extend(what.clone());
        }
        let (sent, _, at) = self.request(method, &params)?;
        Ok(at.duration_since(sent))
    }

    /// Waits for the diagnostics of the present version: asked for where the server wants to be asked, otherwise the
    /// first that it sends for this version, or the next where it sends them without versions.
    /// Of what is no policy there may be none; then it waits for the answer to a hover that is asked behind the change.
    fn diagnostics(&mut self, sent: Instant) -> Result<Duration> {
        if !self.is_policy {
            let params = json!({ "textDocument": { "uri": URI }, "position": position((0, 0)) });
            let (_, _, at) = self.request("textDocument/hover", &params)?;
            return Ok(at.duration_since(sent));
        }
        if self.provides("diagnosticProvider") {
            let params = json!({ "textDocument": { "uri": URI } });
            let (_, _, at) = self.request("textDocument/diagnostic", &params)?;
            return Ok(at.duration_since(sent));
        }
        loop {
            let (at, message) = self.next()?;
            if message.get("method").and_then(Value::as_str) != Some("textDocument/publishDiagnostics")
                || message.pointer("/params/uri").and_then(Value::as_str) != Some(URI)
            {
                continue;
            }
            let version = message.pointer("/params/version").and_then(Value::as_u64);
            if at >= sent && version.is_none_or(|it| it == self.version) {
                return Ok(at.duration_since(sent));
            }
        }
    }

    fn request(&mut self, method: &str, params: &Value) -> Result<(Instant, Value, Instant)> {
        self.n_requests += 1;
        let id = self.n_requests;
        let sent = self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        loop {
            let (at, message) = self.next()?;
            if message.get("method").is_some() || message.get("id").and_then(Value::as_u64) != Some(id) {
                continue;
            }
            if let Some(error) = message.get("error") {
                return Err(format!("`{method}` failed: {error}").into());
            }
            return Ok((sent, message.get("result").cloned().unwrap_or_default(), at));
        }
    }

    fn notify(&mut self, method: &str, params: &Value) -> Result<Instant> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    fn send(&mut self, message: &Value) -> Result<Instant> {
        let body = message.to_string();
        let whole = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let sent = Instant::now();
        self.input.write_all(whole.as_bytes())?;
        self.input.flush()?;
        Ok(sent)
    }

    /// The next message. What the server asks of the client is answered with nothing.
    fn next(&mut self) -> Result<(Instant, Value)> {
        let (at, message) =
            self.messages.recv_timeout(PATIENCE).map_err(|_| "the server ended, or does not answer")?;
        let message: Value = serde_json::from_slice(&message)?;
        if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
            let items = message.pointer("/params/items").and_then(Value::as_array);
            let result = items.map_or(Value::Null, |it| vec![Value::Null; it.len()].into());
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }))?;
        }
        Ok((at, message))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A place as the protocol has it.
pub(super) fn position((line, character): Place) -> Value {
    json!({ "line": line, "character": character })
}

/// The body of the next message; none at the end.
fn read(output: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn messages_are_read_one_by_one() {
        let mut wire = &b"Content-Length: 2\r\n\r\n{}content-length: 4\r\nContent-Type: x\r\n\r\nnull"[..];
        assert_eq!(read(&mut wire).as_deref(), Some(&b"{}"[..]));
        assert_eq!(read(&mut wire).as_deref(), Some(&b"null"[..]));
        assert_eq!(read(&mut wire), None);
    }
}
