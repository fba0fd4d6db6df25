//! Offsets, ranges and the text itself, with lines and columns in three encodings.

use std::borrow::Cow;
use std::ops::Add;

use ropey::{Rope, RopeSlice, str_utils};

/// A byte offset into a text.
pub type TextSize = u32;

/// A half-open range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TextRange {
    /// The first byte.
    pub start: TextSize,
    /// The byte after the last.
    pub end: TextSize,
}

impl TextRange {
    /// The range from `start` to `end`; empty at `start` when they are the wrong way round.
    pub fn new(start: TextSize, end: TextSize) -> TextRange {
        debug_assert!(start <= end, "{start} > {end}");
        TextRange { start, end: end.max(start) }
    }

    /// The empty range at `at`.
    pub fn empty(at: TextSize) -> TextRange {
        TextRange { start: at, end: at }
    }

    /// Its length in bytes.
    pub fn len(self) -> TextSize {
        self.end - self.start
    }

    /// Whether it holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `offset` lies inside or at either end, as a cursor does.
    pub fn touches(self, offset: TextSize) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Whether all of `other` lies inside.
    pub fn contains_range(self, other: TextRange) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte, or touch.
    pub fn meets(self, other: TextRange) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The same range without `n` bytes at either end, as a string without its quotes.
    pub fn shrink(self, n: TextSize) -> TextRange {
        let start = self.start.saturating_add(n).min(self.end);
        TextRange { start, end: self.end.saturating_sub(n).max(start) }
    }
}

impl Add<TextSize> for TextRange {
    type Output = TextRange;

    fn add(self, offset: TextSize) -> TextRange {
        TextRange { start: self.start + offset, end: self.end + offset }
    }
}

/// How a client counts columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, LSP's default.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A line and a column, both from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LineCol {
    /// The line. `\n`, `\r\n` and `\r` end one; nothing else does.
    pub line: u32,
    /// The column in units of an [`Encoding`].
    pub column: u32,
}

/// The text of a file. Cheap to clone, cheap to edit, never normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(Rope);

impl Text {
    /// Its length in bytes.
    pub fn len(&self) -> TextSize {
        TextSize::try_from(self.0.len_bytes()).unwrap_or(TextSize::MAX)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.len_bytes() == 0
    }

    /// How many lines it has; a line end makes a line behind it.
    pub fn n_lines(&self) -> u32 {
        to_u32(self.0.len_lines())
    }

    /// The text of `range`, borrowed where it lies in one piece. A range that does not fit gives "".
    pub fn slice(&self, range: TextRange) -> Cow<'_, str> {
        self.piece(range).map_or(Cow::Borrowed(""), Cow::from)
    }

    /// Whether `offset` is a place where the text can be cut.
    pub fn is_boundary(&self, offset: TextSize) -> bool {
        self.0.get_byte_slice(offset as usize..).is_some()
    }

    /// Replaces `range` by `text`. `false`, and no change, when the range does not fit the text.
    pub fn edit(&mut self, range: TextRange, text: &str) -> bool {
        if self.piece(range).is_none() {
            return false;
        }
        let start = self.0.byte_to_char(range.start as usize);
        let end = self.0.byte_to_char(range.end as usize);
        if end > start {
            self.0.remove(start..end);
        }
        self.0.insert(start, text);
        true
    }

    /// The line and column of `offset`, which is moved into the text and back to a boundary where need be.
    pub fn line_col(&self, offset: TextSize, encoding: Encoding) -> LineCol {
        let offset = (offset as usize).min(self.0.len_bytes());
        let (chunk, chunk_start, _, chunk_line) = self.0.chunk_at_byte(offset);
        let mut in_chunk = offset - chunk_start;
        while !chunk.is_char_boundary(in_chunk) {
            in_chunk -= 1;
        }
        let line = str_utils::byte_to_line_idx(chunk, in_chunk);
        if line > 0
            && let Some(before) = chunk.get(str_utils::line_to_byte_idx(chunk, line)..in_chunk)
        {
            return LineCol { line: to_u32(chunk_line + line), column: to_u32(str_width(before, encoding)) };
        }
        // The line starts in an earlier chunk.
        let line = chunk_line + line;
        let before = self.0.get_byte_slice(self.0.line_to_byte(line)..chunk_start + in_chunk);
        let column = before.map_or(0, |it| width(it, encoding));
        LineCol { line: to_u32(line), column: to_u32(column) }
    }

    /// The offset of a line and column. A column past the end of its line means the end of the line, a line
    /// past the end of the text the end of the text; a column inside a character, the start of it.
    pub fn offset(&self, at: LineCol, encoding: Encoding) -> TextSize {
        let line = at.line as usize;
        if line >= self.0.len_lines() {
            return self.len();
        }
        let start = self.0.line_to_char(line);
        let mut end = self.0.line_to_char(line + 1);
        while end > start && matches!(self.0.get_char(end - 1), Some('\n' | '\r')) {
            end -= 1;
        }
        let column = at.column as usize;
        let char_at = match encoding {
            Encoding::Utf8 => {
                let byte = self.0.char_to_byte(start).saturating_add(column);
                self.0.byte_to_char(byte.min(self.0.char_to_byte(end)))
            }
            Encoding::Utf16 => {
                let unit = self.0.char_to_utf16_cu(start).saturating_add(column);
                self.0.utf16_cu_to_char(unit.min(self.0.char_to_utf16_cu(end)))
            }
            Encoding::Utf32 => start.saturating_add(column).min(end),
        };
        to_u32(self.0.char_to_byte(char_at))
    }

    /// The line ending the text uses first; `"\n"` when it has none.
    pub fn line_ending(&self) -> &'static str {
        let Some(first) = self.0.lines().next() else { return "\n" };
        let end: String = first.chars_at(first.len_chars()).reversed().take(2).collect();
        match end.as_str() {
            "\n\r" => "\r\n",
            it if it.starts_with('\r') => "\r",
            _ => "\n",
        }
    }

    fn piece(&self, range: TextRange) -> Option<RopeSlice<'_>> {
        self.0.get_byte_slice(range.start as usize..range.end as usize)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(Rope::from_str(text))
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chunks().try_for_each(|it| f.write_str(it))
    }
}

fn width(text: RopeSlice<'_>, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => text.len_bytes(),
        Encoding::Utf16 => text.len_utf16_cu(),
        Encoding::Utf32 => text.len_chars(),
    }
}

fn str_width(text: &str, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf16 if !text.is_ascii() => text.encode_utf16().count(),
        Encoding::Utf32 if !text.is_ascii() => text.chars().count(),
        Encoding::Utf8 | Encoding::Utf16 | Encoding::Utf32 => text.len(),
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
