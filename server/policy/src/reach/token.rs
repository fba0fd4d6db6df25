//! The steps of globs, and the letters that they take.

use std::sync::Arc;

/// A variable as a letter. Two are the same when they always have the same text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Variable {
    /// The key in lower case.
    pub(super) key: Box<str>,
    /// What it is without the key.
    pub(super) default: Option<Box<str>>,
    /// Whether any case of its text will do.
    pub(super) folded: bool,
}

/// One step of a glob.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Token {
    /// This character.
    Char(char),
    /// This character in either case; it is the lower one.
    Fold(char),
    /// `?`
    One,
    /// `*`
    Star,
    /// `?` inside a field of an ARN: no colon.
    FieldOne,
    /// `*` inside a field of an ARN: no colons.
    FieldStar,
    /// The value of a variable. `field`: it stands where no colon can be.
    Var { variable: Arc<Variable>, field: bool },
}

/// A letter of a word.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Letter {
    /// A character.
    Char(char),
    /// The text of a variable.
    Var { variable: Arc<Variable>, field: bool },
}

impl Token {
    pub(super) fn is_star(&self) -> bool {
        matches!(self, Token::Star | Token::FieldStar)
    }

    /// Whether it takes a letter; a star takes many, one at a time.
    pub(super) fn takes(&self, letter: &Letter) -> bool {
        match (self, letter) {
            (Token::Char(own), Letter::Char(it)) => own == it,
            (Token::Fold(own), Letter::Char(it)) => *own == fold(*it),
            (Token::One, Letter::Char(_)) | (Token::Star, _) => true,
            (Token::FieldOne | Token::FieldStar, Letter::Char(it)) => *it != ':',
            (Token::FieldStar, Letter::Var { field, .. }) => *field,
            (Token::Var { variable, field }, Letter::Var { variable: it, field: other }) => {
                variable == it && (!field || *other)
            }
            (Token::Char(_) | Token::Fold(_) | Token::One | Token::FieldOne, Letter::Var { .. })
            | (Token::Var { .. }, Letter::Char(_)) => false,
        }
    }

    /// Whether it takes whatever `other` can be, for one letter of it.
    pub(super) fn takes_all(&self, other: &Token) -> bool {
        match (self, other) {
            (Token::Star, _) => true,
            (_, Token::Char(it)) => self.takes(&Letter::Char(*it)),
            (Token::Fold(own), Token::Fold(it)) => own == it,
            (Token::Char(own), Token::Fold(it)) => own == it && !has_case(*it),
            (Token::One, Token::Fold(_) | Token::One | Token::FieldOne) => true,
            (Token::FieldOne | Token::FieldStar, Token::Fold(it)) => *it != ':',
            (Token::FieldOne | Token::FieldStar, Token::FieldOne) => true,
            (Token::FieldStar, Token::FieldStar) => true,
            (_, Token::Var { variable, field }) => {
                self.takes(&Letter::Var { variable: Arc::clone(variable), field: *field })
            }
            _ => false,
        }
    }

    /// Whether the two can take the same letter, as letters of words of `self`.
    pub(super) fn meets(&self, other: &Token) -> bool {
        match (self, other) {
            (Token::Var { variable, field }, _) => {
                other.takes(&Letter::Var { variable: Arc::clone(variable), field: *field })
            }
            // A star stands for characters; the value of a variable is a letter only where the variable is written.
            (_, Token::Var { .. }) => false,
            (Token::Char(it), _) => other.takes(&Letter::Char(*it)),
            (_, Token::Char(it)) => self.takes(&Letter::Char(*it)),
            (Token::Fold(a), Token::Fold(b)) => a == b,
            (Token::Fold(it), Token::FieldOne | Token::FieldStar)
            | (Token::FieldOne | Token::FieldStar, Token::Fold(it)) => *it != ':',
            _ => true,
        }
    }
}

/// The lower case of a character, where that is one character.
pub(super) fn fold(it: char) -> char {
    let mut lower = it.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => it,
    }
}

/// The upper case of a character that is one of its cases.
pub(super) fn upper(it: char) -> char {
    let mut upper = it.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) if fold(one) == it => one,
        _ => it,
    }
}

/// Whether other characters fold to it.
fn has_case(it: char) -> bool {
    upper(it) != it || !it.is_ascii()
}
