//! JSON pointers of places in a text (RFC 6901).

use syntax::ast::{self, Source, Value};
use syntax::{SourceFile, TextRange};

/// For each range the pointer of the innermost value that holds it; a member's key counts as its value. The
/// ranges must be sorted. Takes one walk over what holds a range, whatever their number.
pub fn pointers(file: &SourceFile, ranges: &[TextRange]) -> Vec<String> {
    debug_assert!(ranges.is_sorted(), "ranges must be sorted");
    let mut out = vec![String::new(); ranges.len()];
    let mut walk = Walk { ranges, out: &mut out, path: String::new() };
    for value in ast::roots(file.tree(), Source::Text(file.text())) {
        walk.enter(&value, walk.inside(value.range(), 0..ranges.len()));
    }
    out
}

struct Walk<'a> {
    ranges: &'a [TextRange],
    out: &'a mut Vec<String>,
    path: String,
}

impl Walk<'_> {
    /// The indices among `of` of the ranges that start in `outer`. Those that end behind it are among them.
    fn inside(&self, outer: TextRange, of: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let ranges = self.ranges.get(of.clone()).unwrap_or_default();
        let start = ranges.partition_point(|it| it.start < outer.start);
        let end = ranges.partition_point(|it| it.start <= outer.end);
        of.start + start..of.start + end.max(start)
    }

    fn enter(&mut self, value: &Value<'_>, among: std::ops::Range<usize>) {
        for member in value.as_object().into_iter().flat_map(|it| it.members()) {
            self.step(&member.key().value(), member.range(), member.value(), among.clone());
        }
        for (idx, element) in value.as_array().into_iter().flat_map(|it| it.elements()).enumerate() {
            self.step(&idx.to_string(), element.range(), Some(element), among.clone());
        }
    }

    fn step(
        &mut self,
        part: &str,
        whole: TextRange,
        value: Option<Value<'_>>,
        among: std::ops::Range<usize>,
    ) {
        let inside = self.inside(whole, among);
        if inside.is_empty() {
            return;
        }
        let outer_len = self.path.len();
        self.path.push('/');
        self.path.push_str(&part.replace('~', "~0").replace('/', "~1"));
        let own = self.ranges.iter().zip(self.out.iter_mut()).skip(inside.start).take(inside.len());
        for (range, out) in own {
            if whole.contains_range(*range) {
                out.clone_from(&self.path);
            }
        }
        if let Some(value) = value {
            self.enter(&value, inside);
        }
        self.path.truncate(outer_len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_name_the_innermost_value() {
        let text = r#"{"a": [1, {"b/~": "cc"}], "d": {}, "e": 12}"#;
        let file = SourceFile::new(text, &[]);
        let at = |needle: &str| {
            let start = text.find(needle).unwrap() as u32;
            TextRange::new(start, start + needle.len() as u32)
        };
        let mut asked = [
            (at(text), ""),
            (at("\"a\""), "/a"),
            (at("1"), "/a/0"),
            (at("1, {"), "/a"),
            (at("cc"), "/a/1/b~1~0"),
            (at("{}"), "/d"),
            (at("{}, \"e\""), ""),
            (at("\"e\": 12"), "/e"),
        ];
        asked.sort();
        let ranges = asked.map(|it| it.0);
        assert_eq!(pointers(&file, &ranges), asked.map(|it| it.1));
    }
}
