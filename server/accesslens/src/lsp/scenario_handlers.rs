//! The answers about scenario files, and what scenarios add to the answers about policies.

use std::path::{Path, PathBuf};

use ide::completion::Completions;
use ide::completion::scenario::Around;
use ide::hover::Hover;
use ide::scenario::show::{self, Target};
use ide::scenario::{CaseId, Ran, Scenario};
use policy::model::Policy;
use syntax::TextSize;
use tower_lsp::ls_types as lsp;

use crate::lsp::scenarios::{self, path_of};
use crate::lsp::snapshot::Snapshot;
use crate::lsp::{from_proto, to_proto};

/// What the scenario file of a snapshot came to; `None` when it is none, or was not decided yet.
pub(crate) fn ran(snapshot: &Snapshot) -> Option<&Ran> {
    let path = path_of(&snapshot.uri).filter(|_| scenarios::is_scenario(&snapshot.uri))?;
    snapshot.runs.at(&path.to_string_lossy())
}

/// The lenses of a scenario file.
pub(crate) fn code_lens(snapshot: &Snapshot) -> Vec<lsp::CodeLens> {
    let Some(ran) = ran(snapshot) else { return Vec::new() };
    let scenario = Scenario::read(snapshot.pending.file());
    let requests = scenario.requests.iter().enumerate();
    let lens = |(idx, spec)| {
        let title = show::title(&ran.results, idx, spec)?;
        let range = to_proto::range(snapshot, spec.range);
        let range = lsp::Range { start: range.start, end: range.start };
        Some(lsp::CodeLens { range, command: Some(to_proto::line(title)), data: None })
    };
    requests.filter_map(lens).collect()
}

/// What is under the cursor of a scenario file.
pub(crate) fn hover(snapshot: &Snapshot, at: TextSize) -> Option<Hover> {
    let file = snapshot.pending.file();
    let results = ran(snapshot).map(|it| &it.results);
    ide::hover::scenario::hover(file, at, &Scenario::read(file), results, snapshot.analysis().config())
}

/// What can be written at the cursor of a scenario file.
pub(crate) fn complete(snapshot: &Snapshot, at: TextSize) -> Completions {
    let path = path_of(&snapshot.uri);
    let folder = path.as_deref().and_then(Path::parent);
    let relative = |it: &PathBuf| {
        let path = it.strip_prefix(folder?).ok()?;
        let path = path.to_string_lossy().replace('\\', "/");
        (!ide::scenario::is_scenario(&path)).then_some(path)
    };
    let files: Vec<String> = snapshot.files.iter().filter_map(relative).collect();
    let elsewhere = snapshot.elsewhere();
    let results = ran(snapshot).map(|it| &it.results);
    let around =
        Around { files: &files, results, elsewhere: &elsewhere, config: snapshot.analysis().config() };
    ide::completion::scenario::complete(snapshot.pending.file(), at, &around)
}

/// The hints of a scenario file inside a range.
pub(crate) fn inlay_hint(snapshot: &Snapshot, params: &lsp::InlayHintParams) -> Vec<lsp::InlayHint> {
    let Some(ran) = ran(snapshot) else { return Vec::new() };
    let encoding = snapshot.support.encoding;
    let Some(range) = from_proto::range(snapshot.text(), params.range, encoding) else { return Vec::new() };
    let scenario = Scenario::read(snapshot.pending.file());
    let requests = scenario.requests.iter().enumerate();
    let hints = requests.filter_map(|(idx, spec)| show::hint(&ran.results, idx, spec));
    hints
        .filter(|(at, _)| range.touches(*at))
        .map(|(at, label)| {
            to_proto::inlay_hint(
                snapshot,
                ide::hints::Hint { at, label, tooltip: "The statement that decides".to_owned() },
            )
        })
        .collect()
}

