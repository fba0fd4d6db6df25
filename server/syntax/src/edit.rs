//! One replacement in a text.

use crate::text::TextRange;

/// Replaces `range` of a text by `text`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextEdit {
    /// What is replaced, in bytes of the text before the edit.
    pub range: TextRange,
    /// What stands there afterwards.
    pub text: String,
}

impl TextEdit {
    /// An edit that puts `text` in place of `range`.
    pub fn replace(range: TextRange, text: impl Into<String>) -> TextEdit {
        TextEdit { range, text: text.into() }
    }

    /// An edit that puts `text` at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> TextEdit {
        TextEdit { range: TextRange::empty(offset), text: text.into() }
    }

    /// An edit that removes `range`.
    pub fn delete(range: TextRange) -> TextEdit {
        TextEdit { range, text: String::new() }
    }

    /// Applies edits to a text. They may come in any order; one that overlaps an earlier one, or that does
    /// not fit the text, is left out.
    pub fn apply_all(text: &str, edits: &[TextEdit]) -> String {
        let mut order: Vec<&TextEdit> = edits.iter().collect();
        order.sort_by_key(|it| (it.range.start, it.range.end));
        let mut out = String::with_capacity(text.len());
        let mut done = 0usize;
        for edit in order {
            let (start, end) = (edit.range.start as usize, edit.range.end as usize);
            let Some(kept) = text.get(done..start) else { continue };
            if text.get(start..end).is_none() {
                continue;
            }
            out.push_str(kept);
            out.push_str(&edit.text);
            done = end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }
}
