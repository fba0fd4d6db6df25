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
        if policy.is_same() {
            writeln!(out, "  same access")?;
        }
        for (groups, word) in [
            (&policy.gained, Word { sign: '+', verb: "grants", may: "may grant", colour: AnsiColor::Yellow }),
            (
                &policy.lost,
                Word {
                    sign: '-',
                    verb: "no longer grants",
                    may: "may no longer grant",
                    colour: AnsiColor::Cyan,
                },
            ),
        ] {
            for group in groups {
                said(policy, group, group.statement.as_deref(), &word, out)?;
            }
        }
        for (groups, said_before, word) in [
            (
                &policy.denied,
                &policy.lost,
                Word { sign: '-', verb: "denies", may: "may deny", colour: AnsiColor::Cyan },
            ),
            (
                &policy.freed,
                &policy.gained,
                Word {
                    sign: '+',
                    verb: "no longer denies",
                    may: "may no longer deny",
                    colour: AnsiColor::Yellow,
                },
            ),
        ] {
            for group in groups.iter().filter_map(|it| unsaid(it, said_before)) {
                said(policy, &group, group.denied_by.as_deref(), &word, out)?;
            }
        }
    }
    Ok(())
}

/// What is left of a group without the actions that other groups tell of.
fn unsaid(group: &Group, others: &[Group]) -> Option<Group> {
    let told: Vec<Action> =
        others.iter().flat_map(|it| &it.changes).flat_map(|it| &it.actions).copied().collect();
    let is_told = |it: &Change| !it.actions.is_empty() && it.actions.iter().all(|it| told.contains(it));
    let changes: Vec<Change> = group.changes.iter().filter(|it| !is_told(it)).cloned().collect();
    let (statement, denied_by) = (group.statement.clone(), group.denied_by.clone());
    (!changes.is_empty()).then_some(Group { statement, denied_by, changes })
}

struct Word {
    sign: char,
    verb: &'static str,
    may: &'static str,
    colour: AnsiColor,
}

fn said(
    policy: &Compared,
    group: &Group,
    by: Option<&str>,
    word: &Word,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (colour, faint) = (word.colour.on_default(), Style::new().dimmed());
    let subject = match by {
        Some(name) => format!("{name} {}", word.verb),
        None => word.may.to_owned(),
    };
    writeln!(out, "{colour}{} {subject}{colour:#} {}", word.sign, actions(group))?;
    if let Some(deny) = group.denied_by.as_ref().filter(|_| group.statement.is_some()) {
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
                "same": it.is_same(),
                "gained": it.gained.iter().flat_map(changes).collect::<Vec<_>>(),
                "lost": it.lost.iter().flat_map(changes).collect::<Vec<_>>(),
                "denied": it.denied.iter().flat_map(changes).collect::<Vec<_>>(),
                "freed": it.freed.iter().flat_map(changes).collect::<Vec<_>>(),
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
