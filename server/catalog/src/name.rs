//! Names people write that are not action names: API operations, endpoints, names that are gone; and a sentence
//! made from a name.

use crate::Catalog;
use crate::action::Action;
use crate::blob::{self, List};
use crate::layout::Section;
use crate::nearest::words;
use crate::service::Service;
use std::fmt;

/// An API operation whose permission has another name, or that needs more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operation(u32);

impl Catalog {
    /// What authorises an API operation, where it is not simply the action of the same name. The service may be
    /// given by prefix or by endpoint: `bedrock-runtime` and `bedrock` find the same `Converse`.
    pub fn operation(self, service_or_prefix: &str, operation: &str) -> Option<Operation> {
        let service = self.service(service_or_prefix).or_else(|| self.endpoint_prefix(service_or_prefix))?;
        self.operations().find(|it| it.service() == service && it.name().eq_ignore_ascii_case(operation))
    }

    /// All such operations, by service and name.
    pub fn operations(self) -> impl ExactSizeIterator<Item = Operation> {
        (0..blob::rows(Section::Operations)).map(Operation)
    }

    /// The service behind an endpoint, SDK or product name that is not an IAM prefix: `bedrock-runtime` is
    /// `bedrock`.
    pub fn endpoint_prefix(self, endpoint: &str) -> Option<Service> {
        let row = blob::find(Section::Endpoints, 0..blob::rows(Section::Endpoints), endpoint)?;
        Some(Service(blob::cell(Section::Endpoints, row, 1)))
    }

    /// All such names with their services.
    pub(crate) fn endpoints(self) -> impl Iterator<Item = (Service, &'static str)> {
        let rows = 0..blob::rows(Section::Endpoints);
        rows.map(|row| {
            (Service(blob::cell(Section::Endpoints, row, 1)), blob::text_cell(Section::Endpoints, row, 0))
        })
    }

    /// Whether an API operation has the name of an action the catalogue does not know: AWS launched it after the
    /// data was taken, and an action of that name is likely. Say that it is unconfirmed, not that it is unknown.
    pub fn is_unconfirmed(self, full_name: &str) -> bool {
        blob::find(Section::Unconfirmed, 0..blob::rows(Section::Unconfirmed), full_name).is_some()
    }

    /// What is known about an action, or a service prefix, that AWS has taken away.
    pub fn tombstone(self, name: &str) -> Option<Tombstone> {
        blob::find(Section::Tombstones, 0..blob::rows(Section::Tombstones), name).map(Tombstone)
    }
}

impl Operation {
    /// Its name: `Converse`.
    pub fn name(self) -> &'static str {
        blob::text_cell(Section::Operations, self.0, 1)
    }

    /// The service under whose prefix it is authorised.
    pub fn service(self) -> Service {
        Service(blob::cell(Section::Operations, self.0, 0))
    }

    /// The actions every call needs.
    pub fn actions(self) -> impl ExactSizeIterator<Item = Action> {
        List::cell(Section::Operations, self.0, 2).map(Action)
    }

    /// The actions some calls need as well.
    pub fn sometimes(self) -> impl ExactSizeIterator<Item = Action> {
        List::cell(Section::Operations, self.0, 3).map(Action)
    }

    /// When those are needed, or what else to know.
    pub fn note(self) -> Option<&'static str> {
        blob::some_text(Section::Operations, self.0, 4)
    }
}

/// An action or a service prefix that AWS has taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tombstone(u32);

impl Tombstone {
    /// The old name: a prefix, or an action with its prefix.
    pub fn name(self) -> &'static str {
        blob::text_cell(Section::Tombstones, self.0, 0)
    }

    /// The actions to use instead.
    pub fn successors(self) -> impl ExactSizeIterator<Item = Action> {
        List::cell(Section::Tombstones, self.0, 1).map(Action)
    }

    /// What happened to it.
    pub fn note(self) -> Option<&'static str> {
        blob::some_text(Section::Tombstones, self.0, 2)
    }

    /// When it went, where anybody says so.
    pub fn removed(self) -> Option<Removal> {
        let date = blob::some_text(Section::Tombstones, self.0, 3)?;
        Some(match blob::some_text(Section::Tombstones, self.0, 4) {
            Some(after) => Removal::Between(after, date),
            None => Removal::On(date),
        })
    }

    /// Whether Access Analyzer reports the name as it does one that never was. Of most of what is gone it is
    /// silent.
    pub fn is_reported_by_access_analyzer(self) -> bool {
        blob::cell(Section::Tombstones, self.0, 5) != 0
    }
}

/// When AWS took a name away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// On a day, `2024-12-16`, or in a month, `2024-12`.
    On(&'static str),
    /// After the first day, on which it was still there, and before or on the second.
    Between(&'static str, &'static str),
}

impl fmt::Display for Removal {
    /// As it stands in a sentence: `on 2024-12-16`, `in 2024-12`, `between 2026-07-08 and 2026-10-27`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Removal::On(date) if date.len() > "2024-12".len() => write!(f, "on {date}"),
            Removal::On(month) => write!(f, "in {month}"),
            Removal::Between(after, before) => write!(f, "between {after} and {before}"),
        }
    }
}

/// A sentence from an action's name and access level that admits to being one.
pub(crate) fn sentence(action: Action) -> String {
    let mut words: Vec<String> = words(action.name()).map(humanise).collect();
    if let Some(first) = words.first_mut() {
        *first = words_start(first);
    }
    let (title, level) = (action.service().title(), action.access_level().name());
    format!("{} in {title}, to judge by its name; access level {level}.", words.join(" "))
}

/// A word of a name as it stands in a sentence: initialisms keep their capitals.
fn humanise(word: &str) -> String {
    let is_initialism = word.len() > 1 && !word.bytes().any(|it| it.is_ascii_lowercase());
    if is_initialism { word.to_owned() } else { word.to_ascii_lowercase() }
}

fn words_start(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::sentence;
    use crate::catalog;

    #[test]
    fn a_composed_sentence_says_so() {
        let action = catalog().find_action("ec2:DeleteVpcEndpoints").unwrap();
        let expected = "Delete vpc endpoints in Amazon EC2, to judge by its name; access level Write.";
        assert_eq!(sentence(action), expected);
    }
}
