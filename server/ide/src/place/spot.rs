//! Where in the JSON a cursor is, without regard to what the JSON means.

use std::sync::Arc;

use syntax::ast::{self, Source};
use syntax::{Kind, SourceFile, TextRange, TextSize};

use super::Lacks;
use crate::tokens::{self, NodeAt, Path};

/// A hole in the JSON, filled or empty.
#[derive(Debug)]
pub(crate) struct Spot<'t> {
    /// From the root to what the hole is in: an object for a key, a member for its value, an array for an element.
    pub(crate) nodes: Vec<NodeAt<'t>>,
    pub(crate) hole: Hole,
    pub(crate) range: TextRange,
    pub(crate) token: TextRange,
    pub(crate) text: String,
    pub(crate) prefix: String,
    pub(crate) lacks: Lacks,
}

/// What fits a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hole {
    /// The one value of a text.
    Root,
    /// A key of an object.
    Key,
    /// The value of a member.
    Value,
    /// An element of an array.
    Element,
}

/// What the cursor may be at, likeliest first. The flag says that it is a run of words with colons between, which
/// only some places take as one.
pub(crate) fn candidates(file: &SourceFile, at: TextSize) -> Vec<(Spot<'_>, bool)> {
    let tree = file.tree();
    let left = at.checked_sub(1).and_then(|it| tokens::at(tree, it));
    let right = tokens::at(tree, at);
    if left.as_ref().is_some_and(|it| in_comment(it, at, file)) {
        return Vec::new();
    }
    if let Some(left) = &left
        && left.kind == Kind::String
        && (at < left.range.end || !is_closed(left, file))
    {
        return string(file, left, at).map(|it| (it, false)).into_iter().collect();
    }
    let mut out = Vec::new();
    if let Some((run, colons)) = word_run(file, left.as_ref(), right.as_ref(), at, true) {
        let spot = tokens::at(tree, run.start).and_then(|first| word(file, &first, run, at));
        out.extend(spot.map(|it| (it, colons)));
        if colons && let Some((run, _)) = word_run(file, left.as_ref(), right.as_ref(), at, false) {
            let spot = tokens::at(tree, run.start).and_then(|first| word(file, &first, run, at));
            out.extend(spot.map(|it| (it, false)));
        }
    }
    let at_word = left.as_ref().is_some_and(|it| is_word(it.kind));
    if !at_word {
        out.extend(gap(file, at).map(|it| (it, false)));
    }
    out
}

/// Whether the text holds no more than what is being written.
pub(crate) fn is_alone(file: &SourceFile) -> bool {
    file.tree().root().children().filter(|(_, it)| !it.kind().is_trivia()).count() <= 1
}

/// The string that holds the byte `at`.
pub(crate) fn of_string(file: &SourceFile, at: TextSize) -> Option<Spot<'_>> {
    let path = tokens::at(file.tree(), at)?;
    if path.kind != Kind::String {
        return None;
    }
    string(file, &path, at.max(path.range.start + 1).min(path.range.end))
}

/// Whether a number or a word without quotes holds the byte `at`.
pub(crate) fn holds_word(file: &SourceFile, at: TextSize) -> bool {
    tokens::at(file.tree(), at).is_some_and(|it| is_word(it.kind))
}

fn in_comment(left: &Path<'_>, at: TextSize, file: &SourceFile) -> bool {
    let ends = |text: &str| file.text().slice(left.range).ends_with(text) && left.range.len() > 3;
    match left.kind {
        Kind::LineComment => true,
        Kind::BlockComment => at < left.range.end || !ends("*/"),
        _ => false,
    }
}

fn is_closed(path: &Path<'_>, file: &SourceFile) -> bool {
    let value = ast::value(path.element, path.range.start, Source::Text(file.text()));
    value.as_str().is_some_and(|it| it.closed)
}

fn string<'t>(file: &'t SourceFile, path: &Path<'t>, at: TextSize) -> Option<Spot<'t>> {
    let string = ast::value(path.element, path.range.start, Source::Text(file.text())).as_str()?;
    let (nodes, hole) = hole_of(path)?;
    let content = if string.closed {
        string.content_range()
    } else {
        // The string goes on to the end of its line; brackets and commas there are not meant as its text.
        let start = path.range.start + 1;
        let raw = file.text().slice(TextRange::new(start, path.range.end));
        let wanted = raw.trim_end_matches([' ', '\t', ',', ']', '}']);
        let opens = |it: &str| it.matches("${").count() > it.matches('}').count();
        let mut len = wanted.len();
        if opens(wanted) && raw.get(len..).is_some_and(|it| it.starts_with('}')) {
            len += 1;
        }
        TextRange::new(start, (start + size(len)).max(at))
    };
    let lacks = Lacks { closing_quote: !string.closed, ..Lacks::default() };
    let token = TextRange::new(path.range.start, if string.closed { path.range.end } else { content.end });
    let text =
        if string.closed { string.value().into_owned() } else { file.text().slice(content).into_owned() };
    let prefix = file.text().slice(TextRange::new(content.start, at.clamp(content.start, content.end)));
    let prefix = prefix.into_owned();
    let mut spot = Spot { nodes, hole, range: content, token, text, prefix, lacks };
    let rest_of_line = !string.closed && content.end < path.range.end;
    if rest_of_line {
        spot.lacks.value = hole == Hole::Key;
        spot.lacks.comma_before = comma_before(file, path.range.start);
    } else {
        neighbours(file, &mut spot, path.range.end);
    }
    Some(spot)
}

