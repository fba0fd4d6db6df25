//! `reparse(old, edit)` equals `parse(new text)`, over random edits of real policies, and trees agree with
//! jsonc-parser on valid JSON. Seeded, so that a failure can be had again.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use syntax::{Element, Kind, Node, SourceFile, TextEdit, TextRange, TextSize, parse};

const LANDMARKS: &[&str] = &["Statement", "Effect", "Condition"];

/// What people and editors insert, and what breaks parsers.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "\n",
    "\r\n",
    " ",
    "\\",
    "'",
    "/*",
    "*/",
    "//",
    "/",
    "a",
    "é",
    "“",
    "1",
    "-",
    "null",
    "\u{feff}",
    "\"Action\": ",
    "\"s3:GetObject\"",
    "{\"Effect\": \"Allow\"},",
    "[[[[",
    "}}",
    ", ,",
    "\"Resource\":\n",
    "{{}}",
    "true,",
    "\u{2028}",
];

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (n.max(1) as u64)).unwrap()
    }
}

fn seeds() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/seeds");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "json"));
    files.sort();
    assert!(files.len() >= 34);
    let read = |it: std::path::PathBuf| (it.display().to_string(), std::fs::read_to_string(&it).unwrap());
    files.into_iter().map(read).collect()
}

fn random_edit(text: &str, random: &mut Random) -> TextEdit {
    let mut at = random.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let mut end = match random.below(4) {
        0 => (at + random.below(12)).min(text.len()),
        1 => (at + 1).min(text.len()),
        _ => at,
    };
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let inserted = if random.below(4) == 0 && end > at { "" } else { PIECES[random.below(PIECES.len())] };
    TextEdit::replace(TextRange::new(at as TextSize, end as TextSize), inserted)
}

fn check_lossless(text: &str, node: &Node, start: TextSize) {
    let mut at = start;
    for (offset, element) in node.children() {
        assert_eq!(start + offset, at);
        at += element.width();
        if let Element::Node(child) = element {
            check_lossless(text, child, start + offset);
        }
    }
    assert_eq!(at, start + node.width());
    if start == 0 && node.kind() == Kind::Root {
        assert_eq!(at as usize, text.len());
    }
}

#[test]
fn equals_a_full_parse_after_any_edits() {
    let mut n_checked = 0;
    for (n, (name, original)) in seeds().into_iter().enumerate() {
        for round in 0..24 {
            let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ ((n as u64) << 32) ^ (round << 8 | 1));
            let mut file = SourceFile::new(&original, LANDMARKS);
            let mut text = original.clone();
            for step in 0..30 {
                // Now and then back to sound text, as people do.
                if step % 10 == 9 {
                    text = original.clone();
                    file = SourceFile::new(&original, LANDMARKS);
                }
                let edit = random_edit(&text, &mut random);
                let before = text.clone();
                text.replace_range(edit.range.start as usize..edit.range.end as usize, &edit.text);
                assert!(file.edit(&edit));
                let fresh = parse(&text, LANDMARKS);
                assert!(
                    *file.tree() == fresh,
                    "{name} round {round} step {step}: {edit:?} on\n{before}\n{:#?}\n{:#?}",
                    file.tree().errors(9),
                    fresh.errors(9)
                );
                assert_eq!(file.tree().errors(1000), fresh.errors(1000));
                assert_eq!(file.text().to_string(), text);
                check_lossless(&text, fresh.root(), 0);
                n_checked += 1;
            }
        }
    }
    assert_eq!(n_checked, 34 * 24 * 30);
}

#[test]
fn untouched_statements_are_the_same_nodes() {
    let statement = "{\"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"*\"}";
    let text = format!("{{\"Statement\": [\n{}\n]}}", vec![statement; 300].join(",\n"));
    for (needle, nth, inserted) in
        [("GetObject", 150, "x"), ("\n{", 150, "\n"), ("}", 150, "}"), ("\"Allow\"", 3, "{")]
    {
        let at = text.match_indices(needle).nth(nth).unwrap().0;
        let mut file = SourceFile::new(&text, LANDMARKS);
        let old = file.clone();
        assert!(file.edit(&TextEdit::insert(at as TextSize, inserted)));
        let addresses = |file: &SourceFile| -> std::collections::BTreeSet<usize> {
            let mut out = Default::default();
            collect_objects(file.tree().root(), &mut out);
            out
        };
        let (before, after) = (addresses(&old), addresses(&file));
        let kept = before.intersection(&after).count();
        // The statement that is edited, and the policy around it, are new; nothing else is.
        assert!(kept >= 299, "{needle} {nth} {inserted}: {kept} of {}", before.len());
    }
}

