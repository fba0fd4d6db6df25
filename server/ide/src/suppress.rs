//! What is not reported: by a comment in the file, `// accesslens-ignore RULE: reason`, or by the settings.
//!
//! A comment alone on its line speaks of the next line that holds something, a comment behind something of its own
//! line: of all that begins on that line, so above a `{` it speaks of the whole statement. `accesslens-ignore-file`
//! speaks of the whole file. A file without comments costs nothing here.

use std::collections::{BTreeMap, BTreeSet};

use syntax::{Encoding, LineCol, Node, SourceFile, TextEdit, TextRange, TextSize};

use crate::config::Ignored;
use crate::finding::{Finding, Findings, Fix, Severity, Tag};
use crate::rules::{self, unused_suppression::RULE};
use crate::{nearest, tokens};

/// What a comment begins with that speaks of one place.
const IGNORE: &str = "accesslens-ignore";

/// What a comment begins with that speaks of the file.
const IGNORE_FILE: &str = "accesslens-ignore-file";

/// A comment that says what is not reported.
#[derive(Debug)]
struct Suppression {
    comment: TextRange,
    /// The names of rules, as they are written.
    rules: Vec<Name>,
    /// What it speaks of.
    covers: TextRange,
    /// Where its line starts, when it is alone there.
    line: Option<TextSize>,
}

#[derive(Debug)]
struct Name {
    text: String,
    range: TextRange,
    is_used: bool,
}

/// What of a file's findings is not reported.
#[derive(Debug, Default)]
pub(crate) struct Quiet {
    comments: Vec<Suppression>,
    /// By the number of the statement in the file, the numbers of its findings, sorted.
    statements: BTreeMap<usize, Box<[usize]>>,
    /// The numbers of the findings that need more than one statement, sorted.
    wide: Vec<usize>,
    /// The elements of `ignore` that keep something quiet, each with the number of the rule's name in it.
    pub(crate) ignores: BTreeSet<(usize, usize)>,
    /// What there is to say of the comments themselves.
    pub(crate) findings: Vec<Finding>,
}

/// A statement with what is found in it.
pub(crate) struct Checked<'a> {
    /// Where it starts.
    pub(crate) start: TextSize,
    /// Its range in the file.
    pub(crate) range: TextRange,
    /// Its `Sid`.
    pub(crate) sid: Option<&'a str>,
    /// What is found in it, counted from its start.
    pub(crate) findings: &'a [Finding],
}

impl Quiet {
    /// Whether a comment of `file` or a setting may keep something quiet. Other comments do not count: what is said of
    /// single statements need not wait for them.
    pub(crate) fn is_wanted(file: &SourceFile, ignores: &[Ignored]) -> bool {
        !ignores.is_empty() || !suppressions(file).is_empty()
    }

