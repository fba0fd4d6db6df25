//! Runs handlers: in the order of arrival up to their first wait, side by side from there on.

use std::any::Any;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::time::Instant;

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::sink::Sink;
use tokio::task::{self, JoinError, JoinSet};
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::{ExitedError, LanguageServer, LspService};
use tower_service::Service;
use tracing::{debug, info};

use super::Options;
use super::message::Message;
use super::outbox::Outbox;

/// How a handler ended: as the service says, or by a panic.
type Outcome = Result<Result<Option<Response>, ExitedError>, Box<dyn Any + Send>>;

/// All that is under way between the reader and the writer. Dropping it drops every handler.
pub(super) struct Dispatcher<S, A> {
    service: LspService<S>,
    answers: A,
    outbox: Outbox,
    max_running: usize,
    written: &'static [(&'static str, &'static str)],
    requests: JoinSet<Finished>,
    notifications: JoinSet<()>,
    /// What has arrived and may not start yet, in order.
    held: VecDeque<Request>,
    initializing: bool,
    shutdown: Shutdown,
}

/// What an editor asks between two keys and shows at once.
const URGENT: [&str; 2] = ["textDocument/completion", "textDocument/hover"];

/// How far the client's wish to end has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shutdown {
    NotAsked,
    Asked,
    Answered,
}

/// What the log tells of a request.
struct Told {
    method: String,
    id: Id,
    started: Instant,
}

impl Told {
    /// Tells of the answer. An error's own words may quote a document.
    fn answered(&self, reply: &Response) {
        let (Told { method, id, .. }, taken) = (self, self.started.elapsed());
        match reply.error() {
            None => info!("{method} {id} took {taken:.1?}"),
            Some(error) => info!("{method} {id} took {taken:.1?} and failed with {}", error.code.code()),
        }
    }
}

/// A request that has been answered.
struct Finished {
    id: Id,
    role: Role,
    panicked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Initialize,
    Shutdown,
    Other,
}

