//! What a denied request tells: the resources its parameters name, and the words AWS denies in.

use crate::Catalog;
use crate::action::Action;
use crate::blob::{self, List};
use crate::layout::Section;
use crate::service::{ResourceType, Service};

/// A service whose requests name their resources: a parameter fills the placeholder of its own name in the ARN
/// formats of the action's resource types, unless an exception says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestFamily(u32);

/// Parameters that stand in for the one of a placeholder's own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestParameter(u32);

/// Words of an error and what they stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denial(u32);

impl Catalog {
    /// How requests of a service name their resources, where anyone has checked it.
    pub fn request_family(self, service: Service) -> Option<RequestFamily> {
        blob::find_id(Section::RequestFamilies, service.0).map(RequestFamily)
    }

    /// Codes of errors that deny: the code of an error holds one of them.
    pub fn denial_codes(self) -> impl Iterator<Item = &'static str> {
        denials(0).map(|it| it.text())
    }

    /// The words for kinds of policy in messages.
    pub fn denial_policies(self) -> impl Iterator<Item = Denial> {
        denials(1)
    }

    /// Messages with a meaning of their own, each by a piece of it.
    pub fn denial_messages(self) -> impl Iterator<Item = Denial> {
        denials(2)
    }
}

fn denials(kind: u32) -> impl Iterator<Item = Denial> {
    let rows = 0..blob::rows(Section::Denials);
    rows.filter(move |row| blob::cell(Section::Denials, *row, 1) == kind).map(Denial)
}

impl RequestFamily {
    /// The exceptions for a placeholder in one of a resource type's ARN formats. One that names no parameter says
    /// that none tells.
    pub fn exceptions(
        self,
        resource_type: ResourceType,
        arn_format: &str,
        placeholder: &str,
    ) -> impl Iterator<Item = RequestParameter> {
        let cell = |column| blob::cell(Section::RequestFamilies, self.0, column);
        (cell(1)..cell(2)).map(RequestParameter).filter(move |it| {
            let format = blob::text_cell(Section::RequestParameters, it.0, 5);
            blob::cell(Section::RequestParameters, it.0, 0) == resource_type.0
                && blob::text_cell(Section::RequestParameters, it.0, 1) == placeholder
                && (format.is_empty() || format == arn_format)
        })
    }
}

impl RequestParameter {
    /// The names of the parameters, as SDKs spell them.
    pub fn names(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::RequestParameters, self.0, 2).texts()
    }

    /// The pattern a value must match.
    pub fn like(self) -> Option<&'static str> {
        blob::some_text(Section::RequestParameters, self.0, 3)
    }

    /// The pattern a value must not match.
    pub fn unlike(self) -> Option<&'static str> {
        blob::some_text(Section::RequestParameters, self.0, 4)
    }

    /// Whether the value is the id of a foundation model or of an inference profile.
    pub fn is_model(self) -> bool {
        blob::cell(Section::RequestParameters, self.0, 6) != 0
    }
}

impl Denial {
    /// The words.
    pub fn text(self) -> &'static str {
        blob::text_cell(Section::Denials, self.0, 0)
    }

    /// The kind of policy they stand for, by name: `scp`.
    pub fn policy(self) -> Option<&'static str> {
        blob::some_text(Section::Denials, self.0, 2)
    }

    /// The service that writes them.
    pub fn service(self) -> Option<Service> {
        blob::cell(Section::Denials, self.0, 3).checked_sub(1).map(Service)
    }

    /// What a message with them says, without full stop.
    pub fn meaning(self) -> Option<&'static str> {
        blob::some_text(Section::Denials, self.0, 4)
    }

    /// Actions that a message with them asks for.
    pub fn actions(self) -> impl ExactSizeIterator<Item = Action> {
        List::cell(Section::Denials, self.0, 5).map(Action)
    }
}
