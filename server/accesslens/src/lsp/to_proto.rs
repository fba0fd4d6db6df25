//! Answers to LSP's types: the one place where offsets become lines and columns.

use ide::hints::Hint;
use ide::lens::Subject;
use ide::{FindingAt, Fix, Level, Severity, Tag};
use serde_json::{Value, json};
use syntax::{LineCol, TextEdit, TextRange, TextSize};
use tower_lsp::ls_types as lsp;

use crate::lsp::snapshot::Snapshot;

pub(crate) fn position(snapshot: &Snapshot, at: TextSize) -> lsp::Position {
    let LineCol { line, column } = snapshot.text().line_col(at, snapshot.support.encoding);
    lsp::Position { line, character: column }
}

pub(crate) fn range(snapshot: &Snapshot, range: TextRange) -> lsp::Range {
    lsp::Range { start: position(snapshot, range.start), end: position(snapshot, range.end) }
}

/// An edit with the document's own line ends.
pub(crate) fn text_edit(snapshot: &Snapshot, edit: &TextEdit) -> lsp::TextEdit {
    let mut new_text = edit.text.clone();
    if new_text.contains('\n') {
        // Text copied from the document has its line ends already.
        new_text = new_text.replace("\r\n", "\n").replace('\n', snapshot.text().line_ending());
    }
    lsp::TextEdit { range: range(snapshot, edit.range), new_text }
}

pub(crate) fn workspace_edit(snapshot: &Snapshot, edits: &[TextEdit]) -> lsp::WorkspaceEdit {
    let edits = edits.iter().map(|it| text_edit(snapshot, it)).map(lsp::OneOf::Left).collect();
    let text_document = lsp::OptionalVersionedTextDocumentIdentifier {
        uri: snapshot.uri.clone(),
        version: Some(snapshot.version),
    };
    let document = lsp::TextDocumentEdit { text_document, edits };
    lsp::WorkspaceEdit {
        document_changes: Some(lsp::DocumentChanges::Edits(vec![document])),
        ..lsp::WorkspaceEdit::default()
    }
}

/// A finding as a diagnostic; `None` when the settings turn it off.
pub(crate) fn diagnostic(snapshot: &Snapshot, it: &FindingAt<'_>) -> Option<lsp::Diagnostic> {
    let Level::At(level) = snapshot.analysis().level(it.finding) else { return None };
    let related = it.related().map(|related| lsp::DiagnosticRelatedInformation {
        location: lsp::Location { uri: snapshot.uri.clone(), range: range(snapshot, related.range) },
        message: related.message,
    });
    let related: Vec<_> = if snapshot.support.related_information { related.collect() } else { Vec::new() };
    Some(lsp::Diagnostic {
        range: range(snapshot, it.range()),
        severity: Some(severity(level)),
        code: Some(lsp::NumberOrString::String(it.finding.rule.name.to_owned())),
        source: Some("accesslens".to_owned()),
        message: it.finding.message.clone(),
        related_information: (!related.is_empty()).then_some(related),
        tags: it.finding.tag.map(|it| vec![tag(it)]),
        ..lsp::Diagnostic::default()
    })
}

fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Info => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Hint => lsp::DiagnosticSeverity::HINT,
    }
}

fn tag(tag: Tag) -> lsp::DiagnosticTag {
    match tag {
        Tag::Unnecessary => lsp::DiagnosticTag::UNNECESSARY,
        Tag::Deprecated => lsp::DiagnosticTag::DEPRECATED,
    }
}

/// A fix as an action that mends `diagnostic`.
pub(crate) fn quick_fix(
    snapshot: &Snapshot,
    fix: &Fix,
    diagnostic: lsp::Diagnostic,
    preferred: bool,
) -> lsp::CodeAction {
    lsp::CodeAction {
        title: fix.title.clone(),
        kind: Some(lsp::CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic]),
        edit: Some(workspace_edit(snapshot, &fix.edits)),
        is_preferred: Some(preferred),
        ..lsp::CodeAction::default()
    }
}

/// A line of text as the command that a lens must be; it does nothing.
pub(crate) fn line(title: String) -> lsp::Command {
    lsp::Command { title, command: String::new(), arguments: None }
}

/// What a lens carries until it is resolved.
pub(crate) fn lens_data(snapshot: &Snapshot, subject: Subject) -> Value {
    let (policy, statement) = match subject {
        Subject::Policy(policy) => (policy, None),
        Subject::Statement(policy, statement) => (policy, Some(statement)),
    };
    json!({"uri": snapshot.uri.as_str(), "policy": policy, "statement": statement})
}

pub(crate) fn inlay_hint(snapshot: &Snapshot, hint: Hint) -> lsp::InlayHint {
    let tooltip = if snapshot.support.markdown {
        let value = hint.tooltip;
        lsp::InlayHintTooltip::MarkupContent(lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value })
    } else {
        lsp::InlayHintTooltip::String(hint.tooltip)
    };
    lsp::InlayHint {
        position: position(snapshot, hint.at),
        label: lsp::InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: Some(tooltip),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}
