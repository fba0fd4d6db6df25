//! `accesslens access`: what policies really allow, statement by statement.

pub(super) mod batch;
pub(super) mod questions;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use chrono::NaiveDateTime;
use ide::lens::{self, Subject};
use ide::{Analysis, explain};
use policy::PolicyKind;
use policy::model::Effect;
use policy::reach::Access;
use serde_json::{Value, json};
use syntax::Encoding;

use super::check::{Configurations, moment};
use super::{Exit, complain, kind, print, source};
use crate::workspace::{self, Failure};

/// Say what policies really allow
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files, folders (searched for *.json, *.jsonc and *.template), globs; `-` is standard input
    #[arg(value_name = "PATH", required_unless_present = "batch")]
    paths: Vec<OsString>,
    /// Answer one question a line from this file; `-` is standard input. A question is JSON: `kind` is no-new-access
    /// (with `existing` and `new`), access-not-granted (with `new` and `access`) or no-public-access (with `new`)
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    batch: Option<OsString>,
    /// Ask instead whether they grant nothing that this policy does not: a file, or `git:REVISION:PATH`
    #[arg(long, value_name = "EXISTING", group = "question")]
    no_new_access: Option<OsString>,
    /// Ask instead whether they grant none of these actions; with --on, on these resources
    #[arg(long, value_name = "ACTION", value_delimiter = ',', group = "question")]
    not_granted: Vec<String>,
    /// The resources that --not-granted is about, as ARNs; without it, any. Alone, it is about any action
    #[arg(long, value_name = "ARN", value_delimiter = ',', conflicts_with_all = ["no_new_access", "no_public_access"])]
    on: Vec<String>,
    /// Ask instead whether they grant nothing to anybody whom they do not name
    #[arg(long, group = "question")]
    no_public_access: bool,
    /// How to write it
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// What the policies are attached to; without it, it is inferred
    #[arg(long, value_name = "KIND", value_parser = kind::parser())]
    kind: Option<PolicyKind>,
    /// The configuration; without it, the nearest accesslens.json or .accesslens.jsonc around each file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The moment to judge dates by, as 2026-11-22 or 2026-11-22T08:00:00 (UTC); without it, the present one
    #[arg(long, value_name = "DATE", value_parser = moment)]
    now: Option<NaiveDateTime>,
    /// The path that standard input goes by
    #[arg(long, value_name = "FILE", default_value = "stdin.json")]
    stdin_name: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each statement
    Human,
    /// JSON; schemas/access-output.schema.json describes it
    Json,
}

/// What a policy comes to.
struct Summary {
    path: String,
    kind: PolicyKind,
    /// The line of the file it starts on, from 1.
    line: u32,
    /// What it does as a whole.
    access: String,
    statements: Vec<StatementSummary>,
}

/// What a statement comes to.
struct StatementSummary {
    name: String,
    line: u32,
    effect: Option<Effect>,
    /// Whether it can ever apply.
    applies: bool,
    access: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    if let Some(source) = &args.batch {
        return run_batch(source);
    }
    let now = args.now.unwrap_or_else(|| chrono::Utc::now().naive_utc());
    let (inputs, mut failures) = workspace::inputs(&args.paths, &args.stdin_name);
    let mut configurations = Configurations::new(args.config.as_deref(), &mut failures);
    let question = question(args, now, &mut configurations, &mut failures)?;
    let mut answers = Vec::new();
    let mut summaries = Vec::new();
    for input in &inputs {
        let path = std::path::absolute(input.origin.path()).unwrap_or(input.origin.path().to_owned());
        let (config, mut hint) = configurations.of(&path, &mut failures).config_for(&path, now);
        hint.kind = args.kind.or(hint.kind);
        let shown = input.origin.path().display().to_string();
        match workspace::read(input) {
            Ok(Some(text)) => {
                let analysis = Analysis::of(&text, hint, config);
                if input.named && analysis.policies().is_empty() {
                    complain("note", &format!("{shown} holds no policy"));
                }
                match &question {
                    Some(question) => {
                        let line = |it: &policy::model::Policy| line_of(&analysis, it.range.start);
                        answers.extend(questions::ask(question, &analysis, &shown, &line));
                    }
                    None => summaries.extend(summarise(&analysis, &shown)),
                }
            }
            Ok(None) => {}
            Err(failure) => failures.push(failure),
        }
    }
    print(|out| match (args.format, &question) {
        (Format::Human, None) => human(&summaries, out),
        (Format::Json, None) => writeln!(out, "{:#}", to_json(&summaries)),
        (Format::Human, Some(_)) => questions::human(&answers, out),
        (Format::Json, Some(_)) => writeln!(out, "{:#}", questions::to_json(&answers)),
    })?;
    for failure in &failures {
        complain("error", &failure.0);
    }
    Ok(match answers.iter().all(questions::Answered::holds) {
        _ if !failures.is_empty() => Exit::Failed,
        true => Exit::Clean,
        false => Exit::Findings,
    })
}

