//! What tower-lsp calls. It forwards and nothing else: a handler that awaits before it has sent its event would
//! be overtaken by the next message.

use std::sync::Arc;

use ide::{Cancel, Cancelled};
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use crate::lsp::capabilities::{self, ClientSupport};
use crate::lsp::main_loop::{Event, Events};
use crate::lsp::snapshot::Snapshot;
use crate::lsp::{commands, from_proto, handlers, scenario_handlers, written};

/// The server as tower-lsp sees it.
#[derive(Debug)]
pub(crate) struct Shell {
    events: Events,
}

/// Cancels the work when the request's future is dropped, which is how tower-lsp cancels.
struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Shell {
    pub(crate) fn new(events: Events) -> Shell {
        Shell { events }
    }

    fn send(&self, event: Event) {
        // The loop outlives the service but for the moment of leaving, when nobody waits for an answer.
        let _ = self.events.send(event);
    }

    /// Runs `work` on a snapshot of `uri` that holds every edit sent before, on a thread of its own. `None` when
    /// the document is not open.
    async fn read<T: Send + 'static>(
        &self,
        uri: lsp::Uri,
        work: impl FnOnce(&Snapshot, &Cancel) -> std::result::Result<T, Cancelled> + Send + 'static,
    ) -> Result<Option<T>> {
        let (reply, answer) = oneshot::channel();
        let cancel = Cancel::default();
        let guard = CancelOnDrop(cancel.clone());
        let job = move |snapshot: Option<Snapshot>| {
            let done = snapshot.map(|it| work(&it, &cancel)).transpose();
            // Nobody waits any more when the request was cancelled.
            let _ = reply.send(done);
        };
        self.send(Event::Read(uri, Box::new(job)));
        let result = match answer.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(Cancelled)) => Err(Error::request_cancelled()),
            // The job panicked and took its end of the channel along.
            Err(_) => Err(Error::internal_error()),
        };
        drop(guard);
        result
    }

    /// `accesslens/test`: `{"panic": true}` panics, `{"sleep": ms}` takes its time, `{"uri": …}` tells the text
    /// and version that the server holds.
    pub(crate) async fn test(&self, params: Value) -> Result<Value> {
        let uri = params.get("uri").and_then(Value::as_str).unwrap_or("test:none");
        let uri: lsp::Uri = uri.parse().map_err(|_| Error::invalid_params("`uri` is no URI"))?;
        if params.get("panic").is_some() {
            self.read_any(uri, |_, _| handlers::panic_for_test()).await
        } else if let Some(ms) = params.get("sleep").and_then(Value::as_u64) {
            self.read_any(uri, move |_, cancel| handlers::sleep_for_test(ms, cancel)).await
        } else {
            self.read_any(uri, |snapshot, _| Ok(handlers::state_for_test(snapshot))).await
        }
    }

    /// The JSON of an answer, for `serve` to put into the message as it is.
    async fn write(
        &self,
        uri: lsp::Uri,
        work: impl FnOnce(&Snapshot, &Cancel) -> std::result::Result<String, Cancelled> + Send + 'static,
    ) -> Result<String> {
        Ok(self.read(uri, work).await?.unwrap_or_else(|| written::NOTHING.to_owned()))
    }

    pub(crate) async fn code_lens_written(&self, params: lsp::CodeLensParams) -> Result<String> {
        self.write(params.text_document.uri, written::lenses).await
    }

    pub(crate) async fn document_link_written(&self, params: lsp::DocumentLinkParams) -> Result<String> {
        self.write(params.text_document.uri, written::links).await
    }

    pub(crate) async fn document_symbol_written(&self, params: lsp::DocumentSymbolParams) -> Result<String> {
        self.write(params.text_document.uri, written::symbols).await
    }

    pub(crate) async fn folding_range_written(&self, params: lsp::FoldingRangeParams) -> Result<String> {
        self.write(params.text_document.uri, written::folds).await
    }

    pub(crate) async fn inlay_hint_written(&self, params: lsp::InlayHintParams) -> Result<String> {
        let uri = params.text_document.uri.clone();
        self.write(uri, move |it, cancel| written::hints(it, &params, cancel)).await
    }

    async fn read_any(
        &self,
        uri: lsp::Uri,
        work: impl FnOnce(Option<&Snapshot>, &Cancel) -> std::result::Result<Value, Cancelled> + Send + 'static,
    ) -> Result<Value> {
        let (reply, answer) = oneshot::channel();
        let cancel = Cancel::default();
        let guard = CancelOnDrop(cancel.clone());
        let job = move |snapshot: Option<Snapshot>| {
            let _ = reply.send(work(snapshot.as_ref(), &cancel));
        };
        self.send(Event::Read(uri, Box::new(job)));
        let result = match answer.await {
            Ok(done) => done.map_err(|Cancelled| Error::request_cancelled()),
            Err(_) => Err(Error::internal_error()),
        };
        drop(guard);
        result
    }
}

