//! The scenarios of a workspace: found on disk, decided whenever a document that matters changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ide::Severity;
use ide::scenario::show::Mismatch;
use ide::scenario::{self, Problem, Ran, Runs, Scenario, show};
use serde_json::{Value, json};
use syntax::{Encoding, SourceFile, TextRange};
use tower_lsp::ls_types as lsp;

use crate::lsp::snapshot::Pending;
use crate::policy_files::{Cache, PolicyFiles, Within};
use crate::workspace;

/// How many files of a workspace are looked at.
const MOST_FILES: usize = 20_000;

/// How many scenario files a workspace has at most.
const MOST_SCENARIOS: usize = 500;

/// Larger ones are not read.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// What the next run needs.
pub(crate) struct Job {
    /// The folders of the workspace.
    pub(crate) folders: Vec<PathBuf>,
    /// The scenarios that were found in them.
    pub(crate) found: Arc<Vec<PathBuf>>,
    /// Policy files as they were read before.
    pub(crate) cache: Arc<Cache>,
    /// The open documents by their path.
    pub(crate) open: BTreeMap<PathBuf, OpenFile>,
    pub(crate) encoding: Encoding,
}

/// An open document.
pub(crate) struct OpenFile {
    pub(crate) uri: lsp::Uri,
    pub(crate) version: i32,
    pub(crate) pending: Arc<Pending>,
}

/// What a run came to.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) runs: Arc<Runs>,
    /// The diagnostics of the scenarios that are open: the version they are of, and the message.
    pub(crate) messages: Vec<(lsp::Uri, i32, Vec<u8>)>,
}

/// Whether a document is a scenario.
pub(crate) fn is_scenario(uri: &lsp::Uri) -> bool {
    scenario::is_scenario(uri.path().as_str())
}

/// The path of a document that is a file.
pub(crate) fn path_of(uri: &lsp::Uri) -> Option<PathBuf> {
    uri.to_file_path().map(|it| it.into_owned())
}

/// The files below some folders that policies and scenarios may be in.
pub(crate) fn files(folders: &[PathBuf]) -> Vec<PathBuf> {
    folders.iter().flat_map(|it| workspace::policy_files(it)).take(MOST_FILES).collect()
}

/// The scenarios among some files.
pub(crate) fn among(files: &[PathBuf]) -> Vec<PathBuf> {
    let scenarios = files.iter().filter(|it| scenario::is_scenario(&it.to_string_lossy()));
    scenarios.take(MOST_SCENARIOS).cloned().collect()
}

/// Decides all scenarios.
pub(crate) fn run(job: &Job) -> Done {
    let mut paths = job.found.to_vec();
    paths.extend(job.open.keys().filter(|it| scenario::is_scenario(&it.to_string_lossy())).cloned());
    paths.sort();
    paths.dedup();
    let open = |path: &Path| job.open.get(path).map(|it| Arc::clone(it.pending.analysis()));
    let mut all = Vec::new();
    let mut messages = Vec::new();
    for path in &paths {
        let Some(file) = file(job, path) else { continue };
        let scenario = Scenario::read(&file);
        let base = path.parent().unwrap_or(Path::new("/"));
        let root = job.folders.iter().find(|it| path.starts_with(it)).map_or(base, |it| it);
        // A scenario outside of all folders, opened by itself, may read beside itself.
        let beside = [base.to_owned()];
        let folders = if job.folders.is_empty() { &beside[..] } else { &job.folders };
        let within = Within { folders, name: "workspace", advice: "open its folder too" };
        let files = PolicyFiles::new(base, root, Some(within), &open).with_cache(&job.cache);
        let results = scenario::run(&scenario, &files);
        if let Some(document) = job.open.get(path) {
            let message =
                diagnostics(job, document, &file, &results.problems, &show::mismatches(&scenario, &results));
            messages.push((document.uri.clone(), document.version, message));
        }
        let shown = path.strip_prefix(root).unwrap_or(path).display().to_string();
        all.push(Ran { location: path.display().to_string(), shown, file, scenario, results });
    }
    Done { runs: Arc::new(Runs::of(all)), messages }
}

fn file(job: &Job, path: &Path) -> Option<SourceFile> {
    if let Some(document) = job.open.get(path) {
        return Some(document.pending.file().clone());
    }
    std::fs::metadata(path).ok().filter(|it| it.is_file() && it.len() <= MOST_BYTES)?;
    let text = std::fs::read_to_string(path).ok()?;
    Some(SourceFile::new(&text, policy::find::LANDMARKS))
}

fn diagnostics(
    job: &Job,
    of: &OpenFile,
    file: &SourceFile,
    problems: &[Problem],
    mismatches: &[Mismatch],
) -> Vec<u8> {
    let problems = problems.iter().map(|it| {
        let severity = match it.severity {
            Severity::Error => 1,
            Severity::Warning => 2,
            Severity::Info => 3,
            Severity::Hint => 4,
        };
        diagnostic(job, file, it.range, severity, "scenario", &it.message, &[])
    });
    let mismatches = mismatches.iter().map(|it| {
        let related: Vec<Value> = it.places.iter().filter_map(|it| related(job, it)).collect();
        diagnostic(job, file, it.range, 1, "expectation", &it.message, &related)
    });
    let diagnostics: Vec<Value> = problems.chain(mismatches).collect();
    let message = json!({
        "jsonrpc": "2.0",
        "method": "textDocument/publishDiagnostics",
        "params": {"uri": of.uri.as_str(), "version": of.version, "diagnostics": diagnostics},
    });
    message.to_string().into_bytes()
}

fn diagnostic(
    job: &Job,
    file: &SourceFile,
    range: TextRange,
    severity: u8,
    code: &str,
    message: &str,
    related: &[Value],
) -> Value {
    let mut out = json!({
        "range": range_of(file, range, job.encoding),
        "severity": severity,
        "code": code,
        "source": "accesslens",
        "message": message,
    });
    if let (Some(object), false) = (out.as_object_mut(), related.is_empty()) {
        object.insert("relatedInformation".to_owned(), json!(related));
    }
    out
}

fn related(job: &Job, place: &scenario::Place) -> Option<Value> {
    let location = location(place, job.encoding)?;
    let statement = place.file.analysis.policies().get(place.policy)?;
    let name = ide::explain::name_of(statement, place.statement);
    Some(json!({"location": location, "message": format!("{name} of {}", place.file.path)}))
}

/// Where a statement stands.
pub(crate) fn location(place: &scenario::Place, encoding: Encoding) -> Option<lsp::Location> {
    let uri = lsp::Uri::from_file_path(Path::new(&place.file.location))?;
    Some(lsp::Location { uri, range: range_of(place.file.analysis.file(), place.range()?, encoding) })
}

/// A range of a file that need not be the snapshot's.
pub(crate) fn range_of(file: &SourceFile, range: TextRange, encoding: Encoding) -> lsp::Range {
    let position = |at| {
        let at = file.text().line_col(at, encoding);
        lsp::Position { line: at.line, character: at.column }
    };
    lsp::Range { start: position(range.start), end: position(range.end) }
}
