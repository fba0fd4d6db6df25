//! The answers about denied requests in a document: events of CloudTrail and messages of errors.

use std::sync::Arc;

use ide::denied::{self, Denied, Policies, Verdict, show};
use ide::hover::Hover;
use ide::scenario::PolicyFile;
use syntax::{TextRange, TextSize};
use tower_lsp::ls_types as lsp;

use crate::lsp::scenarios::{self, path_of};
use crate::lsp::snapshot::{Other, Snapshot};
use crate::lsp::to_proto;

/// How many requests of a document are explained above them.
const MOST: usize = 200;

/// The lenses above denied requests.
pub(crate) fn lenses(snapshot: &Snapshot) -> Vec<lsp::CodeLens> {
    let found = snapshot.pending.denied();
    if found.is_empty() || !snapshot.analysis().config().lens {
        return Vec::new();
    }
    let policies = policies(snapshot);
    let lens = |it: &Denied| {
        let title = show::title(it, &denied::verdict(it, &policies));
        let range = TextRange::new(it.range.start, it.range.start + 1);
        let range = to_proto::range(snapshot, range);
        lsp::CodeLens { range, command: Some(to_proto::line(title)), data: None }
    };
    found.iter().take(MOST).map(lens).collect()
}

/// What there is to say of the request at a place.
pub(crate) fn hover(snapshot: &Snapshot, at: TextSize) -> Option<Hover> {
    let denied = snapshot.pending.denied().iter().find(|it| it.range.touches(at))?;
    show::hover(denied, &denied::verdict(denied, &policies(snapshot)), at)
}

/// What there is to say of requests, each under a line of its own.
pub(crate) fn explained(snapshot: &Snapshot, found: &[Denied]) -> String {
    let policies = policies(snapshot);
    let each = found.iter().take(MOST).map(|it| show::markdown(it, &denied::verdict(it, &policies)));
    let each: Vec<String> = each.collect();
    match each.is_empty() {
        true => "The text holds neither an AccessDenied message nor an event of CloudTrail".to_owned(),
        false => each.join("\n\n---\n\n"),
    }
}

/// The edits of open policies that grant the request in a range.
pub(crate) fn actions(snapshot: &Snapshot, range: TextRange) -> Vec<lsp::CodeAction> {
    let Some(denied) = snapshot.pending.denied().iter().find(|it| it.range.meets(range)) else {
        return Vec::new();
    };
    let verdict = denied::verdict(denied, &policies(snapshot));
    let mut others = documents(snapshot);
    // The document of the nearest statement first, then the rest by name.
    let nearest = nearest(&verdict);
    others.sort_by_key(|it| (Some(location(&it.uri)) != nearest, it.uri.as_str().to_owned()));
    others.iter().filter_map(|it| grant(snapshot, &verdict, it)).collect()
}

/// The document of the statement that is nearest to allowing the request.
fn nearest(verdict: &Verdict) -> Option<String> {
    let mut places =
        verdict.answers.iter().flat_map(|it| it.sites.iter().map(|site| it.policies.place(*site)));
    places.find_map(|it| Some(it?.file.location.clone()))
}

fn grant(snapshot: &Snapshot, verdict: &Verdict, other: &Other) -> Option<lsp::CodeAction> {
    let grant = verdict.grant.as_ref()?;
    let analysis = other.pending.analysis();
    let policy = analysis.policies().iter().find(|it| it.kind == show::kind(grant))?;
    let text = analysis.file().text();
    let edit = show::add(&text.to_string(), policy, grant)?;
    let encoding = snapshot.support.encoding;
    let edit = lsp::TextEdit {
        range: scenarios::range_of(analysis.file(), edit.range, encoding),
        new_text: edit.text.replace("\r\n", "\n").replace('\n', text.line_ending()),
    };
    let text_document =
        lsp::OptionalVersionedTextDocumentIdentifier { uri: other.uri.clone(), version: Some(other.version) };
    let document = lsp::TextDocumentEdit { text_document, edits: vec![lsp::OneOf::Left(edit)] };
    Some(lsp::CodeAction {
        title: format!("Add the smallest grant to {}", name(&other.uri)),
        kind: Some(lsp::CodeActionKind::QUICKFIX),
        edit: Some(lsp::WorkspaceEdit {
            document_changes: Some(lsp::DocumentChanges::Edits(vec![document])),
            ..lsp::WorkspaceEdit::default()
        }),
        ..lsp::CodeAction::default()
    })
}

/// The policies of all open documents, of this one too.
fn policies(snapshot: &Snapshot) -> Policies {
    let files = documents(snapshot).into_iter().map(|it| {
        let file = PolicyFile {
            path: name(&it.uri),
            location: location(&it.uri),
            analysis: Arc::clone(it.pending.analysis()),
        };
        Arc::new(file)
    });
    Policies::of(&files.collect::<Vec<_>>())
}

/// The open documents by name.
fn documents(snapshot: &Snapshot) -> Vec<Other> {
    let own = Other {
        uri: snapshot.uri.clone(),
        version: snapshot.version,
        pending: Arc::clone(&snapshot.pending),
    };
    let mut all = vec![own];
    all.extend(snapshot.others.iter().cloned());
    all.retain(|it| !scenarios::is_scenario(&it.uri));
    all.sort_by(|a, b| a.uri.as_str().cmp(b.uri.as_str()));
    all
}

fn location(uri: &lsp::Uri) -> String {
    path_of(uri).map_or_else(|| uri.as_str().to_owned(), |it| it.display().to_string())
}

fn name(uri: &lsp::Uri) -> String {
    let path = path_of(uri);
    let name = path.as_ref().and_then(|it| it.file_name()).map(|it| it.to_string_lossy().into_owned());
    name.unwrap_or_else(|| uri.as_str().to_owned())
}
