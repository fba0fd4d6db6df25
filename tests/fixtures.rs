//! Runs the fixtures, each a test with its path as its name, and the examples of the rules' documentation.
//!
//! `UPDATE_EXPECT=1 cargo test --test fixtures` writes the expectations. `runner/format.rs` has the format.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unreachable,
    reason = "a test fails by panicking"
)]

mod runner;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let bless = std::env::var_os("UPDATE_EXPECT").is_some_and(|it| it != "0");
    let mut trials = vec![Trial::test("format", || runner::format::hold().map_err(Failed::from))];
    for path in runner::paths() {
        let name = runner::name(&path);
        trials.push(Trial::test(name, move || runner::run(&path, bless).map_err(Failed::from)));
    }
    for path in runner::scenario::paths() {
        let name = runner::name(&path);
        trials.push(Trial::test(name, move || runner::scenario::run(&path, bless).map_err(Failed::from)));
    }
    for path in runner::edits::paths() {
        let name = runner::name(&path);
        trials.push(Trial::test(name, move || runner::edits::run(&path, bless).map_err(Failed::from)));
    }
    for rule in ide::rules::ALL {
        let kind = |finds: bool| if finds { "finds" } else { "clean" };
        let examples = accesslens::docs::example::examples(rule);
        let complete = [true, false].map(|wanted| examples.iter().any(|it| it.finds == wanted));
        trials.push(Trial::test(format!("docs/{}/examples", rule.name), move || match complete {
            [true, true] => Ok(()),
            _ => Err(Failed::from("the documentation needs a `jsonc,finds` and a `jsonc,clean` example")),
        }));
        for example in examples {
            let name = format!("docs/{}/{}-{}", rule.name, kind(example.finds), example.number);
            trials.push(Trial::test(name, move || runner::docs::hold(rule, &example).map_err(Failed::from)));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
