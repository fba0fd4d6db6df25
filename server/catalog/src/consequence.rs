//! What actions can lead to: the four things that people ask of a policy first.

use crate::Catalog;
use crate::blob::{self, List};
use crate::layout::Section;

/// What an action can lead to. An action can have several; that it is under none says only that nobody listed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consequence {
    /// Something is gone.
    Delete,
    /// Something is billed.
    Spend,
    /// Stored data is read.
    ReadData,
    /// Whoever may do it can get more permissions, or act as somebody else.
    Escalate,
}

impl Consequence {
    /// All of them.
    pub const ALL: [Consequence; 4] =
        [Consequence::Delete, Consequence::Spend, Consequence::ReadData, Consequence::Escalate];

    /// The name in the data and in output.
    pub fn name(self) -> &'static str {
        match self {
            Consequence::Delete => "delete",
            Consequence::Spend => "spend",
            Consequence::ReadData => "read-data",
            Consequence::Escalate => "escalate",
        }
    }
}

impl Catalog {
    /// Actions and patterns of actions that are listed for a consequence. Access levels say more; see who asks.
    pub fn leading_to(self, consequence: Consequence) -> impl Iterator<Item = &'static str> {
        let rows = 0..blob::rows(Section::Consequences);
        rows.filter(move |row| blob::text_cell(Section::Consequences, *row, 0) == consequence.name())
            .flat_map(|row| List::cell(Section::Consequences, row, 1).texts())
    }
}
