//! `accesslens check`: the findings in files.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDateTime;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use ide::config::Pack;
use ide::{Analysis, Cancel, Config, Finding, Level, Severity};
use policy::PolicyKind;
use policy::find::Hint;
use policy::model::Policy;
use serde::Serialize;
use syntax::{Text, TextEdit};

use super::output::{self, Format};
use super::unused::{self, Ignores};
use super::{Exit, complain, kind, parallel, print};
use crate::config::{self, Settings};
use crate::pointer;
use crate::workspace::{self, Failure, Input, Origin};

/// Check policies
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files, folders (searched for *.json, *.jsonc and *.template), globs; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<OsString>,
    /// How to write the findings
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// What the policies are attached to; without it, it is inferred
    #[arg(long, value_name = "KIND", value_parser = kind::parser())]
    kind: Option<PolicyKind>,
    /// Apply the fixes that leave the granted access exactly as it is
    #[arg(long)]
    fix: bool,
    /// The least severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = severity())]
    fail_on: Severity,
    /// The configuration; without it, the nearest accesslens.json or .accesslens.jsonc around each file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What is reported, and how; without it, the configuration's, or `default`
    #[arg(long, value_name = "PACK", value_parser = pack())]
    pack: Option<Pack>,
    /// The moment to judge dates by, as 2026-11-22 or 2026-11-22T08:00:00 (UTC); without it, the present one
    #[arg(long, value_name = "DATE", value_parser = moment)]
    now: Option<NaiveDateTime>,
    /// The path that standard input goes by
    #[arg(long, value_name = "FILE", default_value = "stdin.json")]
    stdin_name: PathBuf,
}

/// A file that was checked.
#[derive(Debug)]
pub(crate) struct Checked {
    /// Its path as it was given or found.
    pub(crate) path: String,
    /// Whether it was asked for by its own name.
    pub(crate) named: bool,
    pub(crate) text: Text,
    pub(crate) policies: Vec<Policy>,
    pub(crate) findings: Vec<Found>,
    /// The fixes that were applied.
    pub(crate) fixed: Vec<Fixed>,
}

/// A finding in the file's own coordinates and at the level of the settings.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) finding: Finding,
    /// The JSON pointer of the innermost value it is about.
    pub(crate) pointer: String,
}

/// A fix that was applied.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fixed {
    pub(crate) rule: &'static str,
    pub(crate) title: String,
}

/// An input with what its check depends on.
pub(super) struct Job {
    input: Input,
    pub(super) config: Arc<Config>,
    hint: Hint,
    fix: bool,
    /// What its settings come from.
    pub(super) settings: Arc<Settings>,
    /// Where it is.
    pub(super) path: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let now = args.now.unwrap_or_else(|| chrono::Utc::now().naive_utc());
    let (inputs, mut failures) = workspace::inputs(&args.paths, &args.stdin_name);
    if args.fix && inputs.iter().any(|it| matches!(it.origin, Origin::Stdin(_))) {
        return Err(Failure("--fix changes files, and standard input is none; name a file".to_owned()));
    }
    let mut configurations = Configurations::new(args.config.as_deref(), &mut failures);
    let job = |input: Input| {
        let path = std::path::absolute(input.origin.path()).unwrap_or(input.origin.path().to_owned());
        let settings = configurations.of(&path, &mut failures);
        let (config, mut hint) = settings.with_pack(args.pack).config_for(&path, now);
        hint.kind = args.kind.or(hint.kind);
        Job { input, config, hint, fix: args.fix, settings, path }
    };
    let jobs: Vec<Job> = inputs.into_iter().map(job).collect();

    let mut files = Vec::new();
    let mut used = unused::Used::default();
    for (job, done) in jobs.iter().zip(parallel::map(&jobs, check)) {
        match done {
            Some(Ok(Some((file, ignores)))) => {
                used.add(job, ignores);
                files.push(file);
            }
            Some(Ok(None)) => {}
            Some(Err(failure)) => failures.push(failure),
            None => failures.push(Failure(format!(
                "{} was not checked: a rule failed on it; please report this, with the file if you can",
                job.input.origin.path().display()
            ))),
        }
    }
    if args.format == Format::Human {
        for file in files.iter().filter(|it| it.named && it.policies.is_empty()) {
            complain("note", &format!("{} holds no policy", file.path));
        }
    }
    if failures.is_empty() {
        files.extend(unused::find(&jobs, &used, &args.paths, args.pack, now));
    }
    let report = output::Report { files: &files, failures: &failures };
    print(|out| args.format.write(&report, out))?;
    for failure in &failures {
        complain("error", &failure.0);
    }
    let fails = |it: &Found| it.finding.severity <= args.fail_on;
    Ok(match files.iter().flat_map(|it| &it.findings).any(fails) {
        _ if !failures.is_empty() => Exit::Failed,
        true => Exit::Findings,
        false => Exit::Clean,
    })
}

