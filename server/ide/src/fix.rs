//! Edits that keep a text's layout: what rules build their fixes from.

use policy::model::{Element, Item, Policy, Statement, Text, Values};
use syntax::{TextEdit, TextRange, TextSize};

use crate::finding::{Edits, NewSid};

pub mod condition;

/// `text` with what JSON must escape escaped, without quotes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Puts `new` in place of what a string says.
pub fn replace_text(text: &Text, new: &str) -> TextEdit {
    TextEdit::replace(text.content, escape(new))
}

/// Takes the value number `idx` out of a list, with the comma and the blank that go with it. `None` when it is
/// the only one: a list must not become empty.
pub fn remove_item(values: &Values, idx: usize) -> Option<TextEdit> {
    if !values.is_list || values.items.len() < 2 {
        return None;
    }
    let range = |it: usize| values.items.get(it).map(Item::range);
    let gone = match range(idx + 1) {
        Some(next) => TextRange::new(range(idx)?.start, next.start),
        None => TextRange::new(range(idx.checked_sub(1)?)?.end, range(idx)?.end),
    };
    Some(TextEdit::delete(gone))
}

/// Adds a string behind the last of `values`, as a new line where the others stand on lines of their own. A
/// single value becomes a list.
pub fn add_item(text: &str, values: &Values, new: &str) -> TextEdit {
    let quoted = format!("\"{}\"", escape(new));
    let Some(last) = values.items.last().map(Item::range) else {
        let inner = values.range.shrink(1);
        return TextEdit::replace(inner, quoted);
    };
    if !values.is_list {
        let written = slice(text, values.range);
        return TextEdit::replace(values.range, format!("[{written}, {quoted}]"));
    }
    let before =
        values.items.len().checked_sub(2).and_then(|it| values.items.get(it)).map(|it| it.range().end);
    // Where a comma is missing, nothing may stand between the two.
    let behind = (before.unwrap_or(values.range.start) + 1).min(last.start);
    let gap = slice(text, TextRange::new(behind, last.start));
    let gap = if gap.trim().is_empty() { gap } else { " " };
    let gap = if before.is_none() && !gap.contains('\n') { " " } else { gap };
    TextEdit::insert(last.end, format!(",{gap}{quoted}"))
}

/// Adds the member `"name": value` to a statement, before its member number `at` or behind its last, on a line
/// of its own where the others are. `text` is the statement's.
pub fn insert_member(text: &str, stmt: &Statement, at: usize, name: &str, value: &str) -> TextEdit {
    let members: Vec<TextRange> = stmt.keys.iter().map(|it| it.member).collect();
    insert_into_object(text, stmt.range, &members, at, name, value)
}

/// Adds the member `"name": value` to a policy, before its member number `at` or behind its last.
pub fn insert_policy_member(
    text: &syntax::Text,
    policy: &Policy,
    at: usize,
    name: &str,
    value: &str,
) -> TextEdit {
    let first = policy.keys.first().map_or(policy.range.end, |it| it.member.start);
    let head = text.slice(TextRange::new(policy.range.start, first.max(policy.range.start + 1)));
    let members: Vec<TextRange> = policy.keys.iter().map(|it| it.member).collect();
    insert_behind_head(&head, policy.range, &members, at, name, value)
}

/// The same for any object: `object` is its range in `text`, `members` those of its members.
pub fn insert_into_object(
    text: &str,
    object: TextRange,
    members: &[TextRange],
    at: usize,
    name: &str,
    value: &str,
) -> TextEdit {
    let end = members.first().map_or(object.end, |it| it.start);
    let head = slice(text, TextRange::new(object.start, end.max(object.start)));
    insert_behind_head(head, object, members, at, name, value)
}

/// `head` is the object's text up to its first member.
fn insert_behind_head(
    head: &str,
    object: TextRange,
    members: &[TextRange],
    at: usize,
    name: &str,
    value: &str,
) -> TextEdit {
    let member = format!("\"{}\": {value}", escape(name));
    let Some(first) = members.first() else {
        return TextEdit::replace(object.shrink(1), member);
    };
    let gap = head.get(1..).unwrap_or_default();
    let gap = if gap.trim().is_empty() && gap.contains('\n') { gap } else { " " };
    match members.get(at) {
        Some(next) => TextEdit::insert(next.start, format!("{member},{gap}")),
        None => {
            let end = members.last().map_or(first.end, |it| it.end);
            TextEdit::insert(end, format!(",{gap}{member}"))
        }
    }
}

