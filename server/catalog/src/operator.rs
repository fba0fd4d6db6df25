//! Condition operators.

use crate::blob;
use crate::key::ValueType;
use crate::layout::Section;
use crate::{Catalog, nearest};

/// A condition operator, without set prefix (`ForAllValues:`) and without `IfExists`: those are grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operator(u32);

impl Catalog {
    /// All operators, by name.
    pub fn operators(self) -> impl ExactSizeIterator<Item = Operator> {
        (0..blob::rows(Section::Operators)).map(Operator)
    }

    /// The operator of a name without prefix and suffix: `StringLike`.
    pub fn operator(self, base_name: &str) -> Option<Operator> {
        blob::find(Section::Operators, 0..blob::rows(Section::Operators), base_name).map(Operator)
    }

    /// The operator a name that does not exist most likely means.
    pub fn nearest_operator(self, name: &str) -> Option<Operator> {
        let candidates = || self.operators().map(|it| (it, it.name()));
        nearest::by_distance(name, candidates()).or_else(|| nearest::by_words(name, candidates()))
    }
}

impl Operator {
    fn flag(self, at: u32) -> bool {
        blob::cell(Section::Operators, self.0, 2) & 1 << at != 0
    }

    /// Its name: `StringNotEquals`.
    pub fn name(self) -> &'static str {
        blob::text_cell(Section::Operators, self.0, 0)
    }

    /// The type of values it compares.
    pub fn value_type(self) -> ValueType {
        ValueType::from_number(blob::cell(Section::Operators, self.0, 1))
    }

    /// Whether it holds when the values do not match, and so also when the key is absent.
    pub fn negated(self) -> bool {
        self.flag(0)
    }

    /// Whether `*` and `?` in its values are wildcards.
    pub fn wildcards(self) -> bool {
        self.flag(1)
    }

    /// Whether `${…}` in its values is replaced.
    pub fn variables(self) -> bool {
        self.flag(2)
    }

    /// Whether it compares by order rather than for equality.
    pub fn ordering(self) -> bool {
        self.flag(3)
    }

    /// What it does, in one or two sentences.
    pub fn description(self) -> &'static str {
        blob::text_cell(Section::Operators, self.0, 3)
    }
}
