//! `accesslens serve`: the language server.

use std::io::IsTerminal;

use super::{Exit, complain};
use crate::log::{self, Target};
use crate::lsp;
use crate::workspace::Failure;
use tracing::level_filters::LevelFilter;

/// Speak the Language Server Protocol on standard input and output
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Args {
    /// Use standard input and output; there is nothing else
    #[arg(long)]
    stdio: bool,
    /// Where to log: a file, which is written at its end, or `stderr`
    #[arg(long, value_name = "FILE|stderr")]
    log: Option<String>,
    /// How much to log: off, error, warn, info, debug or trace, which holds the text of documents; ACCESSLENS_LOG too
    #[arg(long, value_name = "LEVEL", value_parser = log::level)]
    log_level: Option<LevelFilter>,
    /// Never run git: policies are compared with their saved file, not with the last commit
    #[arg(long)]
    no_git: bool,
    /// The process to end with; the protocol's `initialize` says it too
    #[arg(long = "clientProcessId", hide = true, value_name = "PID")]
    client_process_id: Option<u32>,
    /// Answer the requests by which tests make the server slow
    #[arg(long, hide = true)]
    test_requests: bool,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    if std::io::stdin().is_terminal() {
        complain("note", "this is a language server, waiting for an editor; --help tells what else there is");
    }
    log::start(args.log.as_deref().map(Target::from), args.log_level)?;
    let (program, version) = (env!("CARGO_PKG_NAME"), super::version());
    tracing::info!("{program} {version}, process {}", std::process::id());
    let options = lsp::Options { git: !args.no_git, test_requests: args.test_requests };
    let ended = lsp::serve_stdio(options);
    ended.map(Exit::Server).map_err(|error| Failure(format!("cannot start the language server: {error}")))
}
