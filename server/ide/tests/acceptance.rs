//! What stands after an item is taken, at every place of every policy at hand: no fault that was not there, and the
//! item where it belongs.
#![cfg(test)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ide::completion::{Completions, Item, ItemKind};
use ide::place::{self, Slot};
use ide::{Analysis, Config};
use syntax::TextEdit;

/// How many items of an answer are taken, one after the other.
const TAKEN: usize = 5;

fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/seeds");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    // The twin of a seed differs by its expectations alone.
    let seeds = paths.iter().filter(|it| it.extension().is_some_and(|it| it == "json"));
    seeds.map(|it| fs::read_to_string(it).unwrap()).collect()
}

fn analysis(text: &str) -> Analysis {
    Analysis::of(text, Default::default(), Arc::new(Config::default()))
}

fn complete(analysis: &Analysis, at: usize) -> Completions {
    ide::completion::complete(analysis, u32::try_from(at).unwrap(), &ide::Seen::default())
}

fn n_errors(text: &str) -> usize {
    syntax::parse(text, &[]).errors(100).len()
}

/// The text after taking the item, and where the item's own text starts in it.
fn take(text: &str, item: &Item, edit: &TextEdit) -> (String, usize) {
    let mut edits = vec![edit.clone()];
    edits.extend(item.additional_edits.iter().cloned());
    let moved: usize = item.additional_edits.iter().map(|it| it.text.len()).sum();
    (TextEdit::apply_all(text, &edits), edit.range.start as usize + moved)
}

/// A snippet as it stands when every stop is left as it is.
fn unstopped(snippet: &str) -> String {
    let mut out = String::new();
    let mut chars = snippet.chars().peekable();
    let mut open = 0;
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '$' => {
                let braced = chars.next_if_eq(&'{').is_some();
                while chars.next_if(char::is_ascii_digit).is_some() {}
                if !braced {
                    continue;
                }
                open += 1;
                if chars.next_if_eq(&':').is_none() && chars.next_if_eq(&'|').is_some() {
                    let choices: String = chars.by_ref().take_while(|it| *it != '|').collect();
                    out.push_str(choices.split(',').next().unwrap());
                }
            }
            '}' if open > 0 => open -= 1,
            _ => out.push(c),
        }
    }
    out
}

/// Takes the first items at `at`; `what` says which test asks.
fn check(text: &str, at: usize, what: &str) {
    let analysis_before = analysis(text);
    let found = complete(&analysis_before, at);
    if found.items.is_empty() {
        return;
    }
    let before = n_errors(text);
    let slot = place::place(&analysis_before, u32::try_from(at).unwrap()).unwrap().slot;
    for item in found.items.iter().take(TAKEN) {
        let (after, start) = take(text, item, &item.edit);
        let tell = || format!("{what}: {} at {at} ({slot:?})\n{text}\n-----\n{after}", item.label);
        assert!(n_errors(&after) <= before, "more errors: {}", tell());
        if let Some(snippet) = &item.snippet_edit {
            let plain = TextEdit { text: unstopped(&snippet.text), ..snippet.clone() };
            let (with_snippet, _) = take(text, item, &plain);
            assert!(n_errors(&with_snippet) <= before, "more errors by {}: {}", snippet.text, tell());
        }
        if matches!(item.kind, ItemKind::Skeleton) || matches!(slot, Slot::Document) {
            continue;
        }
        // The cursor in the text that was written is at the same kind of place.
        let written = item.edit.text.trim_start_matches([',', ' ']);
        if written.starts_with(['{', '[']) {
            continue;
        }
        let inside = start + (item.edit.text.len() - written.len()) + usize::from(written.starts_with('"'));
        match place::place(&analysis(&after), u32::try_from(inside).unwrap()) {
            Some(place) => assert!(same(&place.slot, &slot), "now {:?}: {}", place.slot, tell()),
            // The key that made the text a policy may have been replaced.
            None => assert!(slot.is_key(), "no place any more: {}", tell()),
        }
    }
}

/// Whether two slots are the same part of the language; names that the item itself wrote may differ.
fn same(a: &Slot, b: &Slot) -> bool {
    match (a, b) {
        (Slot::ConditionKey { .. }, Slot::ConditionKey { .. })
        | (Slot::ConditionValue { .. }, Slot::ConditionValue { .. })
        // Without its quotes `Statement` is no key, and what is left may be a statement alone.
        | (Slot::PolicyKey, Slot::StatementKey)
        | (Slot::StatementKey, Slot::PolicyKey) => true,
        (a, b) => a == b,
    }
}

fn offsets(text: &str, step: usize) -> impl Iterator<Item = usize> {
    (0..=text.len()).step_by(step).filter(|it| text.is_char_boundary(*it))
}

#[test]
fn in_a_sound_text() {
    for text in seeds() {
        for at in offsets(&text, 13) {
            check(&text, at, "sound");
        }
    }
}

#[test]
fn at_the_end_of_half_a_text() {
    for text in seeds() {
        for at in offsets(&text, 19) {
            check(text.split_at(at).0, at, "half");
        }
    }
}

/// A quote, comma, colon or bracket near the cursor is missing, and so is the rest of the line.
#[test]
fn where_a_mark_is_missing() {
    for text in seeds() {
        let marks = text.match_indices(['"', ',', ':', ']', '}', '[', '{']).map(|it| it.0);
        for at in marks.step_by(7) {
            // A mark is one byte long.
            let (head, rest) = text.split_at(at);
            let (mark, tail) = rest.split_at(1);
            let without = format!("{head}{tail}");
            for cursor in [at, at.saturating_sub(2), (at + 1).min(without.len())] {
                if without.is_char_boundary(cursor) {
                    check(&without, cursor, "a mark is missing");
                }
            }
            let next_lines = rest.split_at(rest.find('\n').unwrap_or(rest.len())).1;
            check(&format!("{head}{next_lines}"), at, "the rest of the line is missing");
            check(&format!("{head}{mark}\n{tail}"), at + 2, "a new line");
        }
    }
}

/// Words and openings are typed at any place.
#[test]
fn where_something_is_typed() {
    const TYPED: [&str; 8] = ["\"", "Act", "s3:Get", "\"Res", "{", "[", "\"bedrock:", "stat"];
    for (n, text) in seeds().into_iter().enumerate() {
        for (k, at) in offsets(&text, 23).enumerate() {
            let typed = TYPED.into_iter().cycle().nth((n + k) % TYPED.len()).unwrap();
            let (head, tail) = text.split_at(at);
            let more = format!("{head}{typed}{tail}");
            check(&more, at + typed.len(), "something is typed");
        }
    }
}
