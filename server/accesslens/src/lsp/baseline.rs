//! What a document is compared with: the last commit, where git has the file, else what was last opened or saved.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use ide::Analysis;

use crate::lsp::snapshot::Pending;
use crate::workspace::MAX_BYTES;

/// An earlier version of a document.
#[derive(Debug)]
pub(crate) struct Baseline {
    /// What it is, in words.
    pub(crate) since: &'static str,
    pub(crate) analysis: Arc<Analysis>,
}

/// The baseline of a document as it is on disk. `None` when it holds no policy, so that other files cost nothing.
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

/// The text of a file in the last commit, by the `git` that is installed. Nothing is fetched, and no filter, hook or
/// pager runs.
fn head(path: &Path) -> Option<String> {
    let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
    let done = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["cat-file", "blob", &format!("HEAD:./{name}")])
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    if !done.status.success() || done.stdout.len() as u64 > MAX_BYTES {
        return None;
    }
    String::from_utf8(done.stdout).ok()
}
