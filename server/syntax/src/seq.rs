//! A persistent list of tree elements, so that one changed child among ten thousand costs a few small copies.
//!
//! A B-tree with the width and a few totals of every subtree. How elements are grouped is of no meaning: two
//! lists are equal when their elements are.

use std::sync::Arc;

use crate::text::TextSize;
use crate::tree::Element;

/// Most elements in a leaf and most children of a branch; twice as many as a rebuilt part starts with.
const CAPACITY: usize = 16;

/// Totals over the elements of a subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Summary {
    /// Bytes of text.
    pub(crate) width: TextSize,
    /// Elements.
    pub(crate) len: u32,
    /// Which landmark keys occur anywhere below, a bit each.
    pub(crate) landmarks: u32,
    /// How deeply containers nest below.
    pub(crate) height: u8,
    /// Whether there is a syntax error anywhere below.
    pub(crate) errors: bool,
    /// Whether there is a comment anywhere below.
    pub(crate) comments: bool,
}

impl Summary {
    fn add(self, other: Summary) -> Summary {
        Summary {
            width: self.width + other.width,
            len: self.len + other.len,
            landmarks: self.landmarks | other.landmarks,
            height: self.height.max(other.height),
            errors: self.errors || other.errors,
            comments: self.comments || other.comments,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Seq {
    summary: Summary,
    repr: Repr,
}

#[derive(Debug, Clone)]
enum Repr {
    Leaf(Box<[Element]>),
    Branch(Box<[Arc<Seq>]>),
}

impl Seq {
    pub(crate) fn new(elements: Vec<Element>) -> Seq {
        if elements.len() <= CAPACITY {
            return Seq::leaf(elements);
        }
        Seq::stack(leaves(elements))
    }

    pub(crate) fn summary(&self) -> Summary {
        self.summary
    }

    /// The elements with their offsets, from the first.
    pub(crate) fn iter(&self) -> Iter<'_> {
        Iter { stack: vec![(self, 0, 0)] }
    }

    /// The elements with their offsets, from the one whose index is `first`.
    pub(crate) fn iter_from(&self, first: u32) -> Iter<'_> {
        let mut stack = Vec::new();
        let (mut seq, mut skip, mut offset) = (self, first, 0);
        loop {
            match &seq.repr {
                Repr::Leaf(elements) => {
                    let before = elements.iter().take(skip as usize);
                    offset += before.map(Element::width).sum::<TextSize>();
                    stack.push((seq, skip as usize, offset));
                    return Iter { stack };
                }
                Repr::Branch(children) => {
                    let mut child_idx = 0;
                    let mut next = None;
                    for child in children {
                        if skip < child.summary.len {
                            next = Some(child);
                            break;
                        }
                        skip -= child.summary.len;
                        offset += child.summary.width;
                        child_idx += 1;
                    }
                    let Some(child) = next else { return Iter { stack } };
                    // The branch resumes behind the child that is entered here.
                    stack.push((seq, child_idx + 1, offset + child.summary.width));
                    seq = child;
                }
            }
        }
    }

    /// The index and offset of the element that holds the byte at `at`, or of the last one when `at` is the end.
    pub(crate) fn find(&self, at: TextSize) -> Option<(u32, TextSize, &Element)> {
        let (mut seq, mut idx, mut offset) = (self, 0u32, 0);
        loop {
            match &seq.repr {
                Repr::Leaf(elements) => {
                    let mut last = None;
                    for element in elements {
                        last = Some((idx, offset, element));
                        if at < offset + element.width() {
                            break;
                        }
                        idx += 1;
                        offset += element.width();
                    }
                    return last;
                }
                Repr::Branch(children) => {
                    let mut next = None;
                    for (n, child) in children.iter().enumerate() {
                        if at < offset + child.summary.width || n + 1 == children.len() {
                            next = Some(child);
                            break;
                        }
                        idx += child.summary.len;
                        offset += child.summary.width;
                    }
                    seq = next?;
                }
            }
        }
    }

    /// How many elements from the start are the same in both lists, and how many from the end; the two do not overlap.
    /// Subtrees that both lists share are not read.
    pub(crate) fn shared(&self, other: &Seq) -> (Shared, Shared) {
        let before = shared(self, other, false, u32::MAX);
        let most = self.summary.len.min(other.summary.len).saturating_sub(before.len);
        (before, shared(self, other, true, most))
    }

    pub(crate) fn get(&self, idx: u32) -> Option<&Element> {
        self.iter_from(idx).next().map(|(_, it)| it)
    }

    /// Calls `visit` for each element, with its offset, below which there is something that `wanted` accepts.
    pub(crate) fn visit<'t>(
        &'t self,
        offset: TextSize,
        wanted: &impl Fn(Summary) -> bool,
        visit: &mut impl FnMut(TextSize, &'t Element),
    ) {
        let mut at = offset;
        match &self.repr {
            Repr::Leaf(elements) => {
                for element in elements {
                    if wanted(element.summary()) {
                        visit(at, element);
                    }
                    at += element.width();
                }
            }
            Repr::Branch(children) => {
                for child in children {
                    if wanted(child.summary) {
                        child.visit(at, wanted, visit);
                    }
                    at += child.summary.width;
                }
            }
        }
    }

    /// A list with the elements `first..last` replaced by `new`; what is not touched is shared.
    pub(crate) fn splice(&self, first: u32, last: u32, new: Vec<Element>) -> Seq {
        let parts = self.splice_parts(first, last, new);
        Seq::stack(parts)
    }

    fn splice_parts(&self, first: u32, last: u32, new: Vec<Element>) -> Vec<Seq> {
        match &self.repr {
            Repr::Leaf(elements) => {
                let mut all = Vec::with_capacity(elements.len() + new.len());
                all.extend(elements.iter().take(first as usize).cloned());
                all.extend(new);
                all.extend(elements.iter().skip(last as usize).cloned());
                leaves(all)
            }
            Repr::Branch(children) => {
                let mut parts: Vec<Arc<Seq>> = Vec::with_capacity(children.len() + 1);
                let mut new = Some(new);
                let mut start = 0u32;
                let n_children = children.len();
                for (n, child) in children.iter().enumerate() {
                    let end = start + child.summary.len;
                    // The new elements go into the child where the replaced ones start.
                    let takes_new = new.is_some() && (first < end || n + 1 == n_children);
                    let touched = takes_new || (start < last && first < end);
                    if touched {
                        let from = first.saturating_sub(start).min(child.summary.len);
                        let to = last.saturating_sub(start).min(child.summary.len);
                        let put = if takes_new { new.take().unwrap_or_default() } else { Vec::new() };
                        parts.extend(child.splice_parts(from, to, put).into_iter().map(Arc::new));
                    } else {
                        parts.push(Arc::clone(child));
                    }
                    start = end;
                }
                branches(parts)
            }
        }
    }

    fn leaf(elements: Vec<Element>) -> Seq {
        let mut summary = Summary::default();
        for element in &elements {
            summary = summary.add(element.summary());
        }
        Seq { summary, repr: Repr::Leaf(elements.into_boxed_slice()) }
    }

    /// Builds branches above `parts` until one is left.
    fn stack(mut parts: Vec<Seq>) -> Seq {
        while parts.len() > 1 {
            parts = branches(parts.into_iter().map(Arc::new).collect());
        }
        parts.pop().unwrap_or_else(|| Seq::leaf(Vec::new()))
    }
}

/// What two lists have in common at one end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shared {
    /// Elements.
    pub(crate) len: u32,
    /// Bytes of text.
    pub(crate) width: TextSize,
}

