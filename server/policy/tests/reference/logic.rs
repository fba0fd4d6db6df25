//! Strong Kleene logic over `Option<bool>`: `None` is what cannot be known.

pub(crate) type Known = Option<bool>;

/// All hold; true for none.
pub(crate) fn all(each: impl IntoIterator<Item = Known>) -> Known {
    not(any(each.into_iter().map(not)))
}

/// Some one holds; false for none.
pub(crate) fn any(each: impl IntoIterator<Item = Known>) -> Known {
    let each: Vec<Known> = each.into_iter().collect();
    if each.contains(&Some(true)) {
        return Some(true);
    }
    if each.contains(&None) { None } else { Some(false) }
}

pub(crate) fn not(it: Known) -> Known {
    it.map(|it| !it)
}
