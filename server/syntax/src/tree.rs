//! The tree: immutable, shared, with widths instead of offsets.
//!
//! A node knows how long it is and what it holds, not where it stands and not its text. So a node stays valid
//! when text before it changes, and an edit leaves every node outside of it as it is: the same `Arc`. Two
//! nodes of one file that are the same `Arc` have the same text.

use std::sync::Arc;

use crate::error::SyntaxError;
use crate::kind::Kind;
use crate::seq::{Iter, Seq, Summary};
use crate::text::{TextRange, TextSize};

/// Keys whose occurrence every node remembers, so that one can find them without reading the whole tree.
/// At most 32; a key's place in the list is its bit.
pub type Landmarks = &'static [&'static str];

/// The tree of a text. Concatenating its tokens gives back the text.
#[derive(Debug, Clone)]
pub struct Tree {
    pub(crate) root: Arc<Node>,
    pub(crate) landmarks: Landmarks,
}

/// A token or a node.
#[derive(Debug, Clone)]
pub enum Element {
    /// A leaf.
    Token {
        /// What it is.
        kind: Kind,
        /// Its length in bytes.
        width: TextSize,
    },
    /// A node with children.
    Node(Arc<Node>),
}

/// An object, an array, a member, or the root.
#[derive(Debug)]
pub struct Node {
    kind: Kind,
    landmarks: u32,
    errors: Box<[Located]>,
    children: Seq,
}

/// What two versions of a node share: children that are the same nodes, or tokens of the same kind and width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Common {
    /// How many children from the first.
    pub n_before: u32,
    /// Their bytes.
    pub before: TextSize,
    /// The bytes of the children at the end, which are others.
    pub behind: TextSize,
}

/// An error of a node itself, relative to its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Located {
    /// Where the parser stood when it saw the error. It differs from the error's range where that lies before,
    /// as for a trailing comma, and decides whether a re-parse replaces the error.
    pub(crate) seen_at: TextSize,
    pub(crate) error: SyntaxError,
}

impl Tree {
    /// The root node; it covers the whole text.
    pub fn root(&self) -> &Arc<Node> {
        &self.root
    }

    /// The landmark keys this tree was built with.
    pub fn landmarks(&self) -> Landmarks {
        self.landmarks
    }

    /// Whether the text is not JSON.
    pub fn has_errors(&self) -> bool {
        self.root.has_errors()
    }

    /// The first `limit` syntax errors by position.
    pub fn errors(&self, limit: usize) -> Vec<SyntaxError> {
        let mut out = Vec::new();
        collect_errors(&self.root, 0, &mut out);
        out.sort_by_key(|it| (it.range, it.kind));
        out.truncate(limit);
        out
    }
}

/// Same elements and errors; how they are grouped inside does not count.
impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        same(&self.root, &other.root)
    }
}

fn same(a: &Arc<Node>, b: &Arc<Node>) -> bool {
    if Arc::ptr_eq(a, b) {
        return true;
    }
    if a.kind != b.kind || a.errors != b.errors || a.summary() != b.summary() {
        return false;
    }
    a.children().zip(b.children()).all(|((_, a), (_, b))| match (a, b) {
        (Element::Token { kind: k, width: w }, Element::Token { kind, width }) => k == kind && w == width,
        (Element::Node(a), Element::Node(b)) => same(a, b),
        (Element::Token { .. }, Element::Node(_)) | (Element::Node(_), Element::Token { .. }) => false,
    })
}

fn collect_errors(node: &Node, start: TextSize, out: &mut Vec<SyntaxError>) {
    out.extend(
        node.errors.iter().map(|it| SyntaxError { kind: it.error.kind, range: it.error.range + start }),
    );
    node.children.visit(start, &|it| it.errors, &mut |at, element| {
        if let Element::Node(node) = element {
            collect_errors(node, at, out);
        }
    });
}

