//! Licences, sources, doubles and known faults of the dependencies, as `deny.toml` wants them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Outcome, say, tools};

/// The cargo-deny that is installed when it is missing.
const VERSION: &str = "0.20.2";

/// Runs cargo-deny. The database of known faults is on GitHub; where that cannot be reached, it says so and the rest
/// is checked.
pub(crate) fn run(args: &[String]) -> Outcome {
    if let Some(other) = args.first() {
        return Err(format!("unknown option `{other}`; `deny` takes none").into());
    }
    let deny = installed()?;
    check(&deny, &["licenses", "bans", "sources"])?;
    let fetched = Command::new(&deny)
        .args(["--locked", "fetch", "db"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .env("GIT_TERMINAL_PROMPT", "0")
        .current_dir(tools::root())
        .status()?;
    if fetched.success() {
        return check(&deny, &["--disable-fetch", "advisories"]);
    }
    say("   The database of known faults cannot be fetched here: no dependency was looked up in it.");
    Ok(())
}

fn check(deny: &Path, what: &[&str]) -> Outcome {
    let status = Command::new(deny)
        .args(["--locked", "check", "--hide-inclusion-graph"])
        .args(what)
        .current_dir(tools::root())
        .status()?;
    match status.success() {
        true => Ok(()),
        false => Err("cargo-deny: a dependency is not as deny.toml wants it".into()),
    }
}

/// The program, from crates.io and built as it is first wanted. Unoptimised, as it is built far longer than it runs.
fn installed() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let folder = tools::folder().join(format!("cargo-deny-{VERSION}"));
    let program = folder.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Ok(program);
    }
    say(&format!("   installing cargo-deny {VERSION} into {}", folder.display()));
    let built = folder.join("target");
    let status = Command::new(tools::cargo())
        .args(["install", "cargo-deny", "--version", VERSION, "--locked", "--debug", "--quiet", "--root"])
        .arg(&folder)
        .env("CARGO_TARGET_DIR", &built)
        // Its own debug information would be ten times its code.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .current_dir(tools::root())
        .status()?;
    // Hundreds of megabytes that nobody needs again.
    let _ = std::fs::remove_dir_all(&built);
    match status.success() {
        true => Ok(program),
        false => Err("cargo-deny could not be installed".into()),
    }
}
