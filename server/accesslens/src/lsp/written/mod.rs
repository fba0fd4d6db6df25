//! Answers that are as long as the document, written as JSON at once.
//!
//! Of a document with thousands of statements they are megabytes. The framework would make a tree of values of each,
//! with every key and every text on the heap, and then write that. So they are written here and handed on as text;
//! `serve` puts it into the answer as it is.

mod json;
mod lines;

use ide::folding::FoldKind;
use ide::hints::Hint;
use ide::lens::{self, Subject};
use ide::symbols::{Symbol, SymbolKind};
use ide::{Cancel, Cancelled};
use serde::Serialize;
use tower_lsp::ls_types as lsp;

use self::json::Json;
use self::lines::Lines;
use crate::lsp::snapshot::Snapshot;
use crate::lsp::{denied_handlers, from_proto, handlers, scenario_handlers, scenarios, to_proto};

/// The requests that are answered here, and by what name the framework knows their handlers, which give text.
pub(crate) const METHODS: [(&str, &str); 5] = [
    ("textDocument/codeLens", "accesslens/written/codeLens"),
    ("textDocument/documentLink", "accesslens/written/documentLink"),
    ("textDocument/documentSymbol", "accesslens/written/documentSymbol"),
    ("textDocument/foldingRange", "accesslens/written/foldingRange"),
    ("textDocument/inlayHint", "accesslens/written/inlayHint"),
];

/// The answer about a document that is not open.
pub(crate) const NOTHING: &str = "null";

/// The outline.
pub(crate) fn symbols(snapshot: &Snapshot, cancel: &Cancel) -> Result<String, Cancelled> {
    let symbols = ide::symbols::symbols(snapshot.analysis(), cancel)?;
    let mut out = Json::default();
    let lines = Lines::new(snapshot);
    out.list(&symbols, |out, it| symbol(it, &lines, out));
    Ok(out.finish())
}

fn symbol(symbol: &Symbol, lines: &Lines, out: &mut Json) {
    let kind = match symbol.kind {
        SymbolKind::Policy => lsp::SymbolKind::NAMESPACE,
        SymbolKind::Allow => lsp::SymbolKind::CLASS,
        SymbolKind::Deny => lsp::SymbolKind::INTERFACE,
        SymbolKind::Statement => lsp::SymbolKind::OBJECT,
        SymbolKind::Element => lsp::SymbolKind::PROPERTY,
    };
    out.raw("{\"name\":");
    out.value(&symbol.name);
    if !symbol.detail.is_empty() {
        out.raw(",\"detail\":");
        out.value(&symbol.detail);
    }
    out.raw(",\"kind\":");
    out.value(&kind);
    out.raw(",\"range\":");
    out.range(lines.range(symbol.range));
    out.raw(",\"selectionRange\":");
    out.range(lines.range(symbol.selection));
    if !symbol.children.is_empty() {
        out.raw(",\"children\":");
        out.list(&symbol.children, |out, it| self::symbol(it, lines, out));
    }
    out.raw("}");
}

/// Links to AWS's pages.
pub(crate) fn links(snapshot: &Snapshot, cancel: &Cancel) -> Result<String, Cancelled> {
    let links = ide::links::links(snapshot.analysis(), cancel)?;
    let mut out = Json::default();
    let lines = Lines::new(snapshot);
    out.list(&links, |out, it| {
        out.raw("{\"range\":");
        out.range(lines.range(it.range));
        out.raw(",\"target\":");
        out.value(&*it.url);
        out.raw(",\"tooltip\":");
        out.value(&*it.tooltip);
        out.raw("}");
    });
    Ok(out.finish())
}

