//! LSP's positions to offsets.

use ide::lens::Subject;
use serde_json::Value;
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

/// The subject of a lens, from what it carries.
pub(crate) fn lens_subject(data: &Value) -> Option<Subject> {
    let idx = |name: &str| data.get(name).and_then(Value::as_u64).and_then(|it| usize::try_from(it).ok());
    let policy = idx("policy")?;
    Some(match idx("statement") {
        Some(statement) => Subject::Statement(policy, statement),
        None => Subject::Policy(policy),
    })
}

/// The document that something to be resolved belongs to.
pub(crate) fn uri_of(data: Option<&Value>) -> Option<lsp::Uri> {
    data?.get("uri")?.as_str()?.parse().ok()
}