    /// What of the findings in `statements`, which are in order, and of `wide` is not reported.
    pub(crate) fn of(
        file: &SourceFile,
        ignores: &[Ignored],
        statements: &[Checked<'_>],
        wide: &[Finding],
    ) -> Quiet {
        let mut out = Quiet { comments: suppressions(file), ..Quiet::default() };
        if out.comments.is_empty() && ignores.is_empty() {
            return out;
        }
        let mut muted: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (element, ignored) in ignores.iter().enumerate() {
            let of_rule = |it: &Finding| {
                ignored.rules.iter().position(|name| name == it.rule.name).map(|it| (element, it))
            };
            let is_meant = |it: &Checked<'_>| ignored.sid.is_none() || ignored.sid.as_deref() == it.sid;
            for (idx, statement) in statements.iter().enumerate().filter(|(_, it)| is_meant(it)) {
                let own = statement.findings.iter().enumerate();
                for (n, name) in own.filter_map(|(n, it)| Some((n, of_rule(it)?))) {
                    out.ignores.insert(name);
                    muted.entry(idx).or_default().push(n);
                }
            }
            for (n, it) in wide.iter().enumerate() {
                let at = statements.partition_point(|of| of.start <= it.range.start).checked_sub(1);
                let around =
                    at.and_then(|it| statements.get(it)).filter(|of| of.range.contains_range(it.range));
                let is_meant = ignored.sid.is_none() || around.is_some_and(is_meant);
                if let Some(name) = of_rule(it).filter(|_| is_meant) {
                    out.ignores.insert(name);
                    out.wide.push(n);
                }
            }
        }
        let mut by_place: Vec<(TextSize, usize)> =
            wide.iter().enumerate().map(|(n, it)| (it.range.start, n)).collect();
        by_place.sort_unstable();
        for comment in &mut out.comments {
            let first = statements.partition_point(|it| it.range.end <= comment.covers.start);
            let end = comment.covers.end;
            let inside = statements.iter().enumerate().skip(first);
            for (idx, it) in inside.take_while(|(_, it)| it.start < end) {
                for (n, finding) in it.findings.iter().enumerate() {
                    if comment.mutes(finding, it.start) {
                        muted.entry(idx).or_default().push(n);
                    }
                }
            }
            let first = by_place.partition_point(|(at, _)| *at < comment.covers.start);
            for (_, n) in by_place.iter().skip(first).take_while(|(at, _)| *at <= end) {
                if wide.get(*n).is_some_and(|it| comment.mutes(it, 0)) {
                    out.wide.push(*n);
                }
            }
        }
        let sorted = |mut it: Vec<usize>| {
            it.sort_unstable();
            it.dedup();
            it
        };
        out.wide = sorted(std::mem::take(&mut out.wide));
        out.statements = muted.into_iter().map(|(idx, it)| (idx, sorted(it).into_boxed_slice())).collect();
        // In half-typed text the rules see less than there is.
        if !file.tree().has_errors() {
            let mut acc = Findings::default();
            out.comments.iter().for_each(|it| it.report(file, &mut acc));
            out.findings = acc.into_list();
        }
        out
    }

    /// The numbers of the findings of the statement number `idx` that are not reported.
    pub(crate) fn of_statement(&self, idx: usize) -> &[usize] {
        self.statements.get(&idx).map_or(&[], |it| it)
    }

    /// Whether the finding number `n` of those that need more than one statement is not reported.
    pub(crate) fn of_wide(&self, n: usize) -> bool {
        self.wide.binary_search(&n).is_ok()
    }

    /// Keeps a finding of the rule `name` at `at` quiet, by a comment above its line.
    pub(crate) fn fix(&self, file: &SourceFile, name: &str, at: TextSize) -> Fix {
        let title = format!("Suppress `{name}` here");
        let line = line_at(file, at);
        // Names are added to a comment that is there.
        let mut same = self.comments.iter().filter(|it| it.line.is_some() && it.covers.start == line.start);
        if let Some(last) = same.next_back().and_then(|it| it.rules.last()) {
            return Fix::suggested(title, vec![TextEdit::insert(last.range.end, format!(", {name}"))]);
        }
        let text = file.text().slice(line);
        let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let text = text.get(mark..).unwrap_or_default();
        let indent = text.get(..text.len() - text.trim_start_matches([' ', '\t']).len()).unwrap_or_default();
        let start = line.start + size(mark);
        Fix::suggested(title, vec![TextEdit::insert(start, format!("{indent}// {IGNORE} {name}\n"))])
    }
}

impl Suppression {
    /// Whether it keeps a finding quiet, which counts from `start`; if so, it is of use.
    fn mutes(&mut self, finding: &Finding, start: TextSize) -> bool {
        let at = finding.range.start + start;
        if at < self.covers.start || at >= self.covers.end.max(self.covers.start + 1) {
            return false;
        }
        let own = self.rules.iter_mut().find(|it| it.text == finding.rule.name);
        own.map(|it| it.is_used = true).is_some()
    }

    fn report(&self, file: &SourceFile, acc: &mut Findings) {
        if self.rules.is_empty() {
            acc.report(&RULE, self.comment, "This comment does not say which rule it is about")
                .severity(Severity::Warning)
                .fix(Fix::suggested("Remove the comment", vec![self.removal(file)]));
        }
        for (idx, name) in self.rules.iter().enumerate().filter(|(_, it)| !it.is_used) {
            if rules::rule(&name.text).is_some() {
                let message = format!("Nothing here is reported by `{}`", name.text);
                acc.report(&RULE, name.range, message).tag(Tag::Unnecessary).fix(self.without(file, idx));
                continue;
            }
            let near = nearest::nearest(&name.text, rules::ALL.iter().map(|it| it.name));
            let asks = near.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
            let message = format!("There is no rule `{}`{asks}", name.text);
            let change = near.map(|it| {
                Fix::suggested(format!("Change to `{it}`"), vec![TextEdit::replace(name.range, it)])
            });
            acc.report(&RULE, name.range, message)
                .severity(Severity::Warning)
                .fixes(change)
                .fix(self.without(file, idx));
        }
    }

    /// Takes the name number `idx` out; with the last one goes the comment.
    fn without(&self, file: &SourceFile, idx: usize) -> Fix {
        let range = |it: usize| self.rules.get(it).map(|it| it.range);
        let gone = match (range(idx), range(idx + 1), idx.checked_sub(1).and_then(range)) {
            (Some(own), Some(next), _) => Some(TextRange::new(own.start, next.start)),
            (Some(own), None, Some(previous)) => Some(TextRange::new(previous.end, own.end)),
            _ => None,
        };
        match gone {
            Some(gone) => Fix::suggested("Remove the name", vec![TextEdit::delete(gone)]),
            None => Fix::suggested("Remove the comment", vec![self.removal(file)]),
        }
    }

