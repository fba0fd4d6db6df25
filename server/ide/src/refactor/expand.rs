//! A pattern of actions is replaced by the actions that it matches.

use catalog::Action;
use policy::model::{Item, Values};
use policy::pattern;
use syntax::{TextEdit, TextRange};

use super::{Cx, Offers};
use crate::fix;
use crate::hover::arn_format;
use crate::sentence::short;

/// Longer lists are no help to a reader.
const MOST: usize = 500;

pub(super) fn find(cx: &Cx<'_>, offers: &mut Offers) {
    let Some(element) = &cx.stmt.action else { return };
    let mut items = element.values.items.iter().enumerate();
    let Some((idx, Item::Text(text))) = items.find(|(_, it)| it.range().touches(cx.at)) else { return };
    if !pattern::has_wildcard(&text.value) {
        return;
    }
    let all: Vec<Action> = cx.catalog.actions_matching(&text.value).take(MOST + 1).collect();
    if all.is_empty() || all.len() > MOST {
        return;
    }
    let listed: Vec<&str> = element.values.texts().map(|it| &*it.value).collect();
    let is_new = |it: &String| !listed.iter().any(|known| known.eq_ignore_ascii_case(it));
    let names = |actions: &[Action]| -> Vec<String> {
        actions.iter().map(|it| it.full_name()).filter(is_new).collect()
    };
    let written = short(&text.value);
    if let Some(edit) = replace(&cx.text, &element.values, idx, &names(&all)) {
        let title = match all.as_slice() {
            [only] => format!("Write out `{}`, the one action that `{written}` matches", only.full_name()),
            _ => format!("Expand `{written}` to the {} actions that it matches", all.len()),
        };
        offers.same(title, vec![edit]);
    }
    let Some(resource) = cx.stmt.resource.as_ref().filter(|it| !it.negated && cx.is_allow()) else { return };
    if element.negated || !resource.values.all_texts() {
        return;
    }
    let arns: Option<Vec<_>> = resource.values.texts().map(|it| arn_format::clear(&it.value)).collect();
    let Some(arns) = arns.filter(|it| !it.is_empty()) else { return };
    let fitting = |it: &Action| arns.iter().any(|arn| arn_format::may_act_on(*it, arn));
    let kept: Vec<Action> = all.iter().copied().filter(fitting).collect();
    if kept.len() < all.len()
        && let Some(edit) = replace(&cx.text, &element.values, idx, &names(&kept))
    {
        let (n, of) = (kept.len(), all.len());
        let title = format!("Expand `{written}` to the {n} of {of} actions that act on these resources");
        offers.changes(title, vec![edit]);
    }
}

/// Puts several names in place of one value.
fn replace(text: &str, values: &Values, idx: usize, names: &[String]) -> Option<TextEdit> {
    let own = values.items.get(idx)?.range();
    let quoted: Vec<String> = names.iter().map(|it| format!("\"{}\"", fix::escape(it))).collect();
    if quoted.is_empty() {
        return None;
    }
    if !values.is_list {
        return match quoted.as_slice() {
            [only] => Some(TextEdit::replace(own, only.clone())),
            all => Some(TextEdit::replace(own, list(text, own, all))),
        };
    }
    let before = idx.checked_sub(1).and_then(|it| values.items.get(it)).map(|it| it.range().end + 1);
    let gap = TextRange::new(before.unwrap_or(values.range.start + 1), own.start);
    let gap = Some(fix::slice(text, gap)).filter(|it| it.trim().is_empty());
    let gap = gap.filter(|it| idx > 0 || it.contains('\n')).unwrap_or(" ");
    Some(TextEdit::replace(own, quoted.join(&format!(",{gap}"))))
}

/// A list in place of the single value at `own`, on lines of its own where the statement's elements are.
fn list(text: &str, own: TextRange, quoted: &[String]) -> String {
    const FEW: usize = 3;
    let outer = text.get(..own.start as usize).unwrap_or_default();
    let line = outer.rfind('\n').map(|it| outer.get(it + 1..).unwrap_or_default());
    let indent = line.map(|it| it.get(..it.len() - it.trim_start().len()).unwrap_or_default());
    match indent.filter(|_| quoted.len() > FEW) {
        None => format!("[{}]", quoted.join(", ")),
        Some(indent) => {
            let close = text.rfind('\n').map_or("", |it| text.get(it + 1..).unwrap_or_default());
            let close = close.get(..close.len() - close.trim_start().len()).unwrap_or_default();
            let step = indent.strip_prefix(close).filter(|it| !it.is_empty()).unwrap_or("  ");
            let gap = format!("\n{indent}{step}");
            format!("[{gap}{}\n{indent}]", quoted.join(&format!(",{gap}")))
        }
    }
}
