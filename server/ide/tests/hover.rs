//! Every token of the policies people write is explained.

use ide::hover::hover;
use ide::{Analysis, Config};
use syntax::{Element, Kind, Node, TextRange, TextSize};

/// The strings, numbers and words of a tree.
fn tokens(node: &Node, start: TextSize, out: &mut Vec<TextRange>) {
    for (offset, element) in node.children() {
        let start = start + offset;
        match element {
            Element::Node(node) => tokens(node, start, out),
            Element::Token { kind: Kind::String | Kind::Number | Kind::Boolean | Kind::Word, width } => {
                out.push(TextRange::new(start, start + width));
            }
            Element::Token { .. } => {}
        }
    }
}

#[test]
fn every_token_of_a_policy_hovers_in_a_few_lines() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    let mut files: Vec<_> =
        std::fs::read_dir(root.join("seeds")).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "json"));
    files.push(root.join("hover/template/cloudformation.template.json"));
    files.sort();
    assert!(files.len() > 30);
    let mut silent = Vec::new();
    let mut n_tokens = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let analysis = Analysis::of(&text, Default::default(), Config::default().into());
        let mut found = Vec::new();
        tokens(analysis.file().tree().root(), 0, &mut found);
        for range in found {
            let written = text.get(range.start as usize..range.end as usize).unwrap();
            let inside = analysis.policies().iter().any(|it| it.range.touches(range.start));
            let Some(hover) = hover(&analysis, range.start) else {
                if inside {
                    silent.push(format!("{name}: {written}"));
                }
                continue;
            };
            n_tokens += 1;
            let n_lines = hover.markdown.lines().count();
            assert!(n_lines <= 32, "{name}: {n_lines} lines about {written}\n{}", hover.markdown);
        }
    }
    assert!(n_tokens > 1_000, "{n_tokens}");
    assert!(silent.is_empty(), "nothing is said of\n{}", silent.join("\n"));
}
