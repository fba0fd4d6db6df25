//! Text to tokens. Lossless: the tokens' widths add up to the text.
//!
//! jsonc-parser's scanner reads the tokens; this wrapper keeps what the scanner skips, ends a string at the end
//! of its line when its closing quote is missing, and turns what the scanner refuses into tokens with an error.
//! Each token gets a scanner of its own: making one is free, and a refusal costs time in proportion to what
//! lies before it, which is then nothing.

use jsonc_parser::Scanner;
use jsonc_parser::ScannerOptions;
use jsonc_parser::tokens::Token as Scanned;

use crate::error::SyntaxErrorKind;
use crate::kind::Kind;
use crate::text::TextSize;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lexed {
    /// What it is.
    pub kind: Kind,
    /// Its length in bytes.
    pub width: TextSize,
    /// What is wrong with it.
    pub error: Option<SyntaxErrorKind>,
}

/// All tokens of `text`, which starts a file.
pub fn lex(text: &str) -> Vec<Lexed> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(token) = text.get(at..).and_then(|rest| next_token(rest, at == 0)) {
        at += token.width as usize;
        out.push(token);
    }
    out
}

/// The first token of `rest`; `None` when it is empty. `at_start` says that `rest` starts a file.
pub(crate) fn next_token(rest: &str, at_start: bool) -> Option<Lexed> {
    let bytes = rest.as_bytes();
    let first = *bytes.first()?;
    let token = match first {
        b' ' | b'\t' | b'\n' | b'\r' => plain(Kind::Whitespace, count(bytes, is_space)),
        b'{' => plain(Kind::LeftBrace, 1),
        b'}' => plain(Kind::RightBrace, 1),
        b'[' => plain(Kind::LeftBracket, 1),
        b']' => plain(Kind::RightBracket, 1),
        b',' => plain(Kind::Comma, 1),
        b':' => plain(Kind::Colon, 1),
        b'"' | b'\'' => string(rest, first),
        b'/' => comment(rest),
        _ if at_start && rest.starts_with('\u{feff}') => plain(Kind::ByteOrderMark, 3),
        _ => scanned(rest),
    };
    Some(token)
}

fn string(rest: &str, quote: u8) -> Lexed {
    let Some(end) = string_end(rest.as_bytes(), quote) else {
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let width = rest.get(..line).unwrap_or(rest).trim_end().len().max(1);
        return bad(Kind::String, width, SyntaxErrorKind::UnclosedString);
    };
    let whole = rest.get(..end).unwrap_or(rest);
    if quote == b'\'' {
        return bad(Kind::String, end, SyntaxErrorKind::SingleQuotes);
    }
    let has_control = whole.bytes().any(|b| b < b' ');
    let scanned = Scanner::new(whole, &OPTIONS).scan();
    match scanned {
        Ok(Some(Scanned::String(_))) if !has_control => plain(Kind::String, end),
        _ => bad(Kind::String, end, SyntaxErrorKind::InvalidString),
    }
}

