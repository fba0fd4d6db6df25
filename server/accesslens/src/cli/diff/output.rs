//! A comparison for people and for programs.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use catalog::{Action, Catalog};
use ide::explain;
use policy::access::ActionSet;
use policy::reach::{Answer, Change};
use serde_json::{Value, json};

use super::{Compared, Group, witness};
use crate::cli::access::{batch, questions};

/// How many actions are named before the rest is counted.
const MAX_NAMED: usize = 5;

pub(super) fn human(compared: &[Compared], out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    for (n, policy) in compared.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        let place = if policy.place.is_empty() { String::new() } else { format!("{} ", policy.place) };
        writeln!(out, "{bold}{place}{}{bold:#}", policy.kind.title())?;
        if policy.gained.is_empty() && policy.lost.is_empty() {
            writeln!(out, "  same access")?;
        }
        for group in &policy.gained {
            said(
                policy,
                group,
                Word { sign: '+', verb: "grants", may: "may grant", colour: AnsiColor::Yellow },
                out,
            )?;
        }
        for group in &policy.lost {
            said(
                policy,
                group,
                Word {
                    sign: '-',
                    verb: "no longer grants",
                    may: "may no longer grant",
                    colour: AnsiColor::Cyan,
                },
                out,
            )?;
        }
    }
    Ok(())
}

struct Word {
    sign: char,
    verb: &'static str,
    may: &'static str,
    colour: AnsiColor,
}

fn said(policy: &Compared, group: &Group, word: Word, out: &mut dyn Write) -> io::Result<()> {
    let (colour, faint) = (word.colour.on_default(), Style::new().dimmed());
    let subject = match &group.statement {
        Some(name) => format!("{name} {}", word.verb),
        None => word.may.to_owned(),
    };
    writeln!(out, "{colour}{} {subject}{colour:#} {}", word.sign, actions(group))?;
    if let Some(deny) = &group.denied_by {
        writeln!(out, "    {faint}denied by {deny} in the other{faint:#}")?;
    }
    match group.changes.first().map(|it| &it.answer) {
        Some(Answer::Fail(it)) => {
            writeln!(
                out,
                "    {faint}for example {}{faint:#}",
                questions::example(it, policy.kind.has_principal())
            )
        }
        Some(Answer::Unknown(reason)) => writeln!(out, "    {faint}not known: {}{faint:#}", reason.text()),
        Some(Answer::Pass(_)) | None => Ok(()),
    }
}

fn actions(group: &Group) -> String {
    let catalog = catalog::catalog();
    let known: Vec<Action> = group.changes.iter().flat_map(|it| &it.actions).copied().collect();
    let mut names: Vec<String> = known.iter().take(MAX_NAMED + 1).map(|it| it.full_name()).collect();
    names.extend(group.changes.iter().filter_map(|it| it.unknown_action.clone()));
    if names.len() <= MAX_NAMED {
        return names.join(", ");
    }
    explain::counted(&set(&known, catalog), catalog)
}

fn set(actions: &[Action], catalog: Catalog) -> ActionSet {
    let mut out = ActionSet::new(catalog);
    for action in actions {
        out.insert(action.id());
    }
    out
}

pub(super) fn to_json(compared: &[Compared]) -> Value {
    let policies: Vec<Value> = compared
        .iter()
        .map(|it| {
            json!({
                "place": it.place,
                "kind": it.kind.name(),
                "same": it.gained.is_empty() && it.lost.is_empty(),
                "gained": it.gained.iter().flat_map(changes).collect::<Vec<_>>(),
                "lost": it.lost.iter().flat_map(changes).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({"policies": policies, "catalogue": {"date": catalog::catalog().date()}})
}

fn changes(group: &Group) -> impl Iterator<Item = Value> {
    group.changes.iter().map(|it| {
        json!({
            "actions": names(it),
            "statement": group.statement,
            "deniedBy": group.denied_by,
            "certain": matches!(it.answer, Answer::Fail(_)),
            "reason": reason(it),
            "example": witness(it).map(batch::request),
        })
    })
}

fn names(change: &Change) -> Vec<String> {
    change.actions.iter().map(|it| it.full_name()).chain(change.unknown_action.clone()).collect()
}

fn reason(change: &Change) -> Option<&'static str> {
    match &change.answer {
        Answer::Unknown(reason) => Some(reason.name()),
        Answer::Pass(_) | Answer::Fail(_) => None,
    }
}
