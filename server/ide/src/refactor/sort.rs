//! A list is put in order, each value once.

use policy::model::{Item, Text};
use syntax::{TextEdit, TextRange};

use super::{Cx, Offers, comments, counted, listed};
use crate::fix;

pub(super) fn find(cx: &Cx<'_>, offers: &mut Offers) {
    let Some(listed) = listed::at(cx) else { return };
    let values = listed.values;
    if !values.is_list || !values.all_texts() || values.items.len() < 2 {
        return;
    }
    // A comment belongs to the value beside it, and nothing tells to which.
    if comments::count(fix::slice(&cx.text, values.range)) > 0 {
        return;
    }
    let slots: Vec<&Text> = values.texts().collect();
    let key =
        |it: &Text| if listed.ignores_case { it.value.to_ascii_lowercase() } else { it.value.to_string() };
    let mut sorted = slots.clone();
    sorted.sort_by_key(|it| key(it));
    sorted.dedup_by_key(|it| key(it));
    let n_gone = slots.len() - sorted.len();
    let is_sorted = sorted.iter().zip(&slots).all(|(a, b)| a.value == b.value);
    if n_gone == 0 && is_sorted {
        return;
    }
    let moved = sorted.iter().zip(&slots).filter(|(new, old)| new.value != old.value);
    let written = |it: &Text| fix::slice(&cx.text, it.content).to_owned();
    let mut edits: Vec<TextEdit> =
        moved.map(|(new, old)| TextEdit::replace(old.content, written(new))).collect();
    let kept = values.items.get(sorted.len().wrapping_sub(1)).map(Item::range);
    if let (Some(kept), Some(last)) = (kept.filter(|_| n_gone > 0), values.items.last()) {
        edits.push(TextEdit::delete(TextRange::new(kept.end, last.range().end)));
    }
    let title = match (n_gone, is_sorted) {
        (0, _) => format!("Sort {}", counted(slots.len(), listed.noun)),
        (1, true) => format!("Remove the {} that is listed twice", listed.noun),
        (n, true) => format!("Remove {n} {}s that are listed twice", listed.noun),
        (_, false) => format!("Sort {}, each once", counted(slots.len(), listed.noun)),
    };
    offers.same(title, edits);
}