/// Where the string that starts `bytes` ends, if that is on its line.
fn string_end(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            b'\n' | b'\r' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            it if *it == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn comment(rest: &str) -> Lexed {
    match rest.as_bytes().get(1) {
        Some(b'/') => plain(Kind::LineComment, rest.find(['\n', '\r']).unwrap_or(rest.len())),
        Some(b'*') => match rest.get(2..).and_then(|it| it.find("*/")) {
            Some(body) => plain(Kind::BlockComment, body + 4),
            None => bad(Kind::BlockComment, rest.len(), SyntaxErrorKind::UnclosedComment),
        },
        _ => bad(Kind::Unknown, 1, SyntaxErrorKind::UnexpectedText),
    }
}

const OPTIONS: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

fn scanned(rest: &str) -> Lexed {
    // A number or word ends before this, so the scanner need not see, and an error not count, what follows.
    let limit = rest.bytes().position(is_delimiter).unwrap_or(rest.len());
    let head = rest.get(..limit).unwrap_or(rest);
    let mut scanner = Scanner::new(head, &OPTIONS);
    let token = scanner.scan();
    let whole = scanner.token_start() == 0 && scanner.token_end() == head.len();
    match token {
        Ok(Some(Scanned::Number(_))) if whole => plain(Kind::Number, head.len()),
        Ok(Some(Scanned::Boolean(_))) if whole => plain(Kind::Boolean, head.len()),
        Ok(Some(Scanned::Null)) if whole => plain(Kind::Null, head.len()),
        _ => refused(head),
    }
}

/// `head` is not empty and holds no delimiter.
fn refused(head: &str) -> Lexed {
    let first = head.chars().next().unwrap_or('\u{0}');
    if first.is_ascii_digit() || first == '-' || first == '+' || first == '.' {
        return bad(Kind::Number, head.len(), SyntaxErrorKind::InvalidNumber);
    }
    if is_curly(first) {
        return bad(Kind::Unknown, curly_end(head), SyntaxErrorKind::CurlyQuotes);
    }
    if first.is_alphanumeric() || matches!(first, '_' | '$') {
        let end = head.find(is_curly).unwrap_or(head.len());
        return bad(Kind::Word, end, SyntaxErrorKind::UnquotedWord);
    }
    let same = head.find(|c: char| c.is_alphanumeric() || is_curly(c)).unwrap_or(head.len());
    bad(Kind::Unknown, same, SyntaxErrorKind::UnexpectedText)
}

/// A curly-quoted word is one token: `“Allow”`.
fn curly_end(head: &str) -> usize {
    let mut chars = head.char_indices().skip(1);
    match chars.find(|(_, c)| is_curly(*c)) {
        Some((at, c)) => at + c.len_utf8(),
        None => head.len(),
    }
}

/// Typographic quotation marks, as word processors and web pages put them.
fn is_curly(c: char) -> bool {
    matches!(c, '\u{201c}'..='\u{201f}' | '\u{2018}'..='\u{201b}' | '\u{ab}' | '\u{bb}')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_delimiter(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"' | b'\'' | b'/')
}

fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|it| !is(*it)).unwrap_or(bytes.len())
}

fn plain(kind: Kind, width: usize) -> Lexed {
    Lexed { kind, width: size(width), error: None }
}

fn bad(kind: Kind, width: usize, error: SyntaxErrorKind) -> Lexed {
    Lexed { kind, width: size(width), error: Some(error) }
}

fn size(n: usize) -> TextSize {
    TextSize::try_from(n).unwrap_or(TextSize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, String)> {
        let mut at = 0;
        let mut out = Vec::new();
        for token in lex(text) {
            let end = at + token.width as usize;
            if token.kind != Kind::Whitespace {
                out.push((token.kind, text.get(at..end).unwrap().to_owned()));
            }
            at = end;
        }
        assert_eq!(at, text.len(), "not lossless: {text:?}");
        out
    }

    #[test]
    fn an_unclosed_string_ends_with_its_line() {
        let tokens = kinds("\"Action\": \"s3:Get  \r\n}");
        let expected = [
            (Kind::String, "\"Action\""),
            (Kind::Colon, ":"),
            (Kind::String, "\"s3:Get"),
            (Kind::RightBrace, "}"),
        ];
        assert_eq!(tokens, expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn curly_quotes_are_named() {
        let tokens = lex("“Allow”");
        assert_eq!(tokens.len(), 1);
        assert_eq!(tokens[0].error, Some(SyntaxErrorKind::CurlyQuotes));
    }

    #[test]
    fn an_unclosed_comment_takes_the_rest() {
        assert_eq!(kinds("[ /* x ] */ ] /* y ]").last(), Some(&(Kind::BlockComment, "/* y ]".to_owned())));
    }

    #[test]
    fn a_byte_order_mark_counts_only_at_the_start() {
        assert_eq!(kinds("\u{feff}{}\u{feff}").first().map(|it| it.0), Some(Kind::ByteOrderMark));
        assert_eq!(kinds("\u{feff}{}\u{feff}").last().map(|it| it.0), Some(Kind::Unknown));
    }

    #[test]
    fn escapes_are_checked() {
        for (text, error) in [
            (r#""a\"b""#, None),
            (r#""\u00e9""#, None),
            (r#""\x41""#, Some(SyntaxErrorKind::InvalidString)),
            ("\"a\tb\"", Some(SyntaxErrorKind::InvalidString)),
        ] {
            assert_eq!(lex(text)[0].error, error, "{text}");
        }
    }
}