/// Takes the member number `idx` out of an object, with the comma and the blank that go with it.
pub fn remove_member(object: TextRange, members: &[TextRange], idx: usize) -> Option<TextEdit> {
    let own = members.get(idx)?;
    let gone = match (members.get(idx + 1), idx.checked_sub(1).and_then(|it| members.get(it))) {
        (Some(next), _) => TextRange::new(own.start, next.start),
        (None, Some(previous)) => TextRange::new(previous.end, own.end),
        (None, None) => object.shrink(1),
    };
    Some(TextEdit::delete(gone))
}

/// The blanks before the member number 0 on its line; "" for an object on one line.
pub fn indent(text: &str, at: TextSize) -> &str {
    let before = slice(text, TextRange::new(0, at));
    let line = before.rfind('\n').map_or("", |it| before.get(it + 1..).unwrap_or_default());
    if line.trim().is_empty() { line } else { "" }
}

/// The text of `range`; "" when it does not fit.
pub fn slice(text: &str, range: TextRange) -> &str {
    text.get(range.start as usize..range.end as usize).unwrap_or_default()
}

/// Puts the whole list, or the single value, `values` in place of what is written; several values on lines of
/// their own where the others are.
pub fn replace_values(text: &str, values: &Values, new: &[String]) -> TextEdit {
    let quoted: Vec<String> = new.iter().map(|it| format!("\"{}\"", escape(it))).collect();
    let written = match (quoted.as_slice(), values.is_list) {
        ([only], false) => only.clone(),
        (all, _) => {
            let gap = list_gap(text, values);
            let close = if gap.contains('\n') { closing_gap(text, values) } else { "" };
            let open = if gap.contains('\n') { gap } else { "" };
            format!("[{open}{}{close}]", all.join(&format!(",{gap}")))
        }
    };
    TextEdit::replace(values.range, written)
}

/// The white space before each value of a list.
fn list_gap<'a>(text: &'a str, values: &Values) -> &'a str {
    let first = values.items.first().map_or(values.range.end, |it| it.range().start);
    let gap = slice(text, TextRange::new(values.range.start + 1, first.max(values.range.start + 1)));
    if values.is_list && gap.trim().is_empty() && gap.contains('\n') { gap } else { " " }
}

fn closing_gap<'a>(text: &'a str, values: &Values) -> &'a str {
    let last = values.items.last().map_or(values.range.start, |it| it.range().end);
    slice(text, TextRange::new(last, values.range.end)).strip_suffix(']').unwrap_or_default()
}

/// Takes several values out of a list that keeps at least one.
pub fn remove_items(values: &Values, gone: &[usize]) -> Option<Vec<TextEdit>> {
    if !values.is_list || gone.len() >= values.items.len() {
        return None;
    }
    let range = |it: usize| values.items.get(it).map(Item::range);
    let first_kept = (0..values.items.len()).find(|it| !gone.contains(it))?;
    let cut = |idx: &usize| {
        // Before the first value that stays, the comma behind goes; after it, the comma before.
        let gap = if *idx < first_kept {
            TextRange::new(range(*idx)?.start, range(idx + 1)?.start)
        } else {
            TextRange::new(range(idx.checked_sub(1)?)?.end, range(*idx)?.end)
        };
        Some(TextEdit::delete(gap))
    };
    gone.iter().map(cut).collect()
}

/// Writes the statement a second time behind itself, each of the two with its own values of `element`: the
/// statement keeps those that are not in `moved`, the copy has those that are, and `changes` besides.
pub fn split_statement(
    text: &str,
    stmt: &Statement,
    element: &Element,
    moved: &[usize],
    changes: &[TextEdit],
) -> Option<Edits> {
    let mut list = remove_items(&element.values, moved)?;
    let stays: Vec<usize> = (0..element.values.items.len()).filter(|it| !moved.contains(it)).collect();
    let mut copy = remove_items(&element.values, &stays)?;
    copy.extend_from_slice(changes);
    let edits = named_copy(text, stmt, &copy);
    let copy = edits.copy.map(|it| NewSid { edit: list.len(), ..it });
    list.extend(edits.list);
    Some(Edits { list, copy })
}

