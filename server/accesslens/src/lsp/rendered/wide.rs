//! What whole policies say, while a document is edited.

use std::sync::OnceLock;

use ide::{Cancel, Cancelled, FindingAt, Level, Severity};

use super::plan::Plan;
use super::template::Template;
use crate::lsp::snapshot::Snapshot;
use crate::lsp::to_proto;

/// What whole policies say, with the lines that it had in the text it was made of.
#[derive(Debug, Default)]
pub(super) struct Wide {
    pieces: Vec<Piece>,
    n_lines: u32,
}

#[derive(Debug)]
struct Piece {
    severity: Severity,
    /// Made when it is first sent.
    json: OnceLock<Template>,
}

impl Wide {
    pub(super) fn new(snapshot: &Snapshot, cancel: &Cancel) -> Result<Wide, Cancelled> {
        let analysis = snapshot.analysis();
        let piece = |it: FindingAt<'_>| match analysis.level(it.finding) {
            Level::At(severity) => Some(Piece { severity, json: OnceLock::new() }),
            Level::Off => None,
        };
        let pieces = analysis.wide_findings(cancel)?.filter_map(piece).collect();
        Ok(Wide { pieces, n_lines: snapshot.text().n_lines() })
    }

    pub(super) fn severities(&self) -> impl Iterator<Item = Severity> + '_ {
        self.pieces.iter().map(|it| it.severity)
    }

    /// Adds what is sent of it to `out`: of the present text, or of one before that was `moved`.
    pub(super) fn fill(&self, snapshot: &Snapshot, moved: Option<&Moved>, plan: &mut Plan, out: &mut String) {
        let sent = self.pieces.iter().enumerate().filter(|(_, it)| plan.takes(it.severity));
        if let Some(moved) = moved {
            // What was not sent before is sent when it is settled.
            let made = sent.filter_map(|(_, it)| it.json.get()).filter(|it| moved.has_place(it));
            made.for_each(|it| it.fill(&|line| moved.line(line), &mut |_| true, out));
            return;
        }
        let never = Cancel::default();
        let findings: Vec<FindingAt<'_>> =
            snapshot.analysis().wide_findings(&never).map_or_else(|_| Vec::new(), Iterator::collect);
        for (idx, piece) in sent {
            let finding = findings.get(idx).copied().into_iter();
            let json = piece.json.get_or_init(|| Template::new(snapshot, finding, 0));
            json.fill(&|line| line, &mut |_| true, out);
        }
    }
}

/// Where lines went since what whole policies say was made.
#[derive(Debug)]
pub(super) struct Moved {
    /// The lines then that an edit has touched, first and last.
    touched: (u32, u32),
    /// The number of lines now and then.
    n_lines: (u32, u32),
}

impl Moved {
    pub(super) fn new(snapshot: &Snapshot, wide: &Wide) -> Moved {
        let n_lines = (snapshot.text().n_lines(), wide.n_lines);
        let line = |at| to_proto::position(snapshot, at).line;
        let touched = snapshot.unsettled.map_or((u32::MAX, u32::MAX), |it| {
            (line(it.start), (line(it.end) + n_lines.1).saturating_sub(n_lines.0))
        });
        Moved { touched, n_lines }
    }

    /// Whether no edit touched a line that it names.
    fn has_place(&self, json: &Template) -> bool {
        json.lines().all(|line| line < self.touched.0 || line > self.touched.1)
    }

    fn line(&self, line: u32) -> u32 {
        if line < self.touched.0 { line } else { (line + self.n_lines.0).saturating_sub(self.n_lines.1) }
    }
}
