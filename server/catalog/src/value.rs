//! What is known about the values of condition keys: kept by hand, for the keys that matter most.

use crate::action::Action;
use crate::blob::{self, List};
use crate::key::ConditionKey;
use crate::layout::Section;
use crate::model::Certainty;

/// What is known about a key's values beyond their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Any text.
    Free,
    /// One of [`ConditionKey::values`].
    Enum,
    /// `true` or `false`.
    Bool,
    /// An ARN of one of [`ConditionKey::formats`].
    Arn,
    /// Text matching [`ConditionKey::pattern`].
    Pattern,
    /// A number within [`ConditionKey::range`].
    Range,
    /// A date.
    Date,
    /// An IP address.
    Ip,
    /// An IP address or range.
    Cidr,
    /// A URL.
    Url,
    /// A path.
    Path,
    /// Nothing to compare: the key is only asked for by `Null`.
    Presence,
    /// The name of a service principal.
    ServicePrincipal,
    /// An AWS Region, or one of [`ConditionKey::values`].
    Region,
    /// The id of a Bedrock model.
    Model,
}

impl ConditionKey {
    fn facts(self) -> Option<u32> {
        blob::find_id(Section::KeyFacts, self.0)
    }

    /// What is known about its values.
    pub fn value_kind(self) -> Option<ValueKind> {
        const KINDS: [ValueKind; 15] = [
            ValueKind::Free,
            ValueKind::Enum,
            ValueKind::Bool,
            ValueKind::Arn,
            ValueKind::Pattern,
            ValueKind::Range,
            ValueKind::Date,
            ValueKind::Ip,
            ValueKind::Cidr,
            ValueKind::Url,
            ValueKind::Path,
            ValueKind::Presence,
            ValueKind::ServicePrincipal,
            ValueKind::Region,
            ValueKind::Model,
        ];
        KINDS.get(blob::cell(Section::KeyFacts, self.facts()?, 1) as usize).copied()
    }

    fn list(self, column: usize) -> List {
        self.facts().map_or(List::at(0), |row| List::cell(Section::KeyFacts, row, column))
    }

    fn fact(self, column: usize) -> Option<&'static str> {
        blob::some_text(Section::KeyFacts, self.facts()?, column)
    }

    fn flags(self) -> u32 {
        self.facts().map_or(0, |row| blob::cell(Section::KeyFacts, row, 9))
    }

    /// Values it is known to take; none when any are possible.
    pub fn values(self) -> impl ExactSizeIterator<Item = &'static str> {
        self.list(2).texts()
    }

    /// Values it takes in a request for one action, where that matters (`sagemaker:InstanceTypes`).
    pub fn values_for(self, action: Action) -> impl ExactSizeIterator<Item = &'static str> {
        let own = self.list(3).pairs().find(|(it, _)| *it == action.0);
        own.map_or(self.list(2), |(_, values)| List::at(values)).texts()
    }

    /// Whether values outside [`ConditionKey::values`] are possible too.
    pub fn values_are_open(self) -> bool {
        self.flags() & 1 != 0 || self.list(2).is_empty()
    }

    /// Formats of its values, with placeholders.
    pub fn formats(self) -> impl ExactSizeIterator<Item = &'static str> {
        self.list(4).texts()
    }

    /// A regular expression its values match from end to end.
    pub fn pattern(self) -> Option<&'static str> {
        self.fact(5)
    }

    /// Least value, greatest value if there is one, and unit of a number.
    pub fn range(self) -> Option<(u32, Option<u32>, &'static str)> {
        let mut bounds = self.list(6);
        let (min, max) = (bounds.next()?, bounds.next()?);
        Some((min, (max != u32::MAX).then_some(max), blob::text(bounds.next()?)))
    }

    /// Whether every request carries it.
    pub fn always_present(self) -> bool {
        self.flags() & 0b10 != 0
    }

    /// When a request does not carry it, or when it does: one or two sentences.
    pub fn absent_note(self) -> Option<&'static str> {
        self.fact(7)
    }

    /// What else an author should know.
    pub fn note(self) -> Option<&'static str> {
        self.fact(8)
    }

    /// How sure the facts about its values are; an error should rest on high ones only.
    pub fn certainty(self) -> Option<Certainty> {
        self.facts().map(|_| Certainty::from_number(self.flags() >> 2))
    }
}
