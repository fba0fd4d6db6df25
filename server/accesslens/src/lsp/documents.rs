//! The open documents.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ide::{Cancel, Config};
use policy::find::{Hint, LANDMARKS};
use syntax::{Encoding, SourceFile, TextEdit, TextRange, TextSize};
use tower_lsp::ls_types as lsp;

use crate::lsp::baseline::Baseline;
use crate::lsp::from_proto;
use crate::lsp::rendered::Rendered;
use crate::lsp::snapshot::{Other, Pending, Snapshot};

/// All open documents by URI.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    by_uri: HashMap<lsp::Uri, Document>,
}

/// One open document.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) version: i32,
    /// Whether the client calls its language JSON with comments.
    pub(crate) has_comments: bool,
    /// Counts what the server has seen of it; results of an older count are late.
    pub(crate) generation: u64,
    /// The analysis of the present text, made when it is first wanted.
    pub(crate) pending: Arc<Pending>,
    /// Stops the diagnostics that are being made of an older text.
    pub(crate) diagnosing: Cancel,
    /// The diagnostics that were sent last, from which the next are made.
    pub(crate) rendered: Option<Arc<Rendered>>,
    /// How long they took.
    pub(crate) took: Option<Duration>,
    /// The part of the text that holds every change since then.
    pub(crate) touched: Option<TextRange>,
    /// The part that holds every change since whole policies were last checked.
    pub(crate) unsettled: Option<TextRange>,
    /// What it is compared with.
    pub(crate) baseline: Option<Arc<Baseline>>,
}

/// The longest text that is taken, in bytes. The tree of JSON that is all brackets takes some thirty times as much memory
/// as its text; the largest real document with policies, the authorization details of an account, is less than this.
pub(crate) const LONGEST: usize = 32 << 20;

/// Why a change could not be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Desync {
    NotOpen,
    BadRange,
    /// The text would be longer than [`LONGEST`].
    TooLong,
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

    /// The documents besides this one, in no order.
    pub(crate) fn others(&self, uri: &lsp::Uri) -> Vec<Other> {
        let others = self.by_uri.iter().filter(|(it, _)| *it != uri);
        let other = |(uri, it): (&lsp::Uri, &Document)| Other {
            uri: uri.clone(),
            version: it.version,
            pending: Arc::clone(&it.pending),
        };
        others.map(other).collect()
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
        let whole = TextRange::new(0, file.text().len());
        let document = Document {
            version: item.version,
            has_comments: item.language_id == "jsonc",
            generation,
            pending: Arc::new(Pending::new(file, hint, config, None)),
            diagnosing: Cancel::default(),
            touched: Some(whole),
            unsettled: Some(whole),
            rendered: old.and_then(|it| it.rendered),
            took: None,
            baseline: None,
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
        let (mut touched, mut unsettled) = (document.touched, document.unsettled);
        for change in &params.content_changes {
            let left = if change.range.is_some() { file.text().len() as usize } else { 0 };
            if left + change.text.len() > LONGEST {
                return Err(Desync::TooLong);
            }
            match change.range {
                Some(range) => {
                    let range = from_proto::range(file.text(), range, encoding).ok_or(Desync::BadRange)?;
                    if !file.edit(&TextEdit::replace(range, change.text.as_str())) {
                        return Err(Desync::BadRange);
                    }
                    touched = Some(touch(touched, range, change.text.len()));
                    unsettled = Some(touch(unsettled, range, change.text.len()));
                }
                None => {
                    file = SourceFile::new(&change.text, LANDMARKS);
                    touched = Some(TextRange::new(0, file.text().len()));
                    unsettled = touched;
                }
            }
        }
        document.diagnosing.cancel();
        document.diagnosing = Cancel::default();
        document.touched = touched;
        document.unsettled = unsettled;
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
            has_comments: self.has_comments,
            folder: None,
            support: Arc::clone(support),
            pending: Arc::clone(&self.pending),
            rendered: self.rendered.clone(),
            touched: self.touched,
            unsettled: self.unsettled,
            others: Vec::new(),
            on_disk: Arc::default(),
            runs: Arc::default(),
            files: Arc::default(),
            baseline: self.baseline.clone(),
        }
    }
}

/// The range that holds all that was touched before and the `inserted` bytes that now stand in place of `replaced`.
fn touch(before: Option<TextRange>, replaced: TextRange, inserted: usize) -> TextRange {
    let inserted_end = replaced.start + TextSize::try_from(inserted).unwrap_or(TextSize::MAX);
    let moved = |at: TextSize| match at {
        it if it >= replaced.end => it - replaced.end + inserted_end,
        it => it.min(inserted_end),
    };
    match before {
        None => TextRange::new(replaced.start, inserted_end),
        Some(before) => {
            let start = before.start.min(replaced.start);
            TextRange::new(start, moved(before.end).max(inserted_end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_touched_moves_with_the_text() {
        let range = TextRange::new;
        for (before, replaced, inserted, expected) in [
            (None, range(5, 8), 1, range(5, 6)),
            (Some(range(10, 12)), range(2, 3), 4, range(2, 15)),
            (Some(range(10, 12)), range(20, 20), 2, range(10, 22)),
            (Some(range(10, 20)), range(12, 15), 0, range(10, 17)),
            (Some(range(10, 20)), range(15, 30), 1, range(10, 16)),
        ] {
            assert_eq!(touch(before, replaced, inserted), expected);
        }
    }
}
