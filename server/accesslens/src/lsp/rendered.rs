//! Diagnostics as the JSON that the client gets, made from what was sent before.
//!
//! In a document with thousands of findings a keystroke changes those of one statement, and LSP wants all of them
//! again. So the JSON of each statement is kept with gaps where its line numbers go, and only the gaps are filled
//! anew. It goes to the writer as it is, past the framework, which would take it apart and build it again.

use std::fmt::Write;
use std::sync::Arc;

use ide::{Cancel, Cancelled, FindingAt, Kept};
use serde_json::{Value, json};
use syntax::{LineCol, TextSize};
use tower_lsp::ls_types as lsp;

use crate::lsp::snapshot::Snapshot;
use crate::lsp::to_proto;

/// What was sent: the statements of a document with their diagnostics, in order.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    statements: Vec<Statement>,
    /// How long the message was; the next will be about as long.
    len: usize,
    /// Whether the diagnostics lead to the pages of their rules.
    links: bool,
}

/// A statement's diagnostics. They hold while what is kept with the statement and what of it is not reported are the
/// same and it starts in the same column; the line may be another.
#[derive(Debug, Clone)]
struct Statement {
    kept: Arc<Kept>,
    start: TextSize,
    at: LineCol,
    /// The numbers of its findings that are not reported.
    muted: Box<[usize]>,
    json: Arc<Template>,
}

/// JSON with gaps for line numbers.
#[derive(Debug)]
struct Template {
    text: Box<str>,
    /// Where in the text a line number goes, and how many lines it is below the statement's first.
    gaps: Box<[(usize, u32)]>,
}

/// A document with more statements has diagnostics without links: of ten thousand statements these would be half as
/// many bytes again with each keystroke.
const MOST_LINKED: usize = 1000;

/// How many statements of what was sent before are looked at for the next one.
const LOOK_AHEAD: usize = 8;

/// The diagnostics of a document as the message to send; what is kept of it is `None` when it holds no policy.
pub(crate) fn diagnostics(
    snapshot: &Snapshot,
    cancel: &Cancel,
) -> Result<(Option<Rendered>, Vec<u8>), Cancelled> {
    let analysis = snapshot.analysis();
    let version = Some(snapshot.version);
    if analysis.policies().is_empty() {
        return Ok((None, empty(&snapshot.uri, version)));
    }
    let n_statements: usize = analysis.policies().iter().map(|it| it.statements.len()).sum();
    let links = n_statements <= MOST_LINKED;
    let mut before = Before::new(snapshot.rendered.as_deref().filter(|it| it.links == links));
    let len = snapshot.rendered.as_ref().map_or(0, |it| it.len);
    let mut out = String::with_capacity(len + len / 16 + 256);
    out.push_str(&head(&snapshot.uri, version));
    let mut statements = Vec::new();
    for (idx, (start, kept)) in analysis.kept(cancel)?.into_iter().enumerate() {
        let muted = analysis.muted(idx);
        let known = before.find(kept);
        let at = before.position(snapshot, known, start);
        let json = match known.filter(|it| it.at.column == at.column && *it.muted == *muted) {
            Some(known) => Arc::clone(&known.json),
            None => {
                cancel.check()?;
                Arc::new(Template::new(snapshot, kept.reported(start, muted), at.line, links))
            }
        };
        json.fill(at.line, &mut out);
        statements.push(Statement { kept: Arc::clone(kept), start, at, muted: muted.into(), json });
    }
    Template::new(snapshot, analysis.wide_findings(), 0, links).fill(0, &mut out);
    if out.ends_with(',') {
        out.pop();
    }
    out.push_str(TAIL);
    Ok((Some(Rendered { statements, len: out.len(), links }), out.into_bytes()))
}

/// A message without any diagnostic.
pub(crate) fn empty(uri: &lsp::Uri, version: Option<i32>) -> Vec<u8> {
    (head(uri, version) + TAIL).into_bytes()
}

/// A `textDocument/publishDiagnostics` notification up to its first diagnostic.
fn head(uri: &lsp::Uri, version: Option<i32>) -> String {
    let uri = Value::String(uri.as_str().to_owned());
    let version = version.map(|it| format!(r#""version":{it},"#)).unwrap_or_default();
    let method = r#"{"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":"#;
    format!(r#"{method}{{"uri":{uri},{version}"diagnostics":["#)
}

/// What follows the last diagnostic.
const TAIL: &str = "]}}";

impl Template {
    /// The findings' JSON, a comma behind each, with line numbers from `first_line`.
    fn new<'a>(
        snapshot: &Snapshot,
        findings: impl Iterator<Item = FindingAt<'a>>,
        first_line: u32,
        links: bool,
    ) -> Template {
        const LINE: &str = r#""line":"#;
        let mut text = String::new();
        let mut gaps = Vec::new();
        for mut diagnostic in findings.filter_map(|it| to_proto::diagnostic(snapshot, &it)) {
            if !links {
                diagnostic.code_description = None;
            }
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
        }
        Template { text: text.into_boxed_str(), gaps: gaps.into_boxed_slice() }
    }

    /// Adds the text with line numbers from `first_line` to `out`.
    fn fill(&self, first_line: u32, out: &mut String) {
        let mut done = 0;
        for (at, line) in &self.gaps {
            out.push_str(self.text.get(done..*at).unwrap_or_default());
            // Writing to a string does not fail.
            let _ = write!(out, "{}", first_line + line);
            done = *at;
        }
        out.push_str(self.text.get(done..).unwrap_or_default());
    }
}

/// What was sent before, walked along with the document.
struct Before<'a> {
    statements: &'a [Statement],
    next: usize,
    /// The line then and now of a statement behind all changes that has kept its column: those behind it have moved
    /// like it.
    moved: Option<(u32, u32)>,
}

impl<'a> Before<'a> {
    fn new(rendered: Option<&'a Rendered>) -> Before<'a> {
        Before { statements: rendered.map_or(&[], |it| &it.statements), next: 0, moved: None }
    }

    fn find(&mut self, kept: &Arc<Kept>) -> Option<&'a Statement> {
        let ahead = self.statements.iter().enumerate().skip(self.next).take(LOOK_AHEAD);
        let (idx, found) = ahead.into_iter().find(|(_, it)| Arc::ptr_eq(&it.kept, kept))?;
        self.next = idx + 1;
        Some(found)
    }

    /// Where a statement starts now.
    fn position(&mut self, snapshot: &Snapshot, known: Option<&Statement>, start: TextSize) -> LineCol {
        let is_before = |it: &&Statement| {
            it.start == start && snapshot.touched.is_none_or(|touched| start < touched.start)
        };
        if let Some(known) = known.filter(is_before) {
            return known.at;
        }
        let is_behind = snapshot.touched.is_some_and(|it| start > it.end);
        if let (Some(known), Some((then, now)), true) = (known, self.moved, is_behind) {
            return LineCol { line: known.at.line.saturating_sub(then) + now, column: known.at.column };
        }
        let at = snapshot.text().line_col(start, snapshot.support.encoding);
        let known = known.filter(|it| is_behind && it.at.column == at.column);
        self.moved = known.map(|it| (it.at.line, at.line));
        at
    }
}
