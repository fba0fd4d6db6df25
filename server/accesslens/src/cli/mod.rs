//! The command line: one file for each command, one for each output format.
//!
//! A new command is a file with `Args` and `run`, a variant of [`Command`] and an arm of [`run`].

mod access;
mod batch;
mod check;
mod completions;
mod denied;
mod diff;
mod doctor;
mod explain;
mod kind;
mod man;
mod output;
mod parallel;
mod parse;
mod report;
mod rules;
mod serve;
mod simulate;
mod source;
mod test;
mod unused;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::OnceLock;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::workspace::Failure;

/// What a command comes to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Exit {
    /// Done, and nothing to complain about.
    Clean,
    /// Done, and there is something to look at.
    Findings,
    /// Not done, or not all of it.
    Failed,
    /// What the language server says.
    Server(ExitCode),
}

#[derive(Debug, Parser)]
#[command(
    name = "accesslens",
    about = "Tells what an AWS IAM policy really allows.",
    long_about = "Tells what an AWS IAM policy really allows.\n\nWithout a command it is a language server on \
                  standard input and output.",
    after_help = "Exit code: 0 clean, 1 something was found, 2 something could not be done.",
    args_conflicts_with_subcommands = true
)]
struct CommandLine {
    #[command(flatten)]
    serve: serve::Args,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Access(access::Args),
    Check(check::Args),
    Diff(diff::Args),
    Rules(rules::Args),
    Explain(explain::Args),
    ExplainDenied(denied::Args),
    Parse(parse::Args),
    Report(report::Args),
    Simulate(simulate::Args),
    Test(test::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let matches = match described().try_get_matches() {
        Ok(it) => it,
        Err(error) => match file_for_a_command(&error) {
            Some(file) => {
                let command = env!("CARGO_PKG_NAME");
                let tip = format!(
                    "`{file}` is no command; `{command} check {file}` reports what is wrong in it, and \
                                   `{command} access {file}` says what it allows"
                );
                complain("error", &tip);
                return ExitCode::from(2);
            }
            None => error.exit(),
        },
    };
    let args = CommandLine::from_arg_matches(&matches).unwrap_or_else(|it| it.exit());
    let done = match args.command {
        None => serve::run(&args.serve),
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Access(args)) => access::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Diff(args)) => diff::run(&args),
        Some(Command::Rules(args)) => rules::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::ExplainDenied(args)) => denied::run(&args),
        Some(Command::Parse(args)) => parse::run(&args),
        Some(Command::Report(args)) => report::run(&args),
        Some(Command::Simulate(args)) => simulate::run(&args),
        Some(Command::Test(args)) => test::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Completions(args)) => completions::run(&args),
        Some(Command::Man(args)) => man::run(&args),
    };
    match done {
        Ok(Exit::Clean) => ExitCode::SUCCESS,
        Ok(Exit::Findings) => ExitCode::from(1),
        Ok(Exit::Failed) => ExitCode::from(2),
        Ok(Exit::Server(code)) => code,
        Err(Failure(message)) => {
            complain("error", &message);
            ExitCode::from(2)
        }
    }
}

/// The file or folder that stands where a command should, as somebody may expect that a file is enough.
fn file_for_a_command(error: &clap::Error) -> Option<&str> {
    let is_unknown = error.kind() == clap::error::ErrorKind::InvalidSubcommand;
    match error.get(clap::error::ContextKind::InvalidSubcommand) {
        Some(clap::error::ContextValue::String(it)) if is_unknown => {
            Some(it.as_str()).filter(|it| std::path::Path::new(it).exists())
        }
        _ => None,
    }
}

/// The command line as clap describes it, with its version.
fn described() -> clap::Command {
    CommandLine::command().version(version())
}

/// The version, and the day of the facts: a finding about an action that is new may only be old data.
pub(crate) fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    let own = env!("CARGO_PKG_VERSION");
    VERSION.get_or_init(|| format!("{own} (AWS as of {})", catalog::catalog().date()))
}

/// Writes to standard output, with colour where a terminal shows it. A reader that has gone away is no failure.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let stdout = anstream::AutoStream::auto(io::stdout().lock());
    let mut out = io::BufWriter::new(stdout);
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure(format!("cannot write the output: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Says something on standard error. If even that cannot be written, there is nobody to tell.
fn complain(level: &str, message: &str) {
    let mut err = anstream::AutoStream::auto(io::stderr().lock());
    let _ = writeln!(err, "accesslens: {level}: {message}");
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_are_sound() {
        use clap::CommandFactory;
        super::CommandLine::command().debug_assert();
    }
}
