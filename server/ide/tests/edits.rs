//! What one edit makes anew, counted: as much in a long policy as in a short one.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

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
