//! The language server: everything that knows the Language Server Protocol.
//!
//! `serve` moves messages, `shell` forwards them as events, `main_loop` owns all state, `snapshot` is what work
//! reads, `handlers` answers, `from_proto` and `to_proto` translate. Nothing outside of this folder imports
//! `tower_lsp`.

mod baseline;
mod capabilities;
mod commands;
mod config_handlers;
mod denied_handlers;
mod documents;
mod from_proto;
mod handlers;
mod main_loop;
mod plain;
mod progress;
mod publish;
mod registrations;
mod rendered;
mod scan;
mod scenario_handlers;
mod scenarios;
mod serve;
mod settings;
mod shell;
mod snapshot;
mod to_proto;
mod written;

use std::process::ExitCode;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::runtime::Runtime;
use tower_lsp::LspService;

/// How the server is to be.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether git may be asked what a file was in the last commit.
    pub git: bool,
    /// Adds the request `accesslens/test`, by which tests make the server slow or panic.
    pub test_requests: bool,
}

/// Speaks LSP over standard input and output until the client leaves.
///
/// # Errors
/// Fails when the system gives no threads.
pub fn serve_stdio(options: Options) -> std::io::Result<ExitCode> {
    let runtime = runtime()?;
    let ended = runtime.block_on(serve(options, tokio::io::stdin(), tokio::io::stdout()));
    // A read of standard input cannot be interrupted, and the client may leave it open.
    runtime.shutdown_background();
    Ok(ExitCode::from(ended.exit_code()))
}

/// Speaks LSP with a client that writes `input` and leaves: all that it is told, and the exit code.
///
/// # Errors
/// Fails when the system gives no threads.
pub fn serve_bytes(options: Options, input: &[u8]) -> std::io::Result<(Vec<u8>, u8)> {
    const PIPE: usize = 64 * 1024;
    let runtime = runtime()?;
    let (writer, mut reader) = tokio::io::duplex(PIPE);
    let mut output = Vec::new();
    let (ended, _) = runtime
        .block_on(async { tokio::join!(serve(options, input, writer), reader.read_to_end(&mut output)) });
    runtime.shutdown_background();
    Ok((output, ended.exit_code()))
}

fn runtime() -> std::io::Result<Runtime> {
    // One thread carries messages and holds the state, so that none has to wake another for a key; work that takes
    // long has threads of its own.
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

async fn serve(
    options: Options,
    reader: impl AsyncRead + Unpin,
    writer: impl AsyncWrite + Unpin + Send + 'static,
) -> serve::Ended {
    let (events, queue) = main_loop::channel();
    let (outbox, pending) = serve::outbox();
    let builder = LspService::build(|client| {
        tokio::spawn(main_loop::run(queue, client.clone(), events.clone(), outbox.clone(), options));
        shell::Shell::new(events)
    });
    let builder = builder
        .custom_method(written_as("textDocument/codeLens"), shell::Shell::code_lens_written)
        .custom_method(written_as("textDocument/documentLink"), shell::Shell::document_link_written)
        .custom_method(written_as("textDocument/documentSymbol"), shell::Shell::document_symbol_written)
        .custom_method(written_as("textDocument/foldingRange"), shell::Shell::folding_range_written)
        .custom_method(written_as("textDocument/inlayHint"), shell::Shell::inlay_hint_written);
    let builder = if options.test_requests {
        builder.custom_method("accesslens/test", shell::Shell::test)
    } else {
        builder
    };
    let (service, socket) = builder.finish();
    let options = serve::Options { written: &written::METHODS, ..serve::Options::default() };
    serve::serve(service, socket, (outbox, pending), reader, writer, options).await
}

/// By what name the framework knows the handler of a request that it does not write the answer of.
fn written_as(method: &str) -> &'static str {
    let known = written::METHODS.iter().find(|it| it.0 == method).map(|it| it.1);
    debug_assert!(known.is_some(), "{method} is no such request");
    known.unwrap_or_default()
}