/// A subtree or an element of one of two lists that are compared.
enum Piece<'t> {
    Seq(&'t Seq),
    Element(&'t Element),
}

impl<'t> Piece<'t> {
    fn len(&self) -> u32 {
        match self {
            Piece::Seq(seq) => seq.summary.len,
            Piece::Element(_) => 1,
        }
    }

    /// Puts what a subtree is made of on `stack`, what comes next on top.
    fn open(seq: &'t Seq, from_end: bool, stack: &mut Vec<Piece<'t>>) {
        let first = stack.len();
        match &seq.repr {
            Repr::Leaf(elements) => stack.extend(elements.iter().map(Piece::Element)),
            Repr::Branch(children) => stack.extend(children.iter().map(|it| Piece::Seq(it))),
        }
        if !from_end {
            stack.get_mut(first..).unwrap_or_default().reverse();
        }
    }
}

fn shared(a: &Seq, b: &Seq, from_end: bool, most: u32) -> Shared {
    let mut out = Shared::default();
    let (mut left, mut right) = (vec![Piece::Seq(a)], vec![Piece::Seq(b)]);
    while let (Some(one), Some(other)) = (left.pop(), right.pop()) {
        match (&one, &other) {
            (Piece::Seq(one), Piece::Seq(other))
                if std::ptr::eq(*one, *other) && one.summary.len <= most - out.len =>
            {
                out.len += one.summary.len;
                out.width += one.summary.width;
                continue;
            }
            (Piece::Element(one), Piece::Element(other)) => {
                if out.len == most || !one.is_same(other) {
                    return out;
                }
                out.len += 1;
                out.width += one.width();
                continue;
            }
            (Piece::Seq(_), _) | (_, Piece::Seq(_)) => {}
        }
        // The larger one is opened, so that subtrees of the same size meet.
        let is_element = |it: &Piece<'_>| matches!(it, Piece::Element(_));
        let opens_left = one.len() >= other.len() || is_element(&other);
        let opens_right = other.len() >= one.len() || is_element(&one);
        for (piece, opens, stack) in [(one, opens_left, &mut left), (other, opens_right, &mut right)] {
            match piece {
                Piece::Seq(seq) if opens => Piece::open(seq, from_end, stack),
                Piece::Seq(_) | Piece::Element(_) => stack.push(piece),
            }
        }
    }
    out
}

fn leaves(elements: Vec<Element>) -> Vec<Seq> {
    split(elements).into_iter().map(Seq::leaf).collect()
}

fn branches(children: Vec<Arc<Seq>>) -> Vec<Seq> {
    let parts = split(children).into_iter();
    parts
        .map(|children| {
            let mut summary = Summary::default();
            for child in &children {
                summary = summary.add(child.summary);
            }
            Seq { summary, repr: Repr::Branch(children.into_boxed_slice()) }
        })
        .collect()
}

/// Groups of at most [`CAPACITY`], half full when there are several, so that insertions find room.
fn split<T>(items: Vec<T>) -> Vec<Vec<T>> {
    if items.is_empty() {
        return Vec::new();
    }
    if items.len() <= CAPACITY {
        return vec![items];
    }
    let mut groups = Vec::with_capacity(items.len() * 2 / CAPACITY + 1);
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        groups.push(items.by_ref().take(CAPACITY / 2).collect());
    }
    groups
}

/// See [`Seq::iter`].
#[derive(Debug, Clone)]
pub(crate) struct Iter<'t> {
    /// The open subtrees: where to go on in each, and the offset there.
    stack: Vec<(&'t Seq, usize, TextSize)>,
}

impl<'t> Iterator for Iter<'t> {
    type Item = (TextSize, &'t Element);

    fn next(&mut self) -> Option<(TextSize, &'t Element)> {
        loop {
            let (seq, next_idx, offset) = self.stack.last_mut()?;
            match &seq.repr {
                Repr::Leaf(elements) => {
                    if let Some(element) = elements.get(*next_idx) {
                        let at = *offset;
                        *next_idx += 1;
                        *offset += element.width();
                        return Some((at, element));
                    }
                }
                Repr::Branch(children) => {
                    if let Some(child) = children.get(*next_idx) {
                        let at = *offset;
                        *next_idx += 1;
                        *offset += child.summary.width;
                        self.stack.push((child, 0, at));
                        continue;
                    }
                }
            }
            self.stack.pop();
        }
    }
}
