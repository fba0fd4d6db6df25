//! Where the repository is, and the tools that its tasks install for themselves.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The folder of what tasks install: `ACCESSLENS_TOOLS`, or `.tools` in the repository.
pub(crate) fn folder() -> PathBuf {
    match std::env::var_os("ACCESSLENS_TOOLS").filter(|it| !it.is_empty()) {
        Some(it) => std::path::absolute(&it).unwrap_or_else(|_| it.into()),
        None => root().join(".tools"),
    }
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
