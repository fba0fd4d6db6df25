//! The answers about configuration files.

use std::path::{Path, PathBuf};

use ide::completion::Completions;
use ide::hover::Hover;
use ide::settings::{self, Problem, Said};
use ide::{FindingAt, Severity};
use serde_json::{Value, json};
use syntax::{SourceFile, TextEdit, TextRange, TextSize};
use tower_lsp::ls_types as lsp;

use crate::config::{self, glob_fault};
use crate::docs::pages;
use crate::lsp::scenarios::{path_of, range_of};
use crate::lsp::snapshot::Snapshot;
use crate::lsp::to_proto;

fn said(snapshot: &Snapshot) -> Said {
    settings::read(snapshot.pending.file(), &glob_fault)
}

/// The diagnostics of a configuration file as the message to send.
pub(crate) fn diagnostics(snapshot: &Snapshot) -> Vec<u8> {
    let said = said(snapshot);
    let diagnostics: Vec<Value> = said.problems.iter().map(|it| json!(diagnostic(snapshot, it))).collect();
    let message = json!({
        "jsonrpc": "2.0",
        "method": "textDocument/publishDiagnostics",
        "params": {"uri": snapshot.uri.as_str(), "version": snapshot.version, "diagnostics": diagnostics},
    });
    message.to_string().into_bytes()
}

fn diagnostic(snapshot: &Snapshot, it: &Problem) -> lsp::Diagnostic {
    let severity = match it.severity {
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Info => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Hint => lsp::DiagnosticSeverity::HINT,
    };
    lsp::Diagnostic {
        range: to_proto::range(snapshot, it.range),
        severity: Some(severity),
        code: Some(lsp::NumberOrString::String("configuration".to_owned())),
        source: Some("accesslens".to_owned()),
        message: it.message.clone(),
        ..lsp::Diagnostic::default()
    }
}

/// The fixes of what is wrong inside a range.
pub(crate) fn code_action(snapshot: &Snapshot, range: TextRange) -> Vec<lsp::CodeAction> {
    let problems = said(snapshot).problems.into_iter().filter(|it| it.range.meets(range));
    let action = |it: Problem| {
        let fix = it.fix.as_ref()?;
        Some(to_proto::quick_fix(snapshot, fix, diagnostic(snapshot, &it), true))
    };
    problems.filter_map(action).collect()
}

/// What is under the cursor of a configuration file.
pub(crate) fn hover(snapshot: &Snapshot, at: TextSize) -> Option<Hover> {
    settings::hover(snapshot.pending.file(), at, &pages::url)
}

/// What can be written at the cursor of a configuration file.
pub(crate) fn complete(snapshot: &Snapshot, at: TextSize) -> Completions {
    let path = path_of(&snapshot.uri);
    let folder = path.as_deref().and_then(Path::parent);
    let relative = |it: &PathBuf| {
        let path = it.strip_prefix(folder?).ok()?.to_string_lossy().replace('\\', "/");
        (!ide::scenario::is_scenario(&path) && !settings::is_configuration(&path)).then_some(path)
    };
    let files: Vec<String> = snapshot.files.iter().filter_map(relative).collect();
    settings::complete(snapshot.pending.file(), at, &snapshot.elsewhere(), &files)
}

/// Rules whose findings no comment can be about.
const NOT_SUPPRESSED: [&str; 2] = ["syntax-error", "unused-suppression"];

/// The actions that keep findings quiet, one for each rule: by a comment where the document takes comments, else by
/// the settings.
pub(crate) fn suppressions(snapshot: &Snapshot, findings: &[&FindingAt<'_>]) -> Vec<lsp::CodeAction> {
    let mut told: Vec<&str> = NOT_SUPPRESSED.to_vec();
    let mut out = Vec::new();
    for finding in findings {
        let rule = finding.finding.rule.name;
        if told.contains(&rule) {
            continue;
        }
        let Some(diagnostic) = to_proto::diagnostic(snapshot, finding) else { continue };
        told.push(rule);
        if snapshot.takes_comments() {
            let fix = snapshot.analysis().suppression(finding);
            out.push(to_proto::quick_fix(snapshot, &fix, diagnostic, false));
        } else if let Some((title, edit)) = in_settings(snapshot, finding) {
            out.push(lsp::CodeAction {
                title,
                kind: Some(lsp::CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostic]),
                edit: Some(edit),
                is_preferred: Some(false),
                ..lsp::CodeAction::default()
            });
        }
    }
    out
}

