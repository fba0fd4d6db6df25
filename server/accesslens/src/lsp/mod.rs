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

use std::process::ExitCode;

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
    // One thread carries messages and holds the state, so that none has to wake another for a key; work that takes
    // long has threads of its own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let (events, queue) = main_loop::channel();
        let (outbox, pending) = serve::outbox();
        let builder = LspService::build(|client| {
            tokio::spawn(main_loop::run(queue, client.clone(), events.clone(), outbox.clone(), options));
            shell::Shell::new(events)
        });
        let builder = if options.test_requests {
            builder.custom_method("accesslens/test", shell::Shell::test)
        } else {
            builder
        };
        let (service, socket) = builder.finish();
        serve::serve(
            service,
            socket,
            (outbox, pending),
            tokio::io::stdin(),
            tokio::io::stdout(),
            serve::Options::default(),
        )
        .await
    });
    // A read of standard input cannot be interrupted, and the client may leave it open.
    runtime.shutdown_background();
    Ok(ExitCode::from(ended.exit_code()))
}
