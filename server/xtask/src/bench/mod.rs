//! The release binary beside other servers, in one run and by turns. It prints what it measured and asserts nothing.

mod client;
mod document;
mod machine;
mod report;
mod rivals;
mod session;

use std::process::Command;
use std::time::Duration;

use document::Document;
use report::Measured;
use rivals::Server;
use session::{Effort, Samples};

use crate::tools::{self, root};
use crate::{Outcome, complain, say};

const SIZES: [usize; 4] = [1, 100, 1_000, 10_000];
/// In a JSON file that is no policy.
const N_PACKAGES: usize = 5_400;
const PAGE: &str = "docs/performance.md";

/// Measures, and prints a table for each size. `--quick` measures less often, `--write` writes the page, and
/// `--rival NAME=COMMAND` names another server.
pub(crate) fn run(args: &[String]) -> Outcome {
    let mut is_quick = false;
    let mut writes = false;
    let mut given = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--quick" => is_quick = true,
            "--write" => writes = true,
            "--rival" => given.push(rivals::given(args.next().ok_or("`--rival` wants NAME=COMMAND")?)?),
            other => {
                return Err(format!(
                    "unknown option `{other}`; options: --quick, --write, --rival NAME=COMMAND"
                )
                .into());
            }
        }
    }
    let mut servers = vec![ours()?];
    servers.extend(if given.is_empty() { rivals::usual() } else { given });
    let (rounds, effort) = match is_quick {
        true => (1, Effort { at_least: 2, at_most: 20, time: Duration::from_millis(300) }),
        false => (5, Effort { at_least: 4, at_most: 60, time: Duration::from_millis(700) }),
    };
    let machine = machine::describe();
    let mut measured = Vec::new();
    let documents = SIZES.map(Document::policy).into_iter().chain([Document::lock_file(N_PACKAGES)]);
    for document in documents {
        measured.push(measure(&document, &servers, rounds, effort));
        if let Some(it) = measured.last() {
            say(&report::table(it, &servers));
        }
    }
    say(&machine);
    if writes {
        std::fs::write(root().join(PAGE), report::page(&measured, &servers, &machine, rounds))?;
        say(&format!("{PAGE} is written."));
    }
    Ok(())
}

/// The release binary of this tree.
fn ours() -> Result<Server, Box<dyn std::error::Error>> {
    let args = ["build", "--release", "--quiet", "--locked", "--package", "accesslens"];
    if !Command::new(tools::cargo()).args(args).current_dir(root()).status()?.success() {
        return Err("the server cannot be built".into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let program = target.join("release").join(format!("accesslens{}", std::env::consts::EXE_SUFFIX));
    Ok(Server {
        name: "accesslens".to_owned(),
        what: format!("{}, its release build", env!("CARGO_PKG_VERSION")),
        command: vec![program.display().to_string(), "serve".to_owned()],
    })
}

/// All servers over a document, by turns and in every other round the other way round.
fn measure(document: &Document, servers: &[Server], rounds: usize, effort: Effort) -> Measured {
    let mut samples: Vec<Samples> = servers.iter().map(|_| Samples::default()).collect();
    for round in 0..rounds {
        let mut turns: Vec<(&Server, &mut Samples)> = servers.iter().zip(&mut samples).collect();
        if round % 2 == 1 {
            turns.reverse();
        }
        for (server, samples) in turns {
            if let Err(error) = session::run(&server.command, document, effort, samples) {
                complain(&format!("{} with {}: {error}", server.name, report::title(document.n_statements)));
            }
        }
    }
    Measured { n_statements: document.n_statements, n_bytes: document.text.len(), samples }
}
