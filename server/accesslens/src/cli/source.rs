//! Where a text to compare comes from: a file, a revision of it in git, standard input.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::git;
use crate::workspace::{self, Failure};

/// A text and the path it goes by.
pub(crate) struct Read {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Reads a text.
pub(crate) fn read(source: &OsStr) -> Result<Read, Failure> {
    let revision = source.to_str().and_then(|it| it.strip_prefix("git:"));
    if let Some((revision, path)) = revision.and_then(|it| it.split_once(':')) {
        return from_git(revision, path);
    }
    let (inputs, failures) = workspace::inputs(&[source.to_owned()], Path::new("stdin.json"));
    if let Some(failure) = failures.into_iter().next() {
        return Err(failure);
    }
    let [input] = inputs.as_slice() else {
        return Err(Failure(format!("{} is not one file; name one", source.display())));
    };
    let path = input.origin.path();
    let text = workspace::read(input)?.unwrap_or_default();
    Ok(Read { path: std::path::absolute(path).unwrap_or(path.to_owned()), text })
}

/// The text of a file in a revision. A path is relative to the folder we are in.
fn from_git(revision: &str, path: &str) -> Result<Read, Failure> {
    let text = git::text(Path::new("."), revision, path)
        .map_err(|it| Failure(format!("cannot read {path} at {revision}: {it}")))?;
    let path = PathBuf::from(path);
    Ok(Read { path: std::path::absolute(&path).unwrap_or(path), text })
}