/// What is asked of the policies, if anything is.
fn question(
    args: &Args,
    now: NaiveDateTime,
    configurations: &mut Configurations,
    failures: &mut Vec<Failure>,
) -> Result<Option<questions::Question>, Failure> {
    if let Some(source) = &args.no_new_access {
        let read = source::read(source)?;
        let (config, mut hint) = configurations.of(&read.path, failures).config_for(&read.path, now);
        hint.kind = args.kind.or(hint.kind);
        let existing = Analysis::of(&read.text, hint, config);
        return Ok(Some(questions::Question::NoNewAccess(Box::new(existing))));
    }
    if !args.not_granted.is_empty() || !args.on.is_empty() {
        let access = Access { actions: args.not_granted.clone(), resources: args.on.clone() };
        return Ok(Some(questions::Question::AccessNotGranted(access)));
    }
    Ok(args.no_public_access.then_some(questions::Question::NoPublicAccess))
}

fn line_of(analysis: &Analysis, at: syntax::TextSize) -> u32 {
    analysis.file().text().line_col(at, Encoding::Utf32).line + 1
}

fn run_batch(source: &OsString) -> Result<Exit, Failure> {
    let worker = || {
        let mut compiled = batch::Compiled::default();
        move |line: &[u8]| batch::answer(line, &mut compiled).to_string()
    };
    let done = if source == "-" {
        super::batch::run(io::stdin().lock(), io::stdout(), worker)
    } else {
        let failed = |it| Failure(format!("cannot read {}: {}", source.display(), workspace::reason(&it)));
        super::batch::run(std::fs::File::open(source).map_err(failed)?, io::stdout(), worker)
    };
    done.map_err(|it| Failure(it.to_string()))?;
    Ok(Exit::Clean)
}

fn summarise(analysis: &Analysis, path: &str) -> Vec<Summary> {
    let line = |at| line_of(analysis, at);
    let policies = analysis.policies().iter().enumerate();
    let summary = |(policy_idx, policy): (usize, &policy::model::Policy)| {
        let statements = policy.statements.iter().enumerate().map(|(idx, at)| {
            let verdict = explain::statement_of(analysis, policy_idx, idx);
            StatementSummary {
                name: explain::name_of(policy, idx),
                line: line(at.start),
                effect: at.statement.effect(),
                applies: verdict.as_ref().is_some_and(|it| it.applies),
                access: verdict.map(|it| it.line),
            }
        });
        Summary {
            path: path.to_owned(),
            kind: policy.kind,
            line: line(policy.range.start),
            access: lens::title(analysis, Subject::Policy(policy_idx)).unwrap_or_default(),
            statements: statements.collect(),
        }
    };
    policies.map(summary).collect()
}

fn human(summaries: &[Summary], out: &mut dyn Write) -> io::Result<()> {
    let (bold, faint) = (Style::new().bold(), Style::new().dimmed());
    for (n, policy) in summaries.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{bold}{}{bold:#} {faint}line {}{faint:#}", policy.path, policy.line)?;
        writeln!(out, "{bold}{}{bold:#}", policy.access)?;
        let width = policy.statements.iter().map(|it| it.name.chars().count()).max().unwrap_or(0).min(40);
        for it in &policy.statements {
            let colour = match it.effect {
                Some(_) if !it.applies => AnsiColor::Yellow,
                Some(Effect::Allow) => AnsiColor::Green,
                Some(Effect::Deny) => AnsiColor::Magenta,
                None => AnsiColor::Yellow,
            };
            let colour = colour.on_default();
            let access = it.access.as_deref().unwrap_or("unfinished: nothing can be said yet");
            let (verdict, rest) = access.split_once(" · ").unwrap_or((access, ""));
            write!(
                out,
                "  {faint}line {:<4}{faint:#} {:width$}  {colour}{verdict}{colour:#}",
                it.line, it.name
            )?;
            writeln!(out, "{}{rest}", if rest.is_empty() { "" } else { " · " })?;
        }
    }
    Ok(())
}

fn to_json(summaries: &[Summary]) -> Value {
    let statement = |it: &StatementSummary| {
        let effect = it.effect.map(|it| match it {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        });
        json!({"name": it.name, "line": it.line, "effect": effect, "applies": it.applies, "access": it.access})
    };
    let policy = |it: &Summary| {
        let statements: Vec<Value> = it.statements.iter().map(statement).collect();
        json!({
            "path": it.path,
            "line": it.line,
            "kind": it.kind.name(),
            "access": it.access,
            "statements": statements,
        })
    };
    let policies: Vec<Value> = summaries.iter().map(policy).collect();
    json!({"policies": policies, "catalogue": {"date": catalog::catalog().date()}})
}
