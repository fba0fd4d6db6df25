//! Layout: what a formatter may change is white space, and only where the JSON around it is sound.
//!
//! Members and elements go on lines of their own. A short list that is written on one line stays on it, and so does
//! an object of one or two plain members. Comments, order, escapes and single blank lines stay. A container with a
//! syntax error anywhere inside keeps its own white space; what is sound in it is laid out from where it begins.

use syntax::{Element, Kind, Node, TextEdit, TextRange, TextSize};

use crate::Analysis;

/// How to lay out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatOptions {
    /// Columns of an indentation step.
    pub tab_size: u32,
    /// Whether to indent with spaces rather than tabs.
    pub insert_spaces: bool,
    /// The only part that may change; `None` is everything.
    pub range: Option<TextRange>,
}

/// A line is not filled beyond this column.
const WIDTH: usize = 100;

/// The most members an object on one line can have.
const MEMBERS_ON_A_LINE: usize = 2;

/// The edits that lay out a file with policies, by position. Laid out again, it stays as it is.
pub fn format(analysis: &Analysis, options: FormatOptions) -> Vec<TextEdit> {
    if analysis.policies().is_empty() {
        return Vec::new();
    }
    let text = analysis.file().text().to_string();
    let mut layout = Layout { text: &text, options, edits: Vec::new(), column: 0, indent: 0 };
    layout.root(analysis.file().tree().root());
    let wanted = |it: &TextEdit| options.range.is_none_or(|range| range.contains_range(it.range));
    layout.edits.retain(wanted);
    layout.edits
}

struct Layout<'a> {
    text: &'a str,
    options: FormatOptions,
    edits: Vec<TextEdit>,
    /// Where the next token goes.
    column: usize,
    /// The column at which the line of the next token begins.
    indent: usize,
}

/// Two neighbours in a container and the white space between them.
struct Gap<'t> {
    before: &'t Element,
    after: &'t Element,
    range: TextRange,
    /// Whether `after` is a comment that belongs to what follows it on the same line.
    leads: bool,
}

