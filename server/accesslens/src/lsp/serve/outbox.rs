//! Everything the server writes: replies, and the requests and notifications it sends to the client.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{FutureExt, StreamExt, stream::Stream};
use serde::Serialize;
use serde_json::Value;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::select;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tower_lsp::jsonrpc::{Request, Response};
use tracing::trace;

/// Frames are written together up to this many bytes.
const BATCH: usize = 64 * 1024;

/// Where replies are left for the writer. Leaving one never waits.
///
/// The queue has no bound of its own, because the reader must not wait for a client that does not read;
/// the serve loop ends the server when [`n_unwritten`](Self::n_unwritten) grows beyond its limit.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    /// A body to write, or `None` for the end.
    replies: UnboundedSender<Option<Vec<u8>>>,
    n_unwritten: Arc<AtomicUsize>,
    n_urgent: Arc<AtomicUsize>,
}

/// A reply that somebody waits for between two keys, until this is dropped.
#[derive(Debug)]
pub(crate) struct Urgent(Arc<AtomicUsize>);

impl Drop for Urgent {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Outbox {
    /// Notes that an urgent reply is owed.
    pub(crate) fn owe_urgent(&self) -> Urgent {
        self.n_urgent.fetch_add(1, Ordering::Relaxed);
        Urgent(Arc::clone(&self.n_urgent))
    }

    /// Whether an urgent reply is owed that is not left here yet.
    pub(crate) fn owes_urgent(&self) -> bool {
        self.n_urgent.load(Ordering::Relaxed) > 0
    }

    pub(super) fn reply(&self, response: &Response) {
        if let Some(body) = body(response) {
            self.leave(body);
        }
    }

    /// The same where the result is a text that is the JSON of the result.
    pub(super) fn reply_written(&self, response: Response) {
        let (id, result) = response.into_parts();
        match result {
            Ok(Value::String(json)) => {
                let mut body = br#"{"jsonrpc":"2.0","id":"#.to_vec();
                let written = serde_json::to_writer(&mut body, &id);
                debug_assert!(written.is_ok(), "an id can be written as JSON");
                body.reserve(json.len() + 16);
                body.extend_from_slice(b",\"result\":");
                body.extend_from_slice(json.as_bytes());
                body.push(b'}');
                self.leave(body);
            }
            other => self.reply(&Response::from_parts(id, other)),
        }
    }

    /// Leaves a whole message, as JSON, for the writer.
    pub(crate) fn leave(&self, body: Vec<u8>) {
        self.n_unwritten.fetch_add(body.len(), Ordering::Relaxed);
        // It fails when the writer has ended, and then the server is about to.
        let _ = self.replies.send(Some(body));
    }

    /// Has the writer end once everything left so far is written.
    pub(super) fn close(&self) {
        let _ = self.replies.send(None);
    }

    /// Counts all that is left here as written.
    #[cfg(test)]
    pub(crate) fn take_all_for_test(&self) {
        self.n_unwritten.store(0, Ordering::Relaxed);
    }

    /// How many bytes of replies wait for the client to read.
    pub(crate) fn n_unwritten(&self) -> usize {
        self.n_unwritten.load(Ordering::Relaxed)
    }
}

/// Makes the two ends of a queue.
pub(crate) fn outbox() -> (Outbox, Pending) {
    let (replies, receiver) = mpsc::unbounded_channel();
    let n_unwritten = Arc::new(AtomicUsize::new(0));
    (
        Outbox { replies, n_unwritten: n_unwritten.clone(), n_urgent: Arc::default() },
        Pending { replies: receiver, n_unwritten },
    )
}

/// What an [`Outbox`] holds, seen from the writer.
#[derive(Debug)]
pub(crate) struct Pending {
    replies: UnboundedReceiver<Option<Vec<u8>>>,
    n_unwritten: Arc<AtomicUsize>,
}

/// Writes until the [`Outbox`] is closed and all is written, or the client takes no more.
///
/// What a handler sends to the client before it returns is written before its reply.
/// While the client does not read, `requests` is not read either, so those who send there wait.
pub(super) async fn write(
    mut writer: impl AsyncWrite + Unpin,
    mut pending: Pending,
    mut requests: impl Stream<Item = Request> + Unpin,
) -> io::Result<()> {
    let mut batch = Vec::new();
    let mut open = true;
    while open {
        let mut next = select! {
            Some(request) = requests.next() => {
                append_request(&mut batch, &request);
                pending.replies.try_recv().ok()
            }
            reply = pending.replies.recv() => Some(reply.flatten()),
        };
        while let Some(reply) = next {
            append_ready_requests(&mut batch, &mut requests);
            match reply {
                Some(reply) if reply.len() > BATCH => {
                    // It is written where it is.
                    pending.n_unwritten.fetch_sub(reply.len(), Ordering::Relaxed);
                    append_head(&mut batch, &reply);
                    writer.write_all(&batch).await?;
                    batch.clear();
                    writer.write_all(&reply).await?;
                }
                Some(reply) => append_reply(&mut batch, &reply, &pending.n_unwritten),
                None => open = false,
            }
            next = if open && batch.len() < BATCH { pending.replies.try_recv().ok() } else { None };
        }
        writer.write_all(&batch).await?;
        writer.flush().await?;
        batch.clear();
        batch.shrink_to(BATCH);
    }
    Ok(())
}

fn append_ready_requests(batch: &mut Vec<u8>, requests: &mut (impl Stream<Item = Request> + Unpin)) {
    while let Some(Some(request)) = requests.next().now_or_never() {
        append_request(batch, &request);
    }
}

fn append_request(batch: &mut Vec<u8>, request: &Request) {
    if let Some(body) = body(request) {
        append(batch, &body);
    }
}

fn append_reply(batch: &mut Vec<u8>, reply: &[u8], n_unwritten: &AtomicUsize) {
    n_unwritten.fetch_sub(reply.len(), Ordering::Relaxed);
    append(batch, reply);
}

fn append(batch: &mut Vec<u8>, body: &[u8]) {
    append_head(batch, body);
    batch.extend_from_slice(body);
}

/// What stands before a body.
fn append_head(batch: &mut Vec<u8>, body: &[u8]) {
    trace!("to the client: {}", String::from_utf8_lossy(body));
    batch.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
}

fn body(message: &impl Serialize) -> Option<Vec<u8>> {
    let body = serde_json::to_vec(message);
    debug_assert!(body.is_ok(), "JSON values can be written as JSON");
    body.ok()
}
