//! The diagnostics of single statements, in groups that stay as they are until one of their statements is edited.

use std::sync::{Arc, OnceLock};

use ide::{Cancel, Cancelled, FindingAt, Kept, KeptAt, KeptChunk, Level};
use syntax::{LineCol, TextRange, TextSize};

use super::plan::{Counts, Plan};
use super::template::Template;
use crate::lsp::snapshot::Snapshot;

/// Statements that follow each other, where they stand.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) entry: Arc<Entry>,
    /// Where the first one starts.
    pub(super) start: TextSize,
    at: LineCol,
}

/// The diagnostics of a group. They hold while what is kept with it and what of it is not reported are the same and it
/// starts in the same column; the line may be another.
#[derive(Debug)]
pub(super) struct Entry {
    kept: Arc<KeptChunk>,
    pub(super) counts: Counts,
    muted: Muted,
    statements: Box<[Statement]>,
}

#[derive(Debug, Clone)]
struct Statement {
    said: Arc<Said>,
    /// Where it starts, from the start of the group, and how many lines below.
    offset: TextSize,
    line: u32,
    column: u32,
}

/// The diagnostics of a statement.
#[derive(Debug)]
struct Said {
    kept: Arc<Kept>,
    muted: Box<[usize]>,
    counts: Counts,
    /// Made when it is first sent.
    json: OnceLock<Template>,
}

/// For each statement of a group the numbers of its findings that are not reported; empty where all are.
type Muted = Box<[Box<[usize]>]>;

/// How many groups of what was sent before are looked at for the next one.
const LOOK_AHEAD: usize = 8;

/// The statements of a document, those that are as they were `before` with the diagnostics they had.
pub(super) fn groups(
    snapshot: &Snapshot,
    before: &[Group],
    cancel: &Cancel,
) -> Result<Vec<Group>, Cancelled> {
    let mut before = Before { groups: before, touched: snapshot.touched, next: 0, moved: None };
    let analysis = snapshot.analysis();
    let kept = analysis.kept(cancel)?;
    let mutes = analysis.mutes();
    let mut n_statements = 0;
    let mut out = Vec::with_capacity(kept.len());
    for kept in kept {
        let first = n_statements;
        n_statements += kept.len();
        let muted: Muted = match mutes {
            true => (first..n_statements).map(|it| analysis.muted(it).into()).collect(),
            false => Muted::default(),
        };
        let known = before.find(kept.kept);
        let at = before.position(snapshot, known, kept.start);
        let entry = match known.filter(|it| it.at.column == at.column && it.entry.muted == muted) {
            Some(known) => Arc::clone(&known.entry),
            None => {
                cancel.check()?;
                Arc::new(Entry::new(snapshot, kept, at, muted, before.ahead()))
            }
        };
        out.push(Group { entry, start: kept.start, at });
    }
    Ok(out)
}

impl Group {
    /// Adds what is sent of it to `out`; when it `is_near` to the last edit, all.
    pub(super) fn fill(&self, snapshot: &Snapshot, is_near: bool, plan: &mut Plan, out: &mut String) {
        let wanted = if is_near { usize::MAX } else { plan.whole + 1 };
        if self.entry.counts.has_none(wanted) {
            return;
        }
        for it in self.entry.statements.iter().filter(|it| !it.said.counts.has_none(wanted)) {
            let first = self.at.line + it.line;
            let findings = || it.said.findings(self.start + it.offset);
            let json = it.said.json.get_or_init(|| Template::new(snapshot, findings(), first));
            json.fill(&|line| first + line, &mut |severity| is_near || plan.takes(severity), out);
        }
    }
}

impl Entry {
    /// What a group at `at` says; `before` are groups whose statements may be in it.
    fn new(snapshot: &Snapshot, kept: KeptAt<'_>, at: LineCol, muted: Muted, before: &[Group]) -> Entry {
        let known = || before.iter().flat_map(|it| &it.entry.statements);
        let statement = |(n, (start, it)): (usize, (TextSize, &Arc<Kept>))| {
            let LineCol { line, column } = snapshot.text().line_col(start, snapshot.support.encoding);
            let muted = muted.get(n).map_or(&[][..], |it| it);
            let is_same = |known: &&Statement| {
                Arc::ptr_eq(&known.said.kept, it) && known.column == column && *known.said.muted == *muted
            };
            let said = known()
                .find(is_same)
                .map_or_else(|| Arc::new(Said::new(snapshot, it, muted)), |it| Arc::clone(&it.said));
            Statement { said, offset: start - kept.start, line: line - at.line, column }
        };
        let statements: Box<[Statement]> = kept.statements().enumerate().map(statement).collect();
        let mut counts = Counts::default();
        statements.iter().for_each(|it| counts.add_all(&it.said.counts));
        Entry { kept: Arc::clone(kept.kept), counts, muted, statements }
    }
}

impl Said {
    fn new(snapshot: &Snapshot, kept: &Arc<Kept>, muted: &[usize]) -> Said {
        let mut counts = Counts::default();
        for it in kept.reported(0, muted) {
            if let Level::At(severity) = snapshot.analysis().level(it.finding) {
                counts.add(severity);
            }
        }
        Said { kept: Arc::clone(kept), muted: muted.into(), counts, json: OnceLock::new() }
    }

    fn findings(&self, start: TextSize) -> impl Iterator<Item = FindingAt<'_>> {
        self.kept.reported(start, &self.muted)
    }
}

/// What was sent before, walked along with the document.
struct Before<'a> {
    groups: &'a [Group],
    /// The part of the text that holds every change since then.
    touched: Option<TextRange>,
    next: usize,
    /// The line then and now of a group behind all changes that has kept its column: those behind it have moved like
    /// it.
    moved: Option<(u32, u32)>,
}

impl<'a> Before<'a> {
    fn ahead(&self) -> &'a [Group] {
        let end = (self.next + LOOK_AHEAD).min(self.groups.len());
        self.groups.get(self.next..end).unwrap_or_default()
    }

    fn find(&mut self, kept: &Arc<KeptChunk>) -> Option<&'a Group> {
        let ahead = self.ahead().iter().enumerate();
        let (n, found) = ahead.into_iter().find(|(_, it)| Arc::ptr_eq(&it.entry.kept, kept))?;
        self.next += n + 1;
        Some(found)
    }

    /// Where a group starts now.
    fn position(&mut self, snapshot: &Snapshot, known: Option<&Group>, start: TextSize) -> LineCol {
        let is_before =
            |it: &&Group| it.start == start && self.touched.is_none_or(|touched| start < touched.start);
        if let Some(known) = known.filter(is_before) {
            return known.at;
        }
        let is_behind = self.touched.is_some_and(|it| start > it.end);
        if let (Some(known), Some((then, now)), true) = (known, self.moved, is_behind) {
            return LineCol { line: known.at.line.saturating_sub(then) + now, column: known.at.column };
        }
        let at = snapshot.text().line_col(start, snapshot.support.encoding);
        let known = known.filter(|it| is_behind && it.at.column == at.column);
        self.moved = known.map(|it| (it.at.line, at.line));
        at
    }
}
