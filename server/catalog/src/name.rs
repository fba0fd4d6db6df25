//! Names people write that are not action names: API operations, endpoints, names that are gone; and a sentence
//! made from a name.

use crate::Catalog;
use crate::action::{AccessLevel, Action};
use crate::blob::{self, List};
use crate::layout::Section;
use crate::nearest::words;
use crate::service::Service;

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
}

/// A sentence from an action's name and access level that admits to being one.
pub(crate) fn sentence(action: Action) -> String {
    let words: Vec<String> = words(action.name()).map(humanise).collect();
    let level = match action.access_level() {
        AccessLevel::List => "lists",
        AccessLevel::Read => "reads",
        AccessLevel::Write => "changes things",
        AccessLevel::PermissionsManagement => "changes who may do what",
        AccessLevel::Tagging => "changes tags",
    };
    format!(
        "By its name: {}, in {}. By its access level: it {level}.",
        words.join(" "),
        action.service().title()
    )
}

/// A word of a name as it stands in a sentence: initialisms keep their capitals.
fn humanise(word: &str) -> String {
    let is_initialism =
        word.len() > 1 && word.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    if is_initialism { word.to_owned() } else { word.to_ascii_lowercase() }
}
