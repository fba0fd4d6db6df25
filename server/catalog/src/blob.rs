//! Reads the packed tables in place. Total: a row or a word that is not there reads as 0 or the empty text.

use crate::layout::{MAGIC, Section};
use std::cmp::Ordering;
use std::ops::Range;

const TABLES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.bin"));
const _: () = {
    let first = TABLES.first_chunk::<4>();
    assert!(matches!(first, Some(word) if u32::from_le_bytes(*word) == MAGIC), "tables of another format");
};

static TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/catalog.txt"));

fn word(at: usize) -> u32 {
    let bytes = TABLES.get(at * 4..at * 4 + 4).and_then(|it| it.first_chunk());
    bytes.map_or(0, |it| u32::from_le_bytes(*it))
}

fn start(section: Section) -> usize {
    word(1 + 2 * section as usize) as usize
}

/// How many rows a section has.
pub(crate) fn rows(section: Section) -> u32 {
    let words = word(2 + 2 * section as usize) as usize;
    u32::try_from(words / section.width()).unwrap_or(0)
}

/// One word of a row.
pub(crate) fn cell(section: Section, row: u32, column: usize) -> u32 {
    word(start(section) + row as usize * section.width() + column)
}

/// The text a word names.
pub(crate) fn text(id: u32) -> &'static str {
    let ends = start(Section::Texts) + id as usize;
    let from = if id == 0 { 0 } else { word(ends - 1) as usize };
    TEXTS.get(from..word(ends) as usize).unwrap_or_default()
}

/// The texts of the ids up to `last` as one, with the end of each: they stand one after the other from 0.
pub(crate) fn texts_to(last: u32) -> (&'static str, impl Fn(u32) -> usize) {
    let ends = start(Section::Texts);
    let end = move |id: u32| word(ends + id as usize) as usize;
    (TEXTS.get(..end(last)).unwrap_or_default(), end)
}

/// The text in a cell.
pub(crate) fn text_cell(section: Section, row: u32, column: usize) -> &'static str {
    text(cell(section, row, column))
}

/// The text in a cell, where the empty one means that there is none.
pub(crate) fn some_text(section: Section, row: u32, column: usize) -> Option<&'static str> {
    Some(text_cell(section, row, column)).filter(|it| !it.is_empty())
}

/// A packed list, read as it is walked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List {
    at: usize,
    left: usize,
}

impl List {
    /// The list in a cell.
    pub(crate) fn cell(section: Section, row: u32, column: usize) -> List {
        List::at(cell(section, row, column))
    }

    /// The list a word names.
    pub(crate) fn at(list: u32) -> List {
        let at = start(Section::Lists) + list as usize;
        List { at: at + 1, left: word(at) as usize }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.left == 0
    }

    /// Whether an ascending list holds a word.
    pub(crate) fn contains_sorted(self, needle: u32) -> bool {
        let found =
            search(0..u32::try_from(self.left).unwrap_or(0), |row| word(self.at + row as usize).cmp(&needle));
        found.is_some()
    }

    /// The elements as texts.
    pub(crate) fn texts(self) -> impl ExactSizeIterator<Item = &'static str> + Clone {
        self.map(text)
    }

    /// The elements two by two.
    pub(crate) fn pairs(mut self) -> impl Iterator<Item = (u32, u32)> {
        std::iter::from_fn(move || Some((self.next()?, self.next()?)))
    }
}

impl Iterator for List {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        let element = word(self.at);
        self.at += 1;
        Some(element)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for List {}

/// Binary search over row numbers.
pub(crate) fn search(mut rows: Range<u32>, compare: impl Fn(u32) -> Ordering) -> Option<u32> {
    while rows.start < rows.end {
        let middle = rows.start + (rows.end - rows.start) / 2;
        match compare(middle) {
            Ordering::Less => rows.start = middle + 1,
            Ordering::Greater => rows.end = middle,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}

/// The row whose first word names `name`, without regard to ASCII case, in a range sorted so.
pub(crate) fn find(section: Section, rows: Range<u32>, name: &str) -> Option<u32> {
    search(rows, |row| compare_folded(text_cell(section, row, 0), name))
}

/// The row whose first word is `id`, in a section sorted so.
pub(crate) fn find_id(section: Section, id: u32) -> Option<u32> {
    search(0..rows(section), |row| cell(section, row, 0).cmp(&id))
}

/// Compares as if both sides were in lower case.
pub(crate) fn compare_folded(left: &str, right: &str) -> Ordering {
    let left = left.bytes().map(|it| it.to_ascii_lowercase());
    left.cmp(right.bytes().map(|it| it.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_reads_as_nothing() {
        assert_eq!(word(usize::MAX / 8), 0);
        assert_eq!(text(u32::MAX), "");
    }

    #[test]
    fn sections_are_sorted_by_name() {
        for section in [
            Section::Services,
            Section::Keys,
            Section::Operators,
            Section::Endpoints,
            Section::Tombstones,
            Section::Models,
            Section::Profiles,
        ] {
            for row in 1..rows(section) {
                let (before, this) = (text_cell(section, row - 1, 0), text_cell(section, row, 0));
                assert!(compare_folded(before, this).is_lt(), "{section:?}: {before} before {this}");
            }
        }
    }
}
