//! What is tried with random bytes.
//!
//! Each of [`BODIES`] takes any bytes, makes of them what it tries, and panics when something is wrong. `targets/` hands
//! them to cargo-fuzz, which looks for bytes that reach new code; the tests here hand them a fixed number of random
//! ones, so that they cannot rot.
#![allow(clippy::panic, clippy::unwrap_used, clippy::expect_used, reason = "it fails by panicking")]
#![allow(clippy::indexing_slicing, clippy::string_slice, reason = "it fails by panicking")]

mod ask;
mod bytes;
mod decide;
mod files;
mod parse;
#[path = "../../policy/tests/reference"]
#[allow(dead_code, reason = "the policy crate's own test uses the rest")]
#[allow(clippy::allow_attributes_without_reason, reason = "they are written for another crate")]
mod reference {
    pub(crate) mod asked;
    pub(crate) mod condition;
    pub(crate) mod decision;
    pub(crate) mod families;
    pub(crate) mod generate;
    pub(crate) mod logic;
    pub(crate) mod principal;
    pub(crate) mod resource;
    pub(crate) mod statement;
    pub(crate) mod subject;
    pub(crate) mod text;
    pub(crate) mod values;
    pub(crate) mod vocabulary;
}
mod stream;

pub use ask::ask;
pub use decide::{decide, reach};
pub use files::{denied, settings_and_scenarios};
pub use parse::parse;
pub use stream::stream;

/// The name of a target, its body, and how many inputs a test run gives it.
pub type Body = (&'static str, fn(&[u8]), usize);

/// All bodies.
pub const BODIES: [Body; 7] = [
    ("parse", parse, 100),
    ("ask", ask, 100),
    ("decide", decide, 200),
    ("reach", reach, 40),
    ("stream", stream, 60),
    ("settings_and_scenarios", settings_and_scenarios, 150),
    ("denied", denied, 150),
];

#[cfg(test)]
mod tests {
    use super::BODIES;

    /// Bytes that look random and are the same in every run: splitmix64.
    fn random(seed: u64) -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut it = state;
            it = (it ^ it >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            it = (it ^ it >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            it ^ it >> 31
        };
        let n = next() % 3_000;
        (0..n.div_ceil(8)).flat_map(|_| next().to_le_bytes()).collect()
    }

    fn run(name: &str) {
        let (_, body, n) = BODIES.into_iter().find(|it| it.0 == name).unwrap();
        let from = |name: &str| std::env::var(name).ok().and_then(|it| it.parse::<u64>().ok());
        let first = from("ACCESSLENS_SEED").unwrap_or(1) << 32;
        for seed in first..first + n as u64 * from("ACCESSLENS_FUZZ").unwrap_or(1) {
            body(&random(seed));
        }
        // What libFuzzer starts with.
        body(&[]);
        body(&[0; 64]);
        body(&[0xff; 4_096]);
    }

    #[test]
    fn trees_follow_edits() {
        run("parse");
    }

    #[test]
    fn every_question_has_an_answer() {
        run("ask");
    }

    #[test]
    fn decisions_are_those_of_the_reference() {
        run("decide");
    }

    #[test]
    fn proofs_and_examples_hold_in_the_evaluator() {
        run("reach");
    }

    #[test]
    fn any_stream_is_answered() {
        run("stream");
    }

    #[test]
    fn settings_and_scenarios_are_read() {
        run("settings_and_scenarios");
    }

    #[test]
    fn denied_requests_are_read() {
        run("denied");
    }
}
