//! Facts that are no column of the catalogue: what a call also takes, what a wildcard leaves out, what AWS's own pages
//! say in two ways. Each is one sentence or two of ours.

use crate::Catalog;
use crate::action::Action;
use crate::blob;
use crate::layout::Section;
use crate::service::{ResourceType, Service};

impl Catalog {
    /// What is worth knowing about an action, named with its prefix: also about one that is unconfirmed
    /// ([`Catalog::is_unconfirmed`]).
    pub fn notes_on_action(self, full_name: &str) -> impl Iterator<Item = &'static str> {
        notes(full_name.to_owned())
    }
}

impl Action {
    /// What is worth knowing about it besides its description.
    pub fn notes(self) -> impl Iterator<Item = &'static str> {
        notes(self.full_name())
    }
}

impl Service {
    /// What is worth knowing about its prefix.
    pub fn notes(self) -> impl Iterator<Item = &'static str> {
        notes(self.prefix().to_owned())
    }
}

impl ResourceType {
    /// What is worth knowing about it besides its description.
    pub fn notes(self) -> impl Iterator<Item = &'static str> {
        notes(format!("{}/{}", self.service().prefix(), self.name()))
    }
}

fn notes(about: String) -> impl Iterator<Item = &'static str> {
    let rows = 0..blob::rows(Section::Notes);
    rows.filter(move |row| blob::text_cell(Section::Notes, *row, 0).eq_ignore_ascii_case(&about))
        .map(|row| blob::text_cell(Section::Notes, row, 1))
}
