//! `accesslens test`: scenarios, decided and compared with what they expect.

mod human;
mod json;
mod junit;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ide::Severity;
use ide::scenario::{self, Results, Scenario};
use policy::find::LANDMARKS;
use syntax::SourceFile;

use super::{Exit, complain, parallel, print};
use crate::policy_files::{PolicyFiles, Within};
use crate::workspace::{self, Failure, Input};

/// Check what scenarios expect (*.access.jsonc, *.access.json)
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Scenario files, folders (searched for *.access.jsonc and *.access.json), globs
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<OsString>,
    /// How to write the results
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// List every request, not only those that are not as expected
    #[arg(long)]
    all: bool,
    /// Run again whenever a scenario or a policy changes, until interrupted
    #[arg(long)]
    watch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// JSON; schemas/test-output.schema.json describes it
    Json,
    /// JUnit's XML, as CI servers read it
    Junit,
}

/// A scenario file that was run.
pub(crate) struct Ran {
    /// Its path as it was given or found.
    pub(crate) path: String,
    pub(crate) file: SourceFile,
    pub(crate) scenario: Scenario,
    pub(crate) results: Results,
    /// The policy files it reads.
    reads: Vec<PathBuf>,
}

/// How often files are looked at for changes.
const LOOK: Duration = Duration::from_millis(300);

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    loop {
        let (ran, failures) = run_all(args);
        print(|out| match args.format {
            Format::Human => human::write(&ran, args.all, out),
            Format::Json => json::write(&ran, out),
            Format::Junit => junit::write(&ran, out),
        })?;
        for failure in &failures {
            complain("error", &failure.0);
        }
        if !args.watch {
            return Ok(exit(&ran, &failures));
        }
        wait_for_change(args, &ran);
    }
}

fn run_all(args: &Args) -> (Vec<Ran>, Vec<Failure>) {
    let (mut inputs, mut failures) = workspace::inputs(&args.paths, Path::new("stdin.access.jsonc"));
    let name =
        |it: &Input| it.origin.path().file_name().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
    inputs.retain(|it| it.named || scenario::is_scenario(&name(it)));
    if inputs.is_empty() && failures.is_empty() {
        let endings = scenario::ENDINGS.map(|it| format!("*{it}")).join(" or ");
        failures.push(Failure(format!("no scenario found; they are called {endings}")));
    }
    let mut ran = Vec::new();
    for (input, done) in inputs.iter().zip(parallel::map(&inputs, run_one)) {
        match done {
            Some(Ok(it)) => ran.push(it),
            Some(Err(failure)) => failures.push(failure),
            None => failures.push(Failure(format!(
                "{} was not run: the evaluator failed on it; please report this, with the file if you can",
                input.origin.path().display()
            ))),
        }
    }
    (ran, failures)
}

fn run_one(input: &Input) -> Result<Ran, Failure> {
    let path = input.origin.path();
    let text = workspace::read(input)?.unwrap_or_default();
    let file = SourceFile::new(&text, LANDMARKS);
    let scenario = Scenario::read(&file);
    let base = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folders = project(base);
    let advice = "run accesslens in a folder that holds both";
    let within = Within { folders: &folders, name: "project", advice };
    let files = PolicyFiles::new(base, Path::new(""), Some(within), &|_| None);
    let results = scenario::run(&scenario, &files);
    let reads = files.paths();
    Ok(Ran { path: path.display().to_string(), file, scenario, results, reads })
}

/// The folders that a scenario in `base` may read: the one we are in, its own, and the repository around it.
fn project(base: &Path) -> Vec<PathBuf> {
    let base = std::path::absolute(base).unwrap_or_else(|_| base.to_owned());
    let repository = base.ancestors().find(|it| it.join(".git").exists()).map(Path::to_owned);
    let here = std::env::current_dir().ok();
    here.into_iter().chain(repository).chain([base]).collect()
}

fn exit(ran: &[Ran], failures: &[Failure]) -> Exit {
    let is_broken = |it: &Ran| it.results.problems.iter().any(|it| it.severity == Severity::Error);
    let fails = |it: &Ran| it.results.cases.iter().any(|it| it.met == Some(false));
    match () {
        () if !failures.is_empty() || ran.iter().any(is_broken) => Exit::Failed,
        () if ran.iter().any(fails) => Exit::Findings,
        () => Exit::Clean,
    }
}

/// Returns when a file that matters is written, comes or goes.
fn wait_for_change(args: &Args, ran: &[Ran]) {
    let mut err = anstream::AutoStream::auto(std::io::stderr().lock());
    // If even that cannot be written, there is nobody to tell.
    let _ = writeln!(err, "accesslens: waiting for changes; Ctrl-C ends");
    let state = || -> Vec<(PathBuf, Option<(SystemTime, u64)>)> {
        let scenarios =
            workspace::inputs(&args.paths, Path::new("")).0.into_iter().map(|it| it.origin.path().to_owned());
        let policies = ran.iter().flat_map(|it| it.reads.clone());
        let stamp = |path: PathBuf| {
            let stamp = std::fs::metadata(&path).ok().and_then(|it| Some((it.modified().ok()?, it.len())));
            (path, stamp)
        };
        scenarios.chain(policies).map(stamp).collect()
    };
    let before = state();
    while state() == before {
        std::thread::sleep(LOOK);
    }
}
