//! The answers, each from a snapshot.

use std::time::Duration;

use ide::{Cancel, Cancelled, lens, refactor};
use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

use crate::lsp::capabilities::FIX_ALL;
use crate::lsp::snapshot::Snapshot;
use crate::lsp::{
    config_handlers, denied_handlers, from_proto, scenario_handlers, scenarios, settings, to_proto,
};

/// The fixes of all findings that touch the range, the one that applies all safe fixes, and the refactorings at the
/// range's start.
pub(crate) fn code_action(
    snapshot: &Snapshot,
    params: &lsp::CodeActionParams,
    cancel: &Cancel,
) -> Result<lsp::CodeActionResponse, Cancelled> {
    let analysis = snapshot.analysis();
    let Some(range) = from_proto::range(snapshot.text(), params.range, snapshot.support.encoding) else {
        return Ok(Vec::new());
    };
    let is_configuration = settings::is_configuration(&snapshot.uri);
    let wants = |kind: &str| match &params.context.only {
        None => true,
        Some(only) => {
            only.iter().any(|it| kind == it.as_str() || kind.starts_with(&format!("{}.", it.as_str())))
        }
    };
    let mut actions: Vec<lsp::CodeActionOrCommand> = Vec::new();
    if wants(lsp::CodeActionKind::QUICKFIX.as_str()) {
        let near = analysis.findings_at(range, cancel)?;
        for finding in &near {
            let Some(diagnostic) = to_proto::diagnostic(snapshot, finding) else { continue };
            for (n, fix) in analysis.fixes(finding).enumerate() {
                actions.push(to_proto::quick_fix(snapshot, &fix, diagnostic.clone(), n == 0).into());
            }
        }
        actions.extend(all_of_a_kind(snapshot, &near, cancel)?.into_iter().map(Into::into));
        actions.extend(denied_handlers::actions(snapshot, range).into_iter().map(Into::into));
        actions.extend(config_handlers::suppressions(snapshot, &near).into_iter().map(Into::into));
        if is_configuration {
            actions.extend(config_handlers::code_action(snapshot, range).into_iter().map(Into::into));
        }
    }
    // Offered among the quick fixes only when asked for, as on save.
    if params.context.only.is_some() && wants(FIX_ALL) {
        let fixes = analysis.safe_fixes(cancel)?.into_iter();
        let edits: Vec<syntax::TextEdit> = fixes.flat_map(|(_, fix)| fix.edits).collect();
        if !edits.is_empty() {
            let action = lsp::CodeAction {
                title: "Apply all safe fixes".to_owned(),
                kind: Some(lsp::CodeActionKind::new(FIX_ALL)),
                edit: Some(to_proto::workspace_edit(snapshot, &edits)),
                ..lsp::CodeAction::default()
            };
            actions.push(action.into());
        }
    }
    let wanted = |kind| wants(to_proto::refactor_kind(kind).as_str());
    for it in refactor::at(analysis, range.start, wanted, cancel)? {
        actions.push(to_proto::refactoring(snapshot, &it).into());
    }
    Ok(actions)
}

