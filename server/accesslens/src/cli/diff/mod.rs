//! `accesslens diff`: what an edit grants that was not granted before, and what it takes away.

mod output;

use std::ffi::OsString;
use std::path::PathBuf;

use ide::{Analysis, explain};
use policy::PolicyKind;
use policy::model::{Form, Policy};
use policy::reach::{self, Answer, Change, Document, Limits, Side, StatementRef, Witness};

use super::check::Configurations;
use super::{Exit, complain, kind, print, source};
use crate::workspace::Failure;

/// Say what an edit grants, and what it takes away
///
/// Every statement that grants something new or no longer is shown with a request that tells the two apart.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 nothing is gained, 1 something is gained or may be, 2 something could not be done."
)]
pub(crate) struct Args {
    /// What was: a file, `git:REVISION:PATH`, or `-` for standard input. An empty file grants nothing
    old: OsString,
    /// What is: the same
    new: OsString,
    /// How to write it
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// What the policies are attached to; without it, it is inferred from the new file
    #[arg(long, value_name = "KIND", value_parser = kind::parser())]
    kind: Option<PolicyKind>,
    /// The configuration; without it, the nearest accesslens.json or .accesslens.jsonc around each file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Some lines for each statement
    Human,
    /// JSON; schemas/diff-output.schema.json describes it
    Json,
}

/// A policy that is in one of the files, or in both.
struct Compared {
    /// The JSON pointer of the policy.
    place: String,
    kind: PolicyKind,
    gained: Vec<Group>,
    lost: Vec<Group>,
    /// What is denied more, whatever other policies grant.
    denied: Vec<Group>,
    /// What is denied less.
    freed: Vec<Group>,
}

/// What one statement grants that the other policy does not.
struct Group {
    /// The statement that grants it; where nothing is known for sure, nobody.
    statement: Option<String>,
    /// What stopped it in the other policy.
    denied_by: Option<String>,
    changes: Vec<Change>,
}

impl Compared {
    fn is_same(&self) -> bool {
        [&self.gained, &self.lost, &self.denied, &self.freed].iter().all(|it| it.is_empty())
    }

    fn is_wider(&self) -> bool {
        !self.gained.is_empty()
    }
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut failures = Vec::new();
    let mut configurations = Configurations::new(args.config.as_deref(), &mut failures);
    let now = chrono::Utc::now().naive_utc();
    let mut analyse = |source: &OsString, failures: &mut Vec<Failure>| -> Result<Analysis, Failure> {
        let read = source::read(source)?;
        let (config, mut hint) = configurations.of(&read.path, failures).config_for(&read.path, now);
        hint.kind = args.kind.or(hint.kind);
        Ok(Analysis::of(&read.text, hint, config))
    };
    let (old, new) = (analyse(&args.old, &mut failures)?, analyse(&args.new, &mut failures)?);
    let compared = compare(&old, &new);
    if compared.is_empty() {
        complain("note", "neither file holds a policy");
    }
    print(|out| match args.format {
        Format::Human => output::human(&compared, out),
        Format::Json => writeln!(out, "{:#}", output::to_json(&compared)),
    })?;
    for failure in &failures {
        complain("error", &failure.0);
    }
    Ok(match compared.iter().any(Compared::is_wider) {
        _ if !failures.is_empty() => Exit::Failed,
        true => Exit::Findings,
        false => Exit::Clean,
    })
}

/// Policies in pairs: those at the same place, or the only ones.
fn compare(old: &Analysis, new: &Analysis) -> Vec<Compared> {
    let with_statements = |it: &&Policy| it.form != Form::Condition;
    let olds: Vec<&Policy> = old.policies().iter().filter(with_statements).collect();
    let news: Vec<&Policy> = new.policies().iter().filter(with_statements).collect();
    if let ([before], [after]) = (olds.as_slice(), news.as_slice()) {
        return vec![pair(Some((old, before)), Some((new, after)))];
    }
    let at = |all: &[&Policy], it: &Policy| all.iter().position(|other| other.place.path == it.place.path);
    let mut out = Vec::new();
    for after in &news {
        let before = at(&olds, after).and_then(|n| olds.get(n)).map(|it| (old, *it));
        out.push(pair(before, Some((new, *after))));
    }
    let gone = olds.iter().filter(|it| at(&news, it).is_none());
    out.extend(gone.map(|it| pair(Some((old, *it)), None)));
    out
}

/// A policy with the analysis it is from.
type Of<'a> = (&'a Analysis, &'a Policy);

fn pair(old: Option<Of<'_>>, new: Option<Of<'_>>) -> Compared {
    let policy = new.or(old).map(|it| it.1);
    let kind = policy.map_or(PolicyKind::Identity, |it| it.kind);
    let catalog = catalog::catalog();
    let document = |it: Option<Of<'_>>| match it {
        Some((analysis, policy)) => Document::of_kind(policy, kind, analysis.file(), catalog),
        None => Document::of_statements(Vec::new(), kind, false),
    };
    let (before, after) = (document(old), document(new));
    let gained = reach::changes(&before, &after, Limits::default(), catalog);
    let lost = reach::changes(&after, &before, Limits::default(), catalog);
    let (denied, freed) = ide::change::denials(&before, &after, kind, Limits::default());
    let place = policy.map(|it| it.place.path.iter().map(|it| format!("/{it}")).collect());
    Compared {
        place: place.unwrap_or_default(),
        kind,
        gained: groups(gained, old.map(|it| it.1), new.map(|it| it.1)),
        lost: groups(lost, new.map(|it| it.1), old.map(|it| it.1)),
        denied: denials(denied, new.map(|it| it.1)),
        freed: denials(freed, old.map(|it| it.1)),
    }
}

/// Changes by the statement that grants them. `from` is the policy that grants less there, `to` the one that grants
/// more.
fn groups(changes: Vec<Change>, from: Option<&Policy>, to: Option<&Policy>) -> Vec<Group> {
    let name = |it: StatementRef| {
        let policy = if it.side == Side::New { to } else { from };
        policy.map(|policy| explain::name_of(policy, it.index))
    };
    let mut out: Vec<Group> = Vec::new();
    for change in changes {
        let witness = witness(&change);
        let statement = witness.and_then(|it| name(it.statement));
        let denied_by = witness.and_then(|it| it.denied_by).and_then(name);
        match out.iter_mut().find(|it| it.statement == statement && it.denied_by == denied_by) {
            Some(group) => group.changes.push(change),
            None => out.push(Group { statement, denied_by, changes: vec![change] }),
        }
    }
    out
}

/// Changes by the statement of `policy` that denies them.
fn denials(changes: Vec<Change>, policy: Option<&Policy>) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    for change in changes {
        let by = witness(&change).and_then(|it| it.denied_by);
        let by = by.and_then(|it| policy.map(|policy| explain::name_of(policy, it.index)));
        match out.iter_mut().find(|it| it.denied_by == by) {
            Some(group) => group.changes.push(change),
            None => out.push(Group { statement: None, denied_by: by, changes: vec![change] }),
        }
    }
    out
}

fn witness(change: &Change) -> Option<&Witness> {
    match &change.answer {
        Answer::Fail(it) => Some(it),
        Answer::Pass(_) | Answer::Unknown(_) => None,
    }
}
