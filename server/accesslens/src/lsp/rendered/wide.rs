//! What whole policies say, while a document is edited.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use ide::{Analysis, Cancel, Cancelled, Finding, FindingAt, Level, Severity};
use syntax::{TextRange, TextSize};

use super::plan::Plan;
use super::template::Template;
use crate::lsp::snapshot::Snapshot;
use crate::lsp::to_proto;

/// What takes longer is made behind what single statements say.
const SLOW: Duration = Duration::from_millis(2);

/// What whole policies say, with the lines that it had in the text it was made of.
#[derive(Debug, Default)]
pub(super) struct Wide {
    pieces: Vec<Piece>,
    /// What it was made of.
    of: Option<Arc<Analysis>>,
    /// How long that took after an edit: what is found of a document the first time says nothing of it.
    took: Option<Duration>,
}

#[derive(Debug)]
struct Piece {
    severity: Severity,
    /// Made when it is first sent.
    json: OnceLock<Template>,
}

impl Wide {
    pub(super) fn new(snapshot: &Snapshot, cancel: &Cancel) -> Result<Wide, Cancelled> {
        let started = Instant::now();
        let analysis = snapshot.analysis();
        let piece = |it: FindingAt<'_>| match analysis.level(it.finding) {
            Level::At(severity) => Some(Piece { severity, json: OnceLock::new() }),
            Level::Off => None,
        };
        let pieces = analysis.wide_findings(cancel)?.filter_map(piece).collect();
        let took = snapshot.rendered.is_some().then(|| started.elapsed());
        Ok(Wide { pieces, of: Some(Arc::clone(analysis)), took })
    }

    /// Whether it takes longer than a key may wait.
    pub(super) fn is_slow(&self) -> bool {
        self.took.is_some_and(|it| it > SLOW)
    }

    pub(super) fn severities(&self) -> impl Iterator<Item = Severity> + '_ {
        self.pieces.iter().map(|it| it.severity)
    }

    /// Adds what is sent of it to `out`: of the present text, or of one before that was `moved`.
    pub(super) fn fill(&self, snapshot: &Snapshot, moved: Option<&Moved>, plan: &mut Plan, out: &mut String) {
        let never = Cancel::default();
        let found = self.of.as_ref().and_then(|it| it.wide_findings(&never).ok());
        let mut findings = found.into_iter().flatten();
        for piece in &self.pieces {
            let Some(found) = findings.next() else { return };
            if !plan.takes(piece.severity) {
                continue;
            }
            match (moved, piece.json.get()) {
                (None, _) => {
                    let new = || Template::new(snapshot, [found].into_iter(), 0);
                    piece.json.get_or_init(new).fill(&|line| line, &mut |_| true, out);
                }
                (Some(moved), Some(json)) if moved.keeps_columns(json) => {
                    json.fill(&|line| moved.line(line), &mut |_| true, out);
                }
                (Some(moved), _) => {
                    // What it is about may be gone.
                    let Some(finding) = moved.finding(found.finding) else { continue };
                    let at = FindingAt::in_file(&finding);
                    Template::new(snapshot, [at].into_iter(), 0).fill(&|line| line, &mut |_| true, out);
                }
            }
        }
    }
}

/// Where the text went of which what whole policies say was made.
#[derive(Debug)]
pub(super) struct Moved {
    /// The lines then that an edit has touched, first and last.
    lines: (u32, u32),
    /// The number of lines now and then.
    n_lines: (u32, u32),
    /// The text then that was replaced, and how much longer what stands there now is, as it wraps.
    replaced: TextRange,
    longer: TextSize,
}

impl Moved {
    pub(super) fn new(snapshot: &Snapshot, wide: &Wide) -> Moved {
        let now = snapshot.text();
        let then = wide.of.as_ref().map_or(now, |it| it.file().text());
        let n_lines = (now.n_lines(), then.n_lines());
        let longer = now.len().wrapping_sub(then.len());
        let Some(it) = snapshot.unsettled else {
            let nowhere = TextRange::empty(TextSize::MAX);
            return Moved { lines: (u32::MAX, u32::MAX), n_lines, replaced: nowhere, longer };
        };
        let line = |at| to_proto::position(snapshot, at).line;
        let lines = (line(it.start), (line(it.end) + n_lines.1).saturating_sub(n_lines.0));
        let end = it.end.wrapping_sub(longer).max(it.start);
        Moved { lines, n_lines, replaced: TextRange::new(it.start, end), longer }
    }

    /// Whether no edit touched a line that it names.
    fn keeps_columns(&self, json: &Template) -> bool {
        json.lines().all(|line| line < self.lines.0 || line > self.lines.1)
    }

    fn line(&self, line: u32) -> u32 {
        if line < self.lines.0 { line } else { (line + self.n_lines.0).saturating_sub(self.n_lines.1) }
    }

    /// The finding in the present text; `None` when a place that it names begins or ends in the replaced text.
    fn finding(&self, finding: &Finding) -> Option<Finding> {
        let mut out = finding.clone();
        out.fixes.clear();
        out.range = self.range(out.range)?;
        for it in &mut out.related {
            it.range = self.range(it.range)?;
        }
        Some(out)
    }

    fn range(&self, range: TextRange) -> Option<TextRange> {
        let at = |it: TextSize| match it {
            it if it <= self.replaced.start => Some(it),
            it if it >= self.replaced.end => Some(it.wrapping_add(self.longer)),
            _ => None,
        };
        let (start, end) = (at(range.start)?, at(range.end)?);
        (start <= end).then(|| TextRange::new(start, end))
    }
}