/// The lenses that scenarios add to a policy file: above each policy that they use, and above each statement that
/// decides something.
pub(crate) fn policy_lenses(snapshot: &Snapshot) -> Vec<lsp::CodeLens> {
    let analysis = snapshot.analysis();
    let Some(path) = path_of(&snapshot.uri).filter(|_| analysis.config().lens) else { return Vec::new() };
    let location = path.to_string_lossy();
    let mut out = Vec::new();
    let mut add = |at, title| {
        let range = to_proto::range(snapshot, syntax::TextRange::new(at, at + 1));
        out.push(lsp::CodeLens { range, command: Some(to_proto::line(title)), data: None });
    };
    for (n, policy) in analysis.policies().iter().enumerate() {
        let Some(title) = snapshot.runs.policy_title(&location, n) else { continue };
        add(policy.range.start, title);
        for (idx, statement) in policy.statements.iter().enumerate() {
            if let Some(title) = snapshot.runs.statement_title(&location, n, idx) {
                add(statement.start, title);
            }
        }
    }
    out
}

/// What scenarios add to the hover of a statement's name and effect.
pub(crate) fn statement_docs(snapshot: &Snapshot, at: TextSize) -> Option<String> {
    let path = path_of(&snapshot.uri)?;
    let (policy, statement, found) = statement_at(snapshot, at)?;
    let is_head =
        |name: &str| found.statement.key(name).is_some_and(|it| (it.member + found.start).touches(at));
    if !is_head("Sid") && !is_head("Effect") && at > found.start + 1 {
        return None;
    }
    snapshot.runs.statement_docs(&path.to_string_lossy(), policy, statement)
}

/// Where the text at a position leads: out of a scenario to its policies, out of a statement to the requests that it
/// decides.
pub(crate) fn definition(snapshot: &Snapshot, at: lsp::Position) -> Vec<lsp::Location> {
    let offset = from_proto::offset(snapshot.text(), at, snapshot.support.encoding);
    if !scenarios::is_scenario(&snapshot.uri) {
        return references(snapshot, at);
    }
    let Some(ran) = ran(snapshot) else { return Vec::new() };
    let scenario = Scenario::read(snapshot.pending.file());
    let location = |target: Target| match target {
        Target::Here(range) => {
            Some(lsp::Location { uri: snapshot.uri.clone(), range: to_proto::range(snapshot, range) })
        }
        Target::File(file) => Some(lsp::Location {
            uri: lsp::Uri::from_file_path(Path::new(&file.location))?,
            range: lsp::Range::default(),
        }),
        Target::Statement(place) => scenarios::location(&place, snapshot.support.encoding),
    };
    show::targets(&scenario, &ran.results, offset).into_iter().filter_map(location).collect()
}

/// The requests of scenarios that a statement decides or is nearest to allowing.
pub(crate) fn references(snapshot: &Snapshot, at: lsp::Position) -> Vec<lsp::Location> {
    let offset = from_proto::offset(snapshot.text(), at, snapshot.support.encoding);
    let Some((policy, statement, _)) = statement_at(snapshot, offset) else { return Vec::new() };
    let Some(path) = path_of(&snapshot.uri) else { return Vec::new() };
    let ids = snapshot.runs.of_statement(&path.to_string_lossy(), policy, statement);
    let mut out: Vec<lsp::Location> = ids.iter().filter_map(|it| request(snapshot, *it)).collect();
    out.dedup();
    out
}

/// Where a case is asked.
fn request(snapshot: &Snapshot, id: CaseId) -> Option<lsp::Location> {
    let (ran, case) = snapshot.runs.case(id)?;
    let spec = ran.scenario.requests.get(case.request)?;
    let uri = lsp::Uri::from_file_path(Path::new(&ran.location))?;
    Some(lsp::Location { uri, range: scenarios::range_of(&ran.file, spec.label, snapshot.support.encoding) })
}

fn statement_at(snapshot: &Snapshot, at: TextSize) -> Option<(usize, usize, policy::model::StatementAt<'_>)> {
    let analysis = snapshot.analysis();
    let (policy, idx, found) = analysis.statement_at(at)?;
    let n = analysis.policies().iter().position(|it: &Policy| it.range == policy.range)?;
    Some((n, idx, found))
}
