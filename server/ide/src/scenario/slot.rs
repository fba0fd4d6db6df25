//! What of a scenario belongs at a place in its file, decided once for completion and hover.

use syntax::{Kind, SourceFile, TextSize};

use super::keys::{Key, Level, Shape};
use crate::place::spot::{self, Hole, Spot};
use crate::place::steps::{Step, siblings, steps};

/// A part of a scenario file.
#[derive(Debug, Clone)]
pub(crate) enum Slot {
    /// The whole file: nothing is written yet.
    Document,
    /// A key of an object.
    Key(Level),
    /// The name of an object: that of a principal, or a resource's ARN.
    Name(Level),
    /// A whole principal, resource or request.
    Object(Level),
    /// The value of a key, or a text in it.
    Value {
        /// The object that the key is in.
        of: Level,
        /// The key.
        key: &'static Key,
        /// How many lists are around the text.
        depth: usize,
    },
    /// A condition key.
    ContextKey,
    /// What a request has for a condition key.
    ContextValue {
        /// The key as it is written.
        key: String,
        /// Whether it stands in a list.
        in_list: bool,
    },
}

/// A place in a scenario file.
#[derive(Debug)]
pub(crate) struct Here<'t> {
    /// What belongs there.
    pub(crate) slot: Slot,
    /// Where it is, and what the text lacks there.
    pub(crate) spot: Spot<'t>,
    /// The name of the principal or resource around it.
    pub(crate) owner: Option<String>,
    /// Keys of the same object, or strings of the same list, without the one at the cursor.
    pub(crate) siblings: Vec<String>,
}

/// The place of a cursor at `at`.
pub(crate) fn here(file: &SourceFile, at: TextSize) -> Option<Here<'_>> {
    spot::candidates(file, at).into_iter().find_map(|(spot, run)| {
        let here = of_spot(file, spot)?;
        // A run of words with colons between is one text only where such texts belong.
        (!run || here.slot.takes_colons()).then_some(here)
    })
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
        return spot::is_alone(file).then(|| Here {
            slot: Slot::Document,
            spot,
            owner: None,
            siblings: Vec::new(),
        });
    }
    let is_object = spot.nodes.get(1).is_some_and(|it| it.node.kind() == Kind::Object);
    let steps = steps(file, &spot, 1);
    let slot = is_object.then(|| slot(&steps, spot.hole))??;
    let owner = match steps.as_slice() {
        [Step::Key(all), Step::Key(name), ..] if all == "principals" || all == "resources" => {
            Some(name.clone())
        }
        _ => None,
    };
    let siblings = siblings(file, &spot);
    Some(Here { slot, spot, owner, siblings })
}

/// What the steps from the file's object lead to.
enum Within {
    Object(Level),
    Value { of: Level, key: &'static Key, depth: usize },
    ContextValue { key: String, in_list: bool },
}

fn slot(steps: &[Step], hole: Hole) -> Option<Slot> {
    let mut within = Within::Object(Level::Root);
    for step in steps {
        within = next(within, step)?;
    }
    match (within, hole == Hole::Key) {
        (Within::Object(level), true) => Some(Slot::Key(level)),
        (Within::Object(level), false) => Some(Slot::Object(level)),
        (Within::Value { key, .. }, true) => match key.shape {
            Shape::Objects(level) => Some(Slot::Name(level)),
            Shape::Context => Some(Slot::ContextKey),
            _ => None,
        },
        (Within::Value { of, key, depth }, false) => Some(Slot::Value { of, key, depth }),
        (Within::ContextValue { .. }, true) => None,
        (Within::ContextValue { key, in_list }, false) => Some(Slot::ContextValue { key, in_list }),
    }
}

fn next(within: Within, step: &Step) -> Option<Within> {
    Some(match (within, step) {
        (Within::Object(of), Step::Key(name)) => Within::Value { of, key: of.key(name)?, depth: 0 },
        (Within::Value { key, depth: 0, .. }, Step::Key(name)) => match key.shape {
            Shape::Objects(level) => Within::Object(level),
            Shape::Context => Within::ContextValue { key: name.clone(), in_list: false },
            _ => return None,
        },
        (Within::Value { of, key, depth }, Step::Index) => match key.shape {
            Shape::List(level) if depth == 0 => Within::Object(level),
            shape if depth < shape.lists() => Within::Value { of, key, depth: depth + 1 },
            _ => return None,
        },
        (Within::ContextValue { key, in_list: false }, Step::Index) => {
            Within::ContextValue { key, in_list: true }
        }
        _ => return None,
    })
}

impl Shape {
    /// How many lists may be around a text.
    fn lists(self) -> usize {
        match self {
            Shape::Files | Shape::Names | Shape::Actions | Shape::Resources => 1,
            Shape::Levels => 2,
            Shape::Text
            | Shape::Account
            | Shape::Arn
            | Shape::File
            | Shape::Context
            | Shape::Name
            | Shape::Expect
            | Shape::Unlisted
            | Shape::Objects(_)
            | Shape::List(_) => 0,
        }
    }
}

impl Slot {
    /// Whether what belongs here may hold colons, as `s3:GetObject` does.
    fn takes_colons(&self) -> bool {
        match self {
            Slot::ContextKey | Slot::ContextValue { .. } | Slot::Name(Level::Resource) => true,
            Slot::Value { key, .. } => matches!(key.shape, Shape::Actions | Shape::Resources | Shape::Arn),
            Slot::Document | Slot::Key(_) | Slot::Name(_) | Slot::Object(_) => false,
        }
    }
}
