//! Sets of actions of the catalogue.

use catalog::{AccessLevel, Action, ActionId, Catalog};

use crate::model::Element;
use crate::pattern;

/// A set of actions, a bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionSet {
    words: Vec<u64>,
}

/// What the patterns of an `Action` or `NotAction` element stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actions {
    /// The actions the element covers; for `NotAction`, all others.
    pub set: ActionSet,
    /// The patterns that name no action, by their index among the values.
    pub unmatched: Vec<usize>,
    /// Whether a template fills in some of the patterns, so that there may be more.
    pub open: bool,
}

impl ActionSet {
    /// The empty set.
    pub fn new(catalog: Catalog) -> ActionSet {
        ActionSet { words: vec![0; catalog.action_count().div_ceil(64)] }
    }

    /// Adds an action.
    pub fn insert(&mut self, id: ActionId) {
        if let Some(word) = self.words.get_mut(id.index() / 64) {
            *word |= 1 << (id.index() % 64);
        }
    }

    /// Removes an action.
    pub fn remove(&mut self, id: ActionId) {
        if let Some(word) = self.words.get_mut(id.index() / 64) {
            *word &= !(1 << (id.index() % 64));
        }
    }

    /// Whether it holds an action.
    pub fn contains(&self, id: ActionId) -> bool {
        self.words.get(id.index() / 64).is_some_and(|it| it & (1 << (id.index() % 64)) != 0)
    }

    /// How many actions it holds.
    pub fn len(&self) -> usize {
        self.words.iter().map(|it| it.count_ones() as usize).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|it| *it == 0)
    }

    /// Adds all of `other`.
    pub fn add(&mut self, other: &ActionSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Removes all of `other`.
    pub fn subtract(&mut self, other: &ActionSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// Whether all of it is in `other`.
    pub fn is_subset(&self, other: &ActionSet) -> bool {
        self.words.iter().zip(&other.words).all(|(word, other)| word & !other == 0)
    }

    /// Whether the two share an action.
    pub fn meets(&self, other: &ActionSet) -> bool {
        self.words.iter().zip(&other.words).any(|(word, other)| word & other != 0)
    }

    /// The ids that are in `other` too.
    pub fn shared_with(&self, other: &ActionSet) -> impl Iterator<Item = ActionId> {
        let words = self.words.iter().zip(&other.words).enumerate();
        words.flat_map(|(n, (word, other))| {
            let mut left = word & other;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                (bit < 64).then_some(ActionId(u32::try_from(n).ok()? * 64 + bit))
            })
        })
    }

    /// The actions, by id, which groups them by service.
    pub fn iter(&self, catalog: Catalog) -> impl Iterator<Item = Action> {
        self.shared_with(self).filter_map(move |id| catalog.action(id))
    }

    /// How many of its actions have each access level, in the order of [`LEVELS`].
    pub fn by_level(&self, catalog: Catalog) -> [usize; 5] {
        let mut out = [0; 5];
        for action in self.iter(catalog) {
            let slot = LEVELS.iter().position(|it| *it == action.access_level());
            if let Some(count) = slot.and_then(|it| out.get_mut(it)) {
                *count += 1;
            }
        }
        out
    }

    fn complement(&mut self, catalog: Catalog) {
        for word in &mut self.words {
            *word = !*word;
        }
        let beyond = catalog.action_count() % 64;
        if beyond != 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << beyond) - 1;
        }
    }
}

/// The access levels, what matters most first.
pub const LEVELS: [AccessLevel; 5] = [
    AccessLevel::PermissionsManagement,
    AccessLevel::Write,
    AccessLevel::Tagging,
    AccessLevel::Read,
    AccessLevel::List,
];

/// What an `Action` or `NotAction` element stands for.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
pub fn of_element(element: &Element, catalog: Catalog) -> Actions {
    let mut set = ActionSet::new(catalog);
    let mut unmatched = Vec::new();
    for (n, item) in element.values.items.iter().enumerate() {
        let crate::model::Item::Text(text) = item else { continue };
        if !add_pattern(&mut set, &text.value, catalog) {
            unmatched.push(n);
        }
    }
    if element.negated {
        set.complement(catalog);
    }
    Actions { set, unmatched, open: !element.values.all_texts() }
}

/// Adds what a pattern stands for; `false` when that is nothing.
fn add_pattern(set: &mut ActionSet, text: &str, catalog: Catalog) -> bool {
    if !pattern::has_wildcard(text) {
        let found = catalog.find_action(text);
        if let Some(action) = found {
            set.insert(action.id());
        }
        return found.is_some();
    }
    let mut any = false;
    for action in catalog.actions_matching(text) {
        set.insert(action.id());
        any = true;
    }
    any
}
