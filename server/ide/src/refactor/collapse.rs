//! Several actions are replaced by a pattern that matches them all, and it is said what else it matches.

use catalog::Action;
use policy::access::{self, ActionSet};
use policy::action::ActionName;
use policy::model::{Item, Text};

use super::{Cx, Offers};
use crate::fix;
use crate::sentence::list;

/// How many patterns are offered, the longest first.
const MOST: usize = 3;

pub(super) fn find(cx: &Cx<'_>, offers: &mut Offers) {
    let Some(element) = cx.stmt.action.as_ref().filter(|it| !it.negated && it.values.is_list) else { return };
    let own = element.values.texts().find(|it| it.range.touches(cx.at));
    let Some(own) = own.and_then(|it| exact(cx, it)) else { return };
    let granted = access::of_element(element, cx.catalog).set;
    let (prefix, name) = (own.service().prefix(), own.name());
    let mut known: Vec<usize> = Vec::new();
    for at in words(name).into_iter().rev() {
        let Some(head) = name.get(..at) else { continue };
        let is_member = |item: &Item| {
            let Item::Text(text) = item else { return false };
            exact(cx, text).is_some_and(|it| it.service() == own.service() && it.name().starts_with(head))
        };
        let items = element.values.items.iter().enumerate();
        let members: Vec<usize> = items.filter(|(_, it)| is_member(it)).map(|(idx, _)| idx).collect();
        let [first, rest @ ..] = members.as_slice() else { continue };
        if rest.is_empty() || known.len() == MOST || known.contains(&members.len()) {
            continue;
        }
        known.push(members.len());
        let pattern = format!("{prefix}:{head}*");
        let (Some(Item::Text(text)), Some(mut edits)) =
            (element.values.items.get(*first), fix::remove_items(&element.values, rest))
        else {
            continue;
        };
        edits.push(fix::replace_text(text, &pattern));
        let added = added(cx, &granted, &pattern);
        let n = members.len();
        let verb = if cx.is_allow() { "adds" } else { "also denies" };
        match added.as_slice() {
            [] => offers.same(format!("Collapse {n} actions to `{pattern}`, which adds nothing"), edits),
            few if few.len() <= MOST => {
                let names: Vec<&str> = few.iter().map(|it| it.name()).collect();
                offers.changes(
                    format!("Collapse {n} actions to `{pattern}`, which {verb} {}", list(&names)),
                    edits,
                );
            }
            many => offers.changes(
                format!("Collapse {n} actions to `{pattern}`, which {verb} {} actions", many.len()),
                edits,
            ),
        }
    }
}

/// The action that a text names.
fn exact(cx: &Cx<'_>, text: &Text) -> Option<Action> {
    let name = ActionName::parse(&text.value).filter(ActionName::is_exact)?;
    cx.catalog.service(name.service)?.action(name.name)
}

/// Where the words of a name end: `Get`, `GetObject`, `GetObjectAcl`.
fn words(name: &str) -> Vec<usize> {
    let bytes = name.as_bytes();
    let starts = |at: &usize| {
        let (before, own) = (at.checked_sub(1).and_then(|it| bytes.get(it)), bytes.get(*at));
        own.is_some_and(u8::is_ascii_uppercase) && before.is_some_and(|it| !it.is_ascii_uppercase())
    };
    let mut out: Vec<usize> = (1..bytes.len()).filter(starts).collect();
    out.push(name.len());
    out
}

/// What a pattern matches beside what is granted already.
fn added(cx: &Cx<'_>, granted: &ActionSet, pattern: &str) -> Vec<Action> {
    cx.catalog.actions_matching(pattern).filter(|it| !granted.contains(it.id())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart_into_words() {
        for (name, expected) in [
            ("GetObject", &["Get", "GetObject"][..]),
            ("ListFHIRImportJobs", &["List", "ListFHIRImport", "ListFHIRImportJobs"]),
            ("invoke", &["invoke"]),
        ] {
            let heads: Vec<&str> = words(name).iter().filter_map(|it| name.get(..*it)).collect();
            assert_eq!(heads, expected);
        }
    }
}
