//! The one owner of all state.
//!
//! Events arrive in the order of their messages. The loop applies all that wait before it starts any analysis,
//! so ten keystrokes cost one; reading work gets a snapshot and a thread. Nothing here awaits the client.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ide::scenario::Runs;
use ide::{Cancel, Seen};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tower_lsp::Client;
use tower_lsp::ls_types as lsp;

use crate::lsp::Options;
use crate::lsp::baseline::{self, Baseline};
use crate::lsp::capabilities::ClientSupport;
use crate::lsp::config_handlers;
use crate::lsp::documents::{Desync, Documents, LONGEST};
use crate::lsp::progress::Shower;
use crate::lsp::publish;
use crate::lsp::registrations::Registrations;
use crate::lsp::rendered::{self, Rendered};
use crate::lsp::scan;
use crate::lsp::scenarios;
use crate::lsp::serve::Outbox;
use crate::lsp::settings::{LiveSettings, is_configuration};
use crate::lsp::snapshot::Snapshot;
use crate::policy_files::Cache;

/// How long whole policies are left alone after an edit, where to check them takes long.
const BEFORE_SETTLING: Duration = Duration::from_millis(30);

/// Diagnostics that took less the last time are made here and now: to wake a thread and to be woken by it takes as long.
const QUICK: Duration = Duration::from_millis(1);

/// All that can happen.
pub(crate) enum Event {
    Initialized {
        support: Arc<ClientSupport>,
        folders: Vec<PathBuf>,
        options: Option<Value>,
    },
    /// The client takes requests.
    Ready,
    Opened(lsp::TextDocumentItem),
    Changed(lsp::DidChangeTextDocumentParams),
    Closed(lsp::Uri),
    /// The client says that settings changed, and maybe to what.
    ConfigurationChanged(Value),
    /// What the client answered when it was asked for the settings.
    Settings(Value),
    /// Files were saved, or changed on disk.
    FilesChanged(Vec<lsp::Uri>),
    /// Work that reads a document.
    Read(lsp::Uri, Job),
    /// The files of the workspace were found, and read for names.
    Scanned(Arc<Seen>, Arc<Vec<PathBuf>>),
    /// What a document is compared with is read.
    Based(lsp::Uri, Arc<Baseline>),
    /// The scenarios were decided.
    Decided(scenarios::Done),
    /// Diagnostics are made.
    Diagnosed(Diagnosed),
}

/// Diagnostics of a document as it was.
pub(crate) struct Diagnosed {
    uri: lsp::Uri,
    generation: u64,
    rendered: Option<Arc<Rendered>>,
    /// `None` when it is the one that was sent.
    message: Option<Vec<u8>>,
    /// How long they took; `None` for what follows a moment later.
    took: Option<Duration>,
}

impl Diagnosed {
    /// What was made and its message, if something is to follow.
    fn unsettled(&self) -> Option<(Arc<Rendered>, Vec<u8>)> {
        let rendered = self.rendered.as_ref().filter(|it| !it.is_settled)?;
        Some((Arc::clone(rendered), self.message.clone()?))
    }
}

/// Work on a snapshot; on none when the document is not open.
pub(crate) type Job = Box<dyn FnOnce(Option<Snapshot>) + Send>;

pub(crate) type Events = UnboundedSender<Event>;

pub(crate) fn channel() -> (Events, UnboundedReceiver<Event>) {
    unbounded_channel()
}

