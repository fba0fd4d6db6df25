//! The transport: carries messages between a client and an `LspService`, and ends when the client does.
//!
//! tower-lsp's own `Server` is not used, because it lets four slow requests keep edits and cancellations from
//! being seen, stops for good when handlers wait for the client, and ends at the first malformed message.
//! Here:
//!
//! - Handlers start in the order of arrival and run in that order up to their first `.await` that waits.
//!   A handler must not block before it: the reader runs it.
//! - From there each runs in a task of its own, and a panic in one is answered as an internal error.
//! - Nothing in the loop waits for the client: neither for its answers nor for it to read.
//! - Every malformed message is answered or skipped, and the one behind it is read.
//!
//! Memory is bounded by [`Options`], except for what the client sends faster than it lets the server work:
//! messages held back while `initialize` or [`Options::max_running`] requests run, and notifications whose handlers
//! wait. Bounding these would mean not to read, and then a cancellation would not be seen.

mod dispatch;
mod frame;
mod message;
mod outbox;
#[cfg(test)]
mod tests;
mod watch;

use outbox::Pending;
pub(crate) use outbox::{Outbox, outbox};

use std::ops::ControlFlow;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::task::JoinHandle;
use tokio::{select, time};
use tower_lsp::jsonrpc::{Error, Id, Response};
use tower_lsp::{ClientSocket, LanguageServer, LspService};
use tracing::{debug, trace, warn};

use self::dispatch::{Dispatcher, Shutdown};
use self::frame::{Decoder, Frame};
use self::message::Message;
use self::watch::Watch;

/// Limits of one connection.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The longest message that is read, in bytes.
    pub(crate) max_message: usize,
    /// How many requests run at a time; more are held back.
    pub(crate) max_running: usize,
    /// How many bytes of replies may wait for a client that does not read, before it is given up.
    pub(crate) max_unread: usize,
    /// How long the end waits for requests that run and for output that is not read.
    pub(crate) grace: Duration,
    /// How often the client's process is looked at.
    pub(crate) watch_every: Duration,
    /// Requests whose answers are written by their handlers, and the names these go by in the service. Such a handler
    /// answers with a text, which is the JSON of the result.
    pub(crate) written: &'static [(&'static str, &'static str)],
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_message: 256 << 20,
            max_running: 1024,
            max_unread: 256 << 20,
            grace: Duration::from_secs(2),
            watch_every: Duration::from_secs(2),
            written: &[],
        }
    }
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The client asked for `shutdown` before it left.
    InOrder,
    /// The client left, by `exit` or by closing the stream, without `shutdown`.
    WithoutShutdown,
    /// The process that the client named in `initialize` is gone.
    ClientGone,
    /// The client takes no more output.
    OutputClosed,
}

impl Ended {
    /// The exit code that LSP asks for.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::InOrder => 0,
            Self::WithoutShutdown | Self::ClientGone | Self::OutputClosed => 1,
        }
    }
}

/// Serves one client until it leaves; all output has been flushed when this returns, unless the client stopped
/// reading for [`Options::grace`].
///
/// What is left in the outbox is written as well, in its turn.
///
/// A read of `reader` may be left under way.
/// With the standard input of tokio it keeps its thread, so the runtime must be shut down in the background.
pub(crate) async fn serve<S: LanguageServer>(
    service: LspService<S>,
    socket: ClientSocket,
    (outbox, pending): (Outbox, Pending),
    reader: impl AsyncRead + Unpin,
    writer: impl AsyncWrite + Unpin + Send + 'static,
    options: Options,
) -> Ended {
    let (requests, answers) = socket.split();
    let mut writing = tokio::spawn(outbox::write(writer, pending, requests));
    let mut dispatcher = Dispatcher::new(service, answers, outbox.clone(), &options);

    let stop = read(reader, &mut dispatcher, &mut writing, &outbox, &options).await;
    let settled = async { while !is_settled(stop, &dispatcher) && dispatcher.advance().await.is_some() {} };
    if time::timeout(options.grace, settled).await.is_err() {
        debug!("some requests are left unanswered at the end");
    }
    let asked = dispatcher.shutdown() != Shutdown::NotAsked;
    drop(dispatcher);
    outbox.close();
    if stop != Stop::OutputClosed && time::timeout(options.grace, &mut writing).await.is_err() {
        warn!("the client does not read what is left");
    }
    writing.abort();
    match stop {
        _ if asked => Ended::InOrder,
        Stop::Exit | Stop::Eof => Ended::WithoutShutdown,
        Stop::ClientGone => Ended::ClientGone,
        Stop::OutputClosed => Ended::OutputClosed,
    }
}

