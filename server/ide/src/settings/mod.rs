//! The settings of a project: what a configuration file, or an editor, says.
//!
//! [`read`] is total: what is wrong is left out and becomes a [`Problem`] at its place. What a glob is, and which files
//! it means, is for the caller to know.

pub mod edit;
pub mod keys;
mod read;
pub(crate) mod slot;

use std::collections::BTreeMap;

use policy::PolicyKind;
use policy::model::Text;
use syntax::TextRange;

pub use crate::completion::settings::complete;
use crate::config::{Level, Pack};
use crate::finding::{Fix, Severity};
pub use crate::hover::settings::hover;
pub(crate) use read::is_organization;
pub use read::read;

/// The names of configuration files, the first found in a folder wins.
pub const FILE_NAMES: [&str; 4] =
    ["accesslens.json", "accesslens.jsonc", ".accesslens.json", ".accesslens.jsonc"];

/// Whether a path, with `/` between its parts, is that of a configuration file.
pub fn is_configuration(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |it| it.1);
    FILE_NAMES.contains(&name)
}

/// Settings as they are written. What is not said is `None` or empty.
#[derive(Debug, Default)]
pub struct Said {
    /// The kinds of policies, by glob.
    pub kinds: Vec<(Text, PolicyKind)>,
    /// The choice of rules.
    pub pack: Option<Pack>,
    /// The levels of single rules, by name.
    pub rules: BTreeMap<String, Level>,
    /// What is not reported.
    pub ignores: Vec<Ignore>,
    /// The accounts that are not strangers.
    pub accounts: Option<Vec<String>>,
    /// The organization.
    pub organization: Option<String>,
    /// Whether lenses are shown.
    pub lens: Option<bool>,
    /// Whether inlay hints are shown.
    pub inlay_hints: Option<bool>,
    /// What is wrong and was left out.
    pub problems: Vec<Problem>,
}

/// Findings that are not reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The element of the list.
    pub range: TextRange,
    /// The glob of the files that hold them.
    pub files: Text,
    /// The names of the rules.
    pub rules: Vec<Text>,
    /// Their statement.
    pub sid: Option<String>,
}

/// Something in the settings that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub range: TextRange,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, and what to do.
    pub message: String,
    /// A way to mend it.
    pub fix: Option<Fix>,
}
