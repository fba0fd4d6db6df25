//! JSON as it is written down.

use serde::Serialize;
use tower_lsp::ls_types as lsp;

/// What has been written. Lists that are added at the top are one list in the end.
#[derive(Debug, Default)]
pub(super) struct Json {
    out: Vec<u8>,
    depth: usize,
}

impl Json {
    /// A value alone.
    pub(super) fn of(value: &(impl Serialize + ?Sized)) -> String {
        let mut out = Json { depth: 1, ..Json::default() };
        out.value(value);
        text(out.out)
    }

    /// Text that is JSON already, or a part of it.
    pub(super) fn raw(&mut self, json: &str) {
        self.out.extend_from_slice(json.as_bytes());
    }

    /// A value.
    pub(super) fn value(&mut self, value: &(impl Serialize + ?Sized)) {
        let written = serde_json::to_writer(&mut self.out, value);
        debug_assert!(written.is_ok(), "what is written here has keys of text");
    }

    /// A range.
    pub(super) fn range(&mut self, lsp::Range { start, end }: lsp::Range) {
        self.raw("{\"start\":{\"line\":");
        self.value(&start.line);
        self.raw(",\"character\":");
        self.value(&start.character);
        self.raw("},\"end\":{\"line\":");
        self.value(&end.line);
        self.raw(",\"character\":");
        self.value(&end.character);
        self.raw("}}");
    }

    /// A list of what `write` writes of each item.
    pub(super) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Json, T),
    ) {
        let is_inner = self.depth > 0;
        if is_inner {
            self.raw("[");
        }
        let start = self.out.len();
        self.depth += 1;
        for it in items {
            // At the top it goes on with the list that is there.
            if self.out.len() > start || !is_inner && !self.out.is_empty() {
                self.raw(",");
            }
            write(self, it);
        }
        self.depth -= 1;
        if is_inner {
            self.raw("]");
        }
    }

    /// The list that was written.
    pub(super) fn finish(mut self) -> String {
        self.out.insert(0, b'[');
        self.out.push(b']');
        text(self.out)
    }
}

fn text(json: Vec<u8>) -> String {
    let text = String::from_utf8(json);
    debug_assert!(text.is_ok(), "JSON is UTF-8");
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn lists_are_written_as_they_are_nested_and_joined() {
        let mut out = Json::default();
        out.list([vec![1, 2], vec![], vec![3]], |out, it| out.list(it, |out, it| out.value(&it)));
        out.list([] as [&str; 0], |out, it| out.value(it));
        out.list(["a\"é"], |out, it| out.value(it));
        assert_eq!(out.finish(), r#"[[1,2],[],[3],"a\"é"]"#);
        assert_eq!(Json::default().finish(), "[]");
        assert_eq!(Json::of("x"), "\"x\"");
    }
}