fn collect_objects(node: &std::sync::Arc<Node>, out: &mut std::collections::BTreeSet<usize>) {
    if node.kind() == Kind::Object {
        out.insert(std::sync::Arc::as_ptr(node) as usize);
    }
    for (_, child) in node.children() {
        if let Element::Node(child) = child {
            collect_objects(child, out);
        }
    }
}

#[test]
fn agrees_with_jsonc_parser_on_valid_json() {
    let more = [
        "[1, -2.5e3, true, null, \"\\u00e9\"]",
        "{}",
        "[]",
        "\"x\"",
        "{\"a\":{\"a\":[{},[]]}} // c\n",
        "/* c */ 1",
    ];
    let texts = seeds().into_iter().map(|it| it.1).chain(more.map(str::to_owned));
    for text in texts {
        let parsed = jsonc_parser::parse_to_ast(&text, &Default::default(), &Default::default()).unwrap();
        let tree = parse(&text, LANDMARKS);
        assert_eq!(tree.errors(9), [], "{text}");
        let root = tree.root().children().find(|(_, it)| !it.kind().is_trivia()).unwrap();
        check_same(&parsed.value.unwrap(), root.0, root.1);
    }
}

fn check_same(value: &Value<'_>, start: TextSize, element: &Element) {
    let range = value.range();
    assert_eq!((range.start, range.end), (start as usize, (start + element.width()) as usize));
    let nodes = |kind: Kind| -> Vec<(TextSize, Element)> {
        assert_eq!(element.kind(), kind);
        let children = element.as_node().unwrap().children();
        let inner = children.filter(|(_, it)| {
            !it.kind().is_trivia()
                && !matches!(
                    it.kind(),
                    Kind::LeftBrace
                        | Kind::RightBrace
                        | Kind::LeftBracket
                        | Kind::RightBracket
                        | Kind::Comma
                        | Kind::Colon
                )
        });
        inner.map(|(offset, it)| (start + offset, it.clone())).collect()
    };
    match value {
        Value::Object(object) => {
            let members = nodes(Kind::Object);
            assert_eq!(members.len(), object.properties.len());
            for (property, (at, member)) in object.properties.iter().zip(members) {
                assert_eq!(property.range().start, at as usize);
                let parts: Vec<_> = member.as_node().unwrap().children().collect();
                let (offset, last) = parts.last().unwrap();
                check_same(&property.value, at + offset, last);
            }
        }
        Value::Array(array) => {
            let elements = nodes(Kind::Array);
            assert_eq!(elements.len(), array.elements.len());
            for (value, (at, element)) in array.elements.iter().zip(elements) {
                check_same(value, at, &element);
            }
        }
        Value::StringLit(_) => assert_eq!(element.kind(), Kind::String),
        Value::NumberLit(_) => assert_eq!(element.kind(), Kind::Number),
        Value::BooleanLit(_) => assert_eq!(element.kind(), Kind::Boolean),
        Value::NullKeyword(_) => assert_eq!(element.kind(), Kind::Null),
    }
}

#[test]
fn hostile_text_has_a_tree() {
    let deep = "[".repeat(100_000);
    let mixed = "{\"a\":[".repeat(50_000);
    let closed = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let comments = "/*".repeat(50_000);
    let quotes = "\"\n".repeat(50_000);
    let garbage = "@#".repeat(50_000) + &"@ ".repeat(50_000);
    for text in [&deep, &mixed, &closed, &comments, &quotes, &garbage] {
        let tree = parse(text, LANDMARKS);
        assert!(tree.has_errors());
        check_lossless(text, tree.root(), 0);
        let mut file = SourceFile::new(text, LANDMARKS);
        let middle = (text.len() / 2) as TextSize;
        assert!(file.edit(&TextEdit::insert(middle, "}")));
        assert!(*file.tree() == parse(&file.text().to_string(), LANDMARKS));
    }
}
