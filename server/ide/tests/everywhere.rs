//! Every question at every place of every policy at hand, whole and broken: no panic, no range outside of the text,
//! and no edit that loses what it does not replace. `ROUNDS` asks for more broken ones.
#![cfg(test)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ide::format::FormatOptions;
use ide::symbols::Symbol;
use ide::{Analysis, Cancel, Config};
use syntax::{Text, TextEdit, TextRange};

/// A small generator, the same everywhere and each time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (n.max(1) as u64)).unwrap()
    }
}

fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/seeds");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    // What a fixture expects of lenses and hints stands behind its policy.
    let policy = |it: String| it.split("\n//= ").next().unwrap_or_default().to_owned();
    paths.iter().map(|it| policy(fs::read_to_string(it).unwrap())).collect()
}

fn analysis(text: &str) -> Analysis {
    Analysis::of(text, Default::default(), Arc::new(Config::default()))
}

/// `text` with a few random changes of the kind that typing makes.
fn broken(text: &str, random: &mut Random) -> String {
    const PIECES: [&str; 16] =
        ["\"", "{", "}", "[", "]", ",", ":", "\n", "// x\n", "/*", "é", "Act", "s3:Get", "$", "\\", "\r\n"];
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(chars.len() + 1);
        match random.below(4) {
            0 => chars.truncate(at),
            1 => drop(chars.drain(at..(at + random.below(12)).min(chars.len()))),
            2 if at < chars.len() => drop(chars.remove(at)),
            _ => drop(chars.splice(at..at, PIECES[random.below(PIECES.len())].chars()).collect::<Vec<_>>()),
        }
    }
    chars.into_iter().collect()
}

fn assert_fits(range: TextRange, text: &str) {
    let part = text.get(range.start as usize..range.end as usize);
    assert!(range.start <= range.end && part.is_some(), "{range:?} does not fit");
}

fn ask_about_all(text: &str) {
    let analysis = analysis(text);
    let cancel = Cancel::default();
    fn check(symbols: &[Symbol], text: &str, around: TextRange) {
        for it in symbols {
            assert_fits(it.range, text);
            assert!(around.contains_range(it.range) && it.range.contains_range(it.selection), "{it:?}");
            assert!(!it.name.trim().is_empty(), "{it:?}");
            check(&it.children, text, it.range);
        }
    }
    let all = TextRange::new(0, analysis.file().text().len());
    check(&ide::symbols::symbols(&analysis, &cancel).unwrap(), text, all);
    for it in ide::folding::ranges(&analysis, &cancel).unwrap() {
        assert_fits(it.range, text);
    }
    for it in ide::links::links(&analysis, &cancel).unwrap() {
        assert_fits(it.range, text);
    }
    for options in [
        FormatOptions { tab_size: 2, insert_spaces: true, range: None },
        FormatOptions { tab_size: 4, insert_spaces: false, range: None },
    ] {
        let once = formatted(text, options);
        assert_eq!(once.split_whitespace().collect::<String>(), text.split_whitespace().collect::<String>());
        assert_eq!(formatted(&once, options), once, "not idempotent:\n{text}");
    }
}

fn formatted(text: &str, options: FormatOptions) -> String {
    let edits = ide::format::format(&analysis(text), options);
    for pair in edits.windows(2) {
        assert!(pair[0].range.end <= pair[1].range.start);
    }
    for edit in &edits {
        assert_fits(edit.range, text);
        let gone = text.get(edit.range.start as usize..edit.range.end as usize).unwrap();
        assert!(gone.trim().is_empty() && edit.text.trim().is_empty(), "{edit:?}");
    }
    TextEdit::apply_all(text, &edits)
}

fn ask_at(analysis: &Analysis, text: &str, at: u32) {
    if let Some(it) = ide::hover::hover(analysis, at) {
        assert_fits(it.range, text);
        assert!(it.range.touches(at) && !it.markdown.is_empty());
    }
    let mut last: Option<TextRange> = None;
    for range in ide::selection::ranges(analysis, at) {
        assert_fits(range, text);
        assert!(last.is_none_or(|last| last != range && range.contains_range(last)));
        last = Some(range);
    }
    if let Some(place) = ide::place::place(analysis, at) {
        assert_fits(place.range, text);
        assert!(place.range.touches(at) && place.token.contains_range(place.range), "{place:?}");
    }
    let found = ide::completion::complete(analysis, at, &ide::Seen::default());
    assert!(found.items.len() <= ide::completion::MOST_ITEMS);
    // All items of an answer are made alike.
    for item in found.items.iter().take(2).chain(found.items.last()) {
        for edit in [Some(&item.edit), item.snippet_edit.as_ref()].into_iter().flatten() {
            assert_fits(edit.range, text);
            assert!(edit.range.touches(at), "{edit:?}");
            let replaced = text.get(edit.range.start as usize..edit.range.end as usize).unwrap();
            assert!(!replaced.contains('\n'), "{replaced:?}");
            let mut edits = vec![edit.clone()];
            edits.extend(item.additional_edits.iter().cloned());
            assert!(
                item.additional_edits
                    .iter()
                    .all(|it| !it.range.meets(edit.range) || it.range.end <= edit.range.start)
            );
            let after = TextEdit::apply_all(text, &edits);
            let (head, tail) =
                (item.additional_edits.iter().map(|it| it.range.start).min(), edit.range.end as usize);
            let head = head.unwrap_or(edit.range.start).min(edit.range.start) as usize;
            assert!(
                after.starts_with(text.get(..head).unwrap()) && after.ends_with(text.get(tail..).unwrap())
            );
        }
    }
}

