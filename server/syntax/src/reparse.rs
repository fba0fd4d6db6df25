//! The tree after an edit, from the tree before it.
//!
//! Only a *window* is read again: in the smallest container around the edit, the text from the comma before it
//! to the comma after it. When the parser arrives behind that second comma in the same list, all that follows
//! is as it was. When it does not (a bracket or quote has gone or come), the window grows to the rest of the
//! container, then to the containers around it; there, containers that the edit did not touch are taken over
//! whole instead of being read again. The result equals a full parse; see the tests.

use std::sync::Arc;

use crate::edit::TextEdit;
use crate::kind::Kind;
use crate::parser::{Context, End, Expect, List, Parser, parse};
use crate::text::{Text, TextRange, TextSize};
use crate::tree::{Element, Landmarks, Located, Node, Tree};

/// How many siblings are looked at for a comma before the window takes the whole container.
const REACH: usize = 64;

/// A text with its tree. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SourceFile {
    text: Text,
    tree: Tree,
}

impl SourceFile {
    /// Parses `text`.
    pub fn new(text: &str, landmarks: Landmarks) -> SourceFile {
        SourceFile { text: Text::from(text), tree: parse(text, landmarks) }
    }

    /// The text.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The tree of the text.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Applies an edit. `false`, and no change, when its range does not fit the text.
    pub fn edit(&mut self, edit: &TextEdit) -> bool {
        if edit.range.end > self.text.len() || !self.text.edit(edit.range, &edit.text) {
            return false;
        }
        let inserted = TextSize::try_from(edit.text.len()).unwrap_or(TextSize::MAX);
        self.tree = reparse(&self.tree, &self.text, edit.range, inserted);
        true
    }
}

/// The tree of `text`, which is the text of `old` with `inserted` bytes in place of `replaced`.
pub fn reparse(old: &Tree, text: &Text, replaced: TextRange, inserted: TextSize) -> Tree {
    let change = Change { old, text, replaced, inserted };
    let path = change.path();
    for (level, step) in path.iter().enumerate().rev() {
        let around = path.iter().take(level);
        let context = around.fold(Context::default(), |cx, it| cx.inside(it.node.kind()));
        let Some(node) = change.window(step, context) else { continue };
        return Tree { root: change.replace_in_parents(node, &path, level), landmarks: old.landmarks };
    }
    debug_assert!(false, "the root is always parsed");
    parse(&text.to_string(), old.landmarks)
}

struct Change<'a> {
    old: &'a Tree,
    text: &'a Text,
    /// In the old text.
    replaced: TextRange,
    inserted: TextSize,
}

/// A node on the way to the edit.
struct Step<'a> {
    node: &'a Arc<Node>,
    start: TextSize,
    /// Its index in its parent.
    idx: u32,
}

