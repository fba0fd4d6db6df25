//! Edits of a configuration file, and what it says in vain.

use policy::lower;
use syntax::ast::{self, Array, Object, Source, Value};
use syntax::{SourceFile, TextEdit, TextRange};

use super::Said;
use crate::finding::{Finding, Findings, Fix, Tag};
use crate::fix::{escape, insert_into_object, remove_member};
use crate::rules::unused_suppression::RULE;

/// What a configuration file says that keeps findings of `rule` in `files` quiet: in one statement, where it has a name.
fn ignored(files: &str, rule: &str, sid: Option<&str>) -> String {
    let sid = sid.map(|it| format!("\"sid\": \"{}\", ", escape(it))).unwrap_or_default();
    format!("{{ \"files\": \"{}\", {sid}\"rules\": [\"{}\"] }}", escape(files), escape(rule))
}

/// A new configuration file that keeps findings quiet.
pub fn new_with_ignored(files: &str, rule: &str, sid: Option<&str>) -> String {
    format!("{{\n  \"ignore\": [\n    {}\n  ]\n}}\n", ignored(files, rule, sid))
}

/// Adds to a configuration file what keeps findings quiet: a name to the element that is about the same files and the
/// same statement, or an element. `None` where the file is no object.
pub fn add_ignored(file: &SourceFile, files: &str, rule: &str, sid: Option<&str>) -> Option<TextEdit> {
    let entry = ignored(files, rule, sid);
    let text = file.text().to_string();
    let root = ast::roots(file.tree(), Source::Text(file.text())).next()?.as_object()?;
    let list = root.get("ignore").and_then(|it| it.value()).and_then(|it| it.as_array());
    let Some(list) = list else {
        return root.get("ignore").is_none().then(|| add_list(&text, &root, &entry));
    };
    let same = list.elements().filter_map(|it| it.as_object()).find(|it| is_about(it, files, sid));
    let names = same.and_then(|it| it.get("rules")?.value()?.as_array());
    if let Some(last) = names.and_then(|it| it.elements().last()) {
        return Some(TextEdit::insert(last.range().end, format!(", \"{}\"", escape(rule))));
    }
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

/// Whether an element of `ignore` is about these files and this statement.
fn is_about(element: &Object<'_>, files: &str, sid: Option<&str>) -> bool {
    let text = |name: &str| lower::text_of(&element.get(name)?.value()?).map(|it| it.value);
    text("files").as_deref() == Some(files) && text("sid").as_deref() == sid
}

/// What keeps nothing quiet in any file that it is about, where `is_used` says so of an element by its number and of a
/// name by its number in it.
pub fn unused(file: &SourceFile, said: &Said, is_used: impl Fn(usize, usize) -> bool) -> Vec<Finding> {
    let mut acc = Findings::default();
    let root = ast::roots(file.tree(), Source::Text(file.text())).next().and_then(|it| it.as_object());
    let list = root.and_then(|it| it.get("ignore")?.value()?.as_array());
    let elements: Vec<Value<'_>> = list.into_iter().flat_map(|it| it.elements()).collect();
    for (idx, ignore) in said.ignores.iter().enumerate() {
        let own = elements.iter().position(|it| it.range() == ignore.range);
        let is_all = (0..ignore.rules.len()).all(|it| !is_used(idx, it));
        for (_, name) in ignore.rules.iter().enumerate().filter(|(n, _)| !is_used(idx, *n)) {
            let message = format!("Nothing in `{}` is reported by `{}`", ignore.files.value, name.value);
            let finding = acc.report(&RULE, name.range, message).tag(Tag::Unnecessary);
            let fix = own.and_then(|own| {
                let names = elements.get(own)?.as_object()?.get("rules")?.value()?.as_array();
                Some(match names.filter(|_| !is_all) {
                    Some(names) => Fix::suggested("Remove the name", vec![without(names, name.range)?]),
                    None => Fix::suggested("Remove the element", vec![without(list?, ignore.range)?]),
                })
            });
            finding.fixes(fix);
        }
    }
    acc.into_list()
}

/// Takes an element out of a list.
fn without(list: Array<'_>, element: TextRange) -> Option<TextEdit> {
    let elements: Vec<TextRange> = list.elements().map(|it| it.range()).collect();
    remove_member(list.range(), &elements, elements.iter().position(|it| *it == element)?)
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
        assert_eq!(
            add("{\"ignore\": [{\"files\": \"./a.json\", \"sid\": \"S\", \"rules\": [\"y\"]}, {\"rules\": [\"y\"], \"files\": \"./a.json\"}]}")
                .unwrap(),
            "{\"ignore\": [{\"files\": \"./a.json\", \"sid\": \"S\", \"rules\": [\"y\"]}, {\"rules\": [\"y\", \"x\"], \"files\": \"./a.json\"}]}"
        );
        assert_eq!(add("{\"ignore\": {}}"), None);
        assert_eq!(add("[]"), None);
        let named = new_with_ignored("a", "x", Some("S"));
        assert!(named.contains(r#""sid": "S", "rules": ["x"]"#));
    }

    #[test]
    fn what_is_ignored_in_vain_is_found_and_taken_out() {
        let text = r#"{"ignore": [
  {"files": "a", "rules": ["old-version", "no-such-rule", "missing-effect"]},
  {"files": "b", "rules": "old-version"}
]}"#;
        let file = SourceFile::new(text, &[]);
        let said = super::super::read(&file, &|_| None);
        let found = unused(&file, &said, |element, name| (element, name) == (0, 0));
        let fixed = found.iter().map(|it| TextEdit::apply_all(text, &it.fixes[0].edits));
        let fixed: Vec<String> = fixed.collect();
        assert_eq!(found[0].message, "Nothing in `a` is reported by `missing-effect`");
        assert_eq!(fixed[0], text.replace(r#", "missing-effect""#, ""));
        assert_eq!(fixed[1], text.replace(",\n  {\"files\": \"b\", \"rules\": \"old-version\"}", ""));
        assert_eq!(found.len(), 2);
    }
}
