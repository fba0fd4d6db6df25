//! The way from a value of the JSON to a spot in it, without regard to what the JSON means.

use syntax::ast::{self, Source};
use syntax::{Kind, SourceFile, TextSize};

use super::spot::{Hole, Spot};
use crate::tokens::NodeAt;

/// A step inwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Into the value of a key.
    Key(String),
    /// Into an element of a list.
    Index,
}

/// The steps from the node that is the last of the first `depth` to the spot.
pub(crate) fn steps(file: &SourceFile, spot: &Spot<'_>, depth: usize) -> Vec<Step> {
    let mut out = Vec::new();
    let nodes = spot.nodes.iter().skip(depth - 1);
    for (around, node) in nodes.clone().zip(nodes.skip(1)) {
        if around.node.kind() == Kind::Array {
            out.push(Step::Index);
        }
        out.extend(key(file, *node).map(Step::Key));
    }
    if spot.hole == Hole::Element {
        out.push(Step::Index);
    }
    out
}

/// The key of a member; `None` for other nodes.
pub(super) fn key(file: &SourceFile, at: NodeAt<'_>) -> Option<String> {
    if at.node.kind() != Kind::Member {
        return None;
    }
    let (_, element) = at.node.children().next()?;
    let value = ast::value(element, at.start, Source::Text(file.text()));
    Some(value.as_str().map_or_else(|| value.text().into_owned(), |it| it.value().into_owned()))
}

/// The keys of the same object or the strings of the same list.
pub(crate) fn siblings(file: &SourceFile, spot: &Spot<'_>) -> Vec<String> {
    let Some(around) = spot.nodes.last() else { return Vec::new() };
    let source = Source::Text(file.text());
    let is_own = |start: TextSize| !spot.token.is_empty() && start == spot.token.start;
    match spot.hole {
        Hole::Key => {
            let object = ast::object(around.node, around.start, source);
            let members = object.into_iter().flat_map(|it| it.members());
            let others = members.filter(|it| !is_own(it.range().start));
            others.map(|it| it.key().value().into_owned()).collect()
        }
        Hole::Element => {
            let children = around.node.children().map(|(at, it)| (around.start + at, it));
            let others = children.filter(|(at, it)| it.kind() == Kind::String && !is_own(*at));
            let strings = others.filter_map(|(at, it)| ast::value(it, at, source).as_str());
            strings.map(|it| it.value().into_owned()).collect()
        }
        Hole::Root | Hole::Value => Vec::new(),
    }
}
