//! The tree read as JSON values.
//!
//! A view is a piece of tree with the text it stands for. The text may be the whole file or just the part that
//! a node covers; offsets count from the start of whichever it is.

use std::borrow::Cow;
use std::sync::Arc;

use crate::kind::Kind;
use crate::text::{Text, TextRange, TextSize};
use crate::tree::{Element, Node, Tree};

/// Where a view reads its text.
#[derive(Debug, Clone, Copy)]
pub enum Source<'t> {
    /// A text in one piece.
    Str(&'t str),
    /// The text of a file.
    Text(&'t Text),
}

impl<'t> Source<'t> {
    /// The text of `range`; "" when it does not fit.
    pub fn slice(self, range: TextRange) -> Cow<'t, str> {
        match self {
            Source::Str(text) => {
                Cow::Borrowed(text.get(range.start as usize..range.end as usize).unwrap_or_default())
            }
            Source::Text(text) => text.slice(range),
        }
    }
}

/// A value: object, array, string, number, boolean, null, or something that is none of them.
#[derive(Debug, Clone, Copy)]
pub struct Value<'t> {
    element: &'t Element,
    start: TextSize,
    source: Source<'t>,
}

/// What a [`Value`] is.
#[derive(Debug, Clone)]
pub enum Shape<'t> {
    /// `{ … }`
    Object(Object<'t>),
    /// `[ … ]`
    Array(Array<'t>),
    /// `"…"`, also when its closing quote is missing.
    String(Str<'t>),
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`
    Null,
    /// Not JSON.
    Broken,
}

/// An object.
#[derive(Debug, Clone, Copy)]
pub struct Object<'t> {
    node: &'t Arc<Node>,
    start: TextSize,
    source: Source<'t>,
}

/// An array.
#[derive(Debug, Clone, Copy)]
pub struct Array<'t> {
    node: &'t Arc<Node>,
    start: TextSize,
    source: Source<'t>,
}

/// A key, and its value where there is one.
#[derive(Debug, Clone, Copy)]
pub struct Member<'t> {
    node: &'t Arc<Node>,
    start: TextSize,
    source: Source<'t>,
}

/// A string.
#[derive(Debug, Clone)]
pub struct Str<'t> {
    /// With its quotes.
    pub range: TextRange,
    /// The text as written, without the quotes.
    pub raw: Cow<'t, str>,
    /// Whether the closing quote is there.
    pub closed: bool,
}

/// The values of a whole text: one, if it is JSON.
pub fn roots<'t>(tree: &'t Tree, source: Source<'t>) -> impl Iterator<Item = Value<'t>> {
    values(tree.root().children(), 0, source)
}

/// The value that `element` is, starting at `start` of `source`.
pub fn value<'t>(element: &'t Element, start: TextSize, source: Source<'t>) -> Value<'t> {
    Value { element, start, source }
}

/// The object that `node` is, starting at `start` of `source`.
pub fn object<'t>(node: &'t Arc<Node>, start: TextSize, source: Source<'t>) -> Option<Object<'t>> {
    (node.kind() == Kind::Object).then_some(Object { node, start, source })
}

fn values<'t>(
    children: impl Iterator<Item = (TextSize, &'t Element)>,
    start: TextSize,
    source: Source<'t>,
) -> impl Iterator<Item = Value<'t>> {
    let is_value = |element: &Element| {
        use Kind::*;
        matches!(element.kind(), Object | Array | String | Number | Boolean | Null | Word | TooDeep)
    };
    let children = children.filter(move |(_, element)| is_value(element));
    children.map(move |(offset, element)| Value { element, start: start + offset, source })
}

impl<'t> Value<'t> {
    /// Where it stands.
    pub fn range(&self) -> TextRange {
        TextRange::new(self.start, self.start + self.element.width())
    }

    /// What it is.
    pub fn shape(&self) -> Shape<'t> {
        let (start, source) = (self.start, self.source);
        match (self.element, self.element.kind()) {
            (Element::Node(node), Kind::Object) => Shape::Object(Object { node, start, source }),
            (Element::Node(node), Kind::Array) => Shape::Array(Array { node, start, source }),
            (_, Kind::String) => Shape::String(Str::new(self.range(), source)),
            (_, Kind::Number) => Shape::Number,
            (_, Kind::Boolean) => Shape::Boolean,
            (_, Kind::Null) => Shape::Null,
            _ => Shape::Broken,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<Object<'t>> {
        if let Shape::Object(it) = self.shape() { Some(it) } else { None }
    }

    /// The array, if it is one.
    pub fn as_array(&self) -> Option<Array<'t>> {
        if let Shape::Array(it) = self.shape() { Some(it) } else { None }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<Str<'t>> {
        if let Shape::String(it) = self.shape() { Some(it) } else { None }
    }

    /// The text as written.
    pub fn text(&self) -> Cow<'t, str> {
        self.source.slice(self.range())
    }

    /// Its tree.
    pub fn element(&self) -> &'t Element {
        self.element
    }

    /// Whether there is a syntax error in it.
    pub fn has_errors(&self) -> bool {
        self.element.as_node().is_some_and(|it| it.has_errors())
    }
}

impl<'t> Object<'t> {
    /// Where it stands.
    pub fn range(&self) -> TextRange {
        self.node.range_at(self.start)
    }

    /// Its members in the order they are written, repeated keys and all.
    pub fn members(&self) -> impl Iterator<Item = Member<'t>> + use<'t> {
        let (start, source) = (self.start, self.source);
        self.node.children().filter_map(move |(offset, element)| match element {
            Element::Node(node) if node.kind() == Kind::Member => {
                Some(Member { node, start: start + offset, source })
            }
            _ => None,
        })
    }

    /// The first member with this key.
    pub fn get(&self, key: &str) -> Option<Member<'t>> {
        self.members().find(|it| it.key().value() == key)
    }

    /// Its tree.
    pub fn node(&self) -> &'t Arc<Node> {
        self.node
    }

    /// Whether there is a syntax error in it.
    pub fn has_errors(&self) -> bool {
        self.node.has_errors()
    }
}

impl<'t> Array<'t> {
    /// Where it stands.
    pub fn range(&self) -> TextRange {
        self.node.range_at(self.start)
    }

    /// Its elements.
    pub fn elements(&self) -> impl Iterator<Item = Value<'t>> + use<'t> {
        values(self.node.children(), self.start, self.source)
    }

    /// Its elements without those among its first `n` children, which commas and spaces are too.
    pub fn elements_behind(&self, n: u32) -> impl Iterator<Item = Value<'t>> + use<'t> {
        values(self.node.iter_from(n), self.start, self.source)
    }

    /// Its tree.
    pub fn node(&self) -> &'t Arc<Node> {
        self.node
    }
}

impl<'t> Member<'t> {
    /// Where it stands, from its key to the end of its value.
    pub fn range(&self) -> TextRange {
        self.node.range_at(self.start)
    }

    /// Its key; a word without quotes counts as one.
    pub fn key(&self) -> Str<'t> {
        let width = self.node.children().next().map_or(0, |(_, it)| it.width());
        Str::new(TextRange::new(self.start, self.start + width), self.source)
    }

    /// Its value, if it is written.
    pub fn value(&self) -> Option<Value<'t>> {
        let mut behind_key = self.node.children().skip(1);
        let (offset, element) = behind_key
            .find(|(_, it)| !it.kind().is_trivia() && !matches!(it.kind(), Kind::Colon | Kind::Unknown))?;
        Some(Value { element, start: self.start + offset, source: self.source })
    }

    /// Whether there is a syntax error in it.
    pub fn has_errors(&self) -> bool {
        self.node.has_errors()
    }
}

impl<'t> Str<'t> {
    fn new(range: TextRange, source: Source<'t>) -> Str<'t> {
        let whole = source.slice(range);
        let quote = whole.starts_with(['"', '\'']);
        let closed = quote && whole.len() > 1 && string_is_closed(&whole);
        let raw = match whole {
            Cow::Borrowed(whole) => Cow::Borrowed(inner(whole, quote, closed)),
            Cow::Owned(whole) => Cow::Owned(inner(&whole, quote, closed).to_owned()),
        };
        Str { range, raw, closed }
    }

    /// The range between the quotes.
    pub fn content_range(&self) -> TextRange {
        let quotes = if self.closed { 2 } else { 0 };
        let raw_len = TextSize::try_from(self.raw.len()).unwrap_or(0);
        let start = self.range.start + if quotes == 2 { 1 } else { self.range.len() - raw_len };
        TextRange::new(start, start + raw_len)
    }

    /// The text it stands for. An escape that JSON does not have stands for itself.
    pub fn value(&self) -> Cow<'t, str> {
        if !self.raw.contains('\\') {
            return self.raw.clone();
        }
        let mut out = String::with_capacity(self.raw.len());
        for (_, c) in Unescape::new(&self.raw) {
            out.push(c);
        }
        Cow::Owned(out)
    }

    /// Where the byte `at` of [`Str::value`] stands in the text.
    pub fn source_offset(&self, at: usize) -> TextSize {
        let start = self.content_range().start;
        if !self.raw.contains('\\') {
            return start + TextSize::try_from(at.min(self.raw.len())).unwrap_or(0);
        }
        let mut decoded = 0;
        for (raw_at, c) in Unescape::new(&self.raw) {
            if decoded >= at {
                return start + TextSize::try_from(raw_at).unwrap_or(0);
            }
            decoded += c.len_utf8();
        }
        self.content_range().end
    }
}

fn inner(whole: &str, quote: bool, closed: bool) -> &str {
    let start = usize::from(quote);
    whole.get(start..whole.len() - usize::from(closed)).unwrap_or_default()
}

/// Whether the last quote of a string token closes it, and is not escaped.
fn string_is_closed(whole: &str) -> bool {
    let bytes = whole.as_bytes();
    let Some((last, head)) = bytes.split_last() else { return false };
    let backslashes = head.iter().rev().take_while(|it| **it == b'\\').count();
    bytes.first() == Some(last) && backslashes % 2 == 0
}

/// The characters a raw string stands for, each with the offset of what it is written as.
struct Unescape<'a> {
    raw: &'a str,
    at: usize,
}

impl<'a> Unescape<'a> {
    fn new(raw: &'a str) -> Unescape<'a> {
        Unescape { raw, at: 0 }
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.raw.get(at..at + 4)?;
        // A sign would be taken for a digit's place.
        digits.bytes().all(|it| it.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    }

    /// The character of a `\u` escape at the cursor, and the length of the escape.
    fn unicode(&self) -> Option<(char, usize)> {
        let high = self.hex(self.at + 2)?;
        if let Some(c) = char::from_u32(high) {
            return Some((c, 6));
        }
        let low = self.raw.get(self.at + 6..)?.starts_with("\\u").then(|| self.hex(self.at + 8)).flatten()?;
        if !(0xd800..0xdc00).contains(&high) || !(0xdc00..0xe000).contains(&low) {
            return None;
        }
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).map(|c| (c, 12))
    }
}

impl Iterator for Unescape<'_> {
    type Item = (usize, char);

    fn next(&mut self) -> Option<(usize, char)> {
        let start = self.at;
        let mut rest = self.raw.get(start..)?.chars();
        let first = rest.next()?;
        if first != '\\' {
            self.at += first.len_utf8();
            return Some((start, first));
        }
        let (c, width) = match rest.next() {
            Some('n') => ('\n', 2),
            Some('t') => ('\t', 2),
            Some('r') => ('\r', 2),
            Some('b') => ('\u{8}', 2),
            Some('f') => ('\u{c}', 2),
            Some(c @ ('"' | '\\' | '/')) => (c, 2),
            // A lone surrogate stands for the replacement character.
            Some('u') => {
                self.unicode().unwrap_or(('\u{fffd}', if self.hex(start + 2).is_some() { 6 } else { 2 }))
            }
            _ => ('\\', 1),
        };
        self.at += width;
        Some((start, c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::parse;

    fn first_string(text: &str) -> (String, TextRange, bool, Vec<TextSize>) {
        let tree = parse(text, &[]);
        let string = roots(&tree, Source::Str(text)).next().unwrap().as_str().unwrap();
        let value = string.value().into_owned();
        let offsets = (0..=value.len()).map(|it| string.source_offset(it)).collect();
        (value, string.content_range(), string.closed, offsets)
    }

    #[test]
    fn strings_decode_with_their_offsets() {
        assert_eq!(first_string(r#""a\nb""#), ("a\nb".into(), TextRange::new(1, 5), true, vec![1, 2, 4, 5]));
        assert_eq!(first_string(r#"  "ab"#), ("ab".into(), TextRange::new(3, 5), false, vec![3, 4, 5]));
        assert_eq!(first_string(r#""\ud83d\ude00""#).0, "😀");
        assert_eq!(first_string(r#""\ud83d!""#).0, "\u{fffd}!");
        // A sign is no digit, and halves in the wrong order are no character.
        assert_eq!(first_string(r#""\u+fff""#).0.replace('+', "z"), first_string(r#""\uzfff""#).0);
        assert_eq!(first_string(r#""\udfff\ud83d""#).0, "\u{fffd}\u{fffd}");
        assert_eq!(first_string(r#""a\""#), ("a\"".into(), TextRange::new(1, 4), false, vec![1, 2, 4]));
        assert_eq!(first_string("\"").1, TextRange::new(1, 1));
    }

    #[test]
    fn half_typed_members_are_members() {
        let text = "{\"Effect\": \"Allow\", \"Act  ,\n\"Resource\": }";
        let tree = parse(text, &[]);
        let object = roots(&tree, Source::Str(text)).next().unwrap().as_object().unwrap();
        let keys: Vec<_> = object.members().map(|it| it.key().value().into_owned()).collect();
        assert_eq!(keys, ["Effect", "Act  ,", "Resource"]);
        assert!(object.get("Resource").unwrap().value().is_none());
        assert_eq!(object.get("Effect").unwrap().value().unwrap().text(), "\"Allow\"");
    }
}
