//! Answers to LSP's types: the one place where offsets become lines and columns.

use ide::completion::{Item, ItemKind};
use ide::hints::Hint;
use ide::hover::Hover;
use ide::refactor::{self, Refactoring};
use ide::{FindingAt, Fix, Level, Rule, Severity, Tag};
use serde_json::Value;
use syntax::{LineCol, TextEdit, TextRange, TextSize};
use tower_lsp::ls_types as lsp;

use crate::docs;
use crate::lsp::plain::plain;
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
        code_description: if snapshot.support.code_description { page(it.finding.rule) } else { None },
        source: Some("accesslens".to_owned()),
        message: it.finding.message.clone(),
        related_information: (!related.is_empty()).then_some(related),
        tags: it.finding.tag.map(|it| vec![tag(it)]),
        ..lsp::Diagnostic::default()
    })
}

/// The page of a rule.
fn page(rule: &Rule) -> Option<lsp::CodeDescription> {
    Some(lsp::CodeDescription { href: docs::pages::url(rule).parse().ok()? })
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

/// A refactoring as an action.
pub(crate) fn refactoring(snapshot: &Snapshot, it: &Refactoring) -> lsp::CodeAction {
    lsp::CodeAction {
        title: it.title.clone(),
        kind: Some(refactor_kind(it.kind)),
        edit: Some(workspace_edit(snapshot, &it.edits)),
        ..lsp::CodeAction::default()
    }
}

/// A kind of refactoring in LSP's words.
pub(crate) fn refactor_kind(kind: refactor::Kind) -> lsp::CodeActionKind {
    match kind {
        refactor::Kind::Inline => lsp::CodeActionKind::REFACTOR_INLINE,
        refactor::Kind::Extract => lsp::CodeActionKind::REFACTOR_EXTRACT,
        refactor::Kind::Rewrite => lsp::CodeActionKind::REFACTOR_REWRITE,
    }
}

/// A line of text as the command that a lens must be; it does nothing.
pub(crate) fn line(title: String) -> lsp::Command {
    lsp::Command { title, command: String::new(), arguments: None }
}

pub(crate) fn inlay_hint(snapshot: &Snapshot, hint: Hint) -> lsp::InlayHint {
    let position = position(snapshot, hint.at);
    inlay_hint_at(snapshot, hint, position)
}

/// A hint whose position is known.
pub(crate) fn inlay_hint_at(snapshot: &Snapshot, hint: Hint, position: lsp::Position) -> lsp::InlayHint {
    lsp::InlayHint {
        position,
        label: lsp::InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: Some(lsp::InlayHintTooltip::MarkupContent(markup(snapshot, hint.tooltip))),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

fn markup(snapshot: &Snapshot, value: String) -> lsp::MarkupContent {
    marked(value, snapshot.support.markdown)
}

/// What an item carries until it is resolved: what it is about, and whether it is to be told without Markdown.
fn item_data(of: String, markdown: bool) -> Value {
    Value::String(if markdown { of } else { format!("{PLAIN}{of}") })
}

/// What [`item_data`] starts with where the client shows plain text only.
pub(crate) const PLAIN: &str = "plain ";

/// Markdown as it is, or as the plain text it stands for.
pub(crate) fn marked(markdown: String, keep: bool) -> lsp::MarkupContent {
    if keep {
        return lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: markdown };
    }
    lsp::MarkupContent { kind: lsp::MarkupKind::PlainText, value: plain(&markdown) }
}

pub(crate) fn hover(snapshot: &Snapshot, hover: Hover) -> lsp::Hover {
    lsp::Hover {
        range: Some(range(snapshot, hover.range)),
        contents: lsp::HoverContents::Markup(markup(snapshot, hover.markdown)),
    }
}

pub(crate) fn completion_item(snapshot: &Snapshot, item: Item) -> lsp::CompletionItem {
    let snippet = item.snippet_edit.filter(|_| snapshot.support.snippets);
    // What has a default in the protocol is left out: a list is sent with every key.
    let format = snippet.is_some().then_some(lsp::InsertTextFormat::SNIPPET);
    let edit = text_edit(snapshot, snippet.as_ref().unwrap_or(&item.edit));
    let several_lines = edit.new_text.contains('\n');
    // A service is half of an action: the other half is wanted next, and VS Code asks only at keys that are pressed.
    let ask_again = (item.kind == ItemKind::Service && snapshot.support.is_vscode).then(|| lsp::Command {
        title: "Complete the action".to_owned(),
        command: "editor.action.triggerSuggest".to_owned(),
        arguments: None,
    });
    let more: Vec<lsp::TextEdit> = item.additional_edits.iter().map(|it| text_edit(snapshot, it)).collect();
    lsp::CompletionItem {
        filter_text: (item.filter_text != item.label).then_some(item.filter_text),
        label: item.label,
        kind: Some(item_kind(item.kind)),
        detail: (!item.detail.is_empty()).then_some(item.detail),
        sort_text: Some(item.sort_text),
        text_edit: Some(lsp::CompletionTextEdit::Edit(edit)),
        insert_text_format: format,
        insert_text_mode: (several_lines && snapshot.support.adjusts_indentation)
            .then_some(lsp::InsertTextMode::ADJUST_INDENTATION),
        command: ask_again,
        additional_text_edits: (!more.is_empty()).then_some(more),
        preselect: item.preselect.then_some(true),
        data: item.data.map(|it| item_data(it, snapshot.support.markdown_items)),
        ..lsp::CompletionItem::default()
    }
}

fn item_kind(kind: ItemKind) -> lsp::CompletionItemKind {
    match kind {
        ItemKind::Element => lsp::CompletionItemKind::PROPERTY,
        ItemKind::Skeleton => lsp::CompletionItemKind::SNIPPET,
        ItemKind::Value => lsp::CompletionItemKind::ENUM_MEMBER,
        ItemKind::Service => lsp::CompletionItemKind::MODULE,
        ItemKind::Action => lsp::CompletionItemKind::FUNCTION,
        ItemKind::Wildcard => lsp::CompletionItemKind::INTERFACE,
        ItemKind::Resource => lsp::CompletionItemKind::REFERENCE,
        ItemKind::Principal => lsp::CompletionItemKind::CLASS,
        ItemKind::Operator => lsp::CompletionItemKind::OPERATOR,
        ItemKind::ConditionKey => lsp::CompletionItemKind::FIELD,
    }
}
