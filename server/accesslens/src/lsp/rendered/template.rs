//! Diagnostics as JSON in which only the line numbers are still to be filled in.

use std::fmt::Write;

use ide::{FindingAt, Level, Severity};
use serde_json::json;

use crate::lsp::snapshot::Snapshot;
use crate::lsp::to_proto;

/// JSON with gaps for line numbers.
#[derive(Debug)]
pub(super) struct Template {
    text: Box<str>,
    /// Where in the text a line number goes, and how many lines it is below the first.
    gaps: Box<[(usize, u32)]>,
    diagnostics: Box<[Part]>,
}

/// One diagnostic of a template.
#[derive(Debug)]
struct Part {
    severity: Severity,
    text_end: usize,
    gap_end: usize,
}

impl Template {
    /// The findings' JSON, a comma behind each, with line numbers from `first_line`.
    pub(super) fn new<'a>(
        snapshot: &Snapshot,
        findings: impl Iterator<Item = FindingAt<'a>>,
        first_line: u32,
    ) -> Template {
        const LINE: &str = r#""line":"#;
        let (mut text, mut gaps, mut diagnostics) = (String::new(), Vec::new(), Vec::new());
        for found in findings {
            let Level::At(severity) = snapshot.analysis().level(found.finding) else { continue };
            let Some(diagnostic) = to_proto::diagnostic(snapshot, &found) else { continue };
            let json = json!(diagnostic).to_string();
            let mut rest = json.as_str();
            // Inside a string the quotes of this would be escaped.
            while let Some((head, tail)) =
                rest.split_at_checked(rest.find(LINE).map_or(0, |it| it + LINE.len()))
                && !head.is_empty()
            {
                let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
                let (digits, tail) = tail.split_at_checked(end).unwrap_or((tail, ""));
                text.push_str(head);
                let line: u32 = digits.parse().unwrap_or(0);
                gaps.push((text.len(), line.saturating_sub(first_line)));
                rest = tail;
            }
            text.push_str(rest);
            text.push(',');
            diagnostics.push(Part { severity, text_end: text.len(), gap_end: gaps.len() });
        }
        Template {
            text: text.into_boxed_str(),
            gaps: gaps.into_boxed_slice(),
            diagnostics: diagnostics.into_boxed_slice(),
        }
    }

    /// How many diagnostics it has.
    pub(super) fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// The lines that it names, from the first.
    pub(super) fn lines(&self) -> impl Iterator<Item = u32> + '_ {
        self.gaps.iter().map(|(_, line)| *line)
    }

    /// Adds the diagnostics whose severity is `wanted` to `out`, with the line that `line` gives for each gap.
    pub(super) fn fill(
        &self,
        line: &dyn Fn(u32) -> u32,
        wanted: &mut dyn FnMut(Severity) -> bool,
        out: &mut String,
    ) {
        let (mut done, mut gap) = (0, 0);
        for part in &self.diagnostics {
            if wanted(part.severity) {
                for (at, number) in self.gaps.get(gap..part.gap_end).unwrap_or_default() {
                    out.push_str(self.text.get(done..*at).unwrap_or_default());
                    // Writing to a string does not fail.
                    let _ = write!(out, "{}", line(*number));
                    done = *at;
                }
                out.push_str(self.text.get(done..part.text_end).unwrap_or_default());
            }
            (done, gap) = (part.text_end, part.gap_end);
        }
    }
}
