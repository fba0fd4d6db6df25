//! The actions of statements, and classes of actions that no statement tells apart.

use std::collections::BTreeSet;
use std::sync::Arc;

use catalog::{ActionId, Catalog};

use super::glob::Glob;
use super::text::{self, Manner};
use super::token::{Token, fold};
use crate::access::ActionSet;
use crate::model::{Element, Item};
use crate::pattern;

/// What an `Action` or `NotAction` element covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Actions {
    /// The actions of the catalogue.
    known: ActionSet,
    /// Whether it is the `Not` form.
    negated: bool,
    /// Whether a pattern is every action.
    everything: bool,
    /// Its patterns that can match, for names that are not in the catalogue.
    patterns: Vec<Glob>,
    /// Names without wildcards that the catalogue does not have, in lower case.
    unknown: BTreeSet<Box<str>>,
    /// Whether a template fills in some of it.
    pub(super) open: bool,
}

/// An action that stands for all that the same statements cover.
#[derive(Debug, Clone)]
pub(super) struct Class {
    /// The action.
    pub(super) action: Named,
    /// The actions of the catalogue in the class.
    pub(super) members: Vec<u32>,
}

/// An action by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    /// One of the catalogue.
    Known(u32),
    /// One that a policy names and the catalogue does not have.
    Unknown(Box<str>),
}

impl Actions {
    /// Those of an element.
    pub(super) fn of_element(element: &Element, catalog: Catalog) -> Actions {
        let texts = element.values.items.iter().filter_map(|it| match it {
            Item::Text(it) => Some(&*it.value),
            Item::Literal(..) | Item::Dynamic(_) | Item::Wrong(..) => None,
        });
        let mut out = Actions::of_texts(texts, catalog);
        out.open = element.values.items.iter().any(|it| matches!(it, Item::Dynamic(_)));
        if element.negated {
            out.negated = true;
            let mut all = ActionSet::new(catalog);
            for action in catalog.actions() {
                all.insert(action.id());
            }
            all.subtract(&out.known);
            out.known = all;
        }
        out
    }

    /// Those of a list of patterns.
    pub(super) fn of_texts<'a>(texts: impl Iterator<Item = &'a str>, catalog: Catalog) -> Actions {
        let mut out = Actions {
            known: ActionSet::new(catalog),
            negated: false,
            everything: false,
            patterns: Vec::new(),
            unknown: BTreeSet::new(),
            open: false,
        };
        for text in texts {
            out.add(text, catalog);
        }
        out
    }

    fn add(&mut self, text: &str, catalog: Catalog) {
        if pattern::is_everything(text) || text == "*:*" {
            self.everything = true;
            for action in catalog.actions() {
                self.known.insert(action.id());
            }
            return;
        }
        // One colon, a name, and no wildcard before it.
        let Some((prefix, name)) = text.split_once(':') else { return };
        if name.is_empty() || name.contains(':') || pattern::has_wildcard(prefix) {
            return;
        }
        let manner = Manner { wildcards: true, variables: false, folded: true };
        if pattern::has_wildcard(name) {
            for action in catalog.actions_matching(text) {
                self.known.insert(action.id());
            }
            self.patterns.push(text::glob(text, manner));
            return;
        }
        match catalog.find_action(text) {
            Some(action) => self.known.insert(action.id()),
            None => {
                self.unknown.insert(text.to_ascii_lowercase().into());
                self.patterns.push(text::glob(text, manner));
            }
        }
    }

    /// Whether it covers an action.
    pub(super) fn covers(&self, action: &Named) -> bool {
        match action {
            Named::Known(id) => self.known.contains(ActionId(*id)),
            Named::Unknown(name) => {
                let name = Glob(name.chars().map(|it| Token::Char(fold(it))).collect());
                (self.everything || self.patterns.iter().any(|it| it.includes(&name))) != self.negated
            }
        }
    }

    /// Whether it names an action that the catalogue does not have, or may.
    fn names_unknown(&self) -> bool {
        self.negated || !self.unknown.is_empty()
    }

    /// Whether both may cover one action. A wildcard is taken for the actions that the catalogue has, unless its own
    /// element has names beside it that the catalogue does not have.
    pub(super) fn may_meet(&self, other: &Actions) -> bool {
        if self.known.meets(&other.known) || self.negated {
            return true;
        }
        let named = |it: &Actions, by: &Actions| {
            it.unknown.iter().any(|name| by.covers(&Named::Unknown(name.clone())))
        };
        !self.unknown.is_empty() && (named(self, other) || named(other, self))
    }

    /// Whether each of its actions may be covered by one of the others.
    pub(super) fn may_be_within<'a>(&self, mut others: impl Iterator<Item = &'a Actions>) -> bool {
        if self.names_unknown() {
            return others.next().is_some();
        }
        let mut left = self.known.clone();
        others.for_each(|it| left.subtract(&it.known));
        left.is_empty()
    }

    /// Whether it covers nothing that the catalogue has and names nothing else.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty() && self.unknown.is_empty() && !self.negated
    }
}

/// Classes of the actions that one of `granting` covers, told apart by `all`.
pub(super) fn classes(granting: &[&Actions], all: &[&Actions], catalog: Catalog) -> Vec<Class> {
    let mut of_interest = ActionSet::new(catalog);
    for it in granting {
        of_interest.add(&it.known);
    }
    let mut labels: Vec<u32> = vec![0; catalog.action_count()];
    // What each label becomes for the actions of one statement; `None` where no action of it was met yet.
    let mut split: Vec<Option<u32>> = vec![None];
    // Whoever covers all of interest tells nothing apart; the same set twice neither.
    let mut seen: Vec<&ActionSet> = Vec::new();
    for it in all {
        if of_interest.is_subset(&it.known) || seen.contains(&&it.known) {
            continue;
        }
        seen.push(&it.known);
        split.fill(None);
        for id in of_interest.shared_with(&it.known) {
            relabel(&mut labels, &mut split, id);
        }
    }
    let mut classes: Vec<Option<Class>> = vec![None; split.len()];
    for id in of_interest.shared_with(&of_interest) {
        let label = labels.get(id.index()).copied().unwrap_or(0);
        if let Some(slot) = classes.get_mut(label as usize) {
            slot.get_or_insert(Class { action: Named::Known(id.0), members: Vec::new() }).members.push(id.0);
        }
    }
    let unknown: BTreeSet<&Box<str>> = granting.iter().chain(all).flat_map(|it| &it.unknown).collect();
    let named =
        unknown.into_iter().map(|it| Class { action: Named::Unknown(it.clone()), members: Vec::new() });
    let mut known: Vec<Class> = classes.into_iter().flatten().collect();
    known.sort_by(|a, b| a.members.cmp(&b.members));
    known.into_iter().chain(named).collect()
}

/// Gives an action the label of those that are covered as it is.
fn relabel(labels: &mut [u32], split: &mut Vec<Option<u32>>, id: ActionId) {
    let Some(label) = labels.get_mut(id.index()) else { return };
    let next = u32::try_from(split.len()).unwrap_or(u32::MAX);
    let Some(slot) = split.get_mut(*label as usize) else { return };
    *label = *slot.get_or_insert(next);
    if *label == next {
        split.push(Some(next));
    }
}

impl Named {
    /// Its name with the prefix.
    pub(super) fn name(&self, catalog: Catalog) -> Arc<str> {
        match self {
            Named::Known(id) => {
                catalog.action(ActionId(*id)).map(|it| it.full_name()).unwrap_or_default().into()
            }
            Named::Unknown(name) => (**name).into(),
        }
    }
}
