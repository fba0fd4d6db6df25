//! Tests of the real binary, from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "the client offers what any test may want")]
mod client;
mod server;
mod transport;

/// The binary under test.
const ACCESSLENS: &str = env!("CARGO_BIN_EXE_accesslens");
