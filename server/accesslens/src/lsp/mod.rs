//! The language server: everything that knows the Language Server Protocol.

mod serve;
mod shell;

use std::process::ExitCode;

use tower_lsp::LspService;

/// Speaks LSP over standard input and output until the client leaves.
///
/// # Errors
/// Fails when the system gives no threads.
pub fn serve_stdio() -> std::io::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let (service, socket) = LspService::new(|_| shell::Shell);
        serve::serve(service, socket, tokio::io::stdin(), tokio::io::stdout(), serve::Options::default())
            .await
    });
    // A read of standard input cannot be interrupted, and the client may leave it open.
    runtime.shutdown_background();
    Ok(ExitCode::from(ended.exit_code()))
}