struct State {
    options: Options,
    client: Client,
    events: Events,
    /// Wishes that the client ask again for what it shows without an edit.
    refresher: watch::Sender<Arc<ClientSupport>>,
    /// Diagnostics on their way to the client, in order.
    publisher: UnboundedSender<(lsp::Uri, Vec<u8>)>,
    support: Arc<ClientSupport>,
    documents: Documents,
    generation: u64,
    /// Documents that changed since their diagnostics were last started.
    stale: Vec<lsp::Uri>,
    settings: LiveSettings,
    registrations: Registrations,
    progress: Shower,
    /// The folders of the workspace.
    folders: Vec<PathBuf>,
    /// What their files name, from the last time they were read.
    on_disk: Arc<Seen>,
    is_scanning: bool,
    /// The files in the folders that policies and scenarios may be in.
    files: Arc<Vec<PathBuf>>,
    /// The scenarios among them.
    scenario_files: Arc<Vec<PathBuf>>,
    /// What they came to the last time.
    runs: Arc<Runs>,
    policy_files: Arc<Cache>,
    is_deciding: bool,
    /// Whether something changed since scenarios were last decided.
    decide_again: bool,
}

/// Runs until no one can send events any more.
pub(crate) async fn run(
    mut queue: UnboundedReceiver<Event>,
    client: Client,
    events: Events,
    outbox: Outbox,
    options: Options,
) {
    let (publisher, to_publish) = unbounded_channel();
    tokio::spawn(publish::publish(outbox, to_publish));
    let (refresher, to_refresh) = watch::channel(Arc::default());
    tokio::spawn(publish::refresh(client.clone(), to_refresh));
    let mut state = State {
        options,
        registrations: Registrations::new(client.clone()),
        progress: Shower::new(client.clone(), options.test_requests),
        client,
        events,
        publisher,
        refresher,
        support: Arc::default(),
        documents: Documents::default(),
        generation: 0,
        stale: Vec::new(),
        settings: LiveSettings::new(),
        folders: Vec::new(),
        on_disk: Arc::default(),
        is_scanning: false,
        files: Arc::default(),
        scenario_files: Arc::default(),
        runs: Arc::default(),
        policy_files: Arc::default(),
        is_deciding: false,
        decide_again: false,
    };
    while let Some(event) = queue.recv().await {
        state.handle(event);
        while let Ok(event) = queue.try_recv() {
            state.handle(event);
        }
        state.diagnose();
        state.decide();
    }
}

/// The diagnostics of one document, to be made.
struct Diagnosis {
    uri: lsp::Uri,
    snapshot: Snapshot,
    generation: u64,
    cancel: Cancel,
}

impl Diagnosis {
    /// What is sent first; `None` if the document changed meanwhile.
    fn first(&self) -> Option<Diagnosed> {
        let started = Instant::now();
        let (rendered, message) = if is_configuration(&self.uri) {
            (Some(Rendered::of_no_policy()), config_handlers::diagnostics(&self.snapshot))
        } else {
            let first = rendered::diagnostics(&self.snapshot, &self.cancel).ok()?;
            (first.rendered, first.message)
        };
        Some(Diagnosed {
            uri: self.uri.clone(),
            generation: self.generation,
            rendered: rendered.map(Arc::new),
            message: Some(message),
            took: Some(started.elapsed()),
        })
    }

    /// Sends what whole policies say, a moment after `first` was sent as the message `sent`.
    fn follow(self, first: &Rendered, sent: &[u8], events: &Events) {
        // What was made goes out first, and between two quick keys nothing more is made.
        std::thread::sleep(BEFORE_SETTLING);
        let Ok(settled) = rendered::settle(&self.snapshot, first, &self.cancel) else { return };
        let _ = events.send(Event::Diagnosed(Diagnosed {
            uri: self.uri,
            generation: self.generation,
            rendered: settled.rendered.map(Arc::new),
            message: Some(settled.message).filter(|it| sent != it.as_slice()),
            took: None,
        }));
    }
}

/// Says that scenarios were decided, also when that panicked: else they would never be decided again.
struct Undecided(Option<Events>);

impl Undecided {
    fn send(mut self, done: scenarios::Done) {
        if let Some(events) = self.0.take() {
            let _ = events.send(Event::Decided(done));
        }
    }
}

impl Drop for Undecided {
    fn drop(&mut self) {
        if let Some(events) = self.0.take() {
            let _ = events.send(Event::Decided(scenarios::Done::default()));
        }
    }
}

