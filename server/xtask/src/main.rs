//! Development tasks. Each subcommand is a module with `run(args)`.

mod catalog;
mod corpus;
mod deny;
mod dist;
mod new_rule;
mod test;
mod tools;

use std::process::ExitCode;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let outcome = match command.as_str() {
        "catalog" => catalog::run(&rest),
        "corpus" => corpus::run(&rest),
        "deny" => deny::run(&rest),
        "dist" => dist::run(&rest),
        "new-rule" => new_rule::run(&rest),
        "test" => test::run(&rest),
        other => Err(format!(
            "unknown task `{other}`; tasks: test [--no-editors], catalog [--check], corpus [BINARY], deny, dist [--check], new-rule NAME"
        )
        .into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a task speaks to a person at a terminal")]
fn complain(message: &str) {
    eprintln!("xtask: {message}");
}

#[expect(clippy::print_stdout, reason = "a task speaks to a person at a terminal")]
fn say(message: &str) {
    println!("{message}");
}
