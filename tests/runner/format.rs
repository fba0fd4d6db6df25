//! The text format of fixtures: sources with what is found in them written below the lines it is found in.
//!
//! ```text
//! //- policy.json kind:scp            starts a file; a fixture without it is one file, `policy.json`
//! //file warning[rule] message        a finding on the whole file
//!     "Action": "s3:GetObjet",
//! //            ^^^^^^^^^^^^^ error[rule] message (unnecessary) (safe fix: Title) (fix: Title)
//! //            ~~~~~~~~~~~~~ related[rule] message
//! //            | error[rule] an empty range
//! //            ^^^^>2 error[rule] up to the end of the second line below
//! //            ^^^^>2:7 error[rule] up to column 7 of the second line below
//! //@0+1 error[rule] one character from column 0, where carets have no room
//! //~@0+1 related[rule] the same for a related place
//! //no-newline                        the file does not end with a line break
//! //= fix "Title"                     a section: a question, and below it the expected answer
//! ```
//!
//! Columns count characters from zero. `$0` is the cursor. Annotations are written back by [`annotate`] in one
//! way only, so a fixture is right when it comes out as it went in.

use std::fmt::Write as _;

use ide::config::Pack;
use policy::PolicyKind;
use syntax::{TextRange, TextSize};

/// The name of a file that is not given one; it must not hint at a kind of policy.
const DEFAULT_NAME: &str = "policy.json";

/// Carets further right than this are given as a column.
const FAR: usize = 160;

const CURSOR: &str = "$0";

/// A fixture, taken apart.
#[derive(Debug)]
pub(crate) struct Fixture {
    /// Its files, at least one.
    pub(crate) files: Vec<File>,
}

/// A source file of a fixture.
#[derive(Debug, Default)]
pub(crate) struct File {
    /// The line that starts it, without its `//-`.
    pub(crate) header: Option<String>,
    /// Its name and what else the header says.
    pub(crate) options: Options,
    /// What is analysed.
    pub(crate) text: String,
    /// The place of `$0` in the text.
    pub(crate) cursor: Option<TextSize>,
    /// What is asked of it.
    pub(crate) sections: Vec<Section>,
}

/// What the header of a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    /// The file's name.
    pub(crate) name: String,
    /// `kind:scp`
    pub(crate) kind: Option<PolicyKind>,
    /// `now:2026-11-22`
    pub(crate) now: chrono::NaiveDateTime,
    /// `trusted:111122223333`
    pub(crate) trusted: Option<String>,
    /// `org:o-a1b2c3d4e5`
    pub(crate) org: Option<String>,
    /// `pack:strict`
    pub(crate) pack: Pack,
}

/// A question about a file, and the expected answer.
#[derive(Debug)]
pub(crate) struct Section {
    /// `fix`, `hover`, …
    pub(crate) kind: String,
    /// The rest of its line.
    pub(crate) argument: String,
    /// The lines below.
    pub(crate) answer: String,
}

/// Something to write below a line.
#[derive(Debug)]
pub(crate) struct Mark {
    /// Its place in the text.
    pub(crate) range: TextRange,
    /// Whether it is a related place of a finding and not a finding.
    pub(crate) related: bool,
    /// What is said of it.
    pub(crate) note: String,
}

impl Default for Options {
    fn default() -> Options {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        Options {
            name: DEFAULT_NAME.to_owned(),
            kind: None,
            now: day.into(),
            trusted: None,
            org: None,
            pack: Pack::Default,
        }
    }
}

/// Takes a fixture apart.
pub(crate) fn parse(fixture: &str) -> Result<Fixture, String> {
    let mut files: Vec<File> = Vec::new();
    let mut no_newline = false;
    for line in fixture.split_inclusive('\n') {
        let bare = line.trim_end();
        if let Some(header) = bare.strip_prefix("//- ") {
            finish(files.last_mut(), &mut no_newline)?;
            files.push(File {
                header: Some(header.to_owned()),
                options: options(header)?,
                ..File::default()
            });
            continue;
        }
        if files.is_empty() {
            files.push(File::default());
        }
        let file = files.last_mut().unwrap();
        if let Some(section) = bare.strip_prefix("//= ") {
            let (kind, argument) = section.split_once(' ').unwrap_or((section, ""));
            let (kind, argument) = (kind.to_owned(), argument.trim().to_owned());
            file.sections.push(Section { kind, argument, answer: String::new() });
        } else if let Some(section) = file.sections.last_mut() {
            section.answer.push_str(line);
        } else if bare == "//no-newline" {
            no_newline = true;
        } else if !is_annotation(bare) {
            file.text.push_str(line);
        }
    }
    finish(files.last_mut(), &mut no_newline)?;
    if files.is_empty() {
        files.push(File::default());
    }
    Ok(Fixture { files })
}