impl State {
    fn handle(&mut self, event: Event) {
        match event {
            Event::Initialized { support, folders, options } => {
                self.progress.set_supported(support.progress);
                self.support = support;
                self.settings.set_root(folders.first().cloned());
                self.folders = folders;
                self.configure(&options.unwrap_or_default());
            }
            Event::Ready => {
                self.registrations.watch(&self.support);
                self.scan();
                self.reload_settings(Value::Null);
            }
            Event::Opened(item) => {
                let uri = item.uri.clone();
                if item.text.len() > LONGEST {
                    self.refuse(&uri);
                    return;
                }
                tracing::debug!("opened {}, {} bytes", uri.as_str(), item.text.len());
                let (config, hint) = self.settings.of(&uri);
                self.generation += 1;
                self.documents.open(item, self.generation, config, hint);
                self.base(&uri);
                self.mark_stale(uri);
                self.complain();
                self.decide_again = true;
            }
            Event::Changed(params) => self.change(&params),
            Event::Closed(uri) => self.close(&uri),
            Event::ConfigurationChanged(settings) => self.reload_settings(settings),
            Event::Settings(settings) => self.configure(&settings),
            Event::FilesChanged(uris) => {
                uris.iter().for_each(|it| self.base(it));
                if uris.iter().any(is_configuration) {
                    self.settings.forget_projects();
                    self.reanalyse();
                }
                self.scan();
            }
            Event::Scanned(seen, files) => {
                self.on_disk = seen;
                self.is_scanning = false;
                self.scenario_files = Arc::new(scenarios::among(&files));
                self.files = files;
                self.decide_again = true;
            }
            Event::Decided(done) => self.decided(done),
            Event::Based(uri, baseline) => {
                if let Some(document) = self.documents.get_mut(&uri) {
                    document.baseline = Some(baseline);
                    self.refresh();
                }
            }
            Event::Read(uri, job) => {
                let path = scenarios::path_of(&uri);
                let holds = |it: &&PathBuf| path.as_ref().is_some_and(|path| path.starts_with(it));
                let folder = self.folders.iter().find(holds).cloned();
                let snapshot = self.documents.get(&uri).map(|it| Snapshot {
                    folder: folder.clone(),
                    others: self.documents.others(&uri),
                    on_disk: Arc::clone(&self.on_disk),
                    runs: Arc::clone(&self.runs),
                    files: Arc::clone(&self.files),
                    ..it.snapshot(&uri, &self.support)
                });
                tokio::task::spawn_blocking(move || job(snapshot));
            }
            Event::Diagnosed(done) => self.diagnosed(done),
        }
    }

    fn change(&mut self, params: &lsp::DidChangeTextDocumentParams) {
        let uri = &params.text_document.uri;
        self.generation += 1;
        if self.settings.tick() {
            self.reanalyse();
        }
        match self.documents.change(params, self.generation, self.support.encoding) {
            Ok(()) => {
                self.mark_stale(uri.clone());
                self.decide_again = true;
            }
            Err(Desync::NotOpen) => tracing::warn!("change of a document that is not open: {}", uri.as_str()),
            Err(Desync::BadRange) => {
                tracing::error!(
                    "a change of {} does not fit its text; the document is ignored until it is opened again",
                    uri.as_str()
                );
                self.close(&uri.clone());
            }
            Err(Desync::TooLong) => self.refuse(uri),
        }
    }

    /// Ignores a document that is too long, until it is opened again, and says so where the client keeps its log.
    fn refuse(&mut self, uri: &lsp::Uri) {
        self.close(uri);
        let why = format!(
            "{} is longer than {} MiB; accesslens ignores it until it is opened again",
            uri.as_str(),
            LONGEST >> 20
        );
        tracing::warn!("{why}");
        let client = self.client.clone();
        tokio::spawn(async move { client.log_message(lsp::MessageType::WARNING, why).await });
    }

