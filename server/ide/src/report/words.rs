//! The words that all forms of a report share.

use catalog::Consequence;
use chrono::NaiveDateTime;
use policy::PolicyKind;
use policy::access::LEVELS;

use super::{Absent, Cell, Condition, Danger, Findings, Part, Policy, Public, Statement};
use crate::explain::{grouped, moment};
use crate::sentence::a_kind;

/// How many names stand in one list.
pub(super) const NAMED: usize = 12;

/// The headings of the access levels.
pub(super) fn level_names() -> [&'static str; 5] {
    LEVELS.map(|it| it.name())
}

/// `An identity policy, as nothing says otherwise`
pub(super) fn kind(policy: &Policy) -> String {
    let assumed = if policy.is_kind_assumed { ", as nothing says otherwise" } else { "" };
    format!("{}{assumed}", a_kind(policy.kind))
}

/// What a kind of policy that only limits leaves to say.
pub(super) fn limit(kind: PolicyKind) -> Option<&'static str> {
    match kind {
        PolicyKind::Identity | PolicyKind::Resource | PolicyKind::Trust => None,
        PolicyKind::Boundary
        | PolicyKind::Session
        | PolicyKind::Scp
        | PolicyKind::Rcp
        | PolicyKind::VpcEndpoint => Some(
            "A policy of this kind grants nothing: it is the most that others can grant, and what it allows is what it \
             leaves open",
        ),
    }
}

/// `Can delete`
pub(super) fn can(consequence: Consequence, kind: PolicyKind) -> String {
    let what = match consequence {
        Consequence::Delete => "delete",
        Consequence::Spend => "spend money",
        Consequence::ReadData => "read data",
        Consequence::Escalate => "gain permissions, or give them",
    };
    if limit(kind).is_some() { format!("Leaves open to {what}") } else { format!("Can {what}") }
}

/// A word or two for a line.
pub(super) fn short(consequence: Consequence) -> &'static str {
    match consequence {
        Consequence::Delete => "delete",
        Consequence::Spend => "spend money",
        Consequence::ReadData => "read data",
        Consequence::Escalate => "gain permissions",
    }
}

/// What was looked for in vain.
pub(super) fn not_found(policy: &Policy) -> Option<String> {
    let missing = |it: &Consequence| !policy.dangers.iter().any(|danger| danger.consequence == *it);
    let names: Vec<String> = Consequence::ALL
        .into_iter()
        .filter(missing)
        .map(|it| {
            let name = match it {
                Consequence::Delete => "delete",
                Consequence::Spend => "cost money",
                Consequence::ReadData => "read data",
                Consequence::Escalate => "lead to more permissions",
            };
            name.to_owned()
        })
        .collect();
    let what = crate::explain::join(&names, "or");
    (!names.is_empty()).then(|| format!("No action is allowed that is known to {what}"))
}

/// `5 actions, 2 of them under a condition`
pub(super) fn count(danger: &Danger) -> String {
    let n = danger.always + danger.conditional;
    let all = format!("{} {}", grouped(n), if n == 1 { "action" } else { "actions" });
    match (danger.always, danger.conditional) {
        (_, 0) => format!("{all}, without a condition"),
        (0, _) => format!("{all}, under a condition"),
        (_, some) => format!("{all}, {} of them under a condition", grouped(some)),
    }
}

/// Why actions that no list names are among them.
pub(super) fn by_level(danger: &Danger) -> Option<String> {
    let (level, n) = danger.by_level?;
    let (n, are) = (grouped(n), if n == 1 { "is" } else { "are" });
    let why = match danger.consequence {
        Consequence::ReadData => "contents and attributes of resources",
        Consequence::Escalate => "who may do what",
        Consequence::Delete | Consequence::Spend => return None,
    };
    Some(format!("{n} of them {are} here for the access level {} alone: {why}", level.name()))
}

