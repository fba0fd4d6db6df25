//! Two statements that differ in the values of one element become one.

use policy::model::{Statement, StatementAt, Values};
use syntax::TextEdit;

use super::{Cx, Offers};
use crate::explain::name_of;
use crate::sentence::short;
use crate::{element, fix};

/// In longer policies, statements are not compared.
const MOST: usize = 200;

/// What a statement says in one place.
struct Part<'a> {
    /// What it is; of two statements, parts with one name are compared.
    name: String,
    /// What it says.
    text: String,
    /// Its values, where a list of both says what the two say.
    values: Option<&'a Values>,
}

pub(super) fn find(cx: &Cx<'_>, offers: &mut Offers) {
    let n = cx.policy.statements.len();
    if !cx.is_on_label() || n > MOST {
        return;
    }
    let Some(own) = parts(&cx.text, cx.stmt) else { return };
    // The nearest first, as those are meant together.
    let mut others: Vec<usize> = (0..n).filter(|it| *it != cx.idx).collect();
    others.sort_by_key(|it| it.abs_diff(cx.idx));
    for idx in others {
        let Some(other) = cx.policy.statements.get(idx) else { continue };
        if other.statement.effect() != cx.stmt.effect() || other.statement.has_errors {
            continue;
        }
        let text = cx.analysis.file().text().slice(other.node.range_at(other.start)).to_string();
        let Some(theirs) = parts(&text, other.statement) else { continue };
        let Some(name) = only_difference(&own, &theirs) else { continue };
        if let Some(edits) = merge(cx, &name, idx, other, &text) {
            let with = name_of(cx.policy, idx).replace('"', "`");
            let what = name.rsplit(' ').next().unwrap_or_default();
            offers.same_by(format!("Merge with {with}: only `{}` differs", short(what)), edits);
            return;
        }
    }
}

/// The parts of a statement by name; `None` where something is not known or wrong.
fn parts<'a>(text: &str, stmt: &'a Statement) -> Option<Vec<Part<'a>>> {
    let mut out = Vec::new();
    for (element, name) in [(&stmt.action, "Action"), (&stmt.resource, "Resource")] {
        let Some(element) = element else { continue };
        let not = if element.negated { "Not" } else { "" };
        let values = (!element.negated && element.values.all_texts()).then_some(&element.values);
        out.push(Part { name: format!("{not}{name}"), text: said(text, &element.values), values });
    }
    if let Some(principal) = &stmt.principal {
        let words = fix::slice(text, principal.range).split_whitespace().collect::<String>();
        out.push(Part { name: format!("Principal {}", principal.negated), text: words, values: None });
    }
    if stmt.condition.as_ref().is_some_and(|it| it.is_dynamic || !it.wrong.is_empty()) {
        return None;
    }
    for (_, _, block, test) in element::tests(stmt) {
        let name = format!("{} {}", block.name.value.to_ascii_lowercase(), test.key.value);
        let values = test.values.all_texts().then_some(&test.values);
        out.push(Part { name, text: said(text, &test.values), values });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Some(out)
}

fn said(text: &str, values: &Values) -> String {
    let mut all: Vec<&str> = values.items.iter().map(|it| fix::slice(text, it.range())).collect();
    all.sort_unstable();
    all.join(" ")
}

/// The name of the one part that two statements do not share, when its values can be put together.
fn only_difference(a: &[Part<'_>], b: &[Part<'_>]) -> Option<String> {
    if a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.name != b.name) {
        return None;
    }
    let mut differing = a.iter().zip(b).filter(|(a, b)| a.text != b.text);
    let (a, b) = differing.next()?;
    let can = differing.next().is_none() && a.values.is_some() && b.values.is_some();
    can.then(|| a.name.clone())
}

/// Adds what the later statement has to the earlier one, and takes the later one away. In file coordinates.
fn merge(cx: &Cx<'_>, name: &str, idx: usize, other: StatementAt<'_>, text: &str) -> Option<Vec<TextEdit>> {
    let own = (cx.stmt, cx.text.as_str(), cx.start);
    let theirs = (&**other.statement, text, other.start);
    let ((stays, stays_text, start), (goes, goes_text, _)) =
        if cx.idx < idx { (own, theirs) } else { (theirs, own) };
    let kept = values_of(stays_text, stays, name)?;
    let mut all: Vec<String> = kept.texts().map(|it| it.value.to_string()).collect();
    for it in values_of(goes_text, goes, name)?.texts() {
        if !all.iter().any(|known| **known == *it.value) {
            all.push(it.value.to_string());
        }
    }
    let edit = fix::replace_values(stays_text, kept, &all);
    let edit = TextEdit { range: edit.range + start, ..edit };
    Some(vec![edit, fix::remove_statement(cx.analysis.file().text(), cx.policy, cx.idx.max(idx))?])
}

fn values_of<'a>(text: &str, stmt: &'a Statement, name: &str) -> Option<&'a Values> {
    parts(text, stmt)?.into_iter().find(|it| it.name == name)?.values
}
