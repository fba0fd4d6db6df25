//! `accesslens rules`: what there is to find.

use super::{Exit, print};
use crate::docs;
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
        Format::Json => print(|out| out.write_all(docs::rules_json().as_bytes()))?,
    }
    Ok(Exit::Clean)
}