    /// Takes the comment out: with its line where it is alone there, else with the blanks before it.
    fn removal(&self, file: &SourceFile) -> TextEdit {
        let line = line_at(file, self.comment.start);
        let is_alone = file.text().slice(TextRange::new(self.comment.end, line.end)).trim().is_empty();
        if let (Some(start), true) = (self.line, is_alone) {
            return TextEdit::delete(TextRange::new(start, line.end));
        }
        let before = file.text().slice(TextRange::new(line.start, self.comment.start));
        let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
        TextEdit::delete(TextRange::new(self.comment.start - size(blanks), self.comment.end))
    }
}

/// The comments of a file that say what is not reported.
fn suppressions(file: &SourceFile) -> Vec<Suppression> {
    let mut comments = Vec::new();
    file.tree().root().visit_comments(0, &mut |it| comments.push(it));
    comments.into_iter().filter_map(|it| suppression(file, it)).collect()
}

fn suppression(file: &SourceFile, comment: TextRange) -> Option<Suppression> {
    if comment.len() < size(IGNORE.len()) {
        return None;
    }
    let text = file.text().slice(comment);
    let inner = text.get(2..)?.trim_start();
    let head = inner.split(|it: char| it.is_whitespace() || it == ':').next().unwrap_or_default();
    let of_file = match head {
        IGNORE => false,
        IGNORE_FILE => true,
        _ => return None,
    };
    let list_start = text.len() - inner.len() + head.len();
    let list = text.get(list_start..)?.split([':', '\n']).next()?;
    let list = list.split("*/").next()?;
    let mut rules = Vec::new();
    let mut at = list_start;
    for part in list.split_inclusive(|it: char| it == ',' || it.is_whitespace()) {
        let name = part.trim_matches(|it: char| it == ',' || it.is_whitespace());
        if !name.is_empty() {
            let range = TextRange::new(size(at), size(at + name.len())) + comment.start;
            rules.push(Name { text: name.to_owned(), range, is_used: false });
        }
        at += part.len();
    }
    let line = line_at(file, comment.start);
    let before = file.text().slice(TextRange::new(line.start, comment.start));
    let is_alone = before.trim_start_matches('\u{feff}').trim().is_empty();
    let covers = match (of_file, is_alone) {
        (true, _) => TextRange::new(0, file.text().len() + 1),
        (false, true) => begins_on(file, line_at(file, behind_comments(file, comment.end))),
        (false, false) => begins_on(file, line),
    };
    let mark = size(before.len() - before.trim_start_matches('\u{feff}').len());
    Some(Suppression { comment, rules, covers, line: is_alone.then_some(line.start + mark) })
}

/// The first place from `at` on that is neither blank nor in a comment.
fn behind_comments(file: &SourceFile, mut at: TextSize) -> TextSize {
    while let Some(token) = tokens::at(file.tree(), at).filter(|it| it.kind.is_trivia()) {
        at = token.range.end;
    }
    at
}

/// What begins on a line: the line itself, and on to the end of the last thing that begins on it.
fn begins_on(file: &SourceFile, line: TextRange) -> TextRange {
    let mut end = line.end;
    let (mut node, mut start): (&Node, TextSize) = (file.tree().root(), 0);
    let mut at = line.start;
    while at < line.end {
        let Some((offset, element)) = node.child_at(at.saturating_sub(start)) else { break };
        let child = start + offset;
        match element.as_node() {
            // It begins before the line: what is in it may begin on the line.
            Some(inner) if child < line.start && at < child + element.width() => {
                (node, start) = (inner, child);
                continue;
            }
            Some(_) if child >= line.start => end = end.max(child + element.width()),
            Some(_) | None => {}
        }
        let next = child + element.width();
        if next <= at {
            break;
        }
        at = next;
    }
    TextRange::new(line.start, end)
}

/// The line that holds `at`, with its end.
fn line_at(file: &SourceFile, at: TextSize) -> TextRange {
    let LineCol { line, column } = file.text().line_col(at, Encoding::Utf8);
    let end = file.text().offset(LineCol { line: line + 1, column: 0 }, Encoding::Utf8);
    TextRange::new(at.min(file.text().len()) - column, end)
}

fn size(len: usize) -> TextSize {
    TextSize::try_from(len).unwrap_or(TextSize::MAX)
}