/// Writes the statement a second time behind itself, with `changes` and with a number behind its `Sid`.
pub fn named_copy(text: &str, stmt: &Statement, changes: &[TextEdit]) -> Edits {
    let Some(sid) = &stmt.sid else { return vec![copy_behind(text, stmt, changes)].into() };
    let number = TextEdit::insert(sid.content.end, NewSid::FIRST.to_string());
    let named: Vec<TextEdit> = changes.iter().cloned().chain([number]).collect();
    let (same, copy) = (copy_behind(text, stmt, changes), copy_behind(text, stmt, &named));
    // Behind a `Sid` stands a quote, so the texts part at the number.
    let at = same.text.bytes().zip(copy.text.bytes()).take_while(|(a, b)| a == b).count();
    Edits { list: vec![copy], copy: Some(NewSid { stem: sid.value.clone(), edit: 0, at }) }
}

/// The same as [`split_statement`] for a copy whose `Sid` is among the changes.
pub fn split_with(
    text: &str,
    stmt: &Statement,
    element: &Element,
    moved: &[usize],
    changes: &[TextEdit],
) -> Option<Vec<TextEdit>> {
    let mut edits = remove_items(&element.values, moved)?;
    let stays: Vec<usize> = (0..element.values.items.len()).filter(|it| !moved.contains(it)).collect();
    let mut copy = remove_items(&element.values, &stays)?;
    copy.extend_from_slice(changes);
    edits.push(copy_behind(text, stmt, &copy));
    Some(edits)
}

/// Writes the statement a second time behind itself, with `changes`.
pub fn copy_behind(text: &str, stmt: &Statement, changes: &[TextEdit]) -> TextEdit {
    let copy = TextEdit::apply_all(text, changes).replace("\r\n", "\n");
    let gap = if text.contains('\n') { format!("\n{}", last_indent(text)) } else { " ".to_owned() };
    TextEdit::insert(stmt.range.end, format!(",{gap}{copy}"))
}

/// The blanks before a statement's closing brace; the statement starts with as many.
fn last_indent(text: &str) -> &str {
    let line = text.rfind('\n').map_or("", |it| text.get(it + 1..).unwrap_or_default());
    let blanks = line.len() - line.trim_start().len();
    line.get(..blanks).unwrap_or_default()
}

/// Adds a statement, written as JSON on one line, behind the last of a policy's list.
pub fn add_statement(text: &syntax::Text, policy: &Policy, written: &str) -> Option<TextEdit> {
    let list = policy.key("Statement").filter(|it| it.json == policy::model::Json::Array)?.value?;
    let last = policy.statements.last()?;
    let range = last.statement.range + last.start;
    // Something else may stand behind it.
    if text.slice(TextRange::new(range.end, list.end)).trim() != "]" {
        return None;
    }
    let before = text.slice(TextRange::new(list.start, range.start));
    let line = before.rfind('\n').map(|it| before.get(it + 1..).unwrap_or_default());
    let gap = match line.filter(|it| it.trim().is_empty()) {
        Some(indent) => format!("\n{indent}"),
        None => " ".to_owned(),
    };
    Some(TextEdit::insert(range.end, format!(",{gap}{written}")))
}

/// Takes a statement out of its list, with the comma and the blank that go with it. `None` where something that
/// is not a statement stands beside it.
pub fn remove_statement(text: &syntax::Text, policy: &Policy, idx: usize) -> Option<TextEdit> {
    let range = |it: usize| policy.statements.get(it).map(|it| it.statement.range + it.start);
    let own = range(idx)?;
    let gone = match (range(idx + 1), idx.checked_sub(1).and_then(range)) {
        (Some(next), _) => TextRange::new(own.start, next.start),
        (None, Some(previous)) => TextRange::new(previous.end, own.end),
        (None, None) => return None,
    };
    let between = if gone.start == own.start {
        TextRange::new(own.end, gone.end)
    } else {
        TextRange::new(gone.start, own.start)
    };
    (text.slice(between).trim() == ",").then(|| TextEdit::delete(gone))
}
