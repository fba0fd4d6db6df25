//! The findings in words, for people and for programs.

mod human;
mod json;

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
        }
    }
}
