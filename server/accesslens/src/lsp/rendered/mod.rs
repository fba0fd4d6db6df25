//! Diagnostics as the JSON that the client gets, made from what was sent before.
//!
//! In a document with thousands of findings a keystroke changes those of one statement, and LSP wants all of them
//! again. So the JSON of each statement is kept with gaps where its line numbers go, and only the gaps are filled
//! anew. It goes to the writer as it is, past the framework, which would take it apart and build it again.

mod groups;
mod plan;
mod template;
mod wide;

use std::sync::Arc;

use ide::{Cancel, Cancelled};
use serde_json::{Value, json};
use syntax::TextRange;
use tower_lsp::ls_types as lsp;

use self::groups::Group;
use self::plan::{Counts, Plan};
use self::template::Template;
use self::wide::{Moved, Wide};
use crate::lsp::snapshot::Snapshot;
use crate::lsp::to_proto;

/// How many diagnostics of a document are sent at most. VS Code shows no more of a file, and thousands of them take
/// longer to read than a key to press.
const MOST: usize = 1000;

/// What was sent of a document.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    /// Its statements, in order.
    groups: Vec<Group>,
    wide: Arc<Wide>,
    /// Whether what whole policies say is of the same text.
    pub(crate) is_settled: bool,
    /// How long the message was; the next will be about as long.
    len: usize,
}

impl Rendered {
    /// What is kept of a document whose diagnostics are not of policies: that there are some.
    pub(crate) fn of_no_policy() -> Rendered {
        Rendered { is_settled: true, ..Rendered::default() }
    }
}

/// Diagnostics that were made.
#[derive(Debug)]
pub(crate) struct Made {
    /// What is kept of them; `None` when the document holds no policy.
    pub(crate) rendered: Option<Rendered>,
    /// The message to send.
    pub(crate) message: Vec<u8>,
}

/// The diagnostics of a document. Where it took long what its whole policies say is taken from the text before, as far as
/// it still has a place, and is not settled then; [`settle`] makes it anew.
pub(crate) fn diagnostics(snapshot: &Snapshot, cancel: &Cancel) -> Result<Made, Cancelled> {
    let analysis = snapshot.analysis();
    if analysis.policies().is_empty() {
        return Ok(Made { rendered: None, message: empty(&snapshot.uri, Some(snapshot.version)) });
    }
    let before = snapshot.rendered.as_deref();
    let groups = groups::groups(snapshot, before.map_or(&[], |it| &it.groups), cancel)?;
    match before {
        Some(before) if before.wide.is_slow() && !analysis.has_wide_findings() => {
            let moved = Moved::new(snapshot, &before.wide);
            Ok(message(snapshot, groups, Arc::clone(&before.wide), Some(&moved)))
        }
        _ => {
            let wide = Arc::new(Wide::new(snapshot, cancel)?);
            Ok(message(snapshot, groups, wide, None))
        }
    }
}

/// The diagnostics of the same document, of which `first` was sent, with what its whole policies say.
pub(crate) fn settle(snapshot: &Snapshot, first: &Rendered, cancel: &Cancel) -> Result<Made, Cancelled> {
    let wide = Arc::new(Wide::new(snapshot, cancel)?);
    Ok(message(snapshot, first.groups.clone(), wide, None))
}

fn message(snapshot: &Snapshot, groups: Vec<Group>, wide: Arc<Wide>, moved: Option<&Moved>) -> Made {
    let len = snapshot.rendered.as_ref().map_or(0, |it| it.len);
    let mut out = String::with_capacity(len + len / 16 + 256);
    out.push_str(&head(&snapshot.uri, Some(snapshot.version)));
    let errors = Template::new(snapshot, snapshot.analysis().syntax_errors(), 0);
    errors.fill(&|line| line, &mut |_| true, &mut out);
    let mut counts = Counts::default();
    groups.iter().for_each(|it| counts.add_all(&it.entry.counts));
    wide.severities().for_each(|it| counts.add(it));
    let n_all = errors.len() + counts.sum();
    let mut plan = Plan::all();
    if n_all > MOST {
        plan = Plan::of(&groups, &counts, snapshot.touched, MOST.saturating_sub(errors.len() + 1));
        out.push_str(&notice(snapshot, n_all - (MOST - 1)));
    }
    wide.fill(snapshot, moved, &mut plan, &mut out);
    for (idx, group) in groups.iter().enumerate() {
        group.fill(snapshot, plan.focus.contains(&idx), &mut plan, &mut out);
    }
    if out.ends_with(',') {
        out.pop();
    }
    out.push_str(TAIL);
    let rendered = Rendered { groups, wide, is_settled: moved.is_none(), len: out.len() };
    Made { rendered: Some(rendered), message: out.into_bytes() }
}

/// A diagnostic that says how many others there are.
fn notice(snapshot: &Snapshot, n_left: usize) -> String {
    let start = snapshot.analysis().policies().first().map_or(0, |it| it.range.start);
    let diagnostic = lsp::Diagnostic {
        range: to_proto::range(snapshot, TextRange::new(start, start + 1)),
        severity: Some(lsp::DiagnosticSeverity::INFORMATION),
        source: Some("accesslens".to_owned()),
        message: format!(
            "{n_left} more findings are not listed here: first come those near the last edit, then the gravest. \
             `accesslens check` lists all"
        ),
        ..lsp::Diagnostic::default()
    };
    json!(diagnostic).to_string() + ","
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
