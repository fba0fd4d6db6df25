//! `accesslens serve`: the language server.

use std::io::IsTerminal;

use super::{Exit, complain};
use crate::lsp;
use crate::workspace::Failure;

/// Speak the Language Server Protocol on standard input and output
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Args {
    /// Use standard input and output; there is nothing else
    #[arg(long)]
    stdio: bool,
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
    let options = lsp::Options { git: !args.no_git, test_requests: args.test_requests };
    let ended = lsp::serve_stdio(options);
    ended.map(Exit::Server).map_err(|error| Failure(format!("cannot start the language server: {error}")))
}