impl Layout<'_> {
    fn slice(&self, range: TextRange) -> &str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    fn root(&mut self, root: &Node) {
        if root.has_errors() {
            return self.as_it_is(root, 0);
        }
        let mut last: Option<(&Element, TextSize)> = None;
        for (start, element) in parts(root, 0) {
            let gap_start = last.map_or(0, |(_, end)| end);
            let gap = TextRange::new(gap_start, start);
            match last {
                None => self.gap(gap, ""),
                Some((before, _)) if before.kind() == Kind::ByteOrderMark => self.gap(gap, ""),
                Some((before, _)) => {
                    let wanted = self.between(&Gap { before, after: element, range: gap, leads: false }, 0);
                    self.gap(gap, &wanted);
                }
            }
            self.element(element, start, false);
            last = Some((element, start + element.width()));
        }
        let end = TextRange::new(last.map_or(0, |(_, end)| end), root.width());
        let breaks = has_break(self.slice(end));
        self.gap(end, if breaks { "\n" } else { "" });
    }

    fn element(&mut self, element: &Element, start: TextSize, in_line: bool) {
        match element {
            Element::Token { .. } => {
                let range = TextRange::new(start, start + element.width());
                self.advance(range);
            }
            Element::Node(node) if node.has_errors() => self.as_it_is(node, start),
            Element::Node(node) if node.kind() == Kind::Member => self.member(node, start, in_line),
            Element::Node(node) if in_line || self.fits(node, start) => self.line(node, start),
            Element::Node(node) => self.lines(node, start),
        }
    }

    /// Leaves the white space of a faulty node alone.
    fn as_it_is(&mut self, node: &Node, start: TextSize) {
        for (offset, element) in node.children() {
            self.element(element, start + offset, false);
        }
    }

    fn member(&mut self, node: &Node, start: TextSize, in_line: bool) {
        let mut last: Option<(&Element, TextSize)> = None;
        for (at, element) in parts(node, start) {
            if let Some((before, end)) = last {
                let gap = TextRange::new(end, at);
                match (before.kind().is_trivia() || element.kind().is_trivia(), element.kind()) {
                    (true, _) => self.advance(gap),
                    (false, Kind::Colon) => self.gap(gap, ""),
                    (false, _) => self.gap(gap, " "),
                }
            }
            self.element(element, at, in_line);
            last = Some((element, at + element.width()));
        }
    }

    /// All on one line.
    fn line(&mut self, node: &Node, start: TextSize) {
        let pad = if pads(node) { " " } else { "" };
        let mut last: Option<(&Element, TextSize)> = None;
        for (at, element) in parts(node, start) {
            if let Some((before, end)) = last {
                let wanted = match (before.kind(), element.kind()) {
                    _ if is_empty(node) => "",
                    (_, Kind::Comma) => "",
                    (Kind::Comma, _) => " ",
                    _ => pad,
                };
                self.gap(TextRange::new(end, at), wanted);
            }
            self.element(element, at, true);
            last = Some((element, at + element.width()));
        }
    }

    /// Each part on a line of its own.
    fn lines(&mut self, node: &Node, start: TextSize) {
        let outer = self.indent;
        let mut last: Option<(&Element, TextSize)> = None;
        let mut parts = parts(node, start).peekable();
        while let Some((at, element)) = parts.next() {
            let end = at + element.width();
            if let Some((before, gap_start)) = last {
                let indent = if closes(element) { outer } else { outer + self.options.tab_size as usize };
                let follows = parts.peek().is_some_and(|(at, it)| {
                    let breaks = has_break(self.slice(TextRange::new(end, *at)));
                    !breaks && !closes(it) && it.kind() != Kind::Comma
                });
                let begins = matches!(before.kind(), Kind::Comma | Kind::LeftBrace | Kind::LeftBracket);
                let leads = element.kind() == Kind::BlockComment && begins && follows;
                let gap = Gap { before, after: element, range: TextRange::new(gap_start, at), leads };
                let wanted = self.between(&gap, indent);
                self.gap(gap.range, &wanted);
            }
            self.element(element, at, false);
            last = Some((element, end));
        }
    }

    /// The white space between two parts that go on lines of their own.
    fn between(&self, gap: &Gap<'_>, indent: usize) -> String {
        let (before, after) = (gap.before.kind(), gap.after.kind());
        let written = self.slice(gap.range);
        let breaks = n_breaks(written);
        let opens = matches!(before, Kind::LeftBrace | Kind::LeftBracket);
        let closes = closes(gap.after);
        let is_comment = |kind: Kind| matches!(kind, Kind::LineComment | Kind::BlockComment);
        if after == Kind::Comma && before != Kind::LineComment {
            return String::new();
        }
        if breaks == 0 && is_comment(after) && !gap.leads {
            // Behind something: the blanks may be there to line it up with others.
            return if written.is_empty() { " ".into() } else { written.into() };
        }
        if breaks == 0 && before == Kind::BlockComment && !closes {
            return " ".into();
        }
        let blank_line = breaks > 1 && !opens && !closes;
        let mut out = String::from(if blank_line { "\n\n" } else { "\n" });
        let tab_size = self.options.tab_size as usize;
        if self.options.insert_spaces || tab_size == 0 {
            out.extend(std::iter::repeat_n(' ', indent));
        } else {
            out.extend(std::iter::repeat_n('\t', indent / tab_size));
            out.extend(std::iter::repeat_n(' ', indent % tab_size));
        }
        out
    }

    /// Whether a container that is on one line may stay so.
    fn fits(&self, node: &Node, start: TextSize) -> bool {
        if is_empty(node) {
            return true;
        }
        let mut width = self.column + if pads(node) { 4 } else { 2 };
        let mut n_members = 0;
        for (_, element) in parts(node, start) {
            width += match element.kind() {
                Kind::LeftBrace | Kind::RightBrace | Kind::LeftBracket | Kind::RightBracket => 0,
                Kind::LineComment | Kind::BlockComment | Kind::Object | Kind::Array => return false,
                Kind::Comma => 2,
                Kind::Member => {
                    n_members += 1;
                    match element.as_node().and_then(|it| plain_width(it)) {
                        Some(width) => width,
                        None => return false,
                    }
                }
                _ => element.width() as usize,
            };
            if width > WIDTH || n_members > MEMBERS_ON_A_LINE {
                return false;
            }
        }
        !has_break(self.slice(node.range_at(start)))
    }

    /// Writes `wanted` in place of white space.
    fn gap(&mut self, range: TextRange, wanted: &str) {
        let written = self.text.get(range.start as usize..range.end as usize).unwrap_or_default();
        self.step(wanted);
        let same_breaks = n_breaks(written) == n_breaks(wanted);
        let (Some(from), Some(to)) = (last_line(written), last_line(wanted)) else {
            if written != wanted {
                self.edits.push(TextEdit::replace(range, wanted));
            }
            return;
        };
        let only_breaks =
            |it: &str, last: &str| it.len() - last.len() == it.trim_end_matches([' ', '\t']).len();
        let clean =
            only_breaks(written, from) && !written.trim_start_matches(['\n', '\r']).contains(['\n', '\r']);
        if !same_breaks || !clean {
            self.edits.push(TextEdit::replace(range, wanted));
        } else if from != to {
            let start = range.end - TextSize::try_from(from.len()).unwrap_or(0);
            self.edits.push(TextEdit::replace(TextRange::new(start, range.end), to));
        }
    }

    /// Moves over a text that stays.
    fn advance(&mut self, range: TextRange) {
        let text = self.text.get(range.start as usize..range.end as usize).unwrap_or_default();
        self.step(text);
    }

    fn step(&mut self, text: &str) {
        let Some(line) = last_line(text) else {
            self.column += text.len();
            return;
        };
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let tabs = line.bytes().take(blanks).filter(|it| *it == b'\t').count();
        self.indent = blanks - tabs + tabs * self.options.tab_size as usize;
        self.column = self.indent + line.len() - blanks;
    }
}