/// What can be folded.
pub(crate) fn folds(snapshot: &Snapshot, cancel: &Cancel) -> Result<String, Cancelled> {
    let folds = ide::folding::ranges(snapshot.analysis(), cancel)?;
    let mut out = Json::default();
    let lines = Lines::new(snapshot);
    out.list(&folds, |out, it| {
        let lsp::Range { start, end } = lines.range(it.range);
        out.value(&lsp::FoldingRange {
            start_line: start.line,
            start_character: Some(start.character),
            end_line: end.line,
            end_character: Some(end.character),
            kind: match it.kind {
                FoldKind::Brackets => None,
                FoldKind::Comment => Some(lsp::FoldingRangeKind::Comment),
            },
            collapsed_text: None,
        });
    });
    Ok(out.finish())
}

/// With fewer hints it costs less to look for each line than for all.
const FEW_HINTS: usize = 200;

/// The hints inside a range.
pub(crate) fn hints(
    snapshot: &Snapshot,
    params: &lsp::InlayHintParams,
    cancel: &Cancel,
) -> Result<String, Cancelled> {
    if scenarios::is_scenario(&snapshot.uri) {
        return Ok(all(&scenario_handlers::inlay_hint(snapshot, params)));
    }
    let encoding = snapshot.support.encoding;
    let Some(range) = from_proto::range(snapshot.text(), params.range, encoding) else {
        return Ok("[]".to_owned());
    };
    let hints = ide::hints::hints(snapshot.analysis(), range, cancel)?;
    let lines = (hints.len() > FEW_HINTS).then(|| Lines::new(snapshot));
    let mut out = Json::default();
    out.list(hints, |out, it| {
        let position = match &lines {
            Some(lines) => lines.position(it.at),
            None => to_proto::position(snapshot, it.at),
        };
        hint(snapshot, it, position, out);
    });
    Ok(out.finish())
}

fn hint(snapshot: &Snapshot, hint: Hint, position: lsp::Position, out: &mut Json) {
    out.value(&to_proto::inlay_hint_at(snapshot, hint, position));
}

/// How many lenses are told at once; with more of them, each is told when the client shows it.
const MAX_TOLD_LENSES: usize = 300;

/// The lenses of a document.
pub(crate) fn lenses(snapshot: &Snapshot, cancel: &Cancel) -> Result<String, Cancelled> {
    if scenarios::is_scenario(&snapshot.uri) {
        return Ok(all(&scenario_handlers::code_lens(snapshot)));
    }
    let analysis = snapshot.analysis();
    let lenses = lens::lenses(analysis);
    let mut out = Json::default();
    let mut others: Vec<lsp::CodeLens> = Vec::new();
    if lenses.len() > MAX_TOLD_LENSES {
        let lines = Lines::new(snapshot);
        let uri = Json::of(snapshot.uri.as_str());
        out.list(&lenses, |out, it| untold(it.subject, lines.range(it.range), &uri, out));
    } else {
        for it in lenses {
            cancel.check()?;
            let Some(title) = lens::title(analysis, it.subject) else { continue };
            let range = to_proto::range(snapshot, it.range);
            others.push(lsp::CodeLens { range, command: Some(to_proto::line(title)), data: None });
        }
    }
    cancel.check()?;
    others.extend(handlers::change_lenses(snapshot));
    others.extend(scenario_handlers::policy_lenses(snapshot));
    others.extend(denied_handlers::lenses(snapshot));
    out.list(&others, |out, it| out.value(it));
    Ok(out.finish())
}

/// A lens that is told when it is resolved, from what it carries.
fn untold(subject: Subject, range: lsp::Range, uri: &str, out: &mut Json) {
    let (policy, statement) = match subject {
        Subject::Policy(policy) => (policy, None),
        Subject::Statement(policy, statement) => (policy, Some(statement)),
    };
    out.raw("{\"range\":");
    out.range(range);
    out.raw(",\"data\":{\"policy\":");
    out.value(&policy);
    out.raw(",\"statement\":");
    out.value(&statement);
    out.raw(",\"uri\":");
    out.raw(uri);
    out.raw("}}");
}

fn all<T: Serialize>(items: &[T]) -> String {
    let mut out = Json::default();
    out.list(items, |out, it| out.value(it));
    out.finish()
}
