//! What is found after an edit, with the policies before it at hand, is what is found without them; and what the edit
//! did not touch is the same `Arc`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use policy::find::{self, Hint, LANDMARKS};
use policy::model::Policy;
use proptest::prelude::*;
use syntax::{SourceFile, TextEdit, TextRange, TextSize};

fn found(file: &SourceFile, before: &[Policy]) -> Vec<Policy> {
    find::policies(file, &Hint::default(), before, &mut |node, start| {
        find::lower_statement(file, node, start)
    })
}

/// A policy without what depends on how it was found.
fn flat(policies: &[Policy]) -> Vec<String> {
    let mut out = Vec::new();
    for it in policies {
        out.push(format!(
            "{:?} {:?} {:?} {:?} {:?} {:?}",
            it.range, it.form, it.place, it.kind, it.wrong_statements, it.has_dynamic_statements
        ));
        assert_eq!(it.statements.iter().count(), it.statements.len());
        for (idx, at) in it.statements.iter().enumerate() {
            let same = it.statements.get(idx).unwrap();
            assert_eq!((same.start, Arc::as_ptr(same.node)), (at.start, Arc::as_ptr(at.node)));
            assert_eq!(it.statements.index_of(at.start), Some(idx));
            assert_eq!(it.statements.last_started(at.start), Some(idx));
            out.push(format!("{} {:?}", at.start, at.statement));
        }
    }
    out
}

fn statement(n: usize) -> String {
    format!(
        r#"{{ "Sid": "S{n}", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b{n}/*" }}"#
    )
}

fn document(sizes: &[usize]) -> String {
    let mut n = 0;
    let policies = sizes.iter().enumerate().map(|(idx, size)| {
        let statements: Vec<String> = (0..*size)
            .map(|_| {
                n += 1;
                statement(n)
            })
            .collect();
        format!(
            "\"p{idx}\": {{ \"Version\": \"2012-10-17\", \"Statement\": [\n{}\n] }}",
            statements.join(",\n")
        )
    });
    format!("{{\n{}\n}}", policies.collect::<Vec<_>>().join(",\n"))
}

/// What replaces a part of the text.
#[derive(Debug, Clone)]
enum Put {
    Text(&'static str),
    Statements(usize),
}

impl Put {
    fn text(&self) -> String {
        match self {
            Put::Text(text) => (*text).to_owned(),
            Put::Statements(n) => (0..*n).map(|it| statement(1000 + it) + ",").collect(),
        }
    }
}

fn edit() -> impl Strategy<Value = (prop::sample::Index, usize, Put)> {
    let texts =
        ["", "x", " ", "\n", ",", "{", "}", "[", "]", "\"", "1", "\"no statement\",", "{\"Fn::If\": []},"];
    let put = prop_oneof![
        prop::sample::select(texts.to_vec()).prop_map(Put::Text),
        (1..80usize).prop_map(Put::Statements),
    ];
    let len = prop_oneof![3 => Just(0usize), 3 => 1..4usize, 1 => 1..6000usize];
    (any::<prop::sample::Index>(), len, put)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_does_not_depend_on_the_version_before(
        sizes in prop::collection::vec(0..90usize, 1..4),
        edits in prop::collection::vec(edit(), 1..8),
    ) {
        let mut file = SourceFile::new(&document(&sizes), LANDMARKS);
        let mut before = found(&file, &[]);
        for (at, len, put) in edits {
            let start = at.index(file.text().len() as usize + 1);
            let end = (start + len).min(file.text().len() as usize);
            let range = TextRange::new(TextSize::try_from(start).unwrap(), TextSize::try_from(end).unwrap());
            prop_assert!(file.edit(&TextEdit::replace(range, put.text())));
            let now = found(&file, &before);
            prop_assert_eq!(flat(&now), flat(&found(&file, &[])));
            before = now;
        }
    }
}

#[test]
fn an_edit_leaves_all_chunks_but_its_own() {
    let mut file = SourceFile::new(&document(&[1000]), LANDMARKS);
    let mut before = found(&file, &[]);
    let text = file.text().to_string();
    for sid in ["S1\"", "S500\"", "S1000\""] {
        let at = TextSize::try_from(text.find(sid).unwrap()).unwrap();
        assert!(file.edit(&TextEdit::replace(TextRange::new(at, at + 1), "T")));
        let now = found(&file, &before);
        let chunks = |it: &[Policy]| -> Vec<usize> {
            it[0].statements.chunks().iter().map(|it| Arc::as_ptr(&it.chunk).addr()).collect()
        };
        let (old, new) = (chunks(&before), chunks(&now));
        let kept = new.iter().filter(|it| old.contains(it)).count();
        assert_eq!((new.len(), kept), (old.len(), old.len() - 1), "at {sid}");
        before = now;
    }
}
