//! Findings for people: an excerpt of the text with carets, as rustc shows them.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Element, Level, Message, Origin, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use ide::{Related, Safety, Severity};
use syntax::{Encoding, LineCol, Text, TextRange, TextSize};

use super::Report;
use crate::cli::check::{Checked, Fixed, Found};
use crate::cli::kind;

/// How wide an excerpt may be. Policies on one line of thousands of characters are common.
const WIDTH: usize = 120;

/// Places further apart than this are shown apart.
const NEAR_LINES: u32 = 60;
/// How far apart they may stand on one line, which is drawn from the one to the other.
const NEAR_COLUMNS: TextSize = 120;

/// Lines longer than this are not shown; drawing a megabyte for each finding on it would take forever.
const MAX_WIDTH: u32 = 1 << 17;

/// A finding over more lines than this is shown by its first line.
const MAX_LINES: u32 = 12;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    let renderer = renderer();
    for file in report.files.iter().filter(|it| !it.findings.is_empty() || !it.fixed.is_empty()) {
        writeln!(out, "{bold}{}{bold:#}: {}", file.path, kinds(file))?;
        for (fixed, n) in counted(&file.fixed) {
            let times = if n > 1 { format!(" ({n} times)") } else { String::new() };
            writeln!(out, "  fixed {}: {}{times}", fixed.rule, fixed.title)?;
        }
        writeln!(out)?;
        for found in &file.findings {
            writeln!(out, "{}\n", excerpt(&renderer, file, found))?;
        }
    }
    summary(report, out)
}

fn renderer() -> Renderer {
    Renderer::styled().term_width(WIDTH)
}

fn kinds(file: &Checked) -> String {
    match file.policies.as_slice() {
        [] => "no policy".to_owned(),
        [it] => format!("{} ({})", it.kind.title(), kind::source(it.kind_source)),
        all => kind::count(all.iter()),
    }
}

/// The fixes in the order they come first, with how often they come.
fn counted(fixes: &[Fixed]) -> Vec<(&Fixed, usize)> {
    let mut out: Vec<(&Fixed, usize)> = Vec::new();
    for fix in fixes {
        match out.iter_mut().find(|it| it.0 == fix) {
            Some(known) => known.1 += 1,
            None => out.push((fix, 1)),
        }
    }
    out
}

fn excerpt(renderer: &Renderer, file: &Checked, found: &Found) -> String {
    let finding = &found.finding;
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::HELP.with_name("hint"),
    };
    // Related places near the finding are drawn into its excerpt, the others get one of their own.
    let line = |it: TextRange| file.text.line_col(it.start, Encoding::Utf8).line;
    let is_near = |it: &&Related| {
        let apart = line(it.range).abs_diff(line(finding.range));
        let on_long_line = apart == 0 && it.range.start.abs_diff(finding.range.start) > NEAR_COLUMNS;
        apart <= NEAR_LINES && !on_long_line
    };
    let (near, far): (Vec<_>, Vec<_>) = finding.related.iter().partition(is_near);
    let drawn = near.iter().map(|it| it.range).chain([finding.range]);
    let title = level.primary_title(finding.message.as_str()).id(finding.rule.name);
    let notes = finding.fixes.iter().map(|it| Element::from(fix(it)));
    let lines = Lines::around(&file.text, drawn);
    if lines.end - lines.start > MAX_WIDTH {
        let at = file.text.line_col(finding.range.start, Encoding::Utf32);
        let place = Origin::path(&file.path).line(at.line as usize + 1).char_column(at.column as usize + 1);
        return renderer.render(&[title.element(place).elements(notes)]);
    }
    let near =
        near.iter().map(|it| AnnotationKind::Context.span(lines.span(it.range)).label(it.message.as_str()));
    let own = lines
        .snippet(&file.path)
        .annotation(AnnotationKind::Primary.span(lines.span(finding.range)))
        .annotations(near);
    let mut group = title.element(own);
    let far = far.into_iter().map(|it| (it, Lines::around(&file.text, [it.range])));
    let far: Vec<_> = far.filter(|(_, it)| it.end - it.start <= MAX_WIDTH).collect();
    for (it, there) in &far {
        let shown = there
            .snippet(&file.path)
            .annotation(AnnotationKind::Context.span(there.span(it.range)).label(it.message.as_str()));
        group = group.element(shown);
    }
    renderer.render(&[group.elements(notes)])
}

fn fix(fix: &ide::Fix) -> Message<'_> {
    let safety = match fix.safety {
        Safety::Safe => " (safe)",
        Safety::Suggested => "",
    };
    Level::HELP.with_name("fix").message(format!("{}{safety}", fix.title))
}

/// The whole lines around some ranges.
struct Lines {
    text: String,
    start: TextSize,
    end: TextSize,
    first_line: u32,
}

impl Lines {
    fn around(text: &Text, ranges: impl IntoIterator<Item = TextRange>) -> Lines {
        let line = |at: TextSize| text.line_col(at, Encoding::Utf8).line;
        let offset = |line: u32, column: u32| text.offset(LineCol { line, column }, Encoding::Utf8);
        let (mut first_line, mut last_line) = (u32::MAX, 0);
        for range in ranges {
            let start = line(range.start);
            first_line = first_line.min(start);
            last_line = last_line.max(line(range.end).min(start + MAX_LINES));
        }
        let (start, end) = (offset(first_line, 0), offset(last_line, u32::MAX));
        Lines { text: text.slice(TextRange::new(start, end)).into_owned(), start, end, first_line }
    }

    fn span(&self, range: TextRange) -> std::ops::Range<usize> {
        let end = range.end.min(self.end).saturating_sub(self.start) as usize;
        let start = range.start.saturating_sub(self.start) as usize;
        start.min(end)..end
    }

    fn snippet<'a, T: Clone>(&'a self, path: &'a str) -> Snippet<'a, T> {
        Snippet::source(self.text.as_str()).line_start(self.first_line as usize + 1).path(path)
    }
}

fn summary(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = || report.files.iter().flat_map(|it| &it.findings);
    let mut counts = Vec::new();
    for (severity, one, many) in [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Info, "info", "infos"),
        (Severity::Hint, "hint", "hints"),
    ] {
        match findings().filter(|it| it.finding.severity == severity).count() {
            0 => {}
            1 => counts.push(format!("1 {one}")),
            n => counts.push(format!("{n} {many}")),
        }
    }
    let policies = report.files.iter().flat_map(|it| &it.policies);
    let held = match kind::count(policies) {
        it if it.is_empty() => "no policy".to_owned(),
        it => it,
    };
    let n_files = report.files.len();
    let files = if n_files == 1 { "1 file".to_owned() } else { format!("{n_files} files") };
    let (style, found) = if counts.is_empty() {
        (AnsiColor::Green.on_default().bold(), "nothing found".to_owned())
    } else {
        (Style::new().bold(), counts.join(", "))
    };
    writeln!(out, "{style}{found}{style:#} in {files} ({held})")?;
    let fixable = |it: &&Found| it.finding.fixes.iter().any(|it| it.safety == Safety::Safe);
    match findings().filter(fixable).count() {
        0 => Ok(()),
        n => writeln!(out, "{n} can be fixed with --fix without changing what is granted"),
    }
}
