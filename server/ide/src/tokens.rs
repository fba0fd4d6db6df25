//! Steps from token to token, each in time logarithmic in the text.

use std::sync::Arc;

use syntax::{Element, Kind, Node, TextRange, TextSize, Tree};

/// A token with the nodes around it.
#[derive(Debug, Clone)]
pub(crate) struct Path<'t> {
    /// From the root to the token's parent.
    pub(crate) nodes: Vec<NodeAt<'t>>,
    /// What the token is.
    pub(crate) kind: Kind,
    /// Where it stands.
    pub(crate) range: TextRange,
    /// The token itself.
    pub(crate) element: &'t Element,
}

/// A node and where it starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeAt<'t> {
    /// The node.
    pub(crate) node: &'t Arc<Node>,
    /// Its first byte.
    pub(crate) start: TextSize,
}

impl NodeAt<'_> {
    /// Where it stands.
    pub(crate) fn range(self) -> TextRange {
        self.node.range_at(self.start)
    }
}

impl<'t> Path<'t> {
    /// The node around the token.
    pub(crate) fn parent(&self) -> Option<NodeAt<'t>> {
        self.nodes.last().copied()
    }
}

/// The token that holds the byte `at`.
pub(crate) fn at(tree: &Tree, at: TextSize) -> Option<Path<'_>> {
    let mut node = tree.root();
    if at >= node.width() {
        return None;
    }
    let mut start = 0;
    let mut nodes = vec![NodeAt { node, start }];
    loop {
        let (offset, element) = node.child_at(at - start)?;
        start += offset;
        match element {
            Element::Node(child) => {
                nodes.push(NodeAt { node: child, start });
                node = child;
            }
            Element::Token { kind, width } => {
                let range = TextRange::new(start, start + width);
                return Some(Path { nodes, kind: *kind, range, element });
            }
        }
    }
}

/// The last token before `end` that is not trivia.
pub(crate) fn before(tree: &Tree, mut end: TextSize) -> Option<Path<'_>> {
    loop {
        let path = at(tree, end.checked_sub(1)?)?;
        if !path.kind.is_trivia() {
            return Some(path);
        }
        end = path.range.start;
    }
}

/// The first token from `start` on that is not trivia.
pub(crate) fn after(tree: &Tree, mut start: TextSize) -> Option<Path<'_>> {
    loop {
        let path = at(tree, start)?;
        if !path.kind.is_trivia() {
            return Some(path);
        }
        start = path.range.end;
    }
}
