//! Patterns of actions.

use catalog::{AccessLevel, Action, Service, catalog};
use policy::access::{LEVELS, of_element};
use policy::model::Statement;

use super::{action, code, count, some_of};
use crate::explain::{counted, grouped};

/// So many actions are all named.
const ALL_NAMED: usize = 20;

/// How many actions of a level are named: what matters most is named at most length.
fn most_named(level: AccessLevel) -> usize {
    match level {
        AccessLevel::PermissionsManagement => 8,
        AccessLevel::Write => 10,
        AccessLevel::Tagging => 3,
        AccessLevel::Read => 6,
        AccessLevel::List => 4,
    }
}

/// A pattern: how many actions of each level, what matters most first, and the best known of them.
pub(super) fn wildcard(text: &str, negated: bool, statement: Option<&Statement>) -> String {
    let found: Vec<Action> = catalog().actions_matching(text).collect();
    let mut services: Vec<Service> = found.iter().map(|it| it.service()).collect();
    services.dedup();
    let of = match services.as_slice() {
        [] => return nothing(text, negated, statement),
        [one] => one.title().to_owned(),
        many => count(many.len(), "service"),
    };
    let n = grouped(found.len());
    let noun = if found.len() == 1 { "action" } else { "actions" };
    let left_out = if negated { ", left out" } else { "" };
    let mut out = format!("**{}** · {n} {noun} of {of}{left_out}\n\n", code(text));
    for level in LEVELS {
        let own: Vec<Action> = found.iter().copied().filter(|it| it.access_level() == level).collect();
        let limit = if found.len() <= ALL_NAMED { ALL_NAMED } else { most_named(level) };
        out.push_str(&line(level, own, limit, services.len() > 1));
    }
    if negated {
        out.extend(statement.and_then(rest));
    } else if text.ends_with('*') {
        let which = if policy::action::is_every(text) { "later" } else { "under such names" };
        out.push_str(&format!("\nActions that AWS adds {which} are taken in as well.\n"));
    }
    if let [service] = services.as_slice() {
        out.push_str(&format!("\n{}", action::footer(*service)));
    }
    out
}

fn nothing(text: &str, negated: bool, statement: Option<&Statement>) -> String {
    let mut out = format!("**{}** matches no action\n", code(text));
    match text.split_once(':') {
        Some((prefix, _)) if policy::pattern::has_wildcard(prefix) => {
            out.push_str("\nA service prefix takes no wildcards.\n");
        }
        Some((prefix, _)) if catalog().service(prefix).is_none() => {
            out.push_str(&format!("\nNo service has the prefix {}.", code(prefix)));
            if let Some(near) = catalog().nearest_service(prefix) {
                out.push_str(&format!(" {} has {}.", near.title(), code(near.prefix())));
            }
            out.push('\n');
        }
        Some((prefix, _)) => {
            let title = catalog().service(prefix).map_or(prefix, |it| it.title());
            out.push_str(&format!("\n{title} had none of such a name on {}.\n", catalog().date()));
        }
        None => {}
    }
    if negated {
        out.extend(statement.and_then(rest));
    }
    out.trim_end().to_owned()
}

/// One level. Those that delete come first among writing actions, then those that people name most.
fn line(level: AccessLevel, mut own: Vec<Action>, limit: usize, with_prefix: bool) -> String {
    if own.is_empty() {
        return String::new();
    }
    own.sort_by_key(|it| (!deletes(*it), std::cmp::Reverse(it.weight())));
    let n_deleting = own.iter().filter(|it| deletes(**it)).count();
    let deleting = match n_deleting {
        0 => String::new(),
        n => format!(", {} deleting", grouped(n)),
    };
    // Of many services, the names say little.
    let limit = if with_prefix { limit.min(4) } else { limit };
    let total = own.len();
    let name = |it: &Action| if with_prefix { code(it.full_name()) } else { code(it.name()) };
    let names = some_of(own.into_iter(), limit, name);
    format!("- {} ({}{deleting}): {names}\n", level.name(), grouped(total))
}

fn deletes(action: Action) -> bool {
    let writes = action.access_level() == AccessLevel::Write;
    writes && ["Delete", "Terminate", "Purge", "BatchDelete"].iter().any(|it| action.name().starts_with(it))
}

/// What a `NotAction` leaves.
fn rest(statement: &Statement) -> Option<String> {
    let element = statement.action.as_ref().filter(|it| it.negated)?;
    let set = of_element(element, catalog()).set;
    Some(format!("\nThe statement is about all others: {}, and what AWS adds later.\n", counted(&set, catalog())))
}
