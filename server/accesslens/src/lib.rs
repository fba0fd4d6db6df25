//! The only crate that meets the world: LSP, command line, files, clock, threads.

pub mod cli;
pub mod config;
pub mod docs;
mod git;
mod log;
pub mod lsp;
pub mod pointer;
mod policy_files;
mod report;
pub mod workspace;
