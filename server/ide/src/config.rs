//! What a user can set, as the analysis sees it.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use crate::finding::Severity;

/// Settings of the analysis. `accesslens` reads them from the editor or the command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// Severity of single rules by name, instead of the rule's own.
    pub rules: BTreeMap<String, Level>,
    /// Whether code lenses are shown.
    pub lens: bool,
    /// Whether inlay hints are shown.
    pub inlay_hints: bool,
    /// The present moment in UTC; it decides which date windows are closed and which models have ended.
    pub now: NaiveDateTime,
}

/// How a rule is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Not at all.
    Off,
    /// With this severity.
    At(Severity),
}

impl Level {
    /// All names a setting can have.
    pub const NAMES: [&'static str; 5] = ["error", "warning", "info", "hint", "off"];

    /// The level with this name.
    pub fn from_name(name: &str) -> Option<Level> {
        if name == "off" { Some(Level::Off) } else { Severity::from_name(name).map(Level::At) }
    }
}
