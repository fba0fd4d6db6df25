//! Names of Regions, right and wrong.

use catalog::Catalog;

use crate::nearest::{is_slip, nearest};

/// A name that is no Region's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRegion {
    /// The Region that is meant, where it is a slip of the keyboard.
    pub near: Option<&'static str>,
}

/// What is wrong with the name of a Region. Nothing is, for a name that could be newer than the catalogue.
pub fn fault(catalog: Catalog, name: &str) -> Option<NoRegion> {
    if catalog.partition_of(name).is_some() {
        return None;
    }
    let near = nearest(name, catalog.regions()).filter(|it| is_slip(it, name));
    (near.is_some() || !has_form(name)).then_some(NoRegion { near })
}

/// `xx-yyyy-1`, with more words in the middle or not.
fn has_form(text: &str) -> bool {
    let words: Vec<&str> = text.split('-').collect();
    let is_alpha = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase());
    match words.as_slice() {
        [first, middle @ .., last] if !middle.is_empty() => {
            first.len() <= 4
                && std::iter::once(first).chain(middle).all(is_alpha)
                && last.len() <= 2
                && last.bytes().all(|it| it.is_ascii_digit())
        }
        _ => false,
    }
}