    fn close(&mut self, uri: &lsp::Uri) {
        self.stale.retain(|it| it != uri);
        self.registrations.formats(&self.support, uri, false);
        let Some(closed) = self.documents.close(uri) else { return };
        self.decide_again = true;
        if scenarios::is_scenario(uri) {
            self.publish(uri.clone(), rendered::empty(uri, None));
        }
        if closed.rendered.is_some() {
            self.publish(uri.clone(), rendered::empty(uri, None));
        }
    }

    /// Reads the files of the workspace for names, on a thread of its own and not twice at a time.
    fn scan(&mut self) {
        if self.is_scanning || self.folders.is_empty() {
            return;
        }
        self.is_scanning = true;
        let (folders, events) = (self.folders.clone(), self.events.clone());
        let shown = self.progress.start("accesslens: reading the workspace's policies");
        tokio::task::spawn_blocking(move || {
            let _shown = shown;
            let found = Arc::new(scenarios::files(&folders));
            let _ = events.send(Event::Scanned(Arc::new(scan::names(&folders)), found));
        });
    }

    /// Reads what an open document, which is as it was just opened or saved, is compared with.
    fn base(&self, uri: &lsp::Uri) {
        let Some(document) = self.documents.get(uri) else { return };
        let saved = Arc::clone(&document.pending);
        let path = scenarios::path_of(uri).filter(|_| self.options.git);
        let (uri, events) = (uri.clone(), self.events.clone());
        tokio::task::spawn_blocking(move || {
            if let Some(it) = baseline::of(path.as_deref(), &saved) {
                let _ = events.send(Event::Based(uri, Arc::new(it)));
            }
        });
    }

    /// Decides the scenarios when something changed, on a thread of its own and not twice at a time. Without a scenario
    /// it costs nothing.
    fn decide(&mut self) {
        if !self.decide_again || self.is_deciding {
            return;
        }
        self.decide_again = false;
        let uris = self.documents.uris();
        if self.scenario_files.is_empty()
            && self.runs.all.is_empty()
            && !uris.iter().any(scenarios::is_scenario)
        {
            return;
        }
        let open = uris.iter().filter_map(|uri| {
            let document = self.documents.get(uri)?;
            let pending = Arc::clone(&document.pending);
            let file = scenarios::OpenFile { uri: uri.clone(), version: document.version, pending };
            Some((scenarios::path_of(uri)?, file))
        });
        let job = scenarios::Job {
            folders: self.folders.clone(),
            found: Arc::clone(&self.scenario_files),
            cache: Arc::clone(&self.policy_files),
            open: open.collect(),
            encoding: self.support.encoding,
        };
        self.is_deciding = true;
        let events = self.events.clone();
        let shown = self.progress.start("accesslens: deciding scenarios");
        tokio::task::spawn_blocking(move || {
            let _shown = shown;
            let guard = Undecided(Some(events));
            guard.send(scenarios::run(&job));
        });
    }

    fn decided(&mut self, done: scenarios::Done) {
        self.is_deciding = false;
        for (uri, version, message) in done.messages {
            if self.documents.get(&uri).is_some_and(|it| it.version == version) {
                self.publish(uri, message);
            }
        }
        let is_news = done.runs.digest() != self.runs.digest();
        self.runs = done.runs;
        if is_news {
            self.refresh();
        }
    }

    fn mark_stale(&mut self, uri: lsp::Uri) {
        if !self.stale.contains(&uri) {
            self.stale.push(uri);
        }
    }

