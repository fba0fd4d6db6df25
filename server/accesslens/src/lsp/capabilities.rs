//! What the client can do, and what the server offers it.

use std::path::PathBuf;

use syntax::Encoding;
use tower_lsp::ls_types as lsp;

use crate::lsp::commands;

/// What matters of the client's capabilities.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClientSupport {
    pub(crate) encoding: Encoding,
    /// Completion items may hold snippets.
    pub(crate) snippets: bool,
    /// Hovers may be Markdown.
    pub(crate) markdown: bool,
    /// What completion items say of themselves may be Markdown.
    pub(crate) markdown_items: bool,
    /// `workspace/configuration` can be asked.
    pub(crate) configuration: bool,
    pub(crate) code_lens_refresh: bool,
    pub(crate) inlay_hint_refresh: bool,
    pub(crate) related_information: bool,
    /// An edit may make a file.
    pub(crate) creates_files: bool,
    /// Diagnostics may lead to the page of their rule.
    pub(crate) code_description: bool,
    /// Formatting can be registered for single documents.
    pub(crate) dynamic_formatting: bool,
    /// The client can be asked to watch files.
    pub(crate) dynamic_watching: bool,
    /// The client shows that work is under way.
    pub(crate) progress: bool,
    /// Completion items may leave the indentation of their lines to the client.
    pub(crate) adjusts_indentation: bool,
    /// The client knows VS Code's commands.
    pub(crate) is_vscode: bool,
}

impl ClientSupport {
    pub(crate) fn of(params: &lsp::InitializeParams) -> ClientSupport {
        let client = &params.capabilities;
        let text = client.text_document.as_ref();
        let workspace = client.workspace.as_ref();
        let hover = text.and_then(|it| it.hover.as_ref()).and_then(|it| it.content_format.as_ref());
        let item = text.and_then(|it| it.completion.as_ref()).and_then(|it| it.completion_item.as_ref());
        let publish = text.and_then(|it| it.publish_diagnostics.as_ref());
        let can_register = |it: Option<bool>| it.unwrap_or(false);
        let formatting = text.and_then(|it| it.formatting.as_ref()).and_then(|it| it.dynamic_registration);
        let ranges = text.and_then(|it| it.range_formatting.as_ref()).and_then(|it| it.dynamic_registration);
        let watching = workspace.and_then(|it| it.did_change_watched_files.as_ref());
        let insert_modes = item.and_then(|it| it.insert_text_mode_support.as_ref());
        ClientSupport {
            encoding: encoding(client),
            snippets: item.and_then(|it| it.snippet_support).unwrap_or(false),
            // A client that says nothing gets Markdown, as every editor shows it.
            markdown: hover.is_none_or(|it| it.contains(&lsp::MarkupKind::Markdown)),
            markdown_items: item
                .and_then(|it| it.documentation_format.as_ref())
                .is_none_or(|it| it.contains(&lsp::MarkupKind::Markdown)),
            configuration: workspace.and_then(|it| it.configuration).unwrap_or(false),
            code_lens_refresh: workspace
                .and_then(|it| it.code_lens.as_ref())
                .and_then(|it| it.refresh_support)
                .unwrap_or(false),
            inlay_hint_refresh: workspace
                .and_then(|it| it.inlay_hint.as_ref())
                .and_then(|it| it.refresh_support)
                .unwrap_or(false),
            creates_files: workspace.and_then(|it| it.workspace_edit.as_ref()).is_some_and(|it| {
                let operations = it.resource_operations.as_ref();
                it.document_changes == Some(true)
                    && operations.is_some_and(|it| it.contains(&lsp::ResourceOperationKind::Create))
            }),
            code_description: publish.and_then(|it| it.code_description_support).unwrap_or(false),
            related_information: publish.and_then(|it| it.related_information).unwrap_or(false),
            dynamic_formatting: can_register(formatting) && can_register(ranges),
            dynamic_watching: can_register(watching.and_then(|it| it.dynamic_registration)),
            progress: client.window.as_ref().and_then(|it| it.work_done_progress).unwrap_or(false),
            adjusts_indentation: insert_modes
                .is_some_and(|it| it.value_set.contains(&lsp::InsertTextMode::ADJUST_INDENTATION)),
            is_vscode: params
                .client_info
                .as_ref()
                .is_some_and(|it| it.name.starts_with("Visual Studio Code") || it.name == "VSCodium"),
        }
    }
}

