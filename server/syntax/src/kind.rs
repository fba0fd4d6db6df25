//! The kinds of tokens and nodes.

/// What a token or node of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// U+FEFF at the very start of the text.
    ByteOrderMark,
    /// Spaces, tabs and line breaks.
    Whitespace,
    /// `// …` up to the end of the line.
    LineComment,
    /// `/* … */`; when it is not closed, all the rest of the text.
    BlockComment,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// A string with its quotes. An unclosed one ends at the end of its line.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`
    Null,
    /// Letters without quotes, as in a half-typed key.
    Word,
    /// Text that is no JSON token.
    Unknown,
    /// A container nested deeper than [`crate::MAX_DEPTH`], unparsed.
    TooDeep,
    /// The whole text.
    Root,
    /// `{ … }`
    Object,
    /// `[ … ]`
    Array,
    /// A key, and a colon and a value where they are there.
    Member,
}

impl Kind {
    /// White space, comments and the byte order mark: text without meaning.
    pub fn is_trivia(self) -> bool {
        matches!(self, Kind::ByteOrderMark | Kind::Whitespace | Kind::LineComment | Kind::BlockComment)
    }

    /// A node that holds a list between brackets.
    pub fn is_container(self) -> bool {
        matches!(self, Kind::Object | Kind::Array)
    }
}
