//! Tests of the real binary, from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unreachable,
    reason = "a test fails by panicking"
)]

mod actions;
mod agree;
mod cli;
#[allow(dead_code, reason = "the client offers what any test may want")]
mod client;
mod codegen;
mod denied;
mod doctor;
mod hostile;
mod large;
mod load;
mod offers;
mod reach;
mod readme;
mod report;
#[allow(dead_code, reason = "blessing is for the fixtures' own test")]
#[path = "../runner/mod.rs"]
mod runner;
mod scenarios;
mod server;
mod settings;
mod test_command;
mod tidy;
mod transport;
mod trust;

/// The binary under test.
const ACCESSLENS: &str = env!("CARGO_BIN_EXE_accesslens");
