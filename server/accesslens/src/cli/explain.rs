//! `accesslens explain`: the documentation of a rule.

use anstyle::{AnsiColor, Style};

use super::{Exit, print};
use crate::config::suggest;
use crate::docs;
use crate::workspace::Failure;

/// Explain a rule: what it finds, why it matters, examples
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The rule's name, as a finding shows it in brackets
    rule: String,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let Some(rule) = ide::rules::rule(&args.rule) else {
        let known = ide::rules::ALL.iter().map(|it| it.name);
        return Err(Failure(format!("there is no rule `{}`; {}", args.rule, suggest(&args.rule, known))));
    };
    let (bold, faint, code) = (Style::new().bold(), Style::new().dimmed(), AnsiColor::Cyan.on_default());
    print(|out| {
        let (level, group) = (rule.level().name(), rule.group.name());
        let analyzer = rule.access_analyzer.map(|it| format!(", Access Analyzer {it}")).unwrap_or_default();
        writeln!(out, "{bold}{}{bold:#} ({level}, {group}, since {}{analyzer})\n", rule.name, rule.since)?;
        let mut fenced = false;
        for line in docs::markdown(rule).lines() {
            if line.starts_with("```") {
                fenced = !fenced;
            } else if fenced {
                writeln!(out, "    {code}{line}{code:#}")?;
            } else if let Some(heading) = line.strip_prefix("## ") {
                writeln!(out, "{bold}{heading}{bold:#}")?;
            } else if matches!(line, "Found in:" | "Not in:") {
                writeln!(out, "{faint}{line}{faint:#}")?;
            } else {
                writeln!(out, "{line}")?;
            }
        }
        writeln!(out, "\n{faint}{}{faint:#}", docs::pages::url(rule))?;
        Ok(())
    })?;
    Ok(Exit::Clean)
}