impl Change<'_> {
    /// The nodes that hold the edit strictly inside, from the root.
    fn path(&self) -> Vec<Step<'_>> {
        let mut path = vec![Step { node: &self.old.root, start: 0, idx: 0 }];
        while let Some(Step { node, start, .. }) = path.last() {
            let Some((idx, offset, element)) = node.seq().find(self.replaced.start - start) else { break };
            let child_start = start + offset;
            let child_end = child_start + element.width();
            let Element::Node(child) = element else { break };
            if child_start >= self.replaced.start || self.replaced.end >= child_end {
                break;
            }
            path.push(Step { node: child, start: child_start, idx });
        }
        path
    }

    /// The container at `step` as it is after the edit, if that leaves its end where it was.
    fn window(&self, step: &Step<'_>, context: Context) -> Option<Arc<Node>> {
        if step.node.kind() == Kind::Root {
            return Some(self.whole_root());
        }
        if !step.node.is_closed() {
            return None;
        }
        let first = self.opening(step)?;
        let closing = self.closing(step);
        let small = closing.and_then(|last| self.parse_window(step, context, first, Some(last)));
        small.or_else(|| self.parse_window(step, context, first, None))
    }

    /// The comma, or the opening bracket, from which to read again: its index and offset in the container.
    fn opening(&self, step: &Step<'_>) -> Option<(u32, TextSize)> {
        let edit_start = self.replaced.start - step.start;
        let (mut idx, mut offset, _) = step.node.seq().find(edit_start)?;
        for _ in 0..REACH {
            let element = step.node.seq().get(idx)?;
            if element.kind() == Kind::Comma && offset < edit_start {
                return Some((idx, offset));
            }
            if idx == 0 {
                return Some((0, 0));
            }
            idx -= 1;
            offset -= step.node.seq().get(idx)?.width();
        }
        Some((0, 0))
    }

    /// The first comma behind the edit: its index, and the offset of its end in the container.
    fn closing(&self, step: &Step<'_>) -> Option<(u32, TextSize)> {
        let edit_end = self.replaced.end - step.start;
        let (first, ..) = step.node.seq().find(edit_end)?;
        let mut behind = step.node.iter_from(first).enumerate().take(REACH);
        let (n, (offset, _)) =
            behind.find(|(_, (offset, it))| it.kind() == Kind::Comma && *offset >= edit_end)?;
        Some((first + u32::try_from(n).ok()?, offset + 1))
    }

    /// Reads from the token `first` to the comma `last`, or to the end of the container.
    fn parse_window(
        &self,
        step: &Step<'_>,
        context: Context,
        first: (u32, TextSize),
        last: Option<(u32, TextSize)>,
    ) -> Option<Arc<Node>> {
        let (first_idx, first_offset) = first;
        let old_end = last.map_or(step.node.width(), |(_, end)| end);
        let start = step.start + first_offset;
        let range = TextRange::new(start, self.moved(step.start + old_end));
        let text = self.text.slice(range);

        let reuse = |at| self.untouched(start + at);
        let mut parser = Parser::new(&text, self.old.landmarks, &reuse);
        let expect = if first_idx == 0 { Expect::First } else { Expect::ElementAfterComma(0) };
        let mut list = List::new(step.node.kind(), expect, 0);
        parser.take_first(&mut list);
        let stop = last.map(|_| range.len());
        let end = parser.list(&mut list, context, stop);
        let expected = if last.is_some() { End::AtComma } else { End::Closed };
        if end != expected || parser.position() != range.len() {
            return None;
        }

        let first_end = first_offset + 1;
        let mut errors: Vec<Located> = Vec::new();
        errors.extend(step.node.own_errors().iter().filter(|it| it.seen_at < first_end));
        errors.extend(list.errors.iter().map(|it| it.shifted(|at| at + first_offset)));
        let behind = step.node.own_errors().iter().filter(|it| it.seen_at >= old_end);
        errors.extend(behind.map(|it| it.shifted(|at| self.moved(step.start + at) - step.start)));
        let last_idx = last.map_or(u32::MAX, |(idx, _)| idx + 1);
        let children = step.node.seq().splice(first_idx, last_idx, list.children);
        Some(Node::new(step.node.kind(), step.node.own_landmark(), errors, children))
    }

    fn whole_root(&self) -> Arc<Node> {
        let text = self.text.slice(TextRange::new(0, self.text.len()));
        let reuse = |at| self.untouched(at);
        Parser::new(&text, self.old.landmarks, &reuse).root()
    }

    /// Puts `node` in the place of the node at `level`, up to a new root.
    fn replace_in_parents(&self, node: Arc<Node>, path: &[Step<'_>], level: usize) -> Arc<Node> {
        let mut node = node;
        for (child, parent) in path.iter().take(level + 1).skip(1).zip(path).rev() {
            let child_end = child.start + child.node.width();
            let moved = |at: TextSize| {
                let at = parent.start + at;
                (if at >= child_end { self.moved(at) } else { at }) - parent.start
            };
            let errors = parent.node.own_errors().iter().map(|it| it.shifted(moved)).collect();
            let children = parent.node.seq().splice(child.idx, child.idx + 1, vec![Element::Node(node)]);
            node = Node::new(parent.node.kind(), parent.node.own_landmark(), errors, children);
        }
        node
    }

    /// The faultless container that starts at `at` of the new text and that the edit did not touch.
    fn untouched(&self, at: TextSize) -> Option<Arc<Node>> {
        let edit_end = self.replaced.start + self.inserted;
        let (old_at, limit) = if at >= edit_end {
            (at - self.inserted + self.replaced.len(), TextSize::MAX)
        } else {
            (at, self.replaced.start)
        };
        let (mut node, mut start) = (&self.old.root, 0);
        loop {
            let (_, offset, element) = node.seq().find(old_at.checked_sub(start)?)?;
            let child = element.as_node()?;
            start += offset;
            if start == old_at && child.kind().is_container() {
                let usable = child.is_closed() && !child.has_errors() && start + child.width() <= limit;
                return usable.then(|| Arc::clone(child));
            }
            node = child;
        }
    }

    /// Where an offset of the old text that is not before the edit's end is in the new text.
    fn moved(&self, at: TextSize) -> TextSize {
        if at >= self.replaced.end { at - self.replaced.len() + self.inserted } else { at }
    }
}

impl Located {
    fn shifted(&self, moved: impl Fn(TextSize) -> TextSize) -> Located {
        let mut it = *self;
        it.seen_at = moved(it.seen_at);
        it.error.range = TextRange::new(moved(it.error.range.start), moved(it.error.range.end));
        it
    }
}
