//! `iam:PassRole` is limited to the services that the policy's other actions pass roles to.

use policy::model::{Condition, Item};

use super::{Cx, Offers};
use crate::sentence::list;
use crate::{element, fix};

const PASS_ROLE: &str = "iam:PassRole";
const PASSED_TO: &str = "iam:PassedToService";

pub(super) fn find(cx: &Cx<'_>, offers: &mut Offers) {
    let is_here = cx.is_on_label() || cx.is_on("Action") || cx.is_on("Condition");
    let Some(action) = cx.stmt.action.as_ref().filter(|it| !it.negated && is_here && cx.is_allow()) else {
        return;
    };
    let is_pass_role =
        |it: &Item| matches!(it, Item::Text(text) if text.value.eq_ignore_ascii_case(PASS_ROLE));
    let Some(idx) = action.values.items.iter().position(is_pass_role) else { return };
    let services = element::services_that_take_roles(cx.catalog, cx.policy);
    if services.is_empty() {
        return;
    }
    let tests = cx.stmt.condition.iter().flat_map(Condition::tests);
    let limit = tests.filter(|(_, it)| it.is(PASSED_TO)).last();
    let Some((block, test)) = limit else {
        limit_to(cx, &services, action.values.items.len(), idx, offers);
        return;
    };
    let lists = block.is("StringEquals") || block.is("StringLike");
    if !lists || block.operator.quantifier.is_some() || !test.values.all_texts() {
        return;
    }
    let is_missing =
        |it: &&String| !test.values.texts().any(|text| policy::pattern::matches(&text.value, it));
    for service in services.iter().filter(is_missing) {
        let edit = fix::add_item(&cx.text, &test.values, service);
        offers.changes(format!("Let roles be passed to `{service}` too"), vec![edit]);
    }
}

/// Offers to add the condition; where other actions share the statement, to a statement of its own.
fn limit_to(cx: &Cx<'_>, services: &[String], n_actions: usize, idx: usize, offers: &mut Offers) {
    let quoted: Vec<String> = services.iter().map(|it| format!("\"{it}\"")).collect();
    let value = match quoted.as_slice() {
        [only] => only.clone(),
        all => format!("[{}]", all.join(", ")),
    };
    let edit = fix::condition::add_test(&cx.text, cx.stmt, "StringEquals", PASSED_TO, &value);
    let (Some(edit), Some(action)) = (edit, &cx.stmt.action) else { return };
    let changes: Vec<_> = std::iter::once(edit.clone()).chain(cx.new_sid("")).collect();
    if n_actions == 1 {
        offers.changes(format!("Let roles be passed to {} only", list(services)), vec![edit]);
    } else if cx.in_list()
        && let Some(edits) = fix::split_with(&cx.text, cx.stmt, action, &[idx], &changes)
    {
        let title = format!("Split off `{PASS_ROLE}`, and let roles be passed to {} only", list(services));
        offers.changes(title, edits);
    }
}
