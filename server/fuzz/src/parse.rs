//! Parsing, and parsing again after edits.

use syntax::{SourceFile, TextEdit, TextRange, TextSize};

use crate::bytes::{Bytes, PIECES, POLICY};

/// After any edits the tree is that of the text parsed anew, the text is the one that was edited, and nothing is lost.
pub fn parse(data: &[u8]) {
    const LANDMARKS: &[&str] = &["Statement", "Effect", "Condition"];
    let mut bytes = Bytes(data);
    let mut text = match bytes.byte() % 4 {
        0 => String::from_utf8_lossy(bytes.some(2_000)).into_owned(),
        1 => POLICY.to_owned(),
        _ => bytes.text(&PIECES, 80),
    };
    let mut file = SourceFile::new(&text, LANDMARKS);
    for _ in 0..40 {
        if bytes.is_empty() {
            break;
        }
        let (start, end, with) = bytes.change(&text, &PIECES);
        let range = TextRange::new(start as TextSize, end as TextSize);
        assert!(file.edit(&TextEdit::replace(range, with)), "{range:?} fits");
        text.replace_range(start..end, with);
        let anew = syntax::parse(&text, LANDMARKS);
        assert!(*file.tree() == anew, "another tree than that of\n{text:?}");
        assert_eq!(file.tree().errors(100), anew.errors(100), "{text:?}");
        assert_eq!(file.text().to_string(), text);
        assert_eq!(file.tree().root().width() as usize, text.len(), "{text:?}");
    }
}
