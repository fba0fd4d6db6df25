//! Edits of a configuration file.

use syntax::ast::{self, Object, Source};
use syntax::{SourceFile, TextEdit, TextRange};

use crate::fix::{escape, insert_into_object};

/// What a configuration file says that keeps findings of `rule` in `files` quiet: in one statement, where it has a name.
fn ignored(files: &str, rule: &str, sid: Option<&str>) -> String {
    let sid = sid.map(|it| format!("\"sid\": \"{}\", ", escape(it))).unwrap_or_default();
    format!("{{ \"files\": \"{}\", {sid}\"rules\": [\"{}\"] }}", escape(files), escape(rule))
}

/// A new configuration file that keeps findings quiet.
pub fn new_with_ignored(files: &str, rule: &str, sid: Option<&str>) -> String {
    format!("{{\n  \"ignore\": [\n    {}\n  ]\n}}\n", ignored(files, rule, sid))
}

/// Adds to a configuration file what keeps findings quiet. `None` where the file is no object.
pub fn add_ignored(file: &SourceFile, files: &str, rule: &str, sid: Option<&str>) -> Option<TextEdit> {
    let entry = ignored(files, rule, sid);
    let text = file.text().to_string();
    let root = ast::roots(file.tree(), Source::Text(file.text())).next()?.as_object()?;
    let list = root.get("ignore").and_then(|it| it.value()).and_then(|it| it.as_array());
    let Some(list) = list else {
        return root.get("ignore").is_none().then(|| add_list(&text, &root, &entry));
    };
    let elements: Vec<TextRange> = list.elements().map(|it| it.range()).collect();
    let Some(last) = elements.last() else {
        return Some(TextEdit::replace(list.range(), format!("[{entry}]")));
    };
    let before = elements.len().checked_sub(2).and_then(|it| elements.get(it));
    let gap_start = before.map_or(list.range().start, |it| it.end) + 1;
    let gap = text.get(gap_start as usize..last.start as usize).unwrap_or_default();
    let gap = if gap.trim().is_empty() && !gap.is_empty() { gap } else { " " };
    Some(TextEdit::insert(last.end, format!(",{gap}{entry}")))
}

fn add_list(text: &str, root: &Object<'_>, entry: &str) -> TextEdit {
    let members: Vec<TextRange> = root.members().map(|it| it.range()).collect();
    if members.is_empty() {
        return TextEdit::replace(root.range(), format!("{{\n  \"ignore\": [\n    {entry}\n  ]\n}}"));
    }
    let list = format!("[\n    {entry}\n  ]");
    insert_into_object(text, root.range(), &members, members.len(), "ignore", &list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_added_as_the_file_is_laid_out() {
        let add = |text: &str| {
            let file = SourceFile::new(text, &[]);
            add_ignored(&file, "./a.json", "x", None).map(|it| TextEdit::apply_all(text, &[it]))
        };
        let entry = r#"{ "files": "./a.json", "rules": ["x"] }"#;
        assert_eq!(add("{}").unwrap(), new_with_ignored("./a.json", "x", None).trim_end());
        assert_eq!(
            add("{\n  \"pack\": \"strict\"\n}\n").unwrap(),
            format!("{{\n  \"pack\": \"strict\",\n  \"ignore\": [\n    {entry}\n  ]\n}}\n")
        );
        assert_eq!(add("{\"ignore\": []}").unwrap(), format!("{{\"ignore\": [{entry}]}}"));
        assert_eq!(
            add("{\"ignore\": [\n    1,\n    2\n  ]}").unwrap(),
            format!("{{\"ignore\": [\n    1,\n    2,\n    {entry}\n  ]}}")
        );
        assert_eq!(add("{\"ignore\": {}}"), None);
        assert_eq!(add("[]"), None);
        let named = new_with_ignored("a", "x", Some("S"));
        assert!(named.contains(r#""sid": "S", "rules": ["x"]"#));
    }
}
