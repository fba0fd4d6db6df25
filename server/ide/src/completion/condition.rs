//! Condition operators and keys.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use catalog::{ConditionKey, Operator as Known, ValueType, catalog};
use policy::condition::{Operator, Quantifier};

use super::{Acc, Cx, Draft, ItemKind, Value, Write, fill, first_sentence, resource};

/// The value of `Condition`.
pub(super) fn whole(acc: &mut Acc) {
    acc.add(Draft {
        label: "{ operator: { key: value } }".into(),
        kind: Some(ItemKind::Skeleton),
        write: Write::Json("{}".into(), "{\"${1:StringEquals}\": {\"$2\": \"$3\"}}".into()),
        ..Draft::default()
    });
}

/// The value of an operator.
pub(super) fn block(acc: &mut Acc) {
    acc.add(Draft {
        label: "{ key: value }".into(),
        kind: Some(ItemKind::Skeleton),
        write: Write::Json("{}".into(), "{\"$1\": \"$2\"}".into()),
        ..Draft::default()
    });
}

/// Operators: plain ones first, those that fit the keys already written before others.
pub(super) fn operators(cx: &Cx<'_>, acc: &mut Acc) {
    let keys = keys_under_cursor(cx);
    let mut all: Vec<(bool, bool, u8, Reverse<u32>, String, Known)> = Vec::new();
    for known in catalog().operators() {
        let fits = keys.iter().all(|it| fits(known, *it));
        for quantifier in [None, Some(Quantifier::ForAnyValue), Some(Quantifier::ForAllValues)] {
            for if_exists in [false, true] {
                let is_null = known.value_type() == ValueType::Null;
                if is_null && (if_exists || quantifier.is_some()) {
                    continue;
                }
                let parts =
                    Operator { quantifier, unknown_prefix: None, base: known.name().into(), if_exists };
                let name = parts.with_base(known.name());
                let wants_many = !keys.is_empty() && keys.iter().all(|it| it.multi_valued());
                let rank = match quantifier {
                    // It fits every key, and tells nothing of this one.
                    None if is_null && !keys.is_empty() => 3,
                    None => u8::from(wants_many) * 2,
                    Some(_) => 1,
                };
                if !cx.place.has_sibling(&name) {
                    all.push((!fits, if_exists, rank, Reverse(known.weight()), name, known));
                }
            }
        }
    }
    all.sort_by(|a, b| (a.0, a.1, a.2, a.3, &a.4).cmp(&(b.0, b.1, b.2, b.3, &b.4)));
    for (.., name, known) in all {
        acc.add(Draft {
            detail: first_sentence(known.description()),
            kind: Some(ItemKind::Operator),
            value: Value { plain: "{}", snippet: "{\"$1\": \"$2\"}" },
            data: Some(format!("operator {name}")),
            label: name,
            ..Draft::default()
        });
    }
}

/// The keys of the block whose operator is being written.
fn keys_under_cursor(cx: &Cx<'_>) -> Vec<ConditionKey> {
    let Some(at) = cx.statement() else { return Vec::new() };
    let blocks = at.statement.condition.iter().flat_map(|it| &it.blocks);
    let own = blocks.filter(|it| it.name.range + at.start == cx.place.token);
    own.flat_map(|it| &it.tests).filter_map(|it| catalog().condition_key(&it.key.value)).collect()
}

/// Whether an operator can compare a key's values.
fn fits(operator: Known, key: ConditionKey) -> bool {
    match (operator.value_type(), key.value_type()) {
        (ValueType::Null, _) => true,
        // ARNs are often compared as text, and IAM does so happily.
        (ValueType::String, ValueType::Arn) => true,
        (operator, key) => operator == key,
    }
}

