//! What a statement asks of a request, one fact at a time.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::glob::Glob;
use super::interval::Intervals;
use super::union::Union;

/// What a fact is about. Facts about different things do not depend on each other, but through variables.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Subject {
    /// The resource's ARN, or `*`.
    Resource,
    /// The principal's ARN or name.
    Principal,
    /// A condition key, in lower case.
    Key(Arc<str>),
    /// Something that is not read here, by its text: the same text is the same fact.
    Opaque(Arc<str>),
}

/// How the values of a key that has several are held against a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Quantifier {
    /// The key has one value.
    One,
    /// Some value.
    Any,
    /// Every value.
    All,
}

/// A set of values, by the type that the operator compares.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Values {
    /// Texts.
    Text(Union),
    /// ARNs: texts that have six fields. Others are odd.
    Arn(Union),
    /// Numbers. Other texts are odd.
    Number(Intervals),
    /// Moments. Other texts are odd.
    Date(Intervals),
    /// Addresses. Other texts are odd.
    Address {
        /// IPv4.
        v4: Intervals,
        /// IPv6.
        v6: Intervals,
    },
    /// `true`, or anything else.
    Bool {
        /// `true` is in it.
        yes: bool,
        /// `false` is in it.
        no: bool,
    },
    /// Every value: the test asks whether the key is there.
    Any,
    /// A test that is not read here, by its text.
    Opaque(Arc<str>),
}

/// A fact, and how it stands when the key has no value to compare.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub(super) subject: Subject,
    pub(super) quantifier: Quantifier,
    /// Whether it holds without the key.
    pub(super) absent: bool,
    /// Whether it holds for a list without values, and for an empty text where that counts as none.
    pub(super) empty: Option<bool>,
    /// Whether it holds for a value that is not of the operator's type.
    pub(super) odd: bool,
    /// Whether it holds inside of the set or outside.
    pub(super) inside: bool,
    pub(super) values: Arc<Values>,
    hash: u64,
}

impl Literal {
    /// A fact about a resource or a principal.
    pub(super) fn on(subject: Subject, union: Union, inside: bool) -> Literal {
        Literal::new(subject, Quantifier::One, Values::Text(union)).holding(inside)
    }

    /// A fact that is not read.
    pub(super) fn opaque(text: &str) -> Literal {
        let text: Arc<str> = text.into();
        Literal::new(Subject::Opaque(Arc::clone(&text)), Quantifier::One, Values::Opaque(text))
    }

    /// A fact that holds inside of a set and nowhere else.
    pub(super) fn new(subject: Subject, quantifier: Quantifier, values: Values) -> Literal {
        let mut hasher = DefaultHasher::new();
        (&subject, &values).hash(&mut hasher);
        Literal {
            subject,
            quantifier,
            absent: false,
            empty: None,
            odd: false,
            inside: true,
            values: Arc::new(values),
            hash: hasher.finish(),
        }
    }

    /// The same inside of the set, or outside.
    pub(super) fn holding(self, inside: bool) -> Literal {
        Literal { inside, ..self }
    }

    /// The same with what holds without the key.
    pub(super) fn when_absent(self, absent: bool) -> Literal {
        Literal { absent, ..self }
    }

    /// The same with what holds for no values.
    pub(super) fn when_empty(self, empty: bool) -> Literal {
        Literal { empty: Some(empty), ..self }
    }

    /// The same about something else, with another set.
    pub(super) fn about(&self, subject: Subject, values: Values) -> Literal {
        let Literal { absent, empty, odd, inside, .. } = *self;
        Literal { absent, empty, odd, inside, ..Literal::new(subject, self.quantifier, values) }
    }

    /// Whether the values of policy variables decide it.
    pub(super) fn has_variables(&self) -> bool {
        match &*self.values {
            Values::Text(it) | Values::Arn(it) => it.globs().iter().any(Glob::has_variables),
            _ => false,
        }
    }

    /// What holds where this does not.
    pub(super) fn negated(&self) -> Literal {
        Literal {
            quantifier: match self.quantifier {
                Quantifier::One => Quantifier::One,
                Quantifier::Any => Quantifier::All,
                Quantifier::All => Quantifier::Any,
            },
            absent: !self.absent,
            empty: self.empty.map(|it| !it),
            odd: !self.odd,
            inside: !self.inside,
            ..self.clone()
        }
    }

    /// Everything but the set itself, for quick comparison.
    fn shape(&self) -> (Quantifier, bool, Option<bool>, bool, bool, u64) {
        (self.quantifier, self.absent, self.empty, self.odd, self.inside, self.hash)
    }
}

impl PartialEq for Literal {
    fn eq(&self, other: &Literal) -> bool {
        self.shape() == other.shape()
            && self.subject == other.subject
            && (Arc::ptr_eq(&self.values, &other.values) || self.values == other.values)
    }
}

impl Eq for Literal {}

impl Hash for Literal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.shape().hash(state);
    }
}
