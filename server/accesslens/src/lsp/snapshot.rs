//! What work on a document reads: one version of it, for ever the same.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use ide::denied::{self, Denied, Told};
use ide::scenario::Runs;
use ide::{Analysis, Config, Seen};
use policy::find::Hint;
use syntax::{SourceFile, Text, TextRange};
use tower_lsp::ls_types as lsp;

use crate::lsp::baseline::Baseline;
use crate::lsp::capabilities::ClientSupport;
use crate::lsp::rendered::Rendered;

/// One version of a document.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) uri: lsp::Uri,
    pub(crate) version: i32,
    /// Whether its language has comments.
    pub(crate) has_comments: bool,
    /// The folder of the workspace that it is in.
    pub(crate) folder: Option<PathBuf>,
    pub(crate) support: Arc<ClientSupport>,
    pub(crate) pending: Arc<Pending>,
    /// The diagnostics that were sent last.
    pub(crate) rendered: Option<Arc<Rendered>>,
    /// The part of the text that holds every change since then.
    pub(crate) touched: Option<TextRange>,
    /// The part that holds every change since whole policies were last checked.
    pub(crate) unsettled: Option<TextRange>,
    /// The other open documents.
    pub(crate) others: Vec<Other>,
    /// What the files of the workspace name that are not open.
    pub(crate) on_disk: Arc<Seen>,
    /// What the scenarios of the workspace came to the last time.
    pub(crate) runs: Arc<Runs>,
    /// The files of the workspace that policies may be in.
    pub(crate) files: Arc<Vec<PathBuf>>,
    /// What the document is compared with.
    pub(crate) baseline: Option<Arc<Baseline>>,
}

impl Snapshot {
    /// The analysis of this version; the first who asks for it makes it.
    pub(crate) fn analysis(&self) -> &Arc<Analysis> {
        self.pending.analysis()
    }

    /// Whether comments may be written into it.
    pub(crate) fn takes_comments(&self) -> bool {
        self.has_comments
            || self.uri.path().as_str().ends_with(".jsonc")
            || self.pending.file.tree().root().has_comments()
    }

    /// What the rest of the workspace names.
    pub(crate) fn elsewhere(&self) -> Seen {
        let mut out = (*self.on_disk).clone();
        self.others.iter().for_each(|it| out.merge(it.pending.analysis().seen()));
        out
    }

    /// The text of this version, by which its positions are counted.
    pub(crate) fn text(&self) -> &Text {
        self.pending.file.text()
    }
}

/// Another open document.
#[derive(Debug, Clone)]
pub(crate) struct Other {
    pub(crate) uri: lsp::Uri,
    pub(crate) version: i32,
    pub(crate) pending: Arc<Pending>,
}

/// An analysis that is made when it is first wanted, from the last one there is.
#[derive(Debug)]
pub(crate) struct Pending {
    file: SourceFile,
    hint: Hint,
    config: Arc<Config>,
    before: Option<Arc<Analysis>>,
    made: OnceLock<Arc<Analysis>>,
    denied: OnceLock<Vec<Denied>>,
}

/// What a text holds that tells of a denied request.
const TELLS: [&str; 3] = ["eventSource", "authorized to perform", "explicitDeny"];

/// Longer texts are not searched for denied requests.
const MOST_SEARCHED: u32 = 8 * 1024 * 1024;

impl Pending {
    pub(crate) fn new(
        file: SourceFile,
        hint: Hint,
        config: Arc<Config>,
        before: Option<Arc<Analysis>>,
    ) -> Pending {
        Pending { file, hint, config, before, made: OnceLock::new(), denied: OnceLock::new() }
    }

    pub(crate) fn file(&self) -> &SourceFile {
        &self.file
    }

    /// The denied requests that the text tells of, as far as it says what was asked for.
    pub(crate) fn denied(&self) -> &[Denied] {
        self.denied.get_or_init(|| {
            let text = self.file.text();
            if text.len() > MOST_SEARCHED {
                return Vec::new();
            }
            let text = text.to_string();
            if !TELLS.iter().any(|it| text.contains(it)) {
                return Vec::new();
            }
            let mut found = denied::read(&text, &Told::default());
            found.retain(|it| !it.checks.is_empty());
            found
        })
    }

    /// Whether it was found to tell of denied requests.
    pub(crate) fn tells_of_denied(&self) -> bool {
        self.denied.get().is_some_and(|it| !it.is_empty())
    }

    /// The same document with another text.
    pub(crate) fn next(&self, file: SourceFile) -> Pending {
        Pending::new(file, self.hint.clone(), Arc::clone(&self.config), self.latest())
    }

    /// The same text under other settings.
    pub(crate) fn reconfigured(&self, hint: Hint, config: Arc<Config>) -> Pending {
        Pending::new(self.file.clone(), hint, config, self.latest())
    }

    fn latest(&self) -> Option<Arc<Analysis>> {
        self.made.get().or(self.before.as_ref()).cloned()
    }

    pub(crate) fn analysis(&self) -> &Arc<Analysis> {
        self.made.get_or_init(|| {
            let (file, hint, config) = (self.file.clone(), self.hint.clone(), Arc::clone(&self.config));
            Arc::new(match &self.before {
                Some(before) => before.next(file, hint, config),
                None => Analysis::new(file, hint, config),
            })
        })
    }
}