/// The half-typed word that covers `run`, whose first token is `first`.
fn word<'t>(file: &'t SourceFile, first: &Path<'t>, run: TextRange, at: TextSize) -> Option<Spot<'t>> {
    let (nodes, hole) = in_open_list(file, run).or_else(|| hole_of(first))?;
    let text = file.text().slice(run).into_owned();
    let prefix = file.text().slice(TextRange::new(run.start, at)).into_owned();
    let lacks = Lacks { opening_quote: true, closing_quote: true, ..Lacks::default() };
    let mut spot = Spot { nodes, hole, range: run, token: run, text, prefix, lacks };
    if let Some(rest) = behind_own_quote(file, run.end) {
        spot.token.end += 1;
        spot.lacks.closing_quote = false;
        spot.lacks.value = hole == Hole::Key && !rest.starts_with(':');
        if hole != Hole::Value {
            spot.lacks.comma_before = comma_before(file, run.start);
        }
        return Some(spot);
    }
    neighbours(file, &mut spot, run.end);
    Some(spot)
}

/// In `Effect": "Allow"` the quote behind the word ends it and begins nothing. This is the text behind that quote.
fn behind_own_quote(file: &SourceFile, end: TextSize) -> Option<String> {
    let string = tokens::at(file.tree(), end).filter(|it| it.kind == Kind::String)?;
    if string.range.start != end {
        return None;
    }
    let inside = TextRange::new(end + 1, string.range.end);
    let rest = file.text().slice(inside).trim().to_owned();
    (rest.is_empty() || rest.starts_with([':', ',', ']', '}'])).then_some(rest)
}

/// The list that a word belongs to which looks like a key: in `[ s3:Get` the parser takes the list for ended.
fn in_open_list(file: &SourceFile, run: TextRange) -> Option<(Vec<NodeAt<'_>>, Hole)> {
    let before = tokens::before(file.tree(), run.start)?;
    let list = before.parent()?.node;
    let opens = matches!(before.kind, Kind::LeftBracket | Kind::Comma);
    (opens && list.kind() == Kind::Array && !list.is_closed()).then_some((before.nodes, Hole::Element))
}

/// Where nothing is written.
fn gap(file: &SourceFile, at: TextSize) -> Option<Spot<'_>> {
    let lacks = Lacks { opening_quote: true, closing_quote: true, ..Lacks::default() };
    let (range, text, prefix) = (TextRange::empty(at), String::new(), String::new());
    let Some(before) = tokens::before(file.tree(), at) else {
        let nothing = tokens::after(file.tree(), at).is_none();
        let root = NodeAt { node: file.tree().root(), start: 0 };
        let lacks = Lacks::default();
        let spot = Spot { nodes: vec![root], hole: Hole::Root, range, token: range, text, prefix, lacks };
        return nothing.then_some(spot);
    };
    if before.range.end > at {
        return None;
    }
    let (nodes, hole) = match (before.kind, before.parent()?.node.kind()) {
        (Kind::LeftBrace, Kind::Object) | (Kind::Comma, Kind::Object) => (before.nodes, Hole::Key),
        (Kind::LeftBracket, Kind::Array) | (Kind::Comma, Kind::Array) => (before.nodes, Hole::Element),
        (Kind::Colon, Kind::Member) => {
            if has_value(file, before.parent()?, at) {
                return None;
            }
            (before.nodes, Hole::Value)
        }
        (Kind::Colon | Kind::Comma, _) => return None,
        // Directly behind a value nothing new begins.
        _ if before.range.end == at => return None,
        _ => behind_value(before)?,
    };
    if tokens::after(file.tree(), at).is_some_and(|it| it.kind == Kind::Colon) {
        return None;
    }
    let mut spot = Spot { nodes, hole, range, token: range, text, prefix, lacks };
    neighbours(file, &mut spot, at);
    Some(spot)
}

/// Whether a member has a value behind `at`. A key that the parser took for one does not count.
fn has_value(file: &SourceFile, member: NodeAt<'_>, at: TextSize) -> bool {
    let Some(value) = tokens::after(file.tree(), at).filter(|it| it.range.end <= member.range().end) else {
        return false;
    };
    let next = tokens::after(file.tree(), value.range.end);
    !(value.kind == Kind::String && next.is_some_and(|it| it.kind == Kind::Colon))
}

/// The hole behind a value whose last token is `before`: one for the next member or element.
fn behind_value(before: Path<'_>) -> Option<(Vec<NodeAt<'_>>, Hole)> {
    let mut nodes = before.nodes;
    if let Some(own) = nodes.last()
        && own.node.is_closed()
        && own.range().end == before.range.end
    {
        nodes.pop();
    }
    if let Some(member) = nodes.last()
        && member.node.kind() == Kind::Member
    {
        if member.start == before.range.start {
            return None;
        }
        nodes.pop();
    }
    match nodes.last()?.node.kind() {
        Kind::Object => Some((nodes, Hole::Key)),
        Kind::Array => Some((nodes, Hole::Element)),
        _ => None,
    }
}

