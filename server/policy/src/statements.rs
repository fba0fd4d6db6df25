//! The statements of a policy as a list whose parts are shared from one version of a file to the next.
//!
//! A policy of ten thousand statements is read again with every key. So the list is kept in chunks: an edit makes the
//! chunk it lies in anew, and the others are taken over by their `Arc`, wherever they have moved to.

use std::sync::Arc;

use syntax::{Node, TextSize};

use crate::model::Statement;

/// Most statements in a new chunk.
const CAPACITY: usize = 32;

/// A chunk with fewer statements is joined with the next one when it is made anew.
const FEW: usize = 8;

/// Statements in the order they are written.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    chunks: Vec<ChunkAt>,
    len: usize,
}

/// Some statements that follow each other. The same `Arc` means the same statements with the same text between.
#[derive(Debug)]
pub struct Chunk {
    items: Box<[Item]>,
    has_principal: bool,
}

/// A chunk, and where it is.
#[derive(Debug, Clone)]
pub struct ChunkAt {
    /// How many statements are before it.
    pub first: usize,
    /// Where its first statement starts in the file.
    pub start: TextSize,
    /// Its statements.
    pub chunk: Arc<Chunk>,
}

/// A statement and where it is.
#[derive(Debug, Clone, Copy)]
pub struct StatementAt<'a> {
    /// Where its text starts in the file.
    pub start: TextSize,
    /// Its tree. The same `Arc` means the same text.
    pub node: &'a Arc<Node>,
    /// What it says.
    pub statement: &'a Arc<Statement>,
}

/// A statement to make a list of.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Where it starts: in the file, or in a chunk from its first statement.
    pub(crate) start: TextSize,
    pub(crate) node: Arc<Node>,
    pub(crate) statement: Arc<Statement>,
}

impl Chunk {
    fn new(mut items: Vec<Item>) -> Chunk {
        let start = items.first().map_or(0, |it| it.start);
        items.iter_mut().for_each(|it| it.start -= start);
        let has_principal = items.iter().any(|it| it.statement.principal.is_some());
        Chunk { items: items.into_boxed_slice(), has_principal }
    }

    /// How many statements it holds; at least one.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it holds none, which no chunk of a list does.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Its statements when its first one starts at `start`.
    pub fn statements(&self, start: TextSize) -> impl ExactSizeIterator<Item = StatementAt<'_>> {
        self.items.iter().map(move |it| it.at(start))
    }
}

impl Item {
    fn at(&self, start: TextSize) -> StatementAt<'_> {
        StatementAt { start: start + self.start, node: &self.node, statement: &self.statement }
    }

    fn moved(&self, start: TextSize) -> Item {
        // Where the first of its old chunk would be now may lie before the file.
        Item { start: start.wrapping_add(self.start), ..self.clone() }
    }
}

impl Statements {
    /// A list of these, whose starts are the file's.
    pub(crate) fn new(items: Vec<Item>) -> Statements {
        let mut out = Statements::default();
        out.push_items(items);
        out
    }

    /// `before` with `middle` in place of all statements but so many at its start and so many at its end, which now
    /// start `moved` bytes later each; both may wrap.
    pub(crate) fn spliced(
        before: &Statements,
        (n_before, n_behind): (usize, usize),
        middle: Vec<Item>,
        moved: (TextSize, TextSize),
    ) -> Statements {
        let behind = before.len.saturating_sub(n_behind).max(n_before);
        let mut out = Statements::default();
        let mut made = Vec::new();
        let mut middle = Some(middle);
        for at in &before.chunks {
            let end = at.first + at.chunk.len();
            let (first_start, last_start) = (at.start.wrapping_add(moved.0), at.start.wrapping_add(moved.1));
            if end <= n_before {
                out.push_chunk(first_start, Arc::clone(&at.chunk));
                continue;
            }
            let each = || at.chunk.items.iter().enumerate().map(|(n, it)| (at.first + n, it));
            made.extend(each().filter(|(n, _)| *n < n_before).map(|(_, it)| it.moved(first_start)));
            if end <= behind {
                continue;
            }
            made.extend(middle.take().into_iter().flatten());
            if at.first >= behind && (made.is_empty() || made.len() >= FEW) {
                out.push_items(std::mem::take(&mut made));
                out.push_chunk(last_start, Arc::clone(&at.chunk));
                continue;
            }
            made.extend(each().filter(|(n, _)| *n >= behind).map(|(_, it)| it.moved(last_start)));
        }
        made.extend(middle.into_iter().flatten());
        out.push_items(made);
        out
    }

