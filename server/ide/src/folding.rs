//! What can be folded away.

use syntax::{Element, Kind, Node, TextRange, TextSize};

use crate::{Analysis, Cancel, Cancelled};

/// A part of a text that can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// From the first thing on its first line to the last thing on the last line that is hidden. For brackets that
    /// is what stands before the closing one, which stays in sight when it has a line of its own.
    pub range: TextRange,
    /// What is folded.
    pub kind: FoldKind,
}

/// What a [`Fold`] hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldKind {
    /// An object or array.
    Brackets,
    /// A comment, or line comments under one another.
    Comment,
}

/// The folds of a file with policies by position, each over several lines.
pub fn ranges(analysis: &Analysis, cancel: &Cancel) -> Result<Vec<Fold>, Cancelled> {
    if analysis.policies().is_empty() {
        return Ok(Vec::new());
    }
    let text = analysis.file().text().to_string();
    let mut out = Vec::new();
    visit(analysis.file().tree().root(), 0, &text, cancel, &mut out)?;
    out.sort_by_key(|it| (it.range.start, std::cmp::Reverse(it.range.end)));
    Ok(out)
}

fn visit(
    node: &Node,
    start: TextSize,
    text: &str,
    cancel: &Cancel,
    out: &mut Vec<Fold>,
) -> Result<(), Cancelled> {
    cancel.check()?;
    let mut add = |range: TextRange, kind: FoldKind| {
        let hidden = text.get(range.start as usize..range.end as usize).unwrap_or_default();
        if hidden.contains(['\n', '\r']) {
            out.push(Fold { range, kind });
        }
    };
    let mut content_end = start;
    let mut comments: Option<TextRange> = None;
    let mut inside = Vec::new();
    for (offset, element) in node.children() {
        let range = TextRange::new(start + offset, start + offset + element.width());
        match element.kind() {
            Kind::Whitespace => continue,
            Kind::LineComment => {
                comments = Some(comments.map_or(range, |it| TextRange::new(it.start, range.end)));
                content_end = range.end;
                continue;
            }
            Kind::BlockComment => add(range, FoldKind::Comment),
            _ => {}
        }
        if let Some(range) = comments.take() {
            add(range, FoldKind::Comment);
        }
        if !matches!(element.kind(), Kind::RightBrace | Kind::RightBracket) {
            content_end = range.end;
        }
        if let Element::Node(child) = element {
            inside.push((child, range.start));
        }
    }
    if let Some(range) = comments {
        add(range, FoldKind::Comment);
    }
    if node.kind().is_container() {
        add(TextRange::new(start, content_end), FoldKind::Brackets);
    }
    inside.into_iter().try_for_each(|(child, at)| visit(child, at, text, cancel, out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn brackets_and_comments_fold() {
        let text = "// a\n// b\n[{\n  \"Effect\": \"Allow\", // one\n  \"Action\": [\n    \"s3:*\"\n  ], \"Resource\": [\"*\"]\n}]";
        let analysis = Analysis::of(text, Default::default(), Config::default().into());
        let lines = |at: u32| analysis.file().text().line_col(at, syntax::Encoding::Utf8).line;
        let found: Vec<_> = ranges(&analysis, &Cancel::default())
            .unwrap()
            .iter()
            .map(|it| (lines(it.range.start), lines(it.range.end), it.kind))
            .collect();
        let expected = [
            (0, 1, FoldKind::Comment),
            (2, 7, FoldKind::Brackets),
            (2, 6, FoldKind::Brackets),
            (4, 5, FoldKind::Brackets),
        ];
        assert_eq!(found, expected);
    }
}