/// Keys: those that requests for the statement's actions carry, then the global ones.
pub(super) fn keys(cx: &Cx<'_>, operator: &str, acc: &mut Acc) {
    let parts = Operator::parse(operator);
    let known = catalog().operator(&parts.base);
    let mut carried: BTreeMap<ConditionKey, usize> = BTreeMap::new();
    let actions = cx.statement().map_or_else(Vec::new, |it| resource::actions(it.statement));
    for action in &actions {
        let on_types = action.resources().flat_map(|it| {
            it.condition_keys().chain(it.resource_type().condition_keys()).collect::<Vec<_>>()
        });
        let mut own: Vec<ConditionKey> = action.condition_keys().chain(on_types).collect();
        own.sort_unstable();
        own.dedup();
        own.into_iter().for_each(|it| *carried.entry(it).or_default() += 1);
    }
    let mut found: Vec<(bool, usize, ConditionKey)> =
        carried.iter().map(|(key, n)| (key.is_global(), actions.len() - n, *key)).collect();
    let globals = catalog().global_keys().filter(|it| !carried.contains_key(it));
    found.extend(globals.map(|it| (true, usize::MAX, it)));
    let wants_many = parts.quantifier.is_some();
    found.retain(|(_, _, it)| known.is_none_or(|known| fits(known, *it)));
    let is_null = known.is_some_and(|it| it.value_type() == ValueType::Null);
    found.sort_by_key(|(global, missing, it)| {
        let is_old = it.deprecated_by().is_some();
        let wrong_number = !is_null && it.multi_valued() != wants_many;
        (is_old, wrong_number, *global, *missing, Reverse(it.weight()), it.name())
    });
    let seen = cx.seen();
    let tags = seen.tags();
    for (global, missing, key) in found {
        if cx.place.has_sibling(key.name()) {
            continue;
        }
        let n_carry = actions.len().saturating_sub(missing);
        let old = key.deprecated_by().map(|it| format!(" · AWS fills {} instead", it.name()));
        let old = old.unwrap_or_default();
        let note = match (global, n_carry) {
            (true, _) => "global".to_owned(),
            (false, n) if n == actions.len() => "of every action here".to_owned(),
            (false, n) => format!("of {n} of {} actions here", actions.len()),
        };
        let (plain, snippet) = template(key.name());
        if plain != key.name() && cx.place.prefix.len() > plain.len() {
            // What is typed goes on where the template ends.
            continue;
        }
        let is_bool = is_null || key.value_type() == ValueType::Bool;
        let draft = |label: &str, write: Write| Draft {
            label: label.into(),
            kind: Some(ItemKind::ConditionKey),
            detail: format!("{} · {note}{old}", key.value_type().name()),
            write,
            value: match (is_bool, wants_many) {
                (true, _) => Value { plain: "\"true\"", snippet: "\"${9|true,false|}\"" },
                (false, true) => Value { plain: "[]", snippet: "[\"$0\"]" },
                (false, false) => Value::default(),
            },
            data: Some(format!("key {}", key.name())),
            ..Draft::default()
        };
        acc.add(draft(key.name(), Write::Text(plain.clone(), snippet)));
        // Tags that other statements or files name, as whole keys; of those what fits the text.
        let of_tag = plain != key.name() && plain.to_ascii_lowercase().ends_with("tag/");
        let filled = tags.iter().filter(|_| of_tag).map(|tag| format!("{plain}{tag}"));
        let mut filled: Vec<String> =
            filled.filter(|it| !cx.place.has_sibling(it) && !own_tag(cx, it)).collect();
        filled.sort_by_key(|it| !it.starts_with(&cx.place.prefix));
        for name in filled.into_iter().take(TAGS_A_KEY) {
            acc.add(draft(&name, Write::Text(name.clone(), None)));
        }
    }
}

/// How many tags are filled into a key for tags.
const TAGS_A_KEY: usize = 4;

/// Whether a key ends with the tag that is being written itself.
fn own_tag(cx: &Cx<'_>, key: &str) -> bool {
    let tag = |it: &str| it.split_once('/').map(|(_, tag)| tag.to_owned());
    tag(&cx.place.text).is_some_and(|it| Some(it) == tag(key))
}

/// `aws:RequestTag/${TagKey}` without its placeholder, and as a snippet.
fn template(name: &str) -> (String, Option<String>) {
    if !name.contains("${") {
        return (name.to_owned(), None);
    }
    let (plain, snippet) = fill(name, "");
    (plain.replace('*', ""), Some(snippet))
}