/// What the token of `path` fills.
fn hole_of<'t>(path: &Path<'t>) -> Option<(Vec<NodeAt<'t>>, Hole)> {
    let mut nodes = path.nodes.clone();
    let parent = path.parent()?;
    let hole = match parent.node.kind() {
        Kind::Root => Hole::Root,
        Kind::Array => Hole::Element,
        Kind::Member if parent.start == path.range.start => {
            nodes.pop();
            Hole::Key
        }
        Kind::Member => Hole::Value,
        Kind::Object => Hole::Key,
        _ => return None,
    };
    Some((nodes, hole))
}

/// Looks at the tokens before the spot and from `end` on for what is missing there.
fn neighbours(file: &SourceFile, spot: &mut Spot<'_>, end: TextSize) {
    let next = tokens::after(file.tree(), end);
    let colon_follows = next.as_ref().is_some_and(|it| it.kind == Kind::Colon);
    if spot.hole == Hole::Key && colon_follows {
        spot.lacks.comma_before = comma_before(file, spot.token.start);
        return;
    }
    if spot.hole == Hole::Key && next.as_ref().is_some_and(|it| is_value_without_colon(file, end, it)) {
        spot.lacks.colon = true;
        spot.lacks.comma_before = comma_before(file, spot.token.start);
        return;
    }
    spot.lacks.value = spot.hole == Hole::Key;
    let container = match spot.hole {
        Hole::Value => spot.nodes.iter().rev().nth(1),
        Hole::Root | Hole::Key | Hole::Element => spot.nodes.last(),
    };
    let Some(container) = container.filter(|it| it.node.kind().is_container()) else { return };
    let begins = |kind: Kind| {
        use Kind::*;
        matches!(kind, String | Number | Boolean | Null | Word | LeftBrace | LeftBracket)
    };
    let inside = |it: &Path<'_>| it.nodes.iter().any(|it| Arc::ptr_eq(it.node, container.node));
    spot.lacks.comma_after = next.is_some_and(|it| begins(it.kind) && inside(&it));
    if spot.hole != Hole::Value {
        spot.lacks.comma_before = comma_before(file, spot.token.start);
    }
}

/// Whether `next` is the value of the key that ends at `end`: in `"Condition" {` on one line only the colon is missing.
fn is_value_without_colon(file: &SourceFile, end: TextSize, next: &Path<'_>) -> bool {
    let opens = matches!(next.kind, Kind::LeftBrace | Kind::LeftBracket);
    opens && !file.text().slice(TextRange::new(end, next.range.start)).contains('\n')
}

/// Where the comma before a key or element belongs that starts at `start`, if it is missing.
fn comma_before(file: &SourceFile, start: TextSize) -> Option<TextSize> {
    let before = tokens::before(file.tree(), start)?;
    let fine = matches!(before.kind, Kind::LeftBrace | Kind::LeftBracket | Kind::Comma | Kind::Colon);
    (!fine).then_some(before.range.end)
}

fn is_word(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Number | Kind::Boolean | Kind::Null | Kind::Unknown)
}

/// The words without quotes and blanks that the cursor touches, and whether there are colons between them.
fn word_run(
    file: &SourceFile,
    left: Option<&Path<'_>>,
    right: Option<&Path<'_>>,
    at: TextSize,
    colons: bool,
) -> Option<(TextRange, bool)> {
    let part = |it: &Path<'_>| is_word(it.kind) || (colons && it.kind == Kind::Colon);
    let touched = left.filter(|it| part(it)).or_else(|| right.filter(|it| is_word(it.kind)))?;
    let (mut start, mut end) = (touched.range.start, touched.range.end);
    while let Some(before) = start.checked_sub(1).and_then(|it| tokens::at(file.tree(), it))
        && part(&before)
        && at - before.range.start < MAX_RUN
    {
        start = before.range.start;
    }
    while let Some(after) = tokens::at(file.tree(), end)
        && part(&after)
        && after.range.end - at < MAX_RUN
    {
        end = after.range.end;
    }
    let text = file.text().slice(TextRange::new(start, end));
    let head = text.len() - text.trim_start_matches(':').len();
    let tail = text.len() - text.trim_end_matches(':').len();
    start += size(head);
    // A colon at the end belongs to `s3:` while it is typed, and to a key otherwise.
    if tail > 0 && at < end {
        end -= size(tail).min(end - start);
    }
    if start >= end || !TextRange::new(start, end).touches(at) {
        return None;
    }
    let has_colon = file.text().slice(TextRange::new(start, end)).contains(':');
    Some((TextRange::new(start, end), has_colon))
}

/// No name is longer, in bytes.
const MAX_RUN: TextSize = 256;

fn size(n: usize) -> TextSize {
    TextSize::try_from(n).unwrap_or(0)
}
