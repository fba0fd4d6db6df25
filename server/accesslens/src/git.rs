//! Reads files of a commit, by the `git` that is installed: the only program that is started, but for `doctor`.
//!
//! What a repository configures is not trusted. Only an object is read, by a command that knows no pager, no filter,
//! no hook, no diff and no signature; nothing is fetched, nothing is written, and nobody is asked.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::workspace::{MAX_BYTES, reason};

/// Settings that a repository could use to have a program run, or to pass for another repository.
const SAFE: [&str; 5] = [
    "core.fsmonitor=",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "credential.helper=",
    "safe.bareRepository=explicit",
];

/// The text of a file in a revision. A relative path counts from `folder`.
///
/// # Errors
/// Says why there is no such text.
pub(crate) fn text(folder: &Path, revision: &str, path: &str) -> Result<String, String> {
    if revision.starts_with('-') {
        return Err(format!("`{revision}` is no revision"));
    }
    let relative = Path::new(path).is_relative();
    let object = if relative { format!("{revision}:./{path}") } else { format!("{revision}:{path}") };
    let mut git = command(folder)
        .args(["cat-file", "blob", &object])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|it| format!("git cannot be run: {}; is it installed?", reason(&it)))?;
    let mut bytes = Vec::new();
    let read = git.stdout.take().map(|it| it.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    let is_large = bytes.len() as u64 > MAX_BYTES;
    if is_large {
        // What is left of it is not wanted. It may have ended by itself.
        let _ = git.kill();
    }
    let done = git.wait_with_output().map_err(|it| reason(&it))?;
    if is_large {
        return Err(format!("it is larger than {} MiB", MAX_BYTES / (1024 * 1024)));
    }
    if let Some(Err(error)) = read {
        return Err(reason(&error));
    }
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        let said = said.lines().next().unwrap_or("git failed").trim_start_matches("fatal: ");
        return Err(format!("{}; check the name, and that it is fetched", said.trim_end_matches('.')));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

/// The version of the `git` that is installed.
///
/// # Errors
/// Says why it cannot be run.
pub(crate) fn version() -> Result<String, String> {
    let done = command(Path::new(".")).arg("version").output().map_err(|it| reason(&it))?;
    if !done.status.success() {
        return Err("it failed".to_owned());
    }
    let said = String::from_utf8_lossy(&done.stdout);
    Ok(said.trim().trim_start_matches("git version ").to_owned())
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["--no-pager", "--no-optional-locks"]);
    for setting in SAFE {
        command.args(["-c", setting]);
    }
    // In a partial clone, a missing object would be fetched by a program that the repository names.
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "none");
    command.env("GIT_TERMINAL_PROMPT", "0").stdin(Stdio::null());
    command
}
