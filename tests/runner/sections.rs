//! The sections of a fixture: questions about a file, each answered by a function.

use ide::Analysis;
use syntax::{TextEdit, TextRange, TextSize};

use crate::runner::check::{Layout, analyse, findings};
use crate::runner::format::{File, Section};
use crate::runner::{features, refactor};

/// Answers a section.
pub(crate) type Answer = fn(&Asked<'_>) -> Result<String, String>;

/// The kinds of sections. A new one is a line here and a function.
const SECTIONS: &[(&str, Answer)] = &[
    ("completion", features::completion),
    ("denied", features::denied),
    ("fix", fix),
    ("folding", features::folding),
    ("format", features::format),
    ("hints", features::hints),
    ("hover", features::hover),
    ("lens", features::lens),
    ("links", features::links),
    ("refactor", refactor::answer),
    ("selection", features::selection),
    ("symbols", features::symbols),
];

/// What a section asks about.
pub(crate) struct Asked<'a> {
    /// The file.
    pub(crate) analysis: &'a Analysis,
    /// Its text.
    pub(crate) text: &'a str,
    /// The rest of the section's line.
    pub(crate) argument: &'a str,
    /// How the text is laid out.
    pub(crate) layout: Layout,
    /// The place of `$0`.
    pub(crate) cursor: Option<TextSize>,
}

impl Asked<'_> {
    /// Where `$0` is.
    pub(crate) fn cursor(&self) -> Result<TextSize, String> {
        self.cursor.ok_or_else(|| "this section needs a cursor `$0` in the file".to_owned())
    }

    /// A range as `line:column-line:column`, from one, in the text as the fixture has it. Answers must not show
    /// positions otherwise: the question is asked again with other line ends.
    pub(crate) fn place(&self, range: TextRange) -> String {
        let plain = Layout::plain(self.text);
        let show = |at: TextSize| {
            let before = &plain[..self.layout.back(self.text, at) as usize];
            let start = before.rfind('\n').map_or(0, |it| it + 1);
            format!("{}:{}", before.matches('\n').count() + 1, before[start..].chars().count() + 1)
        };
        format!("{}-{}", show(range.start), show(range.end))
    }
}

/// The answer to a section, checked to be the same in every layout of the text.
pub(crate) fn answer(file: &File, section: &Section) -> Result<String, String> {
    let Some((_, answer)) = SECTIONS.iter().find(|it| it.0 == section.kind) else {
        let known: Vec<&str> = SECTIONS.iter().map(|it| it.0).collect();
        return Err(format!("there is no section `{}`; there are {}", section.kind, known.join(", ")));
    };
    let ask = |layout: Layout| {
        let text = layout.of(&file.text);
        let analysis = analyse(&text, &file.options);
        let cursor = file.cursor.map(|it| layout.forth(&file.text, it));
        let asked = Asked { analysis: &analysis, text: &text, argument: &section.argument, layout, cursor };
        answer(&asked).map(|it| Layout::plain(&it))
    };
    let plain = ask(Layout::Plain)?;
    for layout in [Layout::CarriageReturns, Layout::ByteOrderMark] {
        let other = ask(layout)?;
        if other != plain {
            return Err(format!("{layout:?} changes `//= {}` from\n{plain}\nto\n{other}", section.kind));
        }
    }
    Ok(plain)
}

/// The text after the fix with this title; `"Title" 2` is the second one.
fn fix(asked: &Asked<'_>) -> Result<String, String> {
    let (title, nth) = match asked.argument.rsplit_once("\" ") {
        Some((title, nth)) => (title, nth.parse::<usize>().map_err(|it| it.to_string())?),
        None => (asked.argument.strip_suffix('"').unwrap_or(asked.argument), 1),
    };
    let title = title.strip_prefix('"').unwrap_or(title);
    let found = findings(asked.analysis);
    let fixes: Vec<_> = found.iter().flat_map(|it| asked.analysis.fixes(it)).collect();
    let Some(fix) = fixes.iter().filter(|it| it.title == title).nth(nth.saturating_sub(1)) else {
        let titles: Vec<String> = fixes.iter().map(|it| format!("`{}`", it.title)).collect();
        return Err(format!("no fix number {nth} is called `{title}`; there are {}", titles.join(", ")));
    };
    Ok(TextEdit::apply_all(asked.text, &fix.edits))
}
