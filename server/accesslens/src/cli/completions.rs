//! `accesslens completions`: what a shell needs to complete the command line.

use clap_complete::Shell;

use super::{Exit, described, print};
use crate::workspace::Failure;

/// Write a script by which a shell completes commands and options
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut described(), env!("CARGO_PKG_NAME"), &mut script);
    print(|out| out.write_all(&script))?;
    Ok(Exit::Clean)
}
