//! Syntax errors as data.

use crate::text::TextRange;

/// One place where the text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where, in bytes. Empty where something is missing.
    pub range: TextRange,
}

/// What can be wrong with JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SyntaxErrorKind {
    /// A string without its closing quote.
    UnclosedString,
    /// An escape that JSON does not have, or a control character inside a string.
    InvalidString,
    /// A string in single quotes.
    SingleQuotes,
    /// Typographic quotation marks where `"` belongs.
    CurlyQuotes,
    /// A `/*` without its `*/`.
    UnclosedComment,
    /// A number JSON does not have, such as `.5` or `0x1F`.
    InvalidNumber,
    /// A word without quotes.
    UnquotedWord,
    /// Text that is no JSON token.
    UnexpectedText,
    /// A `{` without its `}`.
    UnclosedObject,
    /// A `[` without its `]`.
    UnclosedArray,
    /// A bracket, colon or comma without its partner.
    UnexpectedToken,
    /// Two members or elements without a comma between them.
    MissingComma,
    /// A comma before a closing bracket.
    TrailingComma,
    /// A comma with nothing before it.
    MissingElement,
    /// A key without its colon.
    MissingColon,
    /// A key without its value.
    MissingValue,
    /// A member whose key is not a string.
    KeyNotString,
    /// A value inside an object without a key.
    MissingKey,
    /// Something after the one value of the text.
    ExtraValue,
    /// Nesting beyond [`crate::MAX_DEPTH`].
    TooDeep,
}

impl SyntaxErrorKind {
    /// One sentence, no full stop.
    pub fn message(self) -> &'static str {
        match self {
            SyntaxErrorKind::UnclosedString => "This string has no closing `\"`",
            SyntaxErrorKind::InvalidString => {
                "This string holds a character or escape that JSON does not allow"
            }
            SyntaxErrorKind::SingleQuotes => "JSON strings stand in double quotes",
            SyntaxErrorKind::CurlyQuotes => "This is a typographic quotation mark; JSON needs `\"`",
            SyntaxErrorKind::UnclosedComment => "This comment has no closing `*/`",
            SyntaxErrorKind::InvalidNumber => "JSON has no number written like this",
            SyntaxErrorKind::UnquotedWord => "This word needs double quotes",
            SyntaxErrorKind::UnexpectedText => "This is not JSON",
            SyntaxErrorKind::UnclosedObject => "This `{` has no closing `}`",
            SyntaxErrorKind::UnclosedArray => "This `[` has no closing `]`",
            SyntaxErrorKind::UnexpectedToken => "Nothing opens or needs this here",
            SyntaxErrorKind::MissingComma => "A comma is missing here",
            SyntaxErrorKind::TrailingComma => "JSON allows no comma before a closing bracket",
            SyntaxErrorKind::MissingElement => "A value is missing before this comma",
            SyntaxErrorKind::MissingColon => "This key has no colon and value",
            SyntaxErrorKind::MissingValue => "This key has no value",
            SyntaxErrorKind::KeyNotString => "A key must be a string in double quotes",
            SyntaxErrorKind::MissingKey => "This value has no key",
            SyntaxErrorKind::ExtraValue => "JSON text holds one value; this is a second one",
            SyntaxErrorKind::TooDeep => "This is nested too deeply to be read",
        }
    }
}
