//! The open documents.

use std::collections::HashMap;
use std::sync::Arc;

use ide::{Cancel, Config};
use policy::find::{Hint, LANDMARKS};
use syntax::{Encoding, SourceFile, TextEdit, TextSize};
use tower_lsp::ls_types as lsp;

use crate::lsp::from_proto;
use crate::lsp::snapshot::{Pending, Snapshot};

/// All open documents by URI.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    by_uri: HashMap<lsp::Uri, Document>,
}

/// One open document.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) version: i32,
    /// Counts what the server has seen of it; results of an older count are late.
    pub(crate) generation: u64,
    /// The analysis of the present text, made when it is first wanted.
    pub(crate) pending: Arc<Pending>,
    /// Stops the diagnostics that are being made of an older text.
    pub(crate) diagnosing: Cancel,
    /// Where the last edit ended.
    focus: TextSize,
    /// Whether the client shows diagnostics of it.
    pub(crate) has_published: bool,
}

/// Why a change could not be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Desync {
    NotOpen,
    BadRange,
}

impl Documents {
    pub(crate) fn get(&self, uri: &lsp::Uri) -> Option<&Document> {
        self.by_uri.get(uri)
    }

    pub(crate) fn get_mut(&mut self, uri: &lsp::Uri) -> Option<&mut Document> {
        self.by_uri.get_mut(uri)
    }

    /// The URIs of all open documents, sorted.
    pub(crate) fn uris(&self) -> Vec<lsp::Uri> {
        let mut uris: Vec<lsp::Uri> = self.by_uri.keys().cloned().collect();
        uris.sort();
        uris
    }

    /// Opens a document; one that is open already is replaced.
    pub(crate) fn open(
        &mut self,
        item: lsp::TextDocumentItem,
        generation: u64,
        config: Arc<Config>,
        hint: Hint,
    ) {
        let file = SourceFile::new(&item.text, LANDMARKS);
        let old = self.by_uri.remove(&item.uri);
        if let Some(old) = &old {
            tracing::warn!("opened twice: {}", item.uri.as_str());
            old.diagnosing.cancel();
        }
        let document = Document {
            version: item.version,
            generation,
            pending: Arc::new(Pending::new(file, hint, config, None)),
            diagnosing: Cancel::default(),
            focus: 0,
            has_published: old.is_some_and(|it| it.has_published),
        };
        self.by_uri.insert(item.uri, document);
    }

    pub(crate) fn close(&mut self, uri: &lsp::Uri) -> Option<Document> {
        let closed = self.by_uri.remove(uri)?;
        closed.diagnosing.cancel();
        Some(closed)
    }

    /// Applies the changes of one notification, in order.
    ///
    /// # Errors
    /// When the document is not open, or a change does not fit its text: the client and the server hold
    /// different texts then, and no guess would be right.
    pub(crate) fn change(
        &mut self,
        params: &lsp::DidChangeTextDocumentParams,
        generation: u64,
        encoding: Encoding,
    ) -> Result<(), Desync> {
        let document = self.by_uri.get_mut(&params.text_document.uri).ok_or(Desync::NotOpen)?;
        let version = params.text_document.version;
        if version <= document.version {
            // Messages arrive in order, so their order counts and not what they are called.
            let uri = params.text_document.uri.as_str();
            tracing::warn!("a change to version {version} behind version {}: {uri}", document.version);
        }
        let mut file = document.pending.file().clone();
        let mut focus = document.focus;
        for change in &params.content_changes {
            match change.range {
                Some(range) => {
                    let range = from_proto::range(file.text(), range, encoding).ok_or(Desync::BadRange)?;
                    if !file.edit(&TextEdit::replace(range, change.text.as_str())) {
                        return Err(Desync::BadRange);
                    }
                    focus = range.start + TextSize::try_from(change.text.len()).unwrap_or(0);
                }
                None => file = SourceFile::new(&change.text, LANDMARKS),
            }
        }
        document.diagnosing.cancel();
        document.diagnosing = Cancel::default();
        document.focus = focus;
        document.version = version;
        document.generation = generation;
        document.pending = Arc::new(document.pending.next(file));
        Ok(())
    }

    /// Analyses a document anew under other settings.
    pub(crate) fn reconfigure(&mut self, uri: &lsp::Uri, generation: u64, config: Arc<Config>, hint: Hint) {
        let Some(document) = self.by_uri.get_mut(uri) else { return };
        document.diagnosing.cancel();
        document.diagnosing = Cancel::default();
        document.generation = generation;
        document.pending = Arc::new(document.pending.reconfigured(hint, config));
    }
}

impl Document {
    pub(crate) fn snapshot(
        &self,
        uri: &lsp::Uri,
        support: &Arc<super::capabilities::ClientSupport>,
    ) -> Snapshot {
        Snapshot {
            uri: uri.clone(),
            version: self.version,
            support: Arc::clone(support),
            pending: Arc::clone(&self.pending),
            focus: self.focus,
        }
    }
}
