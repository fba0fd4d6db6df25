//! What allowed actions can lead to: by the catalogue's list, and by their access levels.

use std::cmp::Reverse;
use std::sync::OnceLock;

use catalog::{AccessLevel, Action, Catalog, Consequence};
use policy::access::ActionSet;

use super::{Danger, Example, words};

/// How many actions are named for each.
const NAMED: usize = 5;

/// What the actions of two sets can lead to; of the second, under a condition.
pub(super) fn dangers(always: &ActionSet, conditional: &ActionSet, catalog: Catalog) -> Vec<Danger> {
    let danger = |consequence| danger(consequence, always, conditional, catalog);
    Consequence::ALL.into_iter().filter_map(danger).collect()
}

/// What the actions of a set can lead to, in words for a line: `delete`. Of reading, only what reads stored data.
pub(crate) fn in_words(set: &ActionSet, catalog: Catalog) -> Vec<&'static str> {
    let leads = |consequence: &Consequence| {
        let (listed, by_level) = leading_to(*consequence, set, catalog);
        !listed.is_empty() || *consequence == Consequence::Escalate && !by_level.is_empty()
    };
    Consequence::ALL.into_iter().filter(leads).map(words::short).collect()
}

fn danger(
    consequence: Consequence,
    always: &ActionSet,
    conditional: &ActionSet,
    catalog: Catalog,
) -> Option<Danger> {
    let mut both = always.clone();
    both.add(conditional);
    let (listed, by_level) = leading_to(consequence, &both, catalog);
    let mut found = listed.clone();
    found.add(&by_level);
    if found.is_empty() {
        return None;
    }
    let is_always = |it: &Action| always.contains(it.id());
    let n_always = found.iter(catalog).filter(is_always).count();
    // What is listed says more than a level; then what people write most.
    let mut first: Vec<Action> = found.iter(catalog).collect();
    first.sort_by_key(|it| {
        let is_described = it.description().is_some();
        (!is_described, !listed.contains(it.id()), !is_always(it), Reverse(it.weight()))
    });
    let example = |it: Action| Example {
        action: it.full_name(),
        is_conditional: !is_always(&it),
        why: it.description_or_composed(),
    };
    Some(Danger {
        consequence,
        always: n_always,
        conditional: found.len() - n_always,
        examples: first.into_iter().take(NAMED).map(example).collect(),
        by_level: level_of(consequence).map(|it| (it, by_level.len())).filter(|it| it.1 > 0),
    })
}

/// The access level whose actions can all lead to it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html>
fn level_of(consequence: Consequence) -> Option<AccessLevel> {
    match consequence {
        Consequence::ReadData => Some(AccessLevel::Read),
        Consequence::Escalate => Some(AccessLevel::PermissionsManagement),
        Consequence::Delete | Consequence::Spend => None,
    }
}

/// The actions of `set` that are listed for it, and those that have its level without being listed for anything.
fn leading_to(consequence: Consequence, set: &ActionSet, catalog: Catalog) -> (ActionSet, ActionSet) {
    let mut listed = named(consequence, set, catalog);
    let mut by_level = ActionSet::new(catalog);
    if consequence == Consequence::Delete {
        // A pattern of names also meets tags, which are not what people mean.
        let is_lost = |it: &Action| {
            matches!(it.access_level(), AccessLevel::Write | AccessLevel::PermissionsManagement)
        };
        let kept: Vec<Action> = listed.iter(catalog).filter(is_lost).collect();
        listed = ActionSet::new(catalog);
        kept.iter().for_each(|it| listed.insert(it.id()));
    }
    if let Some(level) = level_of(consequence) {
        set.iter(catalog)
            .filter(|it| it.access_level() == level && !listed.contains(it.id()))
            .for_each(|it| by_level.insert(it.id()));
        // AWS calls a model's invocation a read.
        by_level.subtract(&named(Consequence::Spend, set, catalog));
    }
    (listed, by_level)
}

fn named(consequence: Consequence, set: &ActionSet, catalog: Catalog) -> ActionSet {
    // The patterns meet thousands of names, and a line is wanted after every keystroke.
    static ALL: OnceLock<Vec<ActionSet>> = OnceLock::new();
    let of = |it: Consequence| {
        let mut all = ActionSet::new(catalog);
        let actions = catalog.leading_to(it).flat_map(|it| catalog.actions_matching(it));
        actions.for_each(|it| all.insert(it.id()));
        all
    };
    let all = ALL.get_or_init(|| Consequence::ALL.into_iter().map(of).collect());
    let mut out = ActionSet::new(catalog);
    let at = Consequence::ALL.iter().position(|it| *it == consequence).and_then(|at| all.get(at));
    at.into_iter().flat_map(|it| it.shared_with(set)).for_each(|it| out.insert(it));
    out
}
