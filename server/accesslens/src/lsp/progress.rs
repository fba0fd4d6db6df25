//! Shows in the editor that work on the workspace is under way, when it takes long enough to be noticed.

use std::time::Duration;

use tokio::sync::oneshot::{self, Receiver};
use tokio::time::timeout;
use tower_lsp::Client;
use tower_lsp::ls_types as lsp;

/// Work that takes no longer is not shown: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(500);

/// Work under way, until this is dropped, also by a panic.
#[derive(Debug)]
pub(crate) struct Progress {
    _ends: Option<oneshot::Sender<()>>,
}

/// What is needed to show work.
#[derive(Debug)]
pub(crate) struct Shower {
    client: Client,
    /// Whether the client shows work.
    is_supported: bool,
    patience: Duration,
    n_shown: u32,
}

impl Shower {
    /// `at_once` shows even the shortest work, for tests.
    pub(crate) fn new(client: Client, at_once: bool) -> Shower {
        let patience = if at_once { Duration::ZERO } else { PATIENCE };
        Shower { client, is_supported: false, patience, n_shown: 0 }
    }

    /// Says whether the client shows work.
    pub(crate) fn set_supported(&mut self, is_supported: bool) {
        self.is_supported = is_supported;
    }

    /// Shows work from a task of its own, so that nothing waits for the client.
    pub(crate) fn start(&mut self, title: &'static str) -> Progress {
        if !self.is_supported {
            return Progress { _ends: None };
        }
        self.n_shown += 1;
        let token = lsp::ProgressToken::String(format!("accesslens/{}", self.n_shown));
        let (ends, ended) = oneshot::channel();
        tokio::spawn(show(self.client.clone(), token, title, ended, self.patience));
        Progress { _ends: Some(ends) }
    }
}

async fn show(
    client: Client,
    token: lsp::ProgressToken,
    title: &'static str,
    mut ended: Receiver<()>,
    patience: Duration,
) {
    // The channel yields only when its other end is dropped.
    if !patience.is_zero() && timeout(patience, &mut ended).await.is_ok() {
        return;
    }
    // A client that refuses shows nothing.
    if client.create_work_done_progress(token.clone()).await.is_ok() {
        let shown = client.progress(token, title).begin().await;
        let _ = ended.await;
        shown.finish().await;
    }
}
