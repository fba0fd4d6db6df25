//! Development tasks. Each subcommand is a module with `run(args)`.

mod bench;
mod catalog;
mod corpus;
mod corpus_fixes;
mod deny;
mod dist;
mod load;
mod mutants;
mod new_rule;
mod reach;
mod test;
mod tools;
mod versions;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let outcome = match command.as_str() {
        "bench" => bench::run(&rest),
        "catalog" => catalog::run(&rest),
        "corpus" => corpus::run(&rest),
        "deny" => deny::run(&rest),
        "dist" => dist::run(&rest),
        "load" => load::run(&rest),
        "new-rule" => new_rule::run(&rest),
        "reach" => reach::run(&rest),
        "test" => test::run(&rest),
        other => Err(format!(
            "unknown task `{other}`; tasks: test [--no-editors], bench [--quick] [--write], catalog [--check], corpus [BINARY], \
             deny, dist [--check], load [--edits N], reach [SECONDS], new-rule NAME"
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

/// Builds the server in the profile that the task itself was built in; where it is.
fn build_server() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let own = std::env::current_exe()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--locked", "--package", "accesslens"]);
    if !cargo.status()?.success() {
        return Err("the server cannot be built".into());
    }
    Ok(own.with_file_name(format!("accesslens{}", std::env::consts::EXE_SUFFIX)))
}

#[expect(clippy::print_stderr, reason = "a task speaks to a person at a terminal")]
fn complain(message: &str) {
    eprintln!("xtask: {message}");
}

#[expect(clippy::print_stdout, reason = "a task speaks to a person at a terminal")]
fn say(message: &str) {
    println!("{message}");
}
