//! IAM Access Analyzer's policy checks: which type of finding each issue code has.

use crate::Catalog;
use crate::blob::{self, List};
use crate::layout::Section;

/// The types of Access Analyzer's findings about policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckType {
    /// The policy does not work as it is written.
    Error,
    /// It grants more than is safe.
    SecurityWarning,
    /// It is not written as it should be.
    Warning,
    /// It could be better.
    Suggestion,
}

impl CheckType {
    /// All of them, the gravest first.
    pub const ALL: [CheckType; 4] =
        [CheckType::Error, CheckType::SecurityWarning, CheckType::Warning, CheckType::Suggestion];

    /// The name in the data.
    pub fn name(self) -> &'static str {
        match self {
            CheckType::Error => "error",
            CheckType::SecurityWarning => "security-warning",
            CheckType::Warning => "warning",
            CheckType::Suggestion => "suggestion",
        }
    }
}

impl Catalog {
    /// The type of the policy check with this issue code.
    pub fn check_type(self, code: &str) -> Option<CheckType> {
        let mut rows = 0..blob::rows(Section::Checks);
        let row = rows.find(|row| List::cell(Section::Checks, *row, 1).texts().any(|it| it == code))?;
        let name = blob::text_cell(Section::Checks, row, 0);
        CheckType::ALL.into_iter().find(|it| it.name() == name)
    }
}