/// For each rule of the findings, the action that applies the first fix of all its findings in the document,
/// where there are several.
fn all_of_a_kind(
    snapshot: &Snapshot,
    near: &[ide::FindingAt<'_>],
    cancel: &Cancel,
) -> Result<Vec<lsp::CodeAction>, Cancelled> {
    let analysis = snapshot.analysis();
    let mut rules: Vec<&'static ide::Rule> = Vec::new();
    for it in near {
        if !it.finding.fixes.is_empty() && !rules.iter().any(|rule| std::ptr::eq(*rule, it.finding.rule)) {
            rules.push(it.finding.rule);
        }
    }
    let mut out = Vec::new();
    for rule in rules {
        let fixes = analysis.fixes_of(rule, cancel)?;
        if fixes.len() < 2 {
            continue;
        }
        let title = format!("Apply the first fix of all {} findings of {}", fixes.len(), rule.name);
        let edits: Vec<syntax::TextEdit> = fixes.into_iter().flat_map(|it| it.edits).collect();
        out.push(lsp::CodeAction {
            title,
            kind: Some(lsp::CodeActionKind::QUICKFIX),
            edit: Some(to_proto::workspace_edit(snapshot, &edits)),
            ..lsp::CodeAction::default()
        });
    }
    Ok(out)
}

/// Above each policy, what its edits change about access.
pub(crate) fn change_lenses(snapshot: &Snapshot) -> Vec<lsp::CodeLens> {
    let analysis = snapshot.analysis();
    let Some(baseline) = snapshot.baseline.as_ref().filter(|_| analysis.config().lens) else {
        return Vec::new();
    };
    let policies = analysis.policies().iter().enumerate();
    let lens = |(n, policy): (usize, &policy::model::Policy)| {
        let title = ide::change::compare(&baseline.analysis, analysis, n)?.title(baseline.since);
        let start = policy.range.start;
        let range = to_proto::range(snapshot, syntax::TextRange::new(start, start + 1));
        Some(lsp::CodeLens { range, command: Some(to_proto::line(title)), data: None })
    };
    policies.filter_map(lens).collect()
}

/// A lens with what it says.
pub(crate) fn code_lens_resolve(snapshot: &Snapshot, mut lens: lsp::CodeLens) -> lsp::CodeLens {
    let subject = lens.data.as_ref().and_then(from_proto::lens_subject);
    let title = subject.and_then(|it| lens::title(snapshot.analysis(), it)).unwrap_or_default();
    lens.command = Some(to_proto::line(title));
    lens
}

/// What is under the cursor, explained.
pub(crate) fn hover(snapshot: &Snapshot, at: lsp::Position) -> Option<lsp::Hover> {
    let at = from_proto::offset(snapshot.text(), at, snapshot.support.encoding);
    if scenarios::is_scenario(&snapshot.uri) {
        return scenario_handlers::hover(snapshot, at).map(|it| to_proto::hover(snapshot, it));
    }
    if settings::is_configuration(&snapshot.uri) {
        return config_handlers::hover(snapshot, at).map(|it| to_proto::hover(snapshot, it));
    }
    let Some(mut hover) = ide::hover::hover(snapshot.analysis(), at) else {
        return denied_handlers::hover(snapshot, at).map(|it| to_proto::hover(snapshot, it));
    };
    if let Some(docs) = scenario_handlers::statement_docs(snapshot, at) {
        hover.markdown = format!("{}\n\n{docs}", hover.markdown);
    }
    Some(to_proto::hover(snapshot, hover))
}

/// What can be written at the cursor.
pub(crate) fn completion(snapshot: &Snapshot, at: lsp::Position) -> lsp::CompletionResponse {
    let at = from_proto::offset(snapshot.text(), at, snapshot.support.encoding);
    let completions = match scenarios::is_scenario(&snapshot.uri) {
        true => scenario_handlers::complete(snapshot, at),
        false if settings::is_configuration(&snapshot.uri) => config_handlers::complete(snapshot, at),
        false => ide::completion::complete(snapshot.analysis(), at, &snapshot.elsewhere()),
    };
    let items = completions.items.into_iter().map(|it| to_proto::completion_item(snapshot, it));
    lsp::CompletionResponse::List(lsp::CompletionList {
        is_incomplete: completions.is_incomplete,
        items: items.collect(),
    })
}

/// An item with its documentation.
pub(crate) fn completion_resolve(mut item: lsp::CompletionItem) -> lsp::CompletionItem {
    let data = item.data.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    let (of, markdown) = match data.strip_prefix(to_proto::PLAIN) {
        Some(of) => (of, false),
        None => (data, true),
    };
    let docs = ide::completion::resolve(of);
    item.documentation = docs.map(|it| lsp::Documentation::MarkupContent(to_proto::marked(it, markdown)));
    item
}

/// For each position, the ranges around it from the smallest outwards.
pub(crate) fn selection(snapshot: &Snapshot, at: &[lsp::Position]) -> Vec<lsp::SelectionRange> {
    let encoding = snapshot.support.encoding;
    let around = |at: &lsp::Position| {
        let ranges =
            ide::selection::ranges(snapshot.analysis(), from_proto::offset(snapshot.text(), *at, encoding));
        let outer = |parent: Option<lsp::SelectionRange>, range: &syntax::TextRange| {
            let range = to_proto::range(snapshot, *range);
            Some(lsp::SelectionRange { range, parent: parent.map(Box::new) })
        };
        let empty = lsp::SelectionRange { range: lsp::Range { start: *at, end: *at }, parent: None };
        ranges.iter().rev().fold(None, outer).unwrap_or(empty)
    };
    at.iter().map(around).collect()
}

/// The edits that lay the text out; only inside `range` where one is given.
pub(crate) fn format(
    snapshot: &Snapshot,
    options: &lsp::FormattingOptions,
    range: Option<lsp::Range>,
) -> Vec<lsp::TextEdit> {
    let range = range.map(|it| from_proto::range(snapshot.text(), it, snapshot.support.encoding));
    let options = ide::format::FormatOptions {
        tab_size: options.tab_size.clamp(1, 16),
        insert_spaces: options.insert_spaces,
        range: range.flatten(),
    };
    let edits = ide::format::format(snapshot.analysis(), options);
    edits.iter().map(|it| to_proto::text_edit(snapshot, it)).collect()
}

#[expect(clippy::panic, reason = "a test asks for it, to see that the server lives on")]
pub(crate) fn panic_for_test() -> Result<Value, Cancelled> {
    panic!("a test asked for this panic")
}

/// Takes `ms` milliseconds, or until cancelled.
pub(crate) fn sleep_for_test(ms: u64, cancel: &Cancel) -> Result<Value, Cancelled> {
    for _ in 0..ms {
        cancel.check()?;
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(Value::Null)
}

pub(crate) fn state_for_test(snapshot: Option<&Snapshot>) -> Value {
    let state = |it: &Snapshot| json!({"version": it.version, "text": it.text().to_string()});
    snapshot.map_or(Value::Null, state)
}