fn finish(file: Option<&mut File>, no_newline: &mut bool) -> Result<(), String> {
    let Some(file) = file else { return Ok(()) };
    if std::mem::take(no_newline) && file.text.ends_with('\n') {
        file.text.pop();
    }
    if let Some(at) = file.text.find(CURSOR) {
        file.text.replace_range(at..at + CURSOR.len(), "");
        file.cursor = Some(at as TextSize);
        if file.text.contains(CURSOR) {
            return Err("there are two cursors `$0` in one file".to_owned());
        }
    }
    Ok(())
}

fn options(header: &str) -> Result<Options, String> {
    let mut words = header.split_whitespace();
    let name = words.next().ok_or("`//-` needs the name of a file")?.to_owned();
    let mut out = Options { name, ..Options::default() };
    for word in words {
        let (key, value) = word.split_once(':').ok_or(format!("`{word}` is not written `option:value`"))?;
        let wrong = || format!("`{word}` has no valid value");
        match key {
            "kind" => out.kind = Some(PolicyKind::from_name(value).ok_or_else(wrong)?),
            "now" => {
                let day = chrono::NaiveDate::parse_from_str(value, "%Y-%m-%d").map_err(|_| wrong())?;
                out.now = day.into();
            }
            "trusted" => out.trusted = Some(value.to_owned()),
            "org" => out.org = Some(value.to_owned()),
            "pack" => out.pack = Pack::from_name(value).ok_or_else(wrong)?,
            _ => {
                return Err(format!(
                    "there is no option `{key}`; there are kind, now, trusted, org and pack"
                ));
            }
        }
    }
    Ok(out)
}

fn is_annotation(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("//") else { return false };
    let at_column =
        |it: &str| it.strip_prefix('@').is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    if let Some(note) = rest.strip_prefix("file ") {
        return is_note(note);
    }
    if at_column(rest) || rest.strip_prefix('~').is_some_and(at_column) {
        return true;
    }
    let marks = rest.trim_start();
    if let Some(note) = marks.strip_prefix("| ") {
        return is_note(note);
    }
    ['^', '~'].iter().any(|mark| {
        let behind = marks.trim_start_matches(*mark);
        behind.len() < marks.len() && (behind.is_empty() || behind.starts_with([' ', '>']))
    })
}

fn is_note(note: &str) -> bool {
    ["error[", "warning[", "info[", "hint[", "related["].iter().any(|it| note.starts_with(it))
}

/// Puts a fixture together again: the files' texts with marks, and the sections with answers.
pub(crate) fn print(files: &[(&File, Vec<Mark>, Vec<String>)]) -> String {
    let mut out = String::new();
    for (file, marks, answers) in files {
        if let Some(header) = &file.header {
            writeln!(out, "//- {header}").unwrap();
        }
        annotate(&file.text, file.cursor, marks, &mut out);
        for (section, answer) in file.sections.iter().zip(answers) {
            let head = format!("{} {}", section.kind, section.argument);
            writeln!(out, "//= {}", head.trim_end()).unwrap();
            out.push_str(answer);
            if !answer.is_empty() && !answer.ends_with('\n') {
                out.push('\n');
            }
        }
    }
    out
}

