//! `accesslens doctor`: what accesslens finds around itself, and what to do about what is wrong.

mod editors;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use ide::{Analysis, Config, scenario};
use policy::find::Hint;
use serde::Serialize;

use super::{Exit, parallel, print};
use crate::workspace::{self, Failure};
use crate::{config, git};

/// Say how accesslens is set up here, and what to do about what is wrong
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder to look at
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// How to write it
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// JSON; schemas/doctor-output.schema.json describes it
    Json,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    /// Worth knowing, and nothing that has to be put right.
    Note,
    Problem,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Check {
    name: &'static str,
    state: State,
    text: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

#[derive(Serialize)]
struct Output<'a> {
    version: &'static str,
    catalogue: Catalogue,
    checks: &'a [Check],
}

#[derive(Serialize)]
struct Catalogue {
    date: &'static str,
}

/// How many files of a folder are looked at.
const MOST_FILES: usize = 20_000;

/// Facts that are older than this miss much of what AWS has launched.
const OLD: TimeDelta = TimeDelta::days(180);

impl Check {
    fn ok(name: &'static str, text: impl Into<String>) -> Check {
        Check { name, state: State::Ok, text: text.into(), advice: None }
    }

    fn note(name: &'static str, text: impl Into<String>, advice: &str) -> Check {
        Check { name, state: State::Note, text: text.into(), advice: Some(advice.to_owned()) }
    }

    fn problem(name: &'static str, text: impl Into<String>, advice: &str) -> Check {
        Check { state: State::Problem, ..Check::note(name, text, advice) }
    }
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    if !args.folder.is_dir() {
        let shown = args.folder.display();
        return Err(Failure(format!("{shown} is no folder; name one, or run accesslens in it")));
    }
    let folder = std::path::absolute(&args.folder).unwrap_or_else(|_| args.folder.clone());
    let mut checks = vec![program(), facts(chrono::Utc::now().naive_utc())];
    checks.extend(configuration(&folder));
    checks.push(asked_git());
    checks.extend(editors::checks());
    checks.extend(policies(&folder));
    print(|out| match args.format {
        Format::Human => human(&checks, out),
        Format::Json => {
            let date = catalog::catalog().date();
            let output =
                Output { version: env!("CARGO_PKG_VERSION"), catalogue: Catalogue { date }, checks: &checks };
            serde_json::to_writer_pretty(&mut *out, &output)?;
            writeln!(out)
        }
    })?;
    let is_problem = |it: &Check| it.state == State::Problem;
    Ok(if checks.iter().any(is_problem) { Exit::Findings } else { Exit::Clean })
}

/// Where this program is, and whether the shell and the editors would find the same.
fn program() -> Check {
    let Ok(here) = std::env::current_exe() else {
        return Check::note("program", "the system does not say where it is", "Run it by its full path.");
    };
    let shown = here.display();
    let name = format!("{}{}", env!("CARGO_PKG_NAME"), std::env::consts::EXE_SUFFIX);
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match editors::on_path(&name) {
        Some(first) if real(&first) == real(&here) => Check::ok("program", shown.to_string()),
        Some(first) => Check::note(
            "program",
            format!("{shown}, but {} is the first on the PATH", first.display()),
            "Editors may start that one; remove it, or give them this path.",
        ),
        None => Check::note(
            "program",
            format!("{shown}, which is not on the PATH"),
            "Put its folder on the PATH, or give editors this path.",
        ),
    }
}

fn facts(now: NaiveDateTime) -> Check {
    let date = catalog::catalog().date();
    let is_old = date.parse::<NaiveDate>().is_ok_and(|it| now.date() - it > OLD);
    match is_old {
        false => Check::ok("facts", format!("AWS as of {date}")),
        true => Check::note(
            "facts",
            format!("AWS as of {date}; what was launched since is unknown"),
            "Install a newer version, if there is one.",
        ),
    }
}

