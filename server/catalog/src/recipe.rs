//! Policies and statements to begin with.

use crate::Catalog;
use crate::blob::{self, List};
use crate::layout::Section;

/// A policy to begin with, as a snippet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe(u32);

impl Catalog {
    /// All recipes, in the order to offer them: general ones first.
    pub fn recipes(self) -> impl ExactSizeIterator<Item = Recipe> {
        (0..blob::rows(Section::Recipes)).map(Recipe)
    }
}

impl Recipe {
    /// What it is for: `invoke one Bedrock model`.
    pub fn label(self) -> &'static str {
        blob::text_cell(Section::Recipes, self.0, 0)
    }

    /// What it allows or denies, in a few words.
    pub fn detail(self) -> &'static str {
        blob::text_cell(Section::Recipes, self.0, 1)
    }

    /// The kind of policy it is for, by name: `identity`.
    pub fn kind(self) -> &'static str {
        blob::text_cell(Section::Recipes, self.0, 2)
    }

    /// Words it is found by, with blanks between.
    pub fn words(self) -> &'static str {
        blob::text_cell(Section::Recipes, self.0, 3)
    }

    /// For each statement its members as JSON with tab stops as in LSP snippets, whose numbers run through the whole
    /// recipe; no member has a comma at its end.
    pub fn statements(self) -> impl ExactSizeIterator<Item = Vec<&'static str>> {
        List::cell(Section::Recipes, self.0, 4).map(|members| List::at(members).texts().collect())
    }
}
