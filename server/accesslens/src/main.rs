//! The `accesslens` binary.

use std::process::ExitCode;

/// Threads wait for one another in the allocator of musl.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    accesslens::cli::run()
}