/// Why reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Exit,
    Eof,
    ClientGone,
    OutputClosed,
}

/// Whether nothing is left that the client may still want: at `exit` only the answer to `shutdown` counts.
fn is_settled<S, A>(stop: Stop, dispatcher: &Dispatcher<S, A>) -> bool
where
    S: LanguageServer,
    A: futures_util::Sink<Response> + Unpin,
{
    match stop {
        Stop::Exit => dispatcher.shutdown() != Shutdown::Asked,
        Stop::Eof => dispatcher.is_idle(),
        Stop::ClientGone | Stop::OutputClosed => true,
    }
}

async fn read<S, A>(
    mut reader: impl AsyncRead + Unpin,
    dispatcher: &mut Dispatcher<S, A>,
    writing: &mut JoinHandle<std::io::Result<()>>,
    outbox: &Outbox,
    options: &Options,
) -> Stop
where
    S: LanguageServer,
    A: futures_util::Sink<Response> + Unpin,
{
    let mut decoder = Decoder::new(options.max_message);
    let mut watch = Watch::new(options.watch_every);
    loop {
        if outbox.n_unwritten() > options.max_unread {
            warn!("the client does not read its replies");
            return Stop::OutputClosed;
        }
        select! {
            n_read = reader.read_buf(decoder.input()) => {
                match n_read {
                    Ok(0) => return Stop::Eof,
                    Ok(_) => {}
                    Err(error) => {
                        warn!("reading failed: {error}");
                        return Stop::Eof;
                    }
                }
                if take_frames(&mut decoder, dispatcher, &mut watch).is_break() {
                    return Stop::Exit;
                }
            }
            Some(()) = dispatcher.advance() => {}
            () = watch.gone() => {
                warn!("the client's process is gone");
                return Stop::ClientGone;
            }
            _ = &mut *writing => return Stop::OutputClosed,
        }
    }
}

fn take_frames<S, A>(
    decoder: &mut Decoder,
    dispatcher: &mut Dispatcher<S, A>,
    watch: &mut Watch,
) -> ControlFlow<()>
where
    S: LanguageServer,
    A: futures_util::Sink<Response> + Unpin,
{
    while let Some(frame) = decoder.next_frame() {
        let messages = match frame {
            Frame::Body(body) => {
                trace!("from the client: {}", String::from_utf8_lossy(body));
                message::parse(body)
            }
            Frame::Fault(fault) => {
                warn!("skipped what is no message: {fault:?}");
                dispatcher.refuse(Id::Null, Error::parse_error());
                continue;
            }
        };
        let messages = messages.unwrap_or_else(|error| {
            warn!("skipped a message that is no JSON: {error}");
            dispatcher.refuse(Id::Null, Error::parse_error());
            decoder.reject();
            Vec::new()
        });
        for message in messages {
            if let Some(pid) = client_process(&message) {
                watch.start(pid);
            }
            dispatcher.accept(message)?;
        }
    }
    ControlFlow::Continue(())
}

fn client_process(message: &Message) -> Option<u32> {
    match message {
        Message::Call(call) if call.method() == "initialize" => {
            call.params()?.get("processId")?.as_u64()?.try_into().ok()
        }
        Message::Call(_) | Message::Answer(_) | Message::Invalid(_) => None,
    }
}