/// A file with what is found in it, and which of the elements of `ignore` that hold for it keep something quiet there.
fn check(job: &Job) -> Result<Option<(Checked, Ignores)>, Failure> {
    let Some(mut text) = workspace::read(&job.input)? else { return Ok(None) };
    let analyse = |text: &str| Analysis::of(text, job.hint.clone(), Arc::clone(&job.config));
    let mut analysis = analyse(&text);
    let mut fixed = Vec::new();
    if job.fix {
        // Each round leaves fewer findings; the limit is for a rule that is wrong about that.
        for _ in 0..MAX_ROUNDS {
            let fixes = analysis.safe_fixes(&Cancel::default()).unwrap_or_default();
            if fixes.is_empty() {
                break;
            }
            let line_ending = analysis.file().text().line_ending();
            let edits = fixes.iter().flat_map(|(_, fix)| &fix.edits).map(|it| TextEdit {
                range: it.range,
                text: output::with_line_ending(&it.text, line_ending),
            });
            text = TextEdit::apply_all(&text, &edits.collect::<Vec<_>>());
            fixed.extend(fixes.into_iter().map(|(rule, fix)| Fixed { rule: rule.name, title: fix.title }));
            analysis = analyse(&text);
        }
        if !fixed.is_empty() {
            workspace::write(job.input.origin.path(), &text)?;
        }
    }
    let findings = findings(&analysis);
    // In half-typed text the rules see less than there is.
    let ignores = match analysis.file().tree().has_errors() {
        true => Ignores::Unknown,
        false => Ignores::Used(analysis.used_ignores().collect()),
    };
    let checked = Checked {
        path: job.input.origin.path().display().to_string(),
        named: job.input.named,
        text: analysis.file().text().clone(),
        policies: analysis.policies().to_vec(),
        findings,
        fixed,
    };
    Ok(Some((checked, ignores)))
}

const MAX_ROUNDS: usize = 32;

/// The findings of an analysis as they are put out.
pub(crate) fn findings(analysis: &Analysis) -> Vec<Found> {
    let found = analysis.findings(&Cancel::default()).unwrap_or_default();
    let ranges: Vec<_> = found.iter().map(|it| it.range()).collect();
    let pointers = pointer::pointers(analysis.file(), &ranges);
    let own = found.iter().zip(pointers).filter_map(|(it, pointer)| {
        let Level::At(severity) = analysis.level(it.finding) else { return None };
        let finding = Finding {
            severity,
            range: it.range(),
            related: it.related().collect(),
            fixes: analysis.fixes(it).collect(),
            ..it.finding.clone()
        };
        Some(Found { finding, pointer })
    });
    own.collect()
}

/// The settings of each file, read once for each folder.
pub(super) struct Configurations {
    said: Option<Arc<Settings>>,
    of_folder: BTreeMap<PathBuf, Arc<Settings>>,
    of_file: BTreeMap<PathBuf, Arc<Settings>>,
}

impl Configurations {
    pub(super) fn new(said: Option<&Path>, failures: &mut Vec<Failure>) -> Configurations {
        let said = said.map(|path| {
            let path = std::path::absolute(path).unwrap_or(path.to_owned());
            load(&path, failures)
        });
        Configurations { said, of_folder: BTreeMap::new(), of_file: BTreeMap::new() }
    }

    pub(super) fn of(&mut self, path: &Path, failures: &mut Vec<Failure>) -> Arc<Settings> {
        if let Some(said) = &self.said {
            return Arc::clone(said);
        }
        let folder = path.parent().unwrap_or(path);
        if let Some(known) = self.of_folder.get(folder) {
            return Arc::clone(known);
        }
        let settings = match config::find(folder) {
            Some(file) => {
                let read = self.of_file.entry(file.clone());
                Arc::clone(read.or_insert_with(|| load(&file, failures)))
            }
            None => Arc::default(),
        };
        self.of_folder.insert(folder.to_owned(), Arc::clone(&settings));
        settings
    }
}

/// The settings of a file; what is wrong with it becomes failures.
fn load(path: &Path, failures: &mut Vec<Failure>) -> Arc<Settings> {
    match config::read(path) {
        Ok((settings, problems)) => {
            failures.extend(problems.into_iter().map(Failure));
            Arc::new(settings)
        }
        Err(failure) => {
            failures.push(failure);
            Arc::default()
        }
    }
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    let names = PossibleValuesParser::new(["error", "warning", "info", "hint"]);
    names.try_map(|it| Severity::from_name(&it).ok_or("there is no such severity"))
}

pub(super) fn pack() -> impl TypedValueParser<Value = Pack> {
    let names = PossibleValuesParser::new(Pack::ALL.map(Pack::name));
    names.try_map(|it| Pack::from_name(&it).ok_or("there is no such pack"))
}

pub(super) fn moment(text: &str) -> Result<NaiveDateTime, String> {
    let day = || chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").map(NaiveDateTime::from);
    let moment = NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y-%m-%dT%H:%M:%S");
    moment.or_else(|_| day()).map_err(|_| "write it as 2026-11-22 or 2026-11-22T08:00:00".to_owned())
}
