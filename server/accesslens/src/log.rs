//! The server's log: where it goes, and how much it says.
//!
//! Up to `info` it tells methods, durations and the paths of documents; `debug` adds what a panic said; whole
//! messages, with the text of documents, are in it at `trace` alone. The environment is never in it.

use std::fs::{File, OpenOptions};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;

use crate::workspace::{Failure, reason};

/// The variable that sets the level where no option does.
pub(crate) const VARIABLE: &str = "ACCESSLENS_LOG";

/// How much is said, by name.
pub(crate) const LEVELS: [(&str, LevelFilter); 6] = [
    ("off", LevelFilter::OFF),
    ("error", LevelFilter::ERROR),
    ("warn", LevelFilter::WARN),
    ("info", LevelFilter::INFO),
    ("debug", LevelFilter::DEBUG),
    ("trace", LevelFilter::TRACE),
];

/// Where the log goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Stderr,
    /// A file, at its end.
    File(PathBuf),
}

impl From<&str> for Target {
    fn from(text: &str) -> Target {
        match text {
            "stderr" => Target::Stderr,
            path => Target::File(PathBuf::from(path)),
        }
    }
}

/// The level with this name.
pub(crate) fn level(name: &str) -> Result<LevelFilter, String> {
    let found = LEVELS.iter().find(|it| it.0.eq_ignore_ascii_case(name.trim()));
    let names: Vec<&str> = LEVELS.iter().map(|it| it.0).collect();
    found.map(|it| it.1).ok_or_else(|| format!("`{name}` is no level; there are {}", names.join(", ")))
}

/// Starts the log. Without a target, what is wrong goes to standard error; with one, requests are told of too.
/// `asked` counts most, then the variable.
pub(crate) fn start(target: Option<Target>, asked: Option<LevelFilter>) -> Result<(), Failure> {
    let usual = if target.is_some() { LevelFilter::INFO } else { LevelFilter::WARN };
    let variable = std::env::var(VARIABLE).ok().filter(|it| !it.trim().is_empty());
    let variable = variable.map(|it| level(&it)).transpose();
    let variable = variable.map_err(|it| Failure(format!("{VARIABLE}: {it}")))?;
    let level = asked.or(variable).unwrap_or(usual);
    let builder = tracing_subscriber::fmt().with_max_level(level).with_target(false).with_ansi(false);
    // It fails when there is a log already, which then stays.
    let _ = match target.unwrap_or(Target::Stderr) {
        Target::Stderr => {
            tracing::subscriber::set_global_default(builder.with_writer(std::io::stderr).finish())
        }
        Target::File(path) => {
            let file = open(&path).map_err(|error| {
                Failure(format!(
                    "cannot write the log {}: {}; check the path of --log",
                    path.display(),
                    reason(&error)
                ))
            })?;
            tracing::subscriber::set_global_default(builder.with_writer(Mutex::new(file)).finish())
        }
    };
    std::panic::set_hook(Box::new(panicked));
    Ok(())
}

/// The file, for its owner alone: at `trace` it holds what is typed.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A panic's words may quote the text it happened on, so only the place is told to everybody.
fn panicked(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!("a panic at {place}; please report this");
    tracing::debug!("it said: {info}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_has_a_name() {
        assert_eq!(level(" Info"), Ok(LevelFilter::INFO));
        assert_eq!(
            level("loud"),
            Err("`loud` is no level; there are off, error, warn, info, debug, trace".to_owned())
        );
    }

    #[test]
    fn stderr_is_no_file() {
        assert_eq!(Target::from("stderr"), Target::Stderr);
        assert_eq!(Target::from("./stderr"), Target::File(PathBuf::from("./stderr")));
    }
}