    fn push_chunk(&mut self, start: TextSize, chunk: Arc<Chunk>) {
        let first = self.len;
        self.len += chunk.len();
        self.chunks.push(ChunkAt { first, start, chunk });
    }

    fn push_items(&mut self, mut items: Vec<Item>) {
        let n_chunks = items.len().div_ceil(CAPACITY);
        for left in (1..=n_chunks).rev() {
            let rest = items.split_off(items.len().div_ceil(left).min(items.len()));
            let start = items.first().map_or(0, |it| it.start);
            self.push_chunk(start, Arc::new(Chunk::new(items)));
            items = rest;
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The chunks, in order.
    pub fn chunks(&self) -> &[ChunkAt] {
        &self.chunks
    }

    /// The statements, in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter { list: self, chunk: 0, item: 0, left: self.len }
    }

    /// The statements, in order, from the one whose index is `first`.
    pub fn iter_from(&self, first: usize) -> Iter<'_> {
        let chunk = self.chunks.partition_point(|it| it.first <= first).saturating_sub(1);
        let item = self.chunks.get(chunk).map_or(0, |it| first - it.first);
        Iter { list: self, chunk, item, left: self.len.saturating_sub(first) }
    }

    /// The statement with this index.
    pub fn get(&self, idx: usize) -> Option<StatementAt<'_>> {
        let chunk = self.chunks.partition_point(|it| it.first <= idx).checked_sub(1)?;
        let at = self.chunks.get(chunk)?;
        Some(at.chunk.items.get(idx - at.first)?.at(at.start))
    }

    /// The first statement.
    pub fn first(&self) -> Option<StatementAt<'_>> {
        self.get(0)
    }

    /// The last statement.
    pub fn last(&self) -> Option<StatementAt<'_>> {
        self.get(self.len.checked_sub(1)?)
    }

    /// How many start before `at`.
    pub fn n_before(&self, at: TextSize) -> usize {
        let chunk = self.chunks.partition_point(|it| it.start < at);
        let Some(last) = chunk.checked_sub(1).and_then(|it| self.chunks.get(it)) else { return 0 };
        last.first + last.chunk.items.partition_point(|it| last.start + it.start < at)
    }

    /// The index of the statement that starts at `at`.
    pub fn index_of(&self, at: TextSize) -> Option<usize> {
        let idx = self.n_before(at);
        self.get(idx).filter(|it| it.start == at).map(|_| idx)
    }

    /// The index of the last statement that starts at `at` or before.
    pub fn last_started(&self, at: TextSize) -> Option<usize> {
        self.n_before(at.saturating_add(1)).checked_sub(1)
    }

    /// Whether one of them has a `Principal` or `NotPrincipal`.
    pub fn has_principal(&self) -> bool {
        self.chunks.iter().any(|it| it.chunk.has_principal)
    }
}

impl<'a> IntoIterator for &'a Statements {
    type Item = StatementAt<'a>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// See [`Statements::iter`].
#[derive(Debug, Clone)]
pub struct Iter<'a> {
    list: &'a Statements,
    chunk: usize,
    item: usize,
    left: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = StatementAt<'a>;

    fn next(&mut self) -> Option<StatementAt<'a>> {
        loop {
            let at = self.list.chunks.get(self.chunk)?;
            if let Some(item) = at.chunk.items.get(self.item) {
                self.item += 1;
                self.left -= 1;
                return Some(item.at(at.start));
            }
            (self.chunk, self.item) = (self.chunk + 1, 0);
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Iter<'_> {}
