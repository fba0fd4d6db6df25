//! What to select next: from the cursor outwards.

use syntax::ast::{self, Source};
use syntax::{Kind, SourceFile, TextRange, TextSize};

use crate::Analysis;
use crate::tokens::{self, NodeAt, Path};

/// The ranges around `at` from the innermost outwards, each larger than the one before: the text of a string, the
/// string, its member, what is between the brackets, the brackets too, and so on to the whole text.
pub fn ranges(analysis: &Analysis, at: TextSize) -> Vec<TextRange> {
    let file = analysis.file();
    if analysis.policies().is_empty() {
        return Vec::new();
    }
    let mut out: Vec<TextRange> = Vec::new();
    let mut push = |range: TextRange| {
        if range.touches(at) && out.last().is_none_or(|last| *last != range && range.contains_range(*last)) {
            out.push(range);
        }
    };
    if let Some(path) = token_at(file, at) {
        if path.kind == Kind::String {
            let value = ast::value(path.element, path.range.start, Source::Text(file.text()));
            value.as_str().into_iter().for_each(|it| push(it.content_range()));
        }
        if path.kind != Kind::Whitespace {
            push(path.range);
        }
        for node in path.nodes.iter().rev() {
            inner(file, *node).into_iter().for_each(&mut push);
            push(node.range());
        }
    }
    push(TextRange::new(0, file.text().len()));
    out
}

/// The token at the cursor: of two, the one that says more.
fn token_at(file: &SourceFile, at: TextSize) -> Option<Path<'_>> {
    let right = tokens::at(file.tree(), at);
    let left = || at.checked_sub(1).and_then(|it| tokens::at(file.tree(), it));
    match right {
        Some(right) if says_little(right.kind) => left().filter(|it| !says_little(it.kind)).or(Some(right)),
        Some(right) => Some(right),
        None => left(),
    }
}

fn says_little(kind: Kind) -> bool {
    matches!(kind, Kind::Whitespace | Kind::Comma | Kind::Colon)
}

/// What stands between the brackets of a container, without the blanks and comments next to them.
fn inner(file: &SourceFile, at: NodeAt<'_>) -> Option<TextRange> {
    if !at.node.kind().is_container() {
        return None;
    }
    let range = at.range();
    let close = range.end - TextSize::from(at.node.is_closed());
    let first = tokens::after(file.tree(), range.start + 1)?.range.start;
    let last = tokens::before(file.tree(), close)?.range.end;
    (first < last && last <= close).then_some(TextRange { start: first, end: last })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn selection_grows_outwards() {
        let text = r#"[ {"Effect": "Allow", "Action": [ "s3:Get*", "a:b" ]} ]"#;
        let analysis = Analysis::of(text, Default::default(), Config::default().into());
        let at = text.find("Get").unwrap();
        let found: Vec<_> = ranges(&analysis, at as u32)
            .iter()
            .map(|it| text.get(it.start as usize..it.end as usize).unwrap())
            .collect();
        let expected = [
            "s3:Get*",
            r#""s3:Get*""#,
            r#""s3:Get*", "a:b""#,
            r#"[ "s3:Get*", "a:b" ]"#,
            r#""Action": [ "s3:Get*", "a:b" ]"#,
            r#""Effect": "Allow", "Action": [ "s3:Get*", "a:b" ]"#,
            r#"{"Effect": "Allow", "Action": [ "s3:Get*", "a:b" ]}"#,
            text,
        ];
        assert_eq!(found, expected);
    }
}