/// UTF-8 where it is offered, as it costs nothing; else UTF-16, which every client has, but for one that offers
/// UTF-32 alone.
fn encoding(client: &lsp::ClientCapabilities) -> Encoding {
    let offered = client.general.as_ref().and_then(|it| it.position_encodings.as_ref());
    let offers = |kind: &lsp::PositionEncodingKind| offered.is_some_and(|it| it.contains(kind));
    if offers(&lsp::PositionEncodingKind::UTF8) {
        Encoding::Utf8
    } else if offers(&lsp::PositionEncodingKind::UTF32) && !offers(&lsp::PositionEncodingKind::UTF16) {
        Encoding::Utf32
    } else {
        Encoding::Utf16
    }
}

/// The folders of the workspace that are on this machine.
pub(crate) fn folders(params: &lsp::InitializeParams) -> Vec<PathBuf> {
    let folders = params.workspace_folders.iter().flatten();
    folders.filter_map(|it| it.uri.to_file_path().map(|it| it.into_owned())).collect()
}

pub(crate) fn initialize_result(support: &ClientSupport) -> lsp::InitializeResult {
    let sync = lsp::TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(lsp::TextDocumentSyncKind::INCREMENTAL),
        save: Some(lsp::TextDocumentSyncSaveOptions::Supported(true)),
        ..lsp::TextDocumentSyncOptions::default()
    };
    let actions = lsp::CodeActionOptions {
        code_action_kinds: Some(vec![
            lsp::CodeActionKind::QUICKFIX,
            lsp::CodeActionKind::REFACTOR_INLINE,
            lsp::CodeActionKind::REFACTOR_EXTRACT,
            lsp::CodeActionKind::REFACTOR_REWRITE,
            lsp::CodeActionKind::new(FIX_ALL),
        ]),
        ..lsp::CodeActionOptions::default()
    };
    let capabilities = lsp::ServerCapabilities {
        position_encoding: Some(match support.encoding {
            Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
            Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
            Encoding::Utf32 => lsp::PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(sync.into()),
        code_action_provider: Some(actions.into()),
        hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
        completion_provider: Some(lsp::CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: Some(["\"", ":", "{", "$", "*", "/"].map(str::to_owned).to_vec()),
            ..lsp::CompletionOptions::default()
        }),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: commands::COMMANDS.map(str::to_owned).to_vec(),
            ..lsp::ExecuteCommandOptions::default()
        }),
        definition_provider: Some(lsp::OneOf::Left(true)),
        references_provider: Some(lsp::OneOf::Left(true)),
        document_symbol_provider: Some(lsp::OneOf::Left(true)),
        folding_range_provider: Some(lsp::FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(lsp::SelectionRangeProviderCapability::Simple(true)),
        document_link_provider: Some(lsp::DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
        }),
        // Offered for all JSON it would clash with the editor's own formatter; see `registrations`.
        document_formatting_provider: (!support.dynamic_formatting).then_some(lsp::OneOf::Left(true)),
        document_range_formatting_provider: (!support.dynamic_formatting).then_some(lsp::OneOf::Left(true)),
        code_lens_provider: Some(lsp::CodeLensOptions { resolve_provider: Some(true) }),
        inlay_hint_provider: Some(lsp::OneOf::Left(true)),
        ..lsp::ServerCapabilities::default()
    };
    let server_info = lsp::ServerInfo {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
    };
    lsp::InitializeResult { capabilities, server_info: Some(server_info), ..lsp::InitializeResult::default() }
}

/// The kind of the action that applies every safe fix.
pub(crate) const FIX_ALL: &str = "source.fixAll.accesslens";
