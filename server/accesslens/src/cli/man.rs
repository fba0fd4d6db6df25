//! `accesslens man`: the manual.

use std::path::PathBuf;

use clap_mangen::Man;

use super::{Exit, described, print};
use crate::workspace::{Failure, reason};

/// Write the manual page, or one for each command into a folder
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A folder for the pages of all commands; without it, the main page is written to standard output
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let Some(folder) = &args.output else {
        let mut page = Vec::new();
        let made = Man::new(described()).render(&mut page);
        made.map_err(|it| Failure(format!("cannot make the page: {it}")))?;
        print(|out| out.write_all(&page))?;
        return Ok(Exit::Clean);
    };
    std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(described(), folder)).map_err(
        |error| Failure(format!("cannot write the pages into {}: {}", folder.display(), reason(&error))),
    )?;
    Ok(Exit::Clean)
}
