//! One value is written as a list, or a list of one value without its brackets.

use policy::model::Item;
use syntax::TextEdit;

use super::{Cx, Offers, listed};
use crate::fix;

pub(super) fn find(cx: &Cx<'_>, offers: &mut Offers) {
    let Some(listed) = listed::at(cx) else { return };
    let values = listed.values;
    let [Item::Text(only)] = values.items.as_slice() else { return };
    let written = fix::slice(&cx.text, only.range);
    let name = listed.name;
    if values.is_list {
        let edit = TextEdit::replace(values.range, written);
        offers.same(format!("Write `{name}` without a list"), vec![edit]);
    } else {
        let edit = TextEdit::replace(values.range, format!("[{written}]"));
        offers.same(format!("Write `{name}` as a list"), vec![edit]);
    }
}
