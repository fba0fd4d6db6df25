//! Kinds of policy, their elements and size limits.

use crate::Catalog;
use crate::blob::{self, List};
use crate::layout::Section;

/// A kind of policy: what it is attached to decides what may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(u32);

impl Catalog {
    /// All kinds of policy.
    pub fn policy_kinds(self) -> impl ExactSizeIterator<Item = Kind> {
        (0..blob::rows(Section::Kinds)).map(Kind)
    }

    /// The kind of a name: `identity`, `resource`, `trust`, `boundary`, `session`, `scp`, `rcp`, `vpc-endpoint`.
    pub fn policy_kind(self, name: &str) -> Option<Kind> {
        self.policy_kinds().find(|it| it.name().eq_ignore_ascii_case(name))
    }

    /// The size of the longest policy of any kind that AWS takes, in characters or bytes.
    pub fn longest_policy(self) -> usize {
        self.policy_kinds().flat_map(Kind::quotas).map(Quota::limit).max().unwrap_or(usize::MAX)
    }

    /// All elements of the policy language.
    pub fn elements(self) -> impl ExactSizeIterator<Item = Element> {
        (0..blob::rows(Section::Elements)).map(Element)
    }

    /// The element of a name: `NotAction`. Element names keep their case, as AWS refuses others.
    pub fn element(self, name: &str) -> Option<Element> {
        self.elements().find(|it| it.name() == name)
    }
}

impl Kind {
    /// Its short name: `scp`.
    pub fn name(self) -> &'static str {
        blob::text_cell(Section::Kinds, self.0, 0)
    }

    /// What AWS calls it: `service control policy`.
    pub fn title(self) -> &'static str {
        blob::text_cell(Section::Kinds, self.0, 1)
    }

    /// What it is for, in one or two sentences.
    pub fn description(self) -> &'static str {
        blob::text_cell(Section::Kinds, self.0, 2)
    }

    /// Elements that must be there.
    pub fn required(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Kinds, self.0, 3).texts()
    }

    /// Pairs of elements of which a statement must have exactly one: `Action` and `NotAction`.
    pub fn one_of(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        List::cell(Section::Kinds, self.0, 4).pairs().map(|(one, other)| (blob::text(one), blob::text(other)))
    }

    /// Elements that may be there.
    pub fn allowed(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Kinds, self.0, 5).texts()
    }

    /// Elements AWS refuses.
    pub fn forbidden(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Kinds, self.0, 6).texts()
    }

    /// Effects a statement may have.
    pub fn effects(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Kinds, self.0, 7).texts()
    }

    /// Its size limits; several where it depends on what the policy is attached to.
    pub fn quotas(self) -> impl ExactSizeIterator<Item = Quota> {
        let first = blob::cell(Section::Kinds, self.0, 8);
        (first..blob::cell(Section::Kinds, self.0, 9)).map(Quota)
    }

    /// Parts of file names that tell the kind: `boundary`.
    pub fn name_hints(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Kinds, self.0, 10).texts()
    }

    /// The only principal a statement may name, where there is but one.
    pub fn only_principal(self) -> Option<&'static str> {
        blob::some_text(Section::Kinds, self.0, 11)
    }
}

/// Whether white space counts towards a size limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhiteSpace {
    /// It does.
    Counted,
    /// It does not.
    Ignored,
    /// AWS does not say; counting without it gives no false alarm.
    Unstated,
}

/// A size limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota(u32);

impl Quota {
    /// What it limits: `managed policy`, `all inline policies of a role`.
    pub fn subject(self) -> &'static str {
        blob::text_cell(Section::Quotas, self.0, 0)
    }

    /// The limit.
    pub fn limit(self) -> usize {
        blob::cell(Section::Quotas, self.0, 1) as usize
    }

    /// What is counted: `characters` or `bytes`.
    pub fn unit(self) -> &'static str {
        blob::text_cell(Section::Quotas, self.0, 2)
    }

    /// Whether white space counts.
    pub fn white_space(self) -> WhiteSpace {
        match blob::text_cell(Section::Quotas, self.0, 3) {
            "counted" => WhiteSpace::Counted,
            "ignored" => WhiteSpace::Ignored,
            _ => WhiteSpace::Unstated,
        }
    }

    /// What else to know about it.
    pub fn note(self) -> Option<&'static str> {
        blob::some_text(Section::Quotas, self.0, 4)
    }
}

/// An element of the policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element(u32);

impl Element {
    /// Its name: `NotAction`.
    pub fn name(self) -> &'static str {
        blob::text_cell(Section::Elements, self.0, 0)
    }

    /// Whether it stands in a statement rather than in the document.
    pub fn in_statement(self) -> bool {
        blob::cell(Section::Elements, self.0, 1) != 0
    }

    /// What it does, in one or two sentences.
    pub fn description(self) -> &'static str {
        blob::text_cell(Section::Elements, self.0, 2)
    }
}