    /// Makes the diagnostics of all documents that changed: of one that is quick here, of others on threads.
    fn diagnose(&mut self) {
        let stale = std::mem::take(&mut self.stale);
        let is_one = stale.len() == 1;
        for uri in stale {
            let Some(document) = self.documents.get(&uri) else { continue };
            let work = Diagnosis {
                snapshot: document.snapshot(&uri, &self.support),
                generation: document.generation,
                cancel: document.diagnosing.clone(),
                uri,
            };
            if is_one && document.took.is_some_and(|it| it < QUICK) {
                // A panic on a thread of its own would end that thread alone.
                if let Ok(Some(done)) = catch_unwind(AssertUnwindSafe(|| work.first())) {
                    let unsettled = done.unsettled();
                    self.diagnosed(done);
                    if let Some((first, sent)) = unsettled {
                        let events = self.events.clone();
                        tokio::task::spawn_blocking(move || work.follow(&first, &sent, &events));
                    }
                }
                continue;
            }
            let events = self.events.clone();
            tokio::task::spawn_blocking(move || {
                let Some(done) = work.first() else { return };
                let unsettled = done.unsettled();
                let _ = events.send(Event::Diagnosed(done));
                if let Some((first, sent)) = unsettled {
                    work.follow(&first, &sent, &events);
                }
            });
        }
    }

    fn diagnosed(&mut self, Diagnosed { uri, generation, rendered, message, took }: Diagnosed) {
        let Some(document) = self.documents.get_mut(&uri) else { return };
        if document.generation != generation {
            return;
        }
        document.took = took.or(document.took);
        self.registrations.formats(&self.support, &uri, rendered.is_some() && !is_configuration(&uri));
        // A file that is not ours stays silent, unless it was ours a moment ago.
        if rendered.is_none() && document.rendered.is_none() {
            return;
        }
        if rendered.as_ref().is_none_or(|it| it.is_settled) {
            document.unsettled = None;
        }
        document.rendered = rendered;
        document.touched = None;
        let Some(message) = message else { return };
        // What is said of a denied request depends on the policies that are open.
        let is_read_elsewhere = self.documents.others(&uri).iter().any(|it| it.pending.tells_of_denied());
        self.publish(uri, message);
        if is_read_elsewhere {
            self.refresh();
        }
    }

    fn publish(&self, uri: lsp::Uri, message: Vec<u8>) {
        let _ = self.publisher.send((uri, message));
    }

    /// Asks the client for the settings where it can be asked; else takes what it sent.
    fn reload_settings(&mut self, sent: Value) {
        if !self.support.configuration {
            if let Some(own) = sent.get("accesslens") {
                self.configure(&own.clone());
            }
            return;
        }
        let (client, events) = (self.client.clone(), self.events.clone());
        tokio::spawn(async move {
            let item = lsp::ConfigurationItem { scope_uri: None, section: Some("accesslens".to_owned()) };
            if let Ok(mut answer) = client.configuration(vec![item]).await
                && let Some(settings) = answer.pop()
                && !settings.is_null()
            {
                let _ = events.send(Event::Settings(settings));
            }
        });
    }

    fn configure(&mut self, settings: &Value) {
        self.settings.set_editor(settings);
        self.reanalyse();
    }

    /// Analyses all documents under the present settings.
    fn reanalyse(&mut self) {
        for uri in self.documents.uris() {
            let (config, hint) = self.settings.of(&uri);
            self.generation += 1;
            self.documents.reconfigure(&uri, self.generation, config, hint);
            self.mark_stale(uri);
        }
        self.complain();
        self.refresh();
    }

    /// Tells the user what is wrong with the settings.
    fn complain(&mut self) {
        for (file, complaint) in self.settings.complaints() {
            // A configuration that is open says so itself.
            let uri = file.as_deref().and_then(lsp::Uri::from_file_path);
            if uri.is_some_and(|it| self.documents.get(&it).is_some()) {
                continue;
            }
            let client = self.client.clone();
            tokio::spawn(async move { client.show_message(lsp::MessageType::WARNING, complaint).await });
        }
    }

    /// Asks the client to ask again for what it shows without an edit.
    fn refresh(&self) {
        if !self.documents.uris().is_empty() {
            self.refresher.send_replace(Arc::clone(&self.support));
        }
    }
}
