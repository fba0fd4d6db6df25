//! What tower-lsp calls.

use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{InitializeParams, InitializeResult, ServerInfo};

/// The server as tower-lsp sees it.
#[derive(Debug)]
pub(crate) struct Shell;

impl LanguageServer for Shell {
    async fn initialize(&self, _params: InitializeParams) -> Result<InitializeResult> {
        let info = ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        };
        Ok(InitializeResult { server_info: Some(info), ..InitializeResult::default() })
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}
