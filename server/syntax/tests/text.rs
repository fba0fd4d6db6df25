//! Lines and columns, held against a count from the start of the text.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use syntax::{Encoding, LineCol, SourceFile, TextSize};

/// The line and column of `offset` by a walk from the start, as LSP defines them.
fn counted(text: &str, offset: usize, encoding: Encoding) -> LineCol {
    let mut offset = offset;
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let bytes = text.as_bytes();
    let (mut line, mut start) = (0, 0);
    for (at, byte) in bytes[..offset].iter().enumerate() {
        // The first half of a `\r\n` ends no line, also where the offset is between the two.
        if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
            (line, start) = (line + 1, at + 1);
        }
    }
    let before = &text[start..offset];
    let column = match encoding {
        Encoding::Utf8 => before.len(),
        Encoding::Utf16 => before.encode_utf16().count(),
        Encoding::Utf32 => before.chars().count(),
    };
    LineCol { line, column: u32::try_from(column).unwrap() }
}

#[test]
fn lines_and_columns_are_those_of_a_count() {
    let lines = ["{\n", "  \"ключ\": \"wert\",\r\n", "\r", "é😀\u{2028}x\u{85}y\n", "\n", "ascii only\r\n"];
    let short = lines.concat();
    // Long enough for several pieces of the rope, and with lines that are longer than a piece.
    let long = [short.repeat(150), "ü".repeat(5000), "\r\n".to_owned(), short.repeat(3)].concat();
    for text in ["", "\r", "\r\n", "😀", &short, &long] {
        let file = SourceFile::new(text, &[]);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let step = if text.len() > 2000 { 7 } else { 1 };
            for offset in (0..=text.len()).step_by(step) {
                let at = TextSize::try_from(offset).unwrap();
                let found = file.text().line_col(at, encoding);
                assert_eq!(
                    found,
                    counted(text, offset, encoding),
                    "{encoding:?} at {offset} of {} bytes",
                    text.len()
                );
            }
        }
        let beyond = file.text().line_col(TextSize::MAX, Encoding::Utf8);
        assert_eq!(beyond, counted(text, text.len(), Encoding::Utf8));
    }
}
