//! What a policy does as a whole.

use catalog::{Catalog, catalog};
use chrono::NaiveDateTime;
use policy::PolicyKind;
use policy::access::{self, Access, ActionSet, Never};
use policy::model::{Effect, Form, Policy};
use policy::reach::Dead;

use super::{Denies, grouped, join, name_of, named, refused};
use crate::dead;
use crate::report::danger;

/// What a policy does as a whole, in one line. `dead` says which of its statements change nothing.
pub fn policy(policy: &Policy, denies: &Denies, dead: &[Option<Dead>], now: NaiveDateTime) -> String {
    net(policy, denies, dead, now, false)
}

/// The same, with what it can lead to where the policy grants by itself.
pub fn policy_and_dangers(
    policy: &Policy,
    denies: &Denies,
    dead: &[Option<Dead>],
    now: NaiveDateTime,
) -> String {
    // Others only limit, and a trust policy grants but to become the role.
    let grants = matches!(policy.kind, PolicyKind::Identity | PolicyKind::Resource);
    net(policy, denies, dead, now, grants)
}

/// The actions of a policy's statements, before the Denies that leave nothing to chance are taken off.
struct Sums {
    allowed: ActionSet,
    /// Those of statements without a condition.
    unconditional: ActionSet,
    /// Those of statements that are of use.
    useful: ActionSet,
    denied: ActionSet,
    is_unfinished: bool,
    /// Whether a template fills in actions that are allowed.
    is_open: bool,
    /// A statement for which IAM refuses the policy.
    refused: Option<usize>,
}

fn sums(policy: &Policy, dead: &[Option<Dead>], now: NaiveDateTime, catalog: Catalog) -> Sums {
    let none = || ActionSet::new(catalog);
    let mut out = Sums {
        allowed: none(),
        unconditional: none(),
        useful: none(),
        denied: none(),
        is_unfinished: false,
        is_open: false,
        refused: None,
    };
    for (idx, at) in policy.statements.iter().enumerate() {
        let Some(access) = Access::of(at.statement, now, catalog) else {
            out.is_unfinished = true;
            continue;
        };
        if access.never == Some(Never::UnknownOperator) {
            out.refused = out.refused.or(Some(idx));
        }
        let never = dead.get(idx).and_then(Option::as_ref).and_then(|it| dead::addition(policy, idx, it));
        if never.is_some_and(|(_, applies)| !applies) {
            continue;
        }
        let own = access.effective(catalog);
        if access.effect == Effect::Deny {
            out.denied.add(&own);
            continue;
        }
        out.is_open |= access.actions.open;
        out.allowed.add(&own);
        if at.statement.key("Condition").is_none() {
            out.unconditional.add(&own);
        }
        if access::idle(at.statement, now, catalog).is_none() {
            out.useful.add(&own);
        }
    }
    out
}

fn net(
    policy: &Policy,
    denies: &Denies,
    dead: &[Option<Dead>],
    now: NaiveDateTime,
    with_dangers: bool,
) -> String {
    let catalog = catalog();
    let mut parts = vec![subject(policy)];
    if policy.form == Form::Condition {
        return parts.join(" · ");
    }
    let Sums { mut allowed, mut unconditional, mut useful, denied, is_unfinished, is_open, refused } =
        sums(policy, dead, now, catalog);
    if let Some(what) = refused.and_then(|idx| self::refused(policy, idx)) {
        let name = refused.map(|it| name_of(policy, it)).unwrap_or_default();
        parts.push(format!("invalid: {what} ({name})"));
        return parts.join(" · ");
    }
    let mut always = ActionSet::new(catalog);
    for (_, set) in denies {
        always.add(set);
    }
    let meant = policy.statements.iter().any(|it| it.statement.effect() == Some(Effect::Allow));
    let is_cut = allowed.meets(&always);
    for set in [&mut allowed, &mut unconditional, &mut useful] {
        set.subtract(&always);
    }
    if always.len() == catalog.action_count() {
        let by = denies.iter().find(|(_, it)| it.len() == catalog.action_count());
        let by = by.map(|it| format!(" ({})", name_of(policy, it.0)));
        parts.push(format!("denies everything{}", by.unwrap_or_default()));
    } else if !allowed.is_empty() {
        parts.push(format!("allows {}", named(&allowed, catalog)));
        parts.extend(of_them(rest(&allowed, &unconditional), allowed.len(), "under conditions only"));
        parts.extend(of_them(rest(&allowed, &useful), allowed.len(), "of no use"));
        if with_dangers {
            let dangers: Vec<String> =
                danger::in_words(&useful, catalog).into_iter().map(str::to_owned).collect();
            parts.extend((!dangers.is_empty()).then(|| format!("can {}", join(&dangers, "and"))));
        }
        let cut = allowed.len() - rest(&allowed, &denied);
        parts.extend(match cut {
            0 => None,
            n if n == allowed.len() => Some("denied in some cases".to_owned()),
            1 => Some("1 of them is denied in some cases".to_owned()),
            n => Some(format!("{} of them are denied in some cases", grouped(n))),
        });
    } else if is_open {
        parts.push("allows what the template fills in".to_owned());
    } else if is_cut {
        parts.push("allows nothing: all of it is denied".to_owned());
    } else if !denied.is_empty() {
        let start = if meant { "allows nothing" } else { "grants nothing by itself" };
        let some = rest(&denied, &always);
        let cases = match some {
            0 => String::new(),
            n if n == denied.len() => " in some cases".to_owned(),
            n => format!(", {} of them in some cases", grouped(n)),
        };
        parts.push(format!("{start} · denies {}{cases}", named(&denied, catalog)));
    } else {
        parts.push("allows nothing".to_owned());
    }
    if is_unfinished {
        parts.push("unfinished statements are not counted".to_owned());
    }
    parts.join(" · ")
}

/// What the line speaks of.
fn subject(policy: &Policy) -> String {
    let part = match policy.form {
        Form::Policy => {
            let kind = policy.kind.title();
            let (first, rest) = kind.split_at_checked(1).unwrap_or_default();
            return format!("{}{rest}", first.to_uppercase());
        }
        Form::Statement => "one statement",
        Form::Statements => "a list of statements",
        Form::Condition => "a condition",
    };
    format!("Fragment of a policy: {part}")
}

/// `under conditions only` of all, `3 of them under conditions only` of some.
fn of_them(n: usize, all: usize, what: &str) -> Option<String> {
    match n {
        0 => None,
        n if n == all => Some(what.to_owned()),
        n => Some(format!("{} of them {what}", grouped(n))),
    }
}

/// How many of `set` are not in `other`.
fn rest(set: &ActionSet, other: &ActionSet) -> usize {
    let mut rest = set.clone();
    rest.subtract(other);
    rest.len()
}