/// Writes `text` to `out` with each mark below the line it starts in.
pub(crate) fn annotate(text: &str, cursor: Option<TextSize>, marks: &[Mark], out: &mut String) {
    let whole = TextRange::new(0, text.len() as TextSize);
    let is_whole = |it: &&Mark| it.range == whole && !whole.is_empty() && !it.related;
    for mark in marks.iter().filter(is_whole) {
        writeln!(out, "//file {}", mark.note).unwrap();
    }
    let lines = Lines::new(text, cursor);
    let mut marks: Vec<&Mark> = marks.iter().filter(|it| !is_whole(it)).collect();
    marks.sort_by_key(|it| (lines.line_of(it.range.start), it.related));
    let mut marks = marks.into_iter().peekable();
    for (idx, _) in lines.starts.iter().enumerate() {
        let shown = lines.shown(idx);
        out.push_str(&shown);
        while let Some(mark) = marks.next_if(|it| lines.line_of(it.range.start) == idx) {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            let (start, end) = (lines.position(mark.range.start), lines.position(mark.range.end));
            let n_shown = shown.trim_end_matches(['\n', '\r']).chars().count();
            let width =
                if start.0 == end.0 { end.1 - start.1 } else { n_shown.saturating_sub(start.1).max(1) };
            let tail = match end.0 - start.0 {
                0 => String::new(),
                n if end.1 == lines.shown(end.0).trim_end_matches(['\n', '\r']).chars().count() => {
                    format!(">{n}")
                }
                n => format!(">{n}:{}", end.1),
            };
            let place = if start.1 < 2 || start.1 > FAR || (width == 0 && mark.related) {
                format!("{}@{}+{width}", if mark.related { "~" } else { "" }, start.1)
            } else {
                let caret = if mark.related { "~" } else { "^" };
                let carets = if width == 0 { "|".to_owned() } else { caret.repeat(width) };
                format!("{}{carets}", " ".repeat(start.1 - 2))
            };
            writeln!(out, "//{place}{tail} {}", mark.note).unwrap();
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        if !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str("//no-newline\n");
    }
}

/// A text in lines as a fixture shows them, with the cursor.
struct Lines<'a> {
    text: &'a str,
    cursor: Option<usize>,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, cursor: Option<TextSize>) -> Lines<'a> {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        Lines { text, cursor: cursor.map(|it| it as usize), starts }
    }

    fn line_of(&self, offset: TextSize) -> usize {
        self.starts.partition_point(|it| *it <= offset as usize) - 1
    }

    /// The line as it is shown, with its line break.
    fn shown(&self, line: usize) -> String {
        let start = self.starts[line];
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let mut shown = self.text[start..end].to_owned();
        let is_last = line + 1 == self.starts.len();
        if let Some(cursor) = self.cursor.filter(|it| start <= *it && (*it < end || (is_last && *it == end)))
        {
            shown.insert_str(cursor - start, CURSOR);
        }
        shown
    }

    /// The line, and the column as it is shown.
    fn position(&self, offset: TextSize) -> (usize, usize) {
        let line = self.line_of(offset);
        let start = self.starts[line];
        let column = self.text[start..offset as usize].chars().count();
        let behind_cursor = self.cursor.is_some_and(|it| start <= it && it < offset as usize);
        (line, column + if behind_cursor { CURSOR.len() } else { 0 })
    }
}

/// Checks the format itself: each of its notations is left out of the text, and written back as it was.
pub(crate) fn hold() -> Result<(), String> {
    let fixture = "//- a.json kind:scp now:2027-01-31\n\
        //file error[a] whole\n\
        {\n\
        //@0+1>2:5 error[a] three lines\n\
        \u{20}  é日🦀$0: x\n\
        // ^^^ error[a] columns are characters\n\
        //       | error[a] behind the cursor, which has a width here\n\
        //       ^^>1 error[a] to the end of the next line\n\
        // ~~~ related[a] too\n\
        // comment | ^ error[a]\n\
        //~@3+0 related[a] nothing\n\
        //no-newline\n\
        //= fix \"b\"\n";
    let text = "{\n   é日🦀: x\n// comment | ^ error[a]";
    let parsed = parse(fixture)?;
    let file = &parsed.files[0];
    if file.text != text || file.cursor != Some(14) || file.options.kind != Some(PolicyKind::Scp) {
        return Err(format!("{file:#?}"));
    }
    let mark = |start: usize, end: usize, related: bool, note: &str| Mark {
        range: TextRange::new(start as TextSize, end as TextSize),
        related,
        note: note.to_owned(),
    };
    let marks = vec![
        mark(0, text.len(), false, "error[a] whole"),
        mark(0, 23, false, "error[a] three lines"),
        mark(5, 14, false, "error[a] columns are characters"),
        mark(5, 14, true, "related[a] too"),
        mark(15, 15, false, "error[a] behind the cursor, which has a width here"),
        mark(15, text.len(), false, "error[a] to the end of the next line"),
        mark(21, 21, true, "related[a] nothing"),
    ];
    let printed = print(&[(file, marks, vec![String::new()])]);
    if printed == fixture { Ok(()) } else { Err(format!("{fixture}\nbecomes\n{printed}")) }
}
