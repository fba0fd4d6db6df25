//! `accesslens rules`: what there is to find.

use ide::Rule;
use serde::Serialize;

use super::{Exit, print};
use crate::workspace::Failure;

/// List the rules
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How to write them
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// A line for each
    Human,
    /// JSON with the documentation
    Json,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    match args.format {
        Format::Human => print(|out| {
            let width = ide::rules::ALL.iter().map(|it| it.name.len()).max().unwrap_or(0);
            for rule in ide::rules::ALL {
                writeln!(out, "{:width$}  {:7}  {}", rule.name, rule.severity.name(), rule.summary())?;
            }
            Ok(())
        })?,
        Format::Json => print(|out| out.write_all(to_json().as_bytes()))?,
    }
    Ok(Exit::Clean)
}

/// All rules as JSON, as `schemas/rules.json` has them.
pub(crate) fn to_json() -> String {
    let rules: Vec<Described> = ide::rules::ALL.iter().map(|it| describe(it)).collect();
    let mut text = serde_json::to_string_pretty(&rules).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Described {
    name: &'static str,
    severity: &'static str,
    group: &'static str,
    since: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_analyzer: Option<&'static str>,
    summary: &'static str,
    docs: String,
}

fn describe(rule: &Rule) -> Described {
    Described {
        name: rule.name,
        severity: rule.severity.name(),
        group: rule.group.name(),
        since: rule.since,
        access_analyzer: rule.access_analyzer,
        summary: rule.summary(),
        docs: markdown(rule),
    }
}

/// The documentation without the blank that a doc comment puts before each line.
pub(crate) fn markdown(rule: &Rule) -> String {
    let lines = rule.docs.lines().map(|it| it.strip_prefix(' ').unwrap_or(it).trim_end());
    let mut text = lines.collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}