#[test]
fn seeds_at_every_offset() {
    for text in seeds() {
        ask_about_all(&text);
        let analysis = analysis(&text);
        // Long seeds repeat themselves; an odd step meets every kind of place.
        let step = if text.len() > 2000 { 17 } else { 3 };
        for at in (0..=text.len()).step_by(step).filter(|it| text.is_char_boundary(*it)) {
            ask_at(&analysis, &text, u32::try_from(at).unwrap());
        }
    }
}

#[test]
fn completion_in_a_sound_text_keeps_it_sound() {
    for text in seeds() {
        let analysis = analysis(&text);
        assert!(!analysis.file().tree().has_errors());
        for at in (0..=text.len()).step_by(11).filter(|it| text.is_char_boundary(*it)) {
            let found =
                ide::completion::complete(&analysis, u32::try_from(at).unwrap(), &ide::Seen::default());
            for item in found.items.iter().take(3) {
                let mut edits = vec![item.edit.clone()];
                edits.extend(item.additional_edits.iter().cloned());
                let after = TextEdit::apply_all(&text, &edits);
                let errors = syntax::parse(&after, &[]).errors(3);
                assert!(errors.is_empty(), "{} at {at}: {errors:?}\n{after}", item.label);
            }
        }
    }
}

/// A policy that is being written ends at the cursor: what is taken from the list then adds no fault of its own.
#[test]
fn completion_at_the_end_of_half_a_policy_adds_no_fault() {
    for text in seeds() {
        for at in (0..=text.len()).step_by(17).filter(|it| text.is_char_boundary(*it)) {
            let half = text.get(..at).unwrap();
            let analysis = analysis(half);
            let n_errors = |it: &str| syntax::parse(it, &[]).errors(50).len();
            let before = n_errors(half);
            let found =
                ide::completion::complete(&analysis, u32::try_from(at).unwrap(), &ide::Seen::default());
            for item in found.items.iter().take(5) {
                let mut edits = vec![item.edit.clone()];
                edits.extend(item.additional_edits.iter().cloned());
                let after = TextEdit::apply_all(half, &edits);
                assert!(n_errors(&after) <= before, "{} at {at}\n{after}", item.label);
            }
        }
    }
}

#[test]
fn broken_policies_at_random_offsets() {
    let mut random = Random(0x5eed);
    let seeds = seeds();
    let n_rounds = std::env::var("ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(250);
    for round in 0..n_rounds {
        let text = broken(&seeds[round % seeds.len()], &mut random);
        ask_about_all(&text);
        let analysis = analysis(&text);
        let rope = Text::from(&*text);
        for _ in 0..12 {
            let at = u32::try_from(random.below(text.len() + 1)).unwrap();
            if rope.is_boundary(at) {
                ask_at(&analysis, &text, at);
            }
        }
    }
}

#[test]
fn other_json_is_left_alone() {
    for text in [
        r#"{"name": "x", "version": "1.0.0", "dependencies": {"a": "1"}}"#,
        r#"[1, 2, {"Action": "x"}]"#,
        r#"{"Resources": {"A": {"Type": "T", "Properties": {"Name": ""}}}}"#,
    ] {
        let analysis = analysis(text);
        assert!(
            ide::format::format(&analysis, FormatOptions { tab_size: 2, insert_spaces: true, range: None })
                .is_empty()
        );
        for at in 0..=u32::try_from(text.len()).unwrap() {
            assert_eq!(ide::completion::complete(&analysis, at, &ide::Seen::default()).items, []);
            assert_eq!(ide::hover::hover(&analysis, at), None);
            assert!(ide::selection::ranges(&analysis, at).is_empty());
        }
    }
}

#[test]
fn a_list_that_lacks_a_comma_keeps_its_findings_and_their_fixes() {
    let text = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject""bedrock:InvokeModel"], "Resource": "*"}]}"#;
    let analysis = analysis(text);
    let found = analysis.findings(&Cancel::default()).unwrap();
    for edit in found.iter().flat_map(|it| analysis.fixes(it)).flat_map(|it| it.edits) {
        assert_fits(edit.range, text);
    }
    assert!(found.iter().any(|it| it.finding.rule.name == "streaming-twin"));
}