impl<S, A> Dispatcher<S, A>
where
    S: LanguageServer,
    A: Sink<Response> + Unpin,
{
    /// `answers` takes what the client answers to our requests.
    pub(super) fn new(service: LspService<S>, answers: A, outbox: Outbox, options: &Options) -> Self {
        Self {
            service,
            answers,
            outbox,
            max_running: options.max_running,
            written: options.written,
            requests: JoinSet::new(),
            notifications: JoinSet::new(),
            held: VecDeque::new(),
            initializing: false,
            shutdown: Shutdown::NotAsked,
        }
    }

    /// Takes one message; breaks when it is `exit`. Never waits.
    ///
    /// Messages that arrive while `initialize` or too many requests run are held back, all of them, to keep their
    /// order. Cancellations, answers and `exit` pass by.
    pub(super) fn accept(&mut self, message: Message) -> ControlFlow<()> {
        match message {
            Message::Call(call) => match call.method() {
                "exit" => return ControlFlow::Break(()),
                "$/cancelRequest" if call.id().is_none() => self.cancel(call),
                _ => {
                    self.held.push_back(call);
                    self.start_held();
                }
            },
            Message::Answer(answer) => {
                // The sink of tower-lsp takes an answer at once and fails only after `exit`.
                let _ = Pin::new(&mut self.answers).start_send(answer);
            }
            Message::Invalid(id) => self.refuse(id, Error::invalid_request()),
        }
        ControlFlow::Continue(())
    }

    /// Answers with an error.
    pub(super) fn refuse(&self, id: Id, error: Error) {
        self.outbox.reply(&Response::from_error(id, error));
    }

    /// How far the client's `shutdown` has got. It counts from its arrival, even while it is held back.
    pub(super) fn shutdown(&self) -> Shutdown {
        match self.shutdown {
            Shutdown::NotAsked if self.held.iter().any(|it| it.method() == "shutdown") => Shutdown::Asked,
            known => known,
        }
    }

    /// Whether every request has been answered.
    pub(super) fn is_idle(&self) -> bool {
        self.requests.is_empty() && self.held.is_empty()
    }

    /// Waits until a request is answered and starts what it held back; `None` when none is running.
    /// Nothing is lost by dropping the future.
    pub(super) async fn advance(&mut self) -> Option<()> {
        let finished = self.requests.join_next().await?;
        self.finish(finished);
        self.start_held();
        Some(())
    }

    fn finish(&mut self, finished: Result<Finished, JoinError>) {
        let Ok(Finished { id, role, panicked }) = finished else {
            debug_assert!(false, "a request's task neither panics nor is aborted");
            return;
        };
        match role {
            Role::Initialize => self.initializing = false,
            Role::Shutdown => self.shutdown = Shutdown::Answered,
            Role::Other => {}
        }
        if panicked {
            self.forget(id);
        }
    }

    fn start_held(&mut self) {
        while !self.initializing && self.requests.len() < self.max_running {
            let Some(call) = self.held.pop_front() else { return };
            match call.id().cloned() {
                Some(id) => self.start_request(id, call),
                None => self.start_notification(call),
            }
        }
    }

    fn start_request(&mut self, id: Id, call: Request) {
        let role = match call.method() {
            "initialize" => Role::Initialize,
            "shutdown" => Role::Shutdown,
            _ => Role::Other,
        };
        if role == Role::Shutdown {
            self.shutdown = Shutdown::Asked;
        }
        let outbox = self.outbox.clone();
        let told = Told { method: call.method().to_owned(), id: id.clone(), started: Instant::now() };
        let urgent = URGENT.contains(&call.method()).then(|| outbox.owe_urgent());
        let written = self.written.iter().find(|it| it.0 == call.method()).map(|it| it.1);
        let is_written = written.is_some();
        let call = written.map(|name| renamed(&call, name)).unwrap_or(call);
        let send = move |reply: Response| match is_written {
            true => outbox.reply_written(reply),
            false => outbox.reply(&reply),
        };
        match self.begin(call) {
            Begun::Done(outcome) => {
                let panicked = outcome.is_err();
                let reply = reply(id.clone(), outcome);
                told.answered(&reply);
                send(reply);
                self.finish(Ok(Finished { id, role, panicked }));
            }
            Begun::Running(handler) => {
                self.initializing |= role == Role::Initialize;
                self.requests.spawn(async move {
                    let outcome = handler.await;
                    let panicked = outcome.is_err();
                    let reply = reply(id.clone(), outcome);
                    told.answered(&reply);
                    send(reply);
                    drop(urgent);
                    Finished { id, role, panicked }
                });
            }
        }
    }

    fn start_notification(&mut self, call: Request) {
        while self.notifications.try_join_next().is_some() {}
        debug!("{}", call.method());
        if let Begun::Running(handler) = self.begin(call) {
            self.notifications.spawn(async move {
                // Nobody is told of a notification's end; a panic is written to stderr by the panic hook.
                let _ = handler.await;
            });
        }
    }

    /// Runs a handler up to its first wait. This is what keeps handlers in order.
    fn begin(&mut self, call: Request) -> Begun {
        // `poll_ready` is not asked: LspService is ready until it sees `exit`, and that never gets here.
        let future = match panic::catch_unwind(AssertUnwindSafe(|| self.service.call(call))) {
            Ok(future) => future,
            Err(panic) => return Begun::Done(Err(panic)),
        };
        let mut handler = AssertUnwindSafe(future).catch_unwind().boxed();
        // Unconstrained: whatever the reader did before, a handler must not be made to wait for its turn.
        match task::unconstrained(&mut handler).now_or_never() {
            Some(outcome) => Begun::Done(outcome),
            None => Begun::Running(handler),
        }
    }

    fn cancel(&mut self, call: Request) {
        let id = call.params().and_then(|params| params.get("id"));
        let held = self.held.iter().position(|it| match it.id() {
            Some(Id::Number(number)) => id.and_then(|id| id.as_i64()) == Some(*number),
            Some(Id::String(string)) => id.and_then(|id| id.as_str()) == Some(string),
            Some(Id::Null) | None => false,
        });
        match held.and_then(|at| self.held.remove(at)).and_then(|it| it.id().cloned()) {
            Some(id) => self.refuse(id, Error::request_cancelled()),
            None => self.start_notification(call),
        }
    }

    /// LspService remembers the id of a request whose handler panicked and would refuse it from then on.
    fn forget(&mut self, id: Id) {
        let Ok(id) = serde_json::to_value(id) else { return };
        let params = serde_json::json!({ "id": id });
        self.start_notification(Request::build("$/cancelRequest").params(params).finish());
    }
}

/// The same request by another name.
fn renamed(call: &Request, name: &'static str) -> Request {
    let mut renamed = Request::build(name);
    if let Some(params) = call.params() {
        renamed = renamed.params(params.clone());
    }
    if let Some(id) = call.id() {
        renamed = renamed.id(id.clone());
    }
    renamed.finish()
}

enum Begun {
    Done(Outcome),
    Running(BoxFuture<'static, Outcome>),
}

fn reply(id: Id, outcome: Outcome) -> Response {
    match outcome {
        Ok(Ok(Some(response))) => response,
        // LspService is silent about unknown methods in `$/`, but a request must be answered.
        Ok(Ok(None)) => Response::from_error(id, Error::method_not_found()),
        Ok(Err(ExitedError { .. })) => Response::from_error(id, Error::invalid_request()),
        Err(_panic) => Response::from_error(id, Error::internal_error()),
    }
}
