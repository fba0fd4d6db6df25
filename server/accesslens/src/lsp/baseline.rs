//! What a document is compared with: the last commit, where git has the file, else what was last opened or saved.

use std::path::Path;
use std::sync::Arc;

use ide::Analysis;

use crate::git;
use crate::lsp::snapshot::Pending;

/// An earlier version of a document.
#[derive(Debug)]
pub(crate) struct Baseline {
    /// What it is, in words.
    pub(crate) since: &'static str,
    pub(crate) analysis: Arc<Analysis>,
}

/// The baseline of a document as it is on disk; `path` is that of a file of which git may be asked. `None` when it
/// holds no policy, so that other files cost nothing.
pub(crate) fn of(path: Option<&Path>, saved: &Arc<Pending>) -> Option<Baseline> {
    let now = saved.analysis();
    if now.policies().is_empty() {
        return None;
    }
    let Some(head) = path.and_then(head) else {
        return Some(Baseline { since: "the saved file", analysis: Arc::clone(now) });
    };
    let analysis = Analysis::of(&head, now.hint().clone(), Arc::clone(now.config()));
    Some(Baseline { since: "HEAD", analysis: Arc::new(analysis) })
}

/// The text of a file in the last commit.
fn head(path: &Path) -> Option<String> {
    let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
    git::text(folder, "HEAD", name).ok()
}
