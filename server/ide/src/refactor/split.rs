//! A statement on `*` is split: the actions that need `*`, and those that can be limited to resources.

use policy::model::{Item, Text};
use policy::pattern;
use syntax::TextEdit;

use super::{Cx, Offers, counted};
use crate::{element, fix};

pub(super) fn find(cx: &Cx<'_>, offers: &mut Offers) {
    let is_here = cx.is_on_label() || cx.is_on("Action") || cx.is_on("Resource");
    if !is_here || !cx.in_list() || cx.policy.kind.has_principal() {
        return;
    }
    let (Some(action), Some(resource)) = (&cx.stmt.action, &cx.stmt.resource) else { return };
    if action.negated || !action.values.all_texts() || !element::is_every_resource(resource) {
        return;
    }
    let mut needs_star: Vec<usize> = Vec::new();
    for (idx, item) in action.values.items.iter().enumerate() {
        let Item::Text(text) = item else { return };
        match needs(cx, text) {
            Some(true) => needs_star.push(idx),
            Some(false) => {}
            // Some of what a pattern matches would go and some stay.
            None => return,
        }
    }
    if needs_star.is_empty() || needs_star.len() == action.values.items.len() {
        return;
    }
    let sid: Vec<TextEdit> = cx.new_sid("").into_iter().collect();
    if let Some(edits) = fix::split_with(&cx.text, cx.stmt, action, &needs_star, &sid) {
        let title =
            format!("Split off {} that can have no resource but `*`", counted(needs_star.len(), "action"));
        offers.same(title, edits);
    }
}

/// Whether all that a text names can have no resource but `*`; `None` where that holds of some, or nothing is known.
fn needs(cx: &Cx<'_>, text: &Text) -> Option<bool> {
    if pattern::is_everything(&text.value) {
        return None;
    }
    let mut actions = cx.catalog.actions_matching(&text.value).map(|it| it.requires_wildcard_resource());
    let first = actions.next()?;
    actions.all(|it| it == first).then_some(first)
}
