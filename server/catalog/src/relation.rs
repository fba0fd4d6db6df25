//! Condition keys that depend on each other.

use crate::blob::{self, List};
use crate::layout::Section;
use crate::{Catalog, ConditionKey};

/// How a condition key stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyState {
    /// The request has it.
    Present,
    /// The request does not have it.
    Absent,
    /// It is this boolean.
    Is(bool),
    /// It is a list without the tag that the other key, a template, is filled with.
    WithoutTag,
}

impl Catalog {
    /// What no request has together.
    pub fn never_together(self) -> impl Iterator<Item = Vec<(ConditionKey, KeyState)>> {
        (0..blob::rows(Section::KeyRelations)).map(|row| {
            let keys = List::cell(Section::KeyRelations, row, 0).map(ConditionKey);
            let states = List::cell(Section::KeyRelations, row, 1).texts().map(|it| match it {
                "absent" => KeyState::Absent,
                "true" => KeyState::Is(true),
                "false" => KeyState::Is(false),
                "without" => KeyState::WithoutTag,
                _ => KeyState::Present,
            });
            keys.zip(states).collect()
        })
    }
}