/// `12, 3 of them if…`, short enough for a table.
pub(super) fn cell(cell: &Cell) -> String {
    let mut out = match (cell.always, cell.conditional) {
        (0, 0) => return "–".to_owned(),
        (always, 0) => grouped(always),
        (0, some) => format!("{} if", grouped(some)),
        (always, some) => format!("{} + {} if", grouped(always), grouped(some)),
    };
    if cell.denied > 0 {
        out.push_str(&format!(", {} cut", grouped(cell.denied)));
    }
    out
}

/// What the words of [`cell`] mean.
pub(super) const CELL_KEY: &str = "A number counts actions that are allowed always; \"if\" marks those under a \
                                   condition, \"cut\" those of both that a Deny takes away in some cases, \"–\" none";

/// How the numbers come about.
pub(super) const READING: [&str; 4] = [
    "An action counts on a resource where AWS lists a resource type of that form for it; what a statement names and \
     does not grant stands with the statement",
    "What a condition needs was not tried out: \"if\" means that some requests may pass",
    "Only this document was read: other policies, boundaries and organizations may allow more or deny some of it",
    "An action that is under no heading may still do it: costs are known of actions of Amazon Bedrock, SageMaker and what \
     these need",
];

/// Whether anybody is let in.
pub(super) fn public(public: &Public) -> String {
    match public {
        Public::No => "Lets in nobody but those it names: proven for every request".to_owned(),
        Public::Yes { statement, principal, action, resource } => format!(
            "Lets in principals or networks that it does not name: {statement} allows, for instance, {action} on \
             {resource} to {principal}"
        ),
        Public::Unknown(reason) => format!("It is not known whether it lets in anybody: {reason}"),
    }
}

/// What follows when a key is absent; `None` where the clause says so.
pub(super) fn absent(condition: &Condition) -> Option<&'static str> {
    match condition.absent {
        Absent::Fails => Some("a request without the key does not match"),
        Absent::Never => Some("every request has the key"),
        // The clause says so.
        Absent::Holds | Absent::Tested => None,
        Absent::Unknown => Some("this operator is none that is known"),
    }
}

/// `from 2026-01-01 until 2026-12-31`
pub(super) fn window(statement: &Statement, now: NaiveDateTime) -> Option<String> {
    let until = statement.until.map(|it| {
        let over = if it < now { ", which is past" } else { "" };
        format!("until {}{over}", moment(it))
    });
    match (statement.from.map(moment), until) {
        (None, until) => until,
        (Some(from), None) => Some(format!("from {from}")),
        (Some(from), Some(until)) => Some(format!("from {from} {until}")),
    }
}

/// `3 errors, 1 warning`
pub(super) fn findings(findings: &Findings) -> String {
    let one = |n: usize, name: &str| match n {
        0 => None,
        1 => Some(format!("1 {name}")),
        n => Some(format!("{} {name}s", grouped(n))),
    };
    let all =
        [one(findings.errors, "error"), one(findings.warnings, "warning"), one(findings.others, "remark")];
    let said: Vec<String> = all.into_iter().flatten().collect();
    if said.is_empty() { "no findings".to_owned() } else { said.join(", ") }
}

/// What a part is called: what is not granted, or what is worth knowing.
pub(super) fn part_label(part: &Part, statement: &Statement) -> &'static str {
    match statement.effect {
        _ if part.count == 0 => "Note",
        Some(policy::model::Effect::Deny) => "Not denied",
        Some(policy::model::Effect::Allow) | None => "Not granted",
    }
}

/// The first of some names, and how many others there are.
pub(super) fn some<T>(all: &[T], count: usize) -> (&[T], usize) {
    let shown = all.get(..NAMED).unwrap_or(all);
    (shown, count.max(all.len()) - shown.len())
}

/// How sure it is that a statement is dead, and what follows.
pub(super) fn verdict(statement: &Statement) -> &'static str {
    match (&statement.dead, statement.effect) {
        (Some(it), _) if it.is_covered => "redundant",
        (Some(it), _) if it.is_by_list => "probably dead",
        (Some(_), _) => "dead",
        (None, Some(policy::model::Effect::Allow)) => "allows",
        (None, Some(policy::model::Effect::Deny)) => "denies",
        (None, None) => "unfinished",
    }
}
