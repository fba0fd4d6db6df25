//! See [`RULE`].
use policy::model::Key;

use super::prelude::*;

rule! {
    /// A key is given twice in one object.
    ///
    /// ## Why it matters
    /// JSON keeps at most one of the two values. Where the policy is accepted at all, half of what is written is lost
    /// without a word.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Action": "ec2:DescribeVpcs", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["s3:ListAllMyBuckets", "ec2:DescribeVpcs"], "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
    name: "duplicate-key", since: "0.1.0",
    severity: Error, group: Structure,
    check: Both(check_statement, check_policy)
}

fn check_statement(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    keys(stmt.range, &stmt.keys, |range| fix::slice(cx.text, range).to_owned(), acc);
    if let Some(PrincipalValue::Typed(entries)) = stmt.principal.as_ref().map(|it| &it.value) {
        let names: Vec<&Text> = entries.iter().map(|it| &it.name).collect();
        for (first, again) in repeated(&names) {
            report(acc, first, again);
        }
    }
    let Some(condition) = &stmt.condition else { return };
    let names: Vec<&Text> = condition.blocks.iter().map(|it| &it.name).collect();
    for (first, again) in repeated(&names) {
        let edits = merge_blocks(cx, stmt, condition, first, again);
        report(acc, first, again).fixes(edits.map(|it| Fix::suggested("Merge the two into one", it)));
    }
    for block in &condition.blocks {
        let names: Vec<&Text> = block.tests.iter().map(|it| &it.key).collect();
        for (first, again) in repeated(&names) {
            let test = |name: &Text| block.tests.iter().position(|it| it.key.range == name.range);
            let edits = merge_tests(cx, block, test(first), test(again));
            report(acc, first, again).fixes(edits.map(|it| Fix::suggested("Merge both into one list", it)));
        }
    }
}

fn check_policy(cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    keys(policy.range, &policy.keys, |range| cx.text.slice(range).into_owned(), acc);
}

fn keys(object: TextRange, keys: &[Key], text: impl Fn(TextRange) -> String, acc: &mut Findings) {
    for (idx, key) in keys.iter().enumerate().skip(1) {
        let Some(first) = keys.iter().take(idx).find(|it| it.name == key.name) else { continue };
        let message = format!("`{}` is given twice; at most one of the two counts", short(&key.name));
        let finding = acc.report(&RULE, key.range, message);
        finding.related(first.range, "It is given here first");
        let members: Vec<TextRange> = keys.iter().map(|it| it.member).collect();
        let Some(removal) = fix::remove_member(object, &members, idx) else { continue };
        let is_values = |it: &Key| {
            let takes_list =
                it.name.ends_with("Action") || it.name.ends_with("Resource") || &*it.name == "Statement";
            takes_list && matches!(it.json, Json::String | Json::Array | Json::Object)
        };
        if let (true, true, Some(one), Some(other)) =
            (is_values(first), is_values(key), first.value, key.value)
        {
            let merged = merge_lists(one, &text(one), &text(other));
            let edits = vec![merged, removal.clone()];
            finding.fix(Fix::suggested("Merge both into one list", edits));
        }
        finding.fix(Fix::suggested(format!("Remove the second `{}`", short(&key.name)), vec![removal]));
    }
}

/// Each name that is the same as an earlier one, with the first such.
fn repeated<'a>(names: &[&'a Text]) -> Vec<(&'a Text, &'a Text)> {
    let mut out = Vec::new();
    for (idx, name) in names.iter().enumerate().skip(1) {
        if let Some(first) = names.iter().take(idx).find(|it| it.value == name.value) {
            out.push((*first, *name));
        }
    }
    out
}

fn report<'a>(acc: &'a mut Findings, first: &Text, again: &Text) -> &'a mut crate::Finding {
    let message = format!("`{}` is given twice; at most one of the two counts", short(&again.value));
    acc.report(&RULE, again.range, message).related(first.range, "It is given here first")
}

/// Puts the values of a second list, or a second single value, behind those of the first.
fn merge_lists(range: TextRange, one: &str, other: &str) -> TextEdit {
    let added = other.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(other).trim();
    let Some(inner) = one.strip_prefix('[').and_then(|it| it.strip_suffix(']')) else {
        return TextEdit::replace(range, format!("[{one}, {added}]"));
    };
    let kept = inner.trim_end().len();
    let comma = if inner.trim().is_empty() || added.is_empty() { "" } else { ", " };
    let at = range.start + 1 + u32::try_from(kept).unwrap_or(0);
    TextEdit::insert(at, format!("{comma}{added}"))
}

fn merge_blocks(
    cx: &RuleCx<'_>,
    stmt: &Statement,
    condition: &Condition,
    first: &Text,
    again: &Text,
) -> Option<Vec<TextEdit>> {
    let at = |name: &Text| condition.blocks.iter().position(|it| it.name.range == name.range);
    let (one, other) = (condition.blocks.get(at(first)?)?, condition.blocks.get(at(again)?)?);
    let (start, end) = (other.tests.first()?.member.start, other.tests.last()?.member.end);
    if other.tests.iter().any(|it| one.tests.iter().any(|known| known.is(&it.key.value))) {
        return None;
    }
    let added = fix::slice(cx.text, TextRange::new(start, end));
    let insertion = TextEdit::insert(one.tests.last()?.member.end, format!(", {added}"));
    Some(vec![insertion, fix::condition::remove_block(stmt, at(again)?)?])
}

fn merge_tests(
    cx: &RuleCx<'_>,
    block: &Block,
    first: Option<usize>,
    again: Option<usize>,
) -> Option<Vec<TextEdit>> {
    let (one, other) = (block.tests.get(first?)?, block.tests.get(again?)?);
    let text = |it: &Values| fix::slice(cx.text, it.range);
    let members: Vec<TextRange> = block.tests.iter().map(|it| it.member).collect();
    let removal = fix::remove_member(block.member, &members, again?)?;
    Some(vec![merge_lists(one.values.range, text(&one.values), text(&other.values)), removal])
}
