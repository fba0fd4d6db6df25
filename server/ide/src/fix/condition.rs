//! Edits of a statement's `Condition`. `text` is the statement's.

use policy::model::{Block, Condition, Statement};
use syntax::{TextEdit, TextRange};

use super::{escape, insert_into_object, insert_member, remove_member, slice};

/// Gives the block number `block_idx` another operator. `None` when that operator has a block already.
pub fn rename_operator(condition: &Condition, block_idx: usize, name: &str) -> Option<TextEdit> {
    let taken = condition.blocks.iter().any(|it| it.name.value.eq_ignore_ascii_case(name));
    let block = condition.blocks.get(block_idx)?;
    (!taken).then(|| TextEdit::replace(block.name.content, escape(name)))
}

/// Takes a key out of the condition, with its block when it is the only key in it, and the whole `Condition`
/// when that is the only block.
pub fn remove_test(stmt: &Statement, block_idx: usize, test_idx: usize) -> Option<TextEdit> {
    let condition = stmt.condition.as_ref()?;
    let block = condition.blocks.get(block_idx)?;
    if block.tests.len() > 1 {
        let tests: Vec<TextRange> = block.tests.iter().map(|it| it.member).collect();
        return remove_member(block.member, &tests, test_idx);
    }
    remove_block(stmt, block_idx)
}

/// Takes an operator with its keys out of the condition, and the whole `Condition` when it is the only one.
pub fn remove_block(stmt: &Statement, block_idx: usize) -> Option<TextEdit> {
    let condition = stmt.condition.as_ref()?;
    if condition.blocks.len() > 1 {
        let blocks: Vec<TextRange> = condition.blocks.iter().map(|it| it.member).collect();
        return remove_member(condition.range, &blocks, block_idx);
    }
    remove_element(stmt, "Condition")
}

/// Takes the first element of this name out of a statement.
pub fn remove_element(stmt: &Statement, name: &str) -> Option<TextEdit> {
    let idx = stmt.keys.iter().position(|it| &*it.name == name)?;
    let members: Vec<TextRange> = stmt.keys.iter().map(|it| it.member).collect();
    remove_member(stmt.range, &members, idx)
}

/// Puts a key of the condition under another operator: by renaming the operator where it has no other key, else
/// by moving the key.
pub fn move_test(
    text: &str,
    stmt: &Statement,
    block_idx: usize,
    test_idx: usize,
    operator: &str,
) -> Option<Vec<TextEdit>> {
    let condition = stmt.condition.as_ref()?;
    let block = condition.blocks.get(block_idx)?;
    if block.tests.len() == 1
        && let Some(edit) = rename_operator(condition, block_idx, operator)
    {
        return Some(vec![edit]);
    }
    let test = block.tests.get(test_idx)?;
    let written = slice(text, test.member);
    Some(vec![remove_test(stmt, block_idx, test_idx)?, add_written(text, stmt, operator, written)?])
}

/// Adds `"key": value` under an operator, whose block is made where there is none.
pub fn add_test(text: &str, stmt: &Statement, operator: &str, key: &str, value: &str) -> Option<TextEdit> {
    if stmt.condition.is_none() {
        let test = format!("{{ \"{operator}\": {{ \"{}\": {value} }} }}", escape(key));
        return Some(insert_member(text, stmt, stmt.keys.len(), "Condition", &test));
    }
    add_written(text, stmt, operator, &format!("\"{}\": {value}", escape(key)))
}

/// Adds `"Null": {"key": "false"}`: the key must be in the request.
pub fn require_key(text: &str, stmt: &Statement, key: &str) -> Option<TextEdit> {
    add_test(text, stmt, "Null", key, "\"false\"")
}

fn add_written(text: &str, stmt: &Statement, operator: &str, member: &str) -> Option<TextEdit> {
    let condition = stmt.condition.as_ref()?;
    let same = condition.blocks.iter().find(|it| it.name.value.eq_ignore_ascii_case(operator));
    if let Some(block) = same {
        let last = block.tests.last()?;
        let gap = opening_gap(text, block).unwrap_or(" ");
        return Some(TextEdit::insert(last.member.end, format!(",{gap}{member}")));
    }
    let model = condition.blocks.iter().find_map(|it| Some((opening_gap(text, it)?, closing_gap(text, it)?)));
    let (open, close) = model.unwrap_or((" ", " "));
    let blocks: Vec<TextRange> = condition.blocks.iter().map(|it| it.member).collect();
    let value = format!("{{{open}{member}{close}}}");
    Some(insert_into_object(text, condition.range, &blocks, blocks.len(), operator, &value))
}

/// The white space between the `{` of a block and its first key.
fn opening_gap<'a>(text: &'a str, block: &Block) -> Option<&'a str> {
    let head = slice(text, TextRange::new(block.name.range.end, block.tests.first()?.member.start));
    let (_, gap) = head.split_once('{')?;
    gap.trim().is_empty().then_some(gap)
}

/// The white space between a block's last key and its `}`.
fn closing_gap<'a>(text: &'a str, block: &Block) -> Option<&'a str> {
    let gap =
        slice(text, TextRange::new(block.tests.last()?.member.end, block.member.end)).strip_suffix('}')?;
    gap.trim().is_empty().then_some(gap)
}
