//! Collects texts, lists and rows, and lays them out as `layout` says.

use crate::layout::{MAGIC, Section};
use std::collections::BTreeMap;

/// How many sections there are.
const SECTIONS: usize = Section::Checks as usize + 1;

/// The tables under construction.
pub(crate) struct Packer {
    texts: Vec<String>,
    text_ids: BTreeMap<String, u32>,
    lists: Vec<u32>,
    list_ids: BTreeMap<Vec<u32>, u32>,
    sections: Vec<Vec<u32>>,
}

impl Packer {
    pub(crate) fn new() -> Packer {
        Packer {
            texts: vec![String::new()],
            text_ids: BTreeMap::from([(String::new(), 0)]),
            lists: vec![0],
            list_ids: BTreeMap::from([(Vec::new(), 0)]),
            sections: vec![Vec::new(); SECTIONS],
        }
    }

    /// The word for a text; equal texts share one.
    pub(crate) fn text(&mut self, text: &str) -> u32 {
        if let Some(&id) = self.text_ids.get(text) {
            return id;
        }
        let id = word(self.texts.len());
        self.texts.push(text.to_owned());
        self.text_ids.insert(text.to_owned(), id);
        id
    }

    /// The word for a list; equal lists share one.
    pub(crate) fn list(&mut self, elements: Vec<u32>) -> u32 {
        if let Some(&at) = self.list_ids.get(&elements) {
            return at;
        }
        let at = word(self.lists.len());
        self.lists.push(word(elements.len()));
        self.lists.extend(&elements);
        self.list_ids.insert(elements, at);
        at
    }

    /// The word for a list of texts, in the order given.
    pub(crate) fn texts<S: AsRef<str>>(&mut self, texts: &[S]) -> u32 {
        let ids = texts.iter().map(|it| self.text(it.as_ref())).collect();
        self.list(ids)
    }

    /// Appends a row; its number.
    pub(crate) fn row(&mut self, section: Section, row: &[u32]) -> u32 {
        debug_assert_eq!(row.len(), section.width(), "{section:?}");
        let at = self.rows(section);
        if let Some(rows) = self.sections.get_mut(section as usize) {
            rows.extend(row);
        }
        at
    }

    /// How many rows a section has so far.
    pub(crate) fn rows(&self, section: Section) -> u32 {
        word(self.sections.get(section as usize).map_or(0, Vec::len) / section.width())
    }

    /// The tables and the text they refer to.
    pub(crate) fn finish(mut self) -> (Vec<u8>, String) {
        let text = self.texts.concat();
        let mut end = 0;
        let ends = self.texts.iter().map(|it| {
            end += it.len();
            word(end)
        });
        let ends: Vec<u32> = ends.collect();
        let lists = std::mem::take(&mut self.lists);
        for (section, words) in [(Section::Texts, ends), (Section::Lists, lists)] {
            if let Some(it) = self.sections.get_mut(section as usize) {
                *it = words;
            }
        }

        let mut words = vec![MAGIC];
        let mut offset = 1 + 2 * SECTIONS;
        for section in &self.sections {
            words.extend([word(offset), word(section.len())]);
            offset += section.len();
        }
        words.extend(self.sections.into_iter().flatten());
        (words.into_iter().flat_map(u32::to_le_bytes).collect(), text)
    }
}

/// A count as a word; the whole catalogue is far below the limit.
pub(crate) fn word(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