fn closes(element: &Element) -> bool {
    matches!(element.kind(), Kind::RightBrace | Kind::RightBracket)
}

/// The children of a node but for white space, with where they start.
fn parts(node: &Node, start: TextSize) -> impl Iterator<Item = (TextSize, &Element)> {
    node.children().filter(|(_, it)| it.kind() != Kind::Whitespace).map(move |(at, it)| (start + at, it))
}

fn is_empty(node: &Node) -> bool {
    node.kind().is_container() && parts(node, 0).count() == 2
}

/// Whether there are blanks inside of the opening bracket.
fn pads(node: &Node) -> bool {
    node.children().nth(1).is_some_and(|(_, it)| it.kind() == Kind::Whitespace)
}

/// The width on one line of a member with a plain value, or an empty container.
fn plain_width(member: &Node) -> Option<usize> {
    let mut width = 1;
    for (_, element) in parts(member, 0) {
        width += match (element.kind(), element) {
            (Kind::LineComment | Kind::BlockComment, _) => return None,
            (_, Element::Node(node)) if is_empty(node) => 2,
            (_, Element::Node(_)) => return None,
            (_, Element::Token { width, .. }) => *width as usize,
        };
    }
    Some(width)
}

fn has_break(text: &str) -> bool {
    text.contains(['\n', '\r'])
}

/// Line breaks: `\n`, `\r\n` and `\r`.
fn n_breaks(text: &str) -> usize {
    let newlines = text.matches('\n').count();
    newlines + text.matches('\r').count() - text.matches("\r\n").count()
}

/// What stands behind the last line break; `None` without one.
fn last_line(text: &str) -> Option<&str> {
    let at = text.rfind(['\n', '\r'])?;
    text.get(at + 1..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    const SPACES: FormatOptions = FormatOptions { tab_size: 2, insert_spaces: true, range: None };

    fn formatted(text: &str, options: FormatOptions) -> String {
        let analysis = Analysis::of(text, Default::default(), Config::default().into());
        TextEdit::apply_all(text, &format(&analysis, options))
    }

    fn check(text: &str, expected: &str) {
        let actual = formatted(text, SPACES);
        assert_eq!(actual, expected, "\n{actual}");
        assert_eq!(formatted(&actual, SPACES), actual, "not idempotent");
    }

    #[test]
    fn a_policy_on_one_line_is_laid_out() {
        check(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["a:b","c:d"],"Principal":{"AWS":"*"},"Condition":{"Bool":{"k":"true"}},"Resource":[ ]}]}"#,
            r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["a:b", "c:d"],
      "Principal": {"AWS": "*"},
      "Condition": {
        "Bool": {"k": "true"}
      },
      "Resource": []
    }
  ]
}"#,
        );
    }

    #[test]
    fn comments_blank_lines_and_lists_stay() {
        check(
            "// top\n[ {  // one\n\n\n \"Effect\" : \"Allow\"   // why\n ,\n\n\n  /* a */ \"Action\":[\n\"a:b\" ] // end\n} ]\n\n",
            "// top\n[\n  {  // one\n\n    \"Effect\": \"Allow\"   // why\n    ,\n\n    /* a */ \"Action\": [\n      \"a:b\"\n    ] // end\n  }\n]\n",
        );
    }

    #[test]
    fn long_lists_are_broken_up() {
        let long = format!("\"s3:{}\"", "x".repeat(60));
        check(
            &format!("[\n  {{\n    \"Effect\": \"Allow\",\n    \"Action\": [{long}, {long}]\n  }}\n]"),
            &format!(
                "[\n  {{\n    \"Effect\": \"Allow\",\n    \"Action\": [\n      {long},\n      {long}\n    ]\n  }}\n]"
            ),
        );
    }

    #[test]
    fn faulty_parts_stay_as_they_are() {
        check(
            "[\n{\"Effect\":\"Allow\",\"Action\":\"a:b\",\"Sid\":\"\"},\n {\"Effect\":  \"Deny\" \"Action\": {\"a\":1}} ]",
            "[\n{\n  \"Effect\": \"Allow\",\n  \"Action\": \"a:b\",\n  \"Sid\": \"\"\n},\n {\"Effect\": \"Deny\" \"Action\": {\"a\": 1}} ]",
        );
    }

    #[test]
    fn edits_are_small() {
        let text = "[\r\n  {\r\n    \"Effect\": \"Allow\",\r\n  \"Action\":  \"a:b\"\r\n  }\r\n]\r\n";
        let analysis = Analysis::of(text, Default::default(), Config::default().into());
        let edits = format(&analysis, SPACES);
        let found: Vec<_> = edits
            .iter()
            .map(|it| (text.get(it.range.start as usize..it.range.end as usize).unwrap(), &*it.text))
            .collect();
        assert_eq!(found, [("  ", "    "), ("  ", " ")]);
        let tabs = formatted(text, FormatOptions { insert_spaces: false, ..SPACES });
        assert!(tabs.contains("\r\n\t\t\"Action\": \"a:b\"\r\n\t}"), "{tabs:?}");
    }
}
