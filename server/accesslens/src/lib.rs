//! The only crate that meets the world: LSP, command line, files, clock, threads.

pub mod lsp;