impl LanguageServer for Shell {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let support = ClientSupport::of(&params);
        let result = capabilities::initialize_result(&support);
        let folders = capabilities::folders(&params);
        let options = params.initialization_options;
        self.send(Event::Initialized { support: Arc::new(support), folders, options });
        Ok(result)
    }

    async fn initialized(&self, _: lsp::InitializedParams) {
        self.send(Event::Ready);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: lsp::DidOpenTextDocumentParams) {
        self.send(Event::Opened(params.text_document));
    }

    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        self.send(Event::Changed(params));
    }

    async fn did_save(&self, params: lsp::DidSaveTextDocumentParams) {
        self.send(Event::FilesChanged(vec![params.text_document.uri]));
    }

    async fn did_change_watched_files(&self, params: lsp::DidChangeWatchedFilesParams) {
        self.send(Event::FilesChanged(params.changes.into_iter().map(|it| it.uri).collect()));
    }

    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        self.send(Event::Closed(params.text_document.uri));
    }

    async fn did_change_configuration(&self, params: lsp::DidChangeConfigurationParams) {
        self.send(Event::ConfigurationChanged(params.settings));
    }

    async fn code_action(&self, params: lsp::CodeActionParams) -> Result<Option<lsp::CodeActionResponse>> {
        let uri = params.text_document.uri.clone();
        self.read(uri, move |it, cancel| handlers::code_action(it, &params, cancel)).await
    }

    async fn code_lens_resolve(&self, lens: lsp::CodeLens) -> Result<lsp::CodeLens> {
        let Some(uri) = from_proto::uri_of(lens.data.as_ref()) else { return Ok(lens) };
        let unresolved = lens.clone();
        let resolved = self.read(uri, move |it, _| Ok(handlers::code_lens_resolve(it, lens))).await?;
        Ok(resolved.unwrap_or(unresolved))
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        let at = params.text_document_position_params;
        let found = self.read(at.text_document.uri, move |it, _| Ok(handlers::hover(it, at.position))).await;
        found.map(Option::flatten)
    }

    async fn completion(&self, params: lsp::CompletionParams) -> Result<Option<lsp::CompletionResponse>> {
        let at = params.text_document_position;
        self.read(at.text_document.uri, move |it, _| Ok(handlers::completion(it, at.position))).await
    }

    async fn completion_resolve(&self, item: lsp::CompletionItem) -> Result<lsp::CompletionItem> {
        Ok(handlers::completion_resolve(item))
    }

    async fn execute_command(&self, params: lsp::ExecuteCommandParams) -> Result<Option<Value>> {
        let argument = params.arguments.into_iter().next().unwrap_or_default();
        let Some(uri) = from_proto::uri_of(Some(&argument)) else {
            return Err(Error::invalid_params("the argument is an object with the `uri` of a document"));
        };
        let answer = self.read(uri, move |it, _| Ok(commands::run(it, &params.command, &argument))).await?;
        match answer {
            Some(answer) => answer.map(Some).map_err(Error::invalid_params),
            None => Err(Error::invalid_params("the document is not open")),
        }
    }

    async fn goto_definition(
        &self,
        params: lsp::GotoDefinitionParams,
    ) -> Result<Option<lsp::GotoDefinitionResponse>> {
        let at = params.text_document_position_params;
        let work = move |it: &Snapshot, _: &Cancel| Ok(scenario_handlers::definition(it, at.position));
        let found = self.read(at.text_document.uri, work).await?;
        Ok(found.map(lsp::GotoDefinitionResponse::Array))
    }

    async fn references(&self, params: lsp::ReferenceParams) -> Result<Option<Vec<lsp::Location>>> {
        let at = params.text_document_position;
        let work = move |it: &Snapshot, _: &Cancel| Ok(scenario_handlers::references(it, at.position));
        self.read(at.text_document.uri, work).await
    }

    async fn selection_range(
        &self,
        params: lsp::SelectionRangeParams,
    ) -> Result<Option<Vec<lsp::SelectionRange>>> {
        let at = params.positions;
        self.read(params.text_document.uri, move |it, _| Ok(handlers::selection(it, &at))).await
    }

    async fn formatting(&self, params: lsp::DocumentFormattingParams) -> Result<Option<Vec<lsp::TextEdit>>> {
        let options = params.options;
        self.read(params.text_document.uri, move |it, _| Ok(handlers::format(it, &options, None))).await
    }

    async fn range_formatting(
        &self,
        params: lsp::DocumentRangeFormattingParams,
    ) -> Result<Option<Vec<lsp::TextEdit>>> {
        let (options, range) = (params.options, params.range);
        self.read(params.text_document.uri, move |it, _| Ok(handlers::format(it, &options, Some(range))))
            .await
    }
}
