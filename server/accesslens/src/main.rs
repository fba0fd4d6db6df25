//! The `accesslens` binary.

use std::io;
use std::process::ExitCode;

fn main() -> io::Result<ExitCode> {
    accesslens::lsp::serve_stdio(std::env::args().any(|it| it == "--test-requests"))
}
