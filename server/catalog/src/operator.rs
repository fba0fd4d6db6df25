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

    /// The operator a name that does not exist most likely means. A name with `Not` in it never turns into an
    /// operator without, nor the other way round.
    pub fn nearest_operator(self, name: &str) -> Option<Operator> {
        let says_not = |text: &str| nearest::words(text).any(|it| it.eq_ignore_ascii_case("not"));
        let negated = says_not(name);
        let candidates = || {
            let alike = self.operators().filter(move |it| says_not(it.name()) == negated);
            alike.map(|it| (it, it.name()))
        };
        let starts_name = |it: &Operator| {
            name.get(..it.name().len()).is_some_and(|start| start.eq_ignore_ascii_case(it.name()))
        };
        nearest::by_distance(name, candidates())
            .or_else(|| nearest::by_words(name, candidates()))
            .or_else(|| candidates().map(|(it, _)| it).filter(starts_name).max_by_key(|it| it.name().len()))
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

    /// How often people use it, from 0 to 63; as for keys.
    pub fn weight(self) -> u32 {
        blob::cell(Section::Operators, self.0, 2) >> 8
    }

    /// What it does, in one or two sentences.
    pub fn description(self) -> &'static str {
        blob::text_cell(Section::Operators, self.0, 3)
    }
}
