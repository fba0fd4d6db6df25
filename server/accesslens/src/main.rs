//! The `accesslens` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    accesslens::cli::run()
}
