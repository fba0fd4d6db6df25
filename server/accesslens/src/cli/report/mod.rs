//! `accesslens report`: effective access as a document.

mod json;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;
use ide::config::Pack;
use ide::report::{self, Document};
use ide::{Analysis, Cancel};
use policy::PolicyKind;

use super::check::{Configurations, moment, pack};
use super::{Exit, complain, kind, print, version};
use crate::report::sections as sections_of;
use crate::workspace::{self, Failure, Input, Origin};

/// Write what policies really grant as a document, for a review
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files, folders (searched for *.json, *.jsonc and *.template), globs; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<OsString>,
    /// How to write it
    #[arg(long, value_enum, default_value = "markdown")]
    format: Format,
    /// The file to write it to; without it, standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What the document is called
    #[arg(long, value_name = "TEXT", default_value = "Effective access")]
    title: String,
    /// What the policies are attached to; without it, it is inferred
    #[arg(long, value_name = "KIND", value_parser = kind::parser())]
    kind: Option<PolicyKind>,
    /// The configuration; without it, the nearest accesslens.json or .accesslens.jsonc around each file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Which findings are counted; without it, the configuration's pack, or `default`
    #[arg(long, value_name = "PACK", value_parser = pack())]
    pack: Option<Pack>,
    /// The moment to judge dates by, as 2026-11-22 or 2026-11-22T08:00:00 (UTC); without it, the present one
    #[arg(long, value_name = "DATE", value_parser = moment)]
    now: Option<NaiveDateTime>,
    /// The path that standard input goes by
    #[arg(long, value_name = "FILE", default_value = "stdin.json")]
    stdin_name: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a pull request, a wiki, an editor's preview
    Markdown,
    /// JSON; schemas/report-output.schema.json describes it
    Json,
    /// One page that needs no other file, to attach to a review
    Html,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let now = args.now.unwrap_or_else(|| chrono::Utc::now().naive_utc());
    let (inputs, mut failures) = workspace::inputs(&args.paths, &args.stdin_name);
    if let Some(output) = &args.output {
        spare_inputs(output, &inputs)?;
    }
    let mut configurations = Configurations::new(args.config.as_deref(), &mut failures);
    let mut sections = Vec::new();
    for input in &inputs {
        let path = std::path::absolute(input.origin.path()).unwrap_or(input.origin.path().to_owned());
        let (config, mut hint) =
            configurations.of(&path, &mut failures).with_pack(args.pack).config_for(&path, now);
        hint.kind = args.kind.or(hint.kind);
        let shown = input.origin.path().display().to_string();
        match workspace::read(input) {
            Ok(Some(text)) => {
                let analysis = Analysis::of(&text, hint, config);
                if input.named && analysis.policies().is_empty() {
                    complain("note", &format!("{shown} holds no policy"));
                }
                sections.extend(sections_of(&analysis, &shown, &Cancel::default()).unwrap_or_default());
            }
            Ok(None) => {}
            Err(failure) => failures.push(failure),
        }
    }
    let is_failed = !failures.is_empty();
    failures.iter().for_each(|it| complain("error", &it.0));
    if sections.is_empty() {
        return if is_failed {
            Ok(Exit::Failed)
        } else {
            Err(Failure(
                "no policy was found, so there is nothing to report on; name files or folders with policies"
                    .to_owned(),
            ))
        };
    }
    let made_by = format!("accesslens {}", version());
    let document = Document { title: args.title.clone(), now, made_by, sections };
    let text = match args.format {
        Format::Markdown => report::markdown::write(&document),
        Format::Html => report::html::write(&document),
        Format::Json => format!("{:#}\n", json::value(&document)),
    };
    match &args.output {
        Some(path) => std::fs::write(path, text).map_err(|error| {
            Failure(format!("cannot write {}: {}", path.display(), workspace::reason(&error)))
        })?,
        None => print(|out| out.write_all(text.as_bytes()))?,
    }
    Ok(if is_failed { Exit::Failed } else { Exit::Clean })
}

/// Refuses to write the report over a policy that it is about.
fn spare_inputs(output: &Path, inputs: &[Input]) -> Result<(), Failure> {
    let Ok(target) = std::fs::canonicalize(output) else { return Ok(()) };
    let is_target = |it: &&Input| match &it.origin {
        Origin::File(path) => it.named && std::fs::canonicalize(path).is_ok_and(|it| it == target),
        Origin::Stdin(_) => false,
    };
    match inputs.iter().find(is_target) {
        Some(_) => Err(Failure(format!(
            "--output {} is one of the files to report on; name another",
            output.display()
        ))),
        None => Ok(()),
    }
}
