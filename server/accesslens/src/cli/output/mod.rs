//! The findings in words, for people and for programs.

mod github;
mod human;
mod json;
mod sarif;

use std::io::{self, Write};

use super::check::Checked;
use crate::workspace::Failure;

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// With excerpts of the text
    Human,
    /// JSON; schemas/check-output.schema.json describes it
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, for GitHub Actions
    Github,
}

/// All there is to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report<'a> {
    /// The files that were checked.
    pub(crate) files: &'a [Checked],
    /// What could not be checked.
    pub(crate) failures: &'a [Failure],
}

impl Format {
    pub(crate) fn write(self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Human => human::write(report, out),
            Format::Json => json::write(report, out),
            Format::Sarif => sarif::write(report, out),
            Format::Github => github::write(report, out),
        }
    }
}

/// The text of an edit with the line endings of its file.
pub(crate) fn with_line_ending(text: &str, line_ending: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', line_ending)
}
