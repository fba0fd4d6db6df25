//! `accesslens rules`: what there is to find.

use ide::config::Pack;

use super::check::pack;
use super::{Exit, print};
use crate::docs;
use crate::workspace::Failure;

/// List the rules
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How to write them
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// List them at their levels in this pack
    #[arg(long, value_name = "PACK", value_parser = pack(), default_value = Pack::Default.name())]
    pack: Pack,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// A line for each
    Human,
    /// JSON with the documentation, whatever the pack
    Json,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    match args.format {
        Format::Human => print(|out| {
            let width = ide::rules::ALL.iter().map(|it| it.name.len()).max().unwrap_or(0);
            for rule in ide::rules::ALL {
                let level = args.pack.level(rule, rule.severity, rule.access_analyzer).name();
                writeln!(out, "{:width$}  {level:7}  {}", rule.name, rule.summary())?;
            }
            Ok(())
        })?,
        Format::Json => print(|out| out.write_all(docs::rules_json().as_bytes()))?,
    }
    Ok(Exit::Clean)
}
