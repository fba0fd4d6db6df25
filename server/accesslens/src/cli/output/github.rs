//! Workflow commands, which GitHub shows beside the lines of a pull request.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use std::io::{self, Write};

use ide::Severity;
use syntax::Encoding;

use super::Report;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for file in report.files {
        for found in &file.findings {
            let finding = &found.finding;
            let level = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info | Severity::Hint => "notice",
            };
            let at = |offset| file.text.line_col(offset, Encoding::Utf16);
            let (start, end) = (at(finding.range.start), at(finding.range.end));
            let (line, end_line) = (start.line + 1, end.line + 1);
            write!(out, "::{level} file={},line={line},endLine={end_line}", property(&file.path))?;
            if line == end_line {
                // The end is the last column here, not the one behind it.
                let (column, end_column) = (start.column + 1, end.column.max(start.column + 1));
                write!(out, ",col={column},endColumn={end_column}")?;
            }
            writeln!(out, ",title={}::{}", property(finding.rule.name), data(&finding.message))?;
        }
    }
    for failure in report.failures {
        writeln!(out, "::error::{}", data(&failure.0))?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