/// The edit of the configuration file that keeps a finding quiet; the file is made where there is none.
fn in_settings(snapshot: &Snapshot, finding: &FindingAt<'_>) -> Option<(String, lsp::WorkspaceEdit)> {
    let path = path_of(&snapshot.uri)?;
    let folder = path.parent()?;
    let rule = finding.finding.rule.name;
    let statement = snapshot.analysis().statement_at(finding.range().start).map(|it| it.2);
    let sid = statement.and_then(|it| it.statement.sid.as_ref()).map(|it| &*it.value);
    let found = config::find(folder);
    let base = match &found {
        Some(file) => file.parent()?,
        None => snapshot.folder.as_deref().filter(|it| path.starts_with(it)).unwrap_or(folder),
    };
    let relative = path.strip_prefix(base).ok()?.to_string_lossy().replace('\\', "/");
    let files = globset::escape(&relative);
    // Without a slash it would mean files of this name in every folder.
    let files = if files.contains('/') { files } else { format!("./{files}") };
    let name = |it: &Path| it.file_name().map(|it| it.to_string_lossy().into_owned());
    let Some(file) = found else {
        let file = base.join("accesslens.jsonc");
        let uri = lsp::Uri::from_file_path(&file)?;
        let text = settings::edit::new_with_ignored(&files, rule, sid);
        let create =
            lsp::ResourceOp::Create(lsp::CreateFile { uri: uri.clone(), options: None, annotation_id: None });
        let edit = lsp::TextEdit { range: lsp::Range::default(), new_text: text };
        let operations = vec![
            lsp::DocumentChangeOperation::Op(create),
            lsp::DocumentChangeOperation::Edit(document_edit(uri, None, edit)),
        ];
        let title = format!("Suppress `{rule}` in a new {}", name(&file)?);
        return snapshot
            .support
            .creates_files
            .then(|| (title, changes(lsp::DocumentChanges::Operations(operations))));
    };
    let uri = lsp::Uri::from_file_path(&file)?;
    let open = snapshot.others.iter().find(|it| it.uri == uri);
    let source = match open {
        Some(it) => it.pending.file().clone(),
        None => SourceFile::new(&std::fs::read_to_string(&file).ok()?, &[]),
    };
    let edit = settings::edit::add_ignored(&source, &files, rule, sid)?;
    let edit = text_edit(snapshot, &source, &edit);
    let document = document_edit(uri, open.map(|it| it.version), edit);
    let title = format!("Suppress `{rule}` in {}", name(&file)?);
    Some((title, changes(lsp::DocumentChanges::Edits(vec![document]))))
}

fn text_edit(snapshot: &Snapshot, file: &SourceFile, edit: &TextEdit) -> lsp::TextEdit {
    let new_text = edit.text.replace("\r\n", "\n").replace('\n', file.text().line_ending());
    lsp::TextEdit { range: range_of(file, edit.range, snapshot.support.encoding), new_text }
}

fn document_edit(uri: lsp::Uri, version: Option<i32>, edit: lsp::TextEdit) -> lsp::TextDocumentEdit {
    lsp::TextDocumentEdit {
        text_document: lsp::OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: vec![lsp::OneOf::Left(edit)],
    }
}

fn changes(changes: lsp::DocumentChanges) -> lsp::WorkspaceEdit {
    lsp::WorkspaceEdit { document_changes: Some(changes), ..lsp::WorkspaceEdit::default() }
}
