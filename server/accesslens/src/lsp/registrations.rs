//! What is offered to the client while it runs: formatting of exactly the documents that hold a policy, as an editor
//! asks the user which formatter to take where two are offered, and the files whose changes matter.
//!
//! Requests leave in order from a task of their own; the loop never waits for their answers.

use std::collections::BTreeSet;

use serde_json::json;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tower_lsp::Client;
use tower_lsp::ls_types as lsp;

use crate::lsp::capabilities::ClientSupport;

/// The methods that are registered for a document with a policy.
const FORMATTING: [&str; 2] = ["textDocument/formatting", "textDocument/rangeFormatting"];

/// Configuration files, scenarios and policies.
const WATCHED: &str = "**/*.{json,jsonc,template}";

/// What the client was told.
#[derive(Debug)]
pub(crate) struct Registrations {
    requests: UnboundedSender<Request>,
    /// The documents for which formatting is registered.
    formatted: BTreeSet<lsp::Uri>,
}

#[derive(Debug)]
enum Request {
    Register(Vec<lsp::Registration>),
    Unregister(Vec<lsp::Unregistration>),
}

impl Registrations {
    pub(crate) fn new(client: Client) -> Registrations {
        let (requests, mut queue) = unbounded_channel();
        tokio::spawn(async move {
            while let Some(request) = queue.recv().await {
                let done = match request {
                    Request::Register(them) => client.register_capability(them).await,
                    Request::Unregister(them) => client.unregister_capability(them).await,
                };
                if let Err(error) = done {
                    tracing::warn!("the client refuses a registration: {error}");
                }
            }
        });
        Registrations { requests, formatted: BTreeSet::new() }
    }

    /// Asks to be told of changes of the files that matter, where the client can be asked.
    pub(crate) fn watch(&self, support: &ClientSupport) {
        if support.dynamic_watching {
            self.send(Request::Register(vec![lsp::Registration {
                id: "watch".to_owned(),
                method: "workspace/didChangeWatchedFiles".to_owned(),
                register_options: Some(json!({"watchers": [{"globPattern": WATCHED}]})),
            }]));
        }
    }

    /// Offers formatting of a document that holds a policy, and takes it back when it is closed or holds none, where
    /// the client takes such offers.
    pub(crate) fn formats(&mut self, support: &ClientSupport, uri: &lsp::Uri, holds_policy: bool) {
        if !support.dynamic_formatting || self.formatted.contains(uri) == holds_policy {
            return;
        }
        let id = |method: &str| format!("{method} {}", uri.as_str());
        if holds_policy {
            self.formatted.insert(uri.clone());
            let registration = |method: &str| lsp::Registration {
                id: id(method),
                method: method.to_owned(),
                register_options: Some(json!({"documentSelector": [filter(uri)]})),
            };
            self.send(Request::Register(FORMATTING.map(registration).into()));
        } else {
            self.formatted.remove(uri);
            let unregistration =
                |method: &str| lsp::Unregistration { id: id(method), method: method.to_owned() };
            self.send(Request::Unregister(FORMATTING.map(unregistration).into()));
        }
    }

    fn send(&self, request: Request) {
        // The queue lives as long as the runtime.
        let _ = self.requests.send(request);
    }
}

/// The filter that one document passes: its scheme, and its path as a glob.
fn filter(uri: &lsp::Uri) -> lsp::DocumentFilter {
    let path = uri.path().decode().to_string_lossy().into_owned();
    // The path of a Windows file starts behind the slash, and editors do not agree on the case of its drive.
    let pattern = match path.as_bytes() {
        [b'/', drive, b':', ..] if drive.is_ascii_alphabetic() => {
            format!("?{}", glob(path.get(2..).unwrap_or_default()))
        }
        _ => glob(&path),
    };
    let scheme = Some(uri.scheme().as_str().to_owned());
    lsp::DocumentFilter { language: None, scheme, pattern: Some(pattern) }
}

/// A path as a glob. Editors escape differently, so what has a meaning in globs is any one character.
fn glob(path: &str) -> String {
    let has_meaning = |it: char| matches!(it, '[' | ']' | '{' | '}' | '*' | '!' | ',' | '\\');
    path.replace(has_meaning, "?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_means_one_document() {
        for (uri, scheme, pattern) in [
            ("file:///a/b%20c/%5Bid%5D.json", "file", "/a/b c/?id?.json"),
            ("file:///c%3A/x%7By%7D.json", "file", "?:/x?y?.json"),
            ("untitled:Untitled-1", "untitled", "Untitled-1"),
        ] {
            let filter = filter(&uri.parse().unwrap());
            assert_eq!(
                (filter.scheme.unwrap().as_str(), filter.pattern.unwrap().as_str()),
                (scheme, pattern)
            );
        }
    }
}
