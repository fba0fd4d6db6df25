//! What of the settings belongs at a place in a configuration file, decided once for completion and hover.

use syntax::{Kind, SourceFile, TextSize};

use super::keys::{Group, Key, Shape};
use crate::place::spot::{self, Hole, Spot};
use crate::place::steps::{Step, siblings, steps};

/// A part of a configuration file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slot {
    /// The whole file: nothing is written yet.
    Document,
    /// A key of an object.
    Key(Group),
    /// A whole object of a list.
    Object(Group),
    /// A key that is a name of the user's: a glob, or a rule.
    Name(&'static Key),
    /// The value of such a name.
    Named(&'static Key),
    /// The value of a key, or a text in its list.
    Value(&'static Key),
}

/// A place in a configuration file.
#[derive(Debug)]
pub(crate) struct Here<'t> {
    /// What belongs there.
    pub(crate) slot: Slot,
    /// Where it is, and what the text lacks there.
    pub(crate) spot: Spot<'t>,
    /// Keys of the same object, or strings of the same list, without the one at the cursor.
    pub(crate) siblings: Vec<String>,
}

/// The place of a cursor at `at`.
pub(crate) fn here(file: &SourceFile, at: TextSize) -> Option<Here<'_>> {
    let mut spots = spot::candidates(file, at).into_iter().filter(|(_, run)| !run);
    spots.find_map(|(spot, _)| of_spot(file, spot))
}

/// The place of the string or word that holds the byte `at`.
pub(crate) fn here_of(file: &SourceFile, at: TextSize) -> Option<Here<'_>> {
    match spot::of_string(file, at) {
        Some(spot) => of_spot(file, spot),
        None => spot::holds_word(file, at).then(|| here(file, at + 1))?,
    }
}

fn of_spot<'t>(file: &'t SourceFile, spot: Spot<'t>) -> Option<Here<'t>> {
    if spot.hole == Hole::Root {
        return spot::is_alone(file).then(|| Here { slot: Slot::Document, spot, siblings: Vec::new() });
    }
    let is_object = spot.nodes.get(1).is_some_and(|it| it.node.kind() == Kind::Object);
    let steps = steps(file, &spot, 1);
    let slot = is_object.then(|| slot(&steps, spot.hole))??;
    let siblings = siblings(file, &spot);
    Some(Here { slot, spot, siblings })
}

/// What the steps from the file's object lead to.
#[derive(Clone, Copy)]
enum Within {
    Object(Group),
    Value { key: &'static Key, in_list: bool },
    Named(&'static Key),
}

fn slot(steps: &[Step], hole: Hole) -> Option<Slot> {
    let mut within = Within::Object(Group::Root);
    for step in steps {
        within = next(within, step)?;
    }
    match (within, hole == Hole::Key) {
        (Within::Object(group), true) => Some(Slot::Key(group)),
        (Within::Object(group), false) => Some(Slot::Object(group)),
        (Within::Value { key, in_list: false }, true) => {
            matches!(key.shape, Shape::Kinds | Shape::Levels).then_some(Slot::Name(key))
        }
        (Within::Value { key, .. }, false) => Some(Slot::Value(key)),
        (Within::Named(key), false) => Some(Slot::Named(key)),
        (Within::Value { in_list: true, .. } | Within::Named(_), true) => None,
    }
}

fn next(within: Within, step: &Step) -> Option<Within> {
    match (within, step) {
        (Within::Object(group), Step::Key(name)) => {
            let key = group.key(name)?;
            Some(match key.shape {
                Shape::Object(group) => Within::Object(group),
                _ => Within::Value { key, in_list: false },
            })
        }
        (Within::Value { key, in_list: false }, Step::Key(_)) => {
            matches!(key.shape, Shape::Kinds | Shape::Levels).then_some(Within::Named(key))
        }
        (Within::Value { key, in_list: false }, Step::Index) => match key.shape {
            Shape::List(group) => Some(Within::Object(group)),
            Shape::Rules | Shape::Accounts => Some(Within::Value { key, in_list: true }),
            _ => None,
        },
        _ => None,
    }
}