/// The configuration that holds in a folder, and all that is wrong with it.
fn configuration(folder: &Path) -> Vec<Check> {
    const NAME: &str = "configuration";
    let Some(file) = config::find(folder) else {
        return vec![Check::ok(NAME, "none in this folder or above it; defaults hold")];
    };
    let shown = file.display();
    match config::read(&file) {
        Err(failure) => vec![Check::problem(NAME, failure.0, "Until it can be read, defaults hold.")],
        Ok((_, problems)) if problems.is_empty() => vec![Check::ok(NAME, shown.to_string())],
        Ok((_, problems)) => {
            let advice = "Correct it; what is wrong is left out.";
            problems.into_iter().map(|it| Check::problem(NAME, it, advice)).collect()
        }
    }
}

fn asked_git() -> Check {
    match git::version() {
        Ok(version) => Check::ok("git", version),
        Err(reason) => Check::note(
            "git",
            format!("cannot be run: {reason}"),
            "Without git, `git:REVISION:PATH` cannot be read, and edits are compared with the saved file.",
        ),
    }
}

/// What a folder holds.
fn policies(folder: &Path) -> [Check; 2] {
    let files: Vec<PathBuf> = workspace::policy_files(folder).take(MOST_FILES).collect();
    let is_scenario = |it: &&PathBuf| scenario::is_scenario(&it.to_string_lossy());
    let n_scenarios = files.iter().filter(is_scenario).count();
    let config = Arc::new(Config::default());
    let count = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        Analysis::of(&text, Hint::default(), Arc::clone(&config)).policies().len()
    };
    let counts: Vec<usize> = parallel::map(&files, count).into_iter().flatten().collect();
    let (n_policies, n_holding) = (counts.iter().sum::<usize>(), counts.iter().filter(|it| **it > 0).count());
    let cut = if files.len() < MOST_FILES { "" } else { ", where the search ended" };
    let n_files = match files.len() {
        1 => "1 file".to_owned(),
        n => format!("{n} files"),
    };
    let below = format!("{n_files} below {}{cut}", folder.display());
    let policies = match n_policies {
        0 => Check::note(
            "policies",
            format!("none in {below}"),
            "Only *.json, *.jsonc and *.template are looked at, and nothing that .gitignore names.",
        ),
        n => Check::ok("policies", format!("{n} in {n_holding} of {below}")),
    };
    let scenarios = match n_scenarios {
        0 => Check::ok("scenarios", "none; they are called *.access.jsonc or *.access.json"),
        n => Check::ok("scenarios", n.to_string()),
    };
    [policies, scenarios]
}

fn human(checks: &[Check], out: &mut dyn Write) -> io::Result<()> {
    let (bold, faint) = (Style::new().bold(), Style::new().dimmed());
    writeln!(out, "{bold}{} {}{bold:#}", env!("CARGO_PKG_NAME"), super::version())?;
    for it in checks {
        let (mark, colour) = match it.state {
            State::Ok => ("✓", AnsiColor::Green),
            State::Note => ("·", AnsiColor::Yellow),
            State::Problem => ("✗", AnsiColor::Red),
        };
        let colour = colour.on_default();
        writeln!(out, "  {colour}{mark}{colour:#} {faint}{:13}{faint:#}  {}", it.name, it.text)?;
        if let Some(advice) = &it.advice {
            writeln!(out, "    {:13}  {advice}", "")?;
        }
    }
    let n_problems = checks.iter().filter(|it| it.state == State::Problem).count();
    match n_problems {
        0 => writeln!(out, "\n{bold}Nothing is wrong.{bold:#}"),
        1 => writeln!(out, "\n{bold}1 problem.{bold:#}"),
        n => writeln!(out, "\n{bold}{n} problems.{bold:#}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_grow_old() {
        let of = |date: &str| facts(format!("{date}T00:00:00").parse().unwrap()).state;
        let date = catalog::catalog().date().parse::<NaiveDate>().unwrap();
        assert_eq!(of(&date.to_string()), State::Ok);
        assert_eq!(of(&(date + TimeDelta::days(200)).to_string()), State::Note);
    }
}
