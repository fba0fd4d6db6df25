//! What one edit makes anew, counted: as much in a long policy as in a short one.
#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking"
)]

use std::collections::HashSet;
use std::sync::Arc;

use ide::{Analysis, Cancel, Config};
use policy::find::Hint;
use syntax::{TextEdit, TextSize};

fn document(n_statements: usize) -> String {
    let statement = |n: usize| {
        format!(
            r#"{{ "Sid": "S{n}", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b{n}/*" }}"#
        )
    };
    let statements: Vec<String> = (1..=n_statements).map(statement).collect();
    format!("{{ \"Version\": \"2012-10-17\", \"Statement\": [\n{}\n] }}", statements.join(",\n"))
}

/// The addresses of what is kept: of chunks, and of statements.
fn addresses(analysis: &Analysis) -> (Vec<usize>, Vec<usize>) {
    let kept = analysis.kept(&Cancel::default()).unwrap();
    let chunks = kept.iter().map(|it| Arc::as_ptr(it.kept).addr()).collect();
    let statements = kept.iter().flat_map(|it| it.statements()).map(|it| Arc::as_ptr(it.1).addr());
    (chunks, statements.collect())
}

fn n_new(before: &[usize], now: &[usize]) -> usize {
    let before: HashSet<usize> = before.iter().copied().collect();
    now.iter().filter(|it| !before.contains(it)).count()
}

#[test]
fn one_edit_checks_one_statement_however_many_there_are() {
    for n_statements in [100, 1_000, 10_000] {
        let text = document(n_statements);
        let mut analysis = Analysis::of(&text, Hint::default(), Arc::new(Config::default()));
        for n in [1, n_statements / 2, n_statements] {
            let before = addresses(&analysis);
            assert_eq!(before.1.len(), n_statements);
            let mut file = analysis.file().clone();
            let statement = format!("\"Sid\": \"S{n}\"");
            let now = file.text().to_string();
            let at = now.find(&statement).unwrap();
            let at = TextSize::try_from(at + now[at..].find("GetObject").unwrap()).unwrap();
            assert!(file.edit(&TextEdit::insert(at, "x")));
            let next = analysis.next(file, Hint::default(), Arc::clone(analysis.config()));
            let now = addresses(&next);
            let new = (n_new(&before.0, &now.0), n_new(&before.1, &now.1));
            assert_eq!(new, (1, 1), "chunks and statements at {n} of {n_statements}");
            analysis = next;
        }
    }
}

#[test]
fn an_edit_between_statements_checks_none() {
    for n_statements in [100, 1_000, 10_000] {
        let text = document(n_statements);
        let analysis = Analysis::of(&text, Hint::default(), Arc::new(Config::default()));
        let before = addresses(&analysis);
        let mut file = analysis.file().clone();
        let at = text.find(&format!("{{ \"Sid\": \"S{}\"", n_statements / 2)).unwrap();
        assert!(file.edit(&TextEdit::insert(TextSize::try_from(at).unwrap(), " ")));
        let next = analysis.next(file, Hint::default(), Arc::clone(analysis.config()));
        assert_eq!(n_new(&before.1, &addresses(&next).1), 0, "in {n_statements} statements");
    }
}

/// Parts of statements that often cover, deny or repeat each other, or leave a statement unfinished.
const PARTS: [&str; 14] = [
    r#"{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" },"#,
    r#"{ "Sid": "A", "Effect": "Deny", "Action": "s3:Get*", "Resource": "*" },"#,
    r#"{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b1/*" },"#,
    r#"{ "Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::*" },"#,
    r#"{ "Effect": "Allow", "Action": "s3:NoSuch", "Resource": "*" },"#,
    "Deny",
    "Allow",
    "*",
    "x",
    "",
    ",",
    "\"",
    " ",
    "\n",
];

#[test]
fn what_is_said_after_an_edit_is_what_is_said_of_the_text() {
    // Numbers that look random and are the same in every run: splitmix64.
    let mut seed = 0u64;
    let mut below = |n: usize| {
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = seed;
        it = (it ^ it >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ it >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((it ^ it >> 31) % n as u64).unwrap()
    };
    let said = |it: &Analysis| {
        let dead: Vec<_> = (0..it.policies().len()).map(|n| it.dead(n).to_vec()).collect();
        let found = it.findings(&Cancel::default()).unwrap();
        let found: Vec<String> =
            found.iter().map(|it| format!("{:?} {}", it.range(), it.finding.message)).collect();
        (dead, found)
    };
    let mut n_dead = 0;
    for _ in 0..60 {
        let mut analysis = Analysis::of(&document(1 + below(8)), Hint::default(), Arc::default());
        let mut undo: Option<TextEdit> = None;
        for step in 0..12 {
            let text = analysis.file().text().to_string();
            // At the start of a statement or anywhere, and often taken back.
            let starts: Vec<usize> = text.match_indices("{ \"").map(|it| it.0).skip(1).collect();
            let at = if below(2) == 0 && !starts.is_empty() {
                starts[below(starts.len())]
            } else {
                below(text.len())
            };
            let len = [0, 0, 1, 4][below(4)].min(text.len() - at);
            let edit = undo.take().filter(|_| below(3) > 0).unwrap_or_else(|| {
                let range = syntax::TextRange::new(at as TextSize, (at + len) as TextSize);
                TextEdit::replace(range, PARTS[below(PARTS.len())])
            });
            let (start, end) = (edit.range.start as usize, edit.range.end as usize);
            let back = syntax::TextRange::new(edit.range.start, (start + edit.text.len()) as TextSize);
            undo = Some(TextEdit::replace(back, &text[start..end]));
            let mut file = analysis.file().clone();
            assert!(file.edit(&edit));
            let next = analysis.next(file, Hint::default(), Arc::clone(analysis.config()));
            // Not every version is asked.
            if below(4) > 0 {
                let fresh = Analysis::of(&next.file().text().to_string(), Hint::default(), Arc::default());
                let (now, fresh) = (said(&next), said(&fresh));
                assert_eq!(now, fresh, "step {step}: {edit:?} in\n{text}");
                n_dead += now.0.iter().flatten().flatten().count();
            }
            analysis = next;
        }
    }
    assert!(n_dead > 100, "{n_dead} dead statements");
}
