//! `cargo xtask reach`: holds answers about all requests against a solver that is not ours, over random policies.
//!
//! The solver comes from a pinned package and stays under `target/`; `server/policy/tests/solver` says how the two are
//! compared.

use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::catalog::sources;

/// Runs the task. Its arguments are those of the comparison: how many seconds, `--seed N`, `--binary PATH`.
pub(crate) fn run(args: &[String]) -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let mut command = Command::new("python3");
    command
        .env("PYTHONPATH", sources::solver(&root)?)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(root.join("server/policy/tests/solver/compare.py"))
        .args(args);
    if !args.iter().any(|it| it == "--binary") {
        command.arg("--binary").arg(super::build_server()?);
    }
    match command.status()? {
        status if status.success() => Ok(()),
        status => Err(format!("answers and solver disagree, or were not compared ({status})").into()),
    }
}
