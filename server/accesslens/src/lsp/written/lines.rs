//! Lines and columns of many places of one text.

use std::cell::Cell;

use syntax::{Encoding, TextRange, TextSize};
use tower_lsp::ls_types as lsp;

use crate::lsp::snapshot::Snapshot;

/// The widths of this many bytes are summed up beforehand.
const STEP: usize = 256;

/// Where the lines of a text are. To make it costs a pass over the text, and each place then a search among lines.
#[derive(Debug)]
pub(super) struct Lines {
    text: String,
    encoding: Encoding,
    /// Where each line starts.
    starts: Vec<TextSize>,
    /// For each [`STEP`] bytes the first place there where the text can be cut, and how wide the text before it is;
    /// empty where every character is as wide as it has bytes.
    steps: Vec<(usize, u32)>,
    /// The line of the place that was asked for last.
    last: Cell<usize>,
}

impl Lines {
    pub(super) fn new(snapshot: &Snapshot) -> Lines {
        let text = snapshot.text();
        Lines::of(text.slice(TextRange::new(0, text.len())).into_owned(), snapshot.support.encoding)
    }

    fn of(text: String, encoding: Encoding) -> Lines {
        let mut starts = vec![0];
        let mut bytes = text.bytes().enumerate().peekable();
        while let Some((at, byte)) = bytes.next() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.peek().is_none_or(|it| it.1 != b'\n'),
                _ => false,
            };
            if ends {
                starts.push(TextSize::try_from(at + 1).unwrap_or(TextSize::MAX));
            }
        }
        let mut steps = Vec::new();
        if encoding != Encoding::Utf8 && !text.is_ascii() {
            let (mut at, mut sum) = (0, 0);
            while at < text.len() {
                steps.push((at, sum));
                let next = text.ceil_char_boundary(steps.len() * STEP).max(at);
                sum += width(text.get(at..next).unwrap_or_default(), encoding);
                at = next;
            }
        }
        Lines { text, encoding, starts, steps, last: Cell::new(0) }
    }

    /// The line of an offset. Places are asked for in the order of the text, nearly: the line of the last one is tried
    /// first, and a few behind it.
    fn line(&self, at: TextSize) -> usize {
        const NEAR: usize = 8;
        let last = self.last.get();
        let near = self.starts.get(last..).unwrap_or_default().iter().take(NEAR + 1);
        let line = match near.take_while(|it| **it <= at).count() {
            n @ 1..=NEAR => last + n - 1,
            _ => self.starts.partition_point(|it| *it <= at).saturating_sub(1),
        };
        self.last.set(line);
        line
    }

    /// The position of an offset.
    pub(super) fn position(&self, at: TextSize) -> lsp::Position {
        let line = self.line(at);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let column = self.width_before(at).saturating_sub(self.width_before(start));
        lsp::Position { line: u32::try_from(line).unwrap_or(u32::MAX), character: column }
    }

    /// The range of a range of offsets.
    pub(super) fn range(&self, range: TextRange) -> lsp::Range {
        lsp::Range { start: self.position(range.start), end: self.position(range.end) }
    }

    /// How wide the text before an offset is.
    fn width_before(&self, at: TextSize) -> u32 {
        let end = at as usize;
        if self.steps.is_empty() {
            return at;
        }
        let step = (end / STEP).min(self.steps.len() - 1);
        let known = self.steps.get(..=step).and_then(|it| it.iter().rfind(|it| it.0 <= end));
        let (from, sum) = known.copied().unwrap_or_default();
        sum + width(self.text.get(from..end).unwrap_or_default(), self.encoding)
    }
}

fn width(text: &str, encoding: Encoding) -> u32 {
    let n = match encoding {
        Encoding::Utf8 => text.len(),
        Encoding::Utf16 => text.chars().map(char::len_utf16).sum(),
        Encoding::Utf32 => text.chars().count(),
    };
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use syntax::{LineCol, SourceFile};

    use super::*;

    #[test]
    fn places_are_those_that_the_rope_tells() {
        let texts = [
            String::new(),
            "a\nb\r\nc\rd".to_owned(),
            "é😀\n\u{2028}x\r\r\n\n".repeat(3),
            format!("{}😀é\n{}", "x".repeat(255), "😀".repeat(400)),
            format!("é{}\r\n{}", "line of ASCII\n".repeat(100), "\u{feff}".repeat(90)),
        ];
        for text in texts {
            let file = SourceFile::new(&text, &[]);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let lines = Lines::of(text.clone(), encoding);
                // Between the two halves of a line end no position is.
                let ends = text.match_indices("\r\n").map(|it| it.0 + 1).collect::<Vec<_>>();
                let places = (0..=text.len()).filter(|it| text.is_char_boundary(*it) && !ends.contains(it));
                // In order, and jumping between the ends.
                let places: Vec<usize> = places.collect();
                let jumping = places.iter().zip(places.iter().rev()).flat_map(|(a, b)| [*a, *b]);
                for at in places.iter().copied().chain(jumping) {
                    let at = TextSize::try_from(at).unwrap();
                    let LineCol { line, column } = file.text().line_col(at, encoding);
                    let expected = lsp::Position { line, character: column };
                    assert_eq!(lines.position(at), expected, "{encoding:?} {at} {text:?}");
                }
            }
        }
    }
}