impl Element {
    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Element::Token { kind, .. } => *kind,
            Element::Node(node) => node.kind,
        }
    }

    /// Its length in bytes.
    pub fn width(&self) -> TextSize {
        match self {
            Element::Token { width, .. } => *width,
            Element::Node(node) => node.width(),
        }
    }

    /// The node, unless it is a token.
    pub fn as_node(&self) -> Option<&Arc<Node>> {
        match self {
            Element::Token { .. } => None,
            Element::Node(node) => Some(node),
        }
    }

    /// Whether it is the same node, or a token of the same kind and width.
    pub(crate) fn is_same(&self, other: &Element) -> bool {
        match (self, other) {
            (Element::Token { kind: k, width: w }, Element::Token { kind, width }) => k == kind && w == width,
            (Element::Node(a), Element::Node(b)) => Arc::ptr_eq(a, b),
            (Element::Token { .. }, Element::Node(_)) | (Element::Node(_), Element::Token { .. }) => false,
        }
    }

    pub(crate) fn summary(&self) -> Summary {
        match self {
            Element::Token { kind, width } => Summary {
                width: *width,
                len: 1,
                comments: matches!(kind, Kind::LineComment | Kind::BlockComment),
                ..Summary::default()
            },
            Element::Node(node) => Summary { len: 1, ..node.summary() },
        }
    }
}

impl Node {
    pub(crate) fn new(kind: Kind, own_landmark: u32, errors: Vec<Located>, children: Seq) -> Arc<Node> {
        Arc::new(Node { kind, landmarks: own_landmark, errors: errors.into_boxed_slice(), children })
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its length in bytes.
    pub fn width(&self) -> TextSize {
        self.children.summary().width
    }

    /// The tokens and nodes it is made of, with their offsets from its start.
    pub fn children(&self) -> impl Iterator<Item = (TextSize, &Element)> {
        self.children.iter()
    }

    /// The child that holds the byte `at` from its start, or the last child when `at` is its end.
    pub fn child_at(&self, at: TextSize) -> Option<(TextSize, &Element)> {
        self.children.find(at).map(|(_, offset, element)| (offset, element))
    }

    /// Whether there is a syntax error in it, however deep.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty() || self.children.summary().errors
    }

    /// Whether it ends with its own closing bracket. Members and the root do not.
    pub fn is_closed(&self) -> bool {
        let closer = match self.kind {
            Kind::Object => Kind::RightBrace,
            Kind::Array => Kind::RightBracket,
            _ => return false,
        };
        let n_children = self.children.summary().len;
        n_children > 1 && self.children.get(n_children - 1).is_some_and(|it| it.kind() == closer)
    }

    /// Which landmark keys occur in it, however deep: bit `n` for the key number `n`.
    pub fn landmarks(&self) -> u32 {
        self.summary().landmarks
    }

    /// Calls `visit` for each child, with its offset, that holds one of the landmark keys in `mask`.
    pub fn visit_landmarks<'t>(&'t self, mask: u32, visit: &mut impl FnMut(TextSize, &'t Element)) {
        self.children.visit(0, &|it| it.landmarks & mask != 0, visit);
    }

    /// What the children of two versions of a node have in common at their start and at their end.
    pub fn common(&self, before: &Node) -> Common {
        let (start, end) = self.children.shared(&before.children);
        Common { n_before: start.len, before: start.width, behind: end.width }
    }

    /// Calls `visit` for each comment in it, however deep, with the node's own start at `start`. What holds no comment
    /// is not looked at.
    pub fn visit_comments(&self, start: TextSize, visit: &mut impl FnMut(TextRange)) {
        self.children.visit(start, &|it| it.comments, &mut |at, element| match element {
            Element::Token { width, .. } => visit(TextRange::new(at, at + width)),
            Element::Node(node) => node.visit_comments(at, visit),
        });
    }

    /// Whether there is a comment in it, however deep.
    pub fn has_comments(&self) -> bool {
        self.children.summary().comments
    }

    pub(crate) fn own_errors(&self) -> &[Located] {
        &self.errors
    }

    pub(crate) fn own_landmark(&self) -> u32 {
        self.landmarks
    }

    pub(crate) fn seq(&self) -> &Seq {
        &self.children
    }

    pub(crate) fn iter_from(&self, first: u32) -> Iter<'_> {
        self.children.iter_from(first)
    }

    pub(crate) fn summary(&self) -> Summary {
        let children = self.children.summary();
        Summary {
            landmarks: children.landmarks | self.landmarks,
            height: children.height + u8::from(self.kind.is_container()),
            errors: children.errors || !self.errors.is_empty(),
            ..children
        }
    }

    /// The range it covers when it starts at `start`.
    pub fn range_at(&self, start: TextSize) -> TextRange {
        TextRange::new(start, start + self.width())
    }
}
