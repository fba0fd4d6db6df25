//! LSP's positions to offsets.

use syntax::{Encoding, LineCol, Text, TextRange, TextSize};
use tower_lsp::ls_types as lsp;

/// The offset of a position. One past the end of its line or of the text means that end.
pub(crate) fn offset(text: &Text, at: lsp::Position, encoding: Encoding) -> TextSize {
    text.offset(LineCol { line: at.line, column: at.character }, encoding)
}

/// The range of bytes; `None` when its ends are the wrong way round.
pub(crate) fn range(text: &Text, range: lsp::Range, encoding: Encoding) -> Option<TextRange> {
    if (range.start.line, range.start.character) > (range.end.line, range.end.character) {
        return None;
    }
    let start = offset(text, range.start, encoding);
    Some(TextRange::new(start, offset(text, range.end, encoding).max(start)))
}
