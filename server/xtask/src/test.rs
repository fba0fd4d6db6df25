//! All that must hold before a change lands, in the order in which a failure is cheapest.

use std::process::Command;
use std::time::Instant;

use crate::tools::{self, root};
use crate::{Outcome, say};

/// Runs every check. `--no-editors` leaves out the editors, which install themselves on the first run.
pub(crate) fn run(args: &[String]) -> Outcome {
    let mut editors = true;
    for arg in args {
        match arg.as_str() {
            "--no-editors" => editors = false,
            other => return Err(format!("unknown option `{other}`; options: --no-editors").into()),
        }
    }
    cargo("format", &["fmt", "--all", "--check"])?;
    cargo(
        "lints",
        &["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"],
    )?;
    cargo("dependencies", &["run", "--quiet", "--locked", "--package", "xtask", "--", "deny"])?;
    cargo("tests", &["test", "--workspace", "--locked", "--quiet"])?;
    cargo("catalogue", &["run", "--quiet", "--locked", "--package", "xtask", "--", "catalog", "--check"])?;
    cargo("corpus", &["run", "--quiet", "--locked", "--package", "xtask", "--", "corpus"])?;
    cargo("solver", &["run", "--quiet", "--locked", "--package", "xtask", "--", "reach"])?;
    if editors {
        cargo("release build", &["build", "--release", "--locked", "--quiet", "--package", "accesslens"])?;
        script("VS Code", "editors/vscode/test/run.sh")?;
        script("Neovim", "editors/nvim/test/run.sh")?;
        script("other editors", "editors/others/run.sh")?;
        let dist = ["run", "--quiet", "--locked", "--package", "xtask", "--", "dist", "--out", "target/dist"];
        let binary = ["--binary", "target/release/accesslens"];
        cargo("packages", &[&dist[..], &binary[..]].concat())?;
        cargo("installed packages", &[&dist[..], &["--check"]].concat())?;
    }
    say("All checks passed.");
    Ok(())
}

fn cargo(what: &str, args: &[&str]) -> Outcome {
    let mut command = Command::new(tools::cargo());
    command.args(args);
    step(what, command)
}

fn script(what: &str, path: &str) -> Outcome {
    let mut command = Command::new("bash");
    command.arg(root().join(path)).env("ACCESSLENS_SERVER", root().join("target/release/accesslens"));
    step(what, command)
}

fn step(what: &str, mut command: Command) -> Outcome {
    say(&format!("── {what}"));
    let started = Instant::now();
    let status =
        command.current_dir(root()).status().map_err(|it| format!("{what}: cannot be started: {it}"))?;
    if !status.success() {
        return Err(format!("{what}: failed ({status})").into());
    }
    say(&format!("   {what}: {} s", started.elapsed().as_secs()));
    Ok(())
}
