//! What the library says about a fixture's file, in the words of the fixture format.

use std::sync::Arc;

use ide::{Analysis, Cancel, Config, FindingAt, Level, Tag};
use policy::find::Hint;
use syntax::{TextEdit, TextRange, TextSize};

use crate::runner::format::{Mark, Options};

/// Analyses a text as the header of its file says.
pub(crate) fn analyse(text: &str, options: &Options) -> Analysis {
    let hint = Hint { kind: options.kind, file_name: Some(options.name.clone()) };
    Analysis::of(text, hint, Arc::new(config(options, options.now)))
}

/// The settings that the header of a file asks for, at a moment.
pub(crate) fn config(options: &Options, now: chrono::NaiveDateTime) -> Config {
    Config {
        now,
        lens: true,
        inlay_hints: true,
        accounts: options.trusted.clone().map(|it| vec![it]),
        organization: options.org.clone(),
        pack: options.pack,
        ..Config::default()
    }
}

/// All findings of an analysis.
pub(crate) fn findings(analysis: &Analysis) -> Vec<FindingAt<'_>> {
    analysis.findings(&Cancel::default()).unwrap()
}

/// The findings as marks.
pub(crate) fn marks(analysis: &Analysis) -> Vec<Mark> {
    let mut out = Vec::new();
    for it in findings(analysis) {
        let rule = it.finding.rule.name;
        out.push(Mark { range: it.range(), related: false, note: note(analysis, &it) });
        let related = it.related().map(|it| (it.range, format!("related[{rule}] {}", it.message)));
        out.extend(related.map(|(range, note)| Mark { range, related: true, note }));
    }
    out
}

fn note(analysis: &Analysis, it: &FindingAt<'_>) -> String {
    let finding = it.finding;
    let Level::At(severity) = analysis.level(finding) else { unreachable!("a finding that is off") };
    let code = match finding.access_analyzer {
        code if code == finding.rule.access_analyzer => String::new(),
        code => format!(" {}", code.unwrap_or("-")),
    };
    let tag = match finding.tag {
        None => "",
        Some(Tag::Unnecessary) => " (unnecessary)",
        Some(Tag::Deprecated) => " (deprecated)",
    };
    let mut out = format!("{}[{}{code}] {}{tag}", severity.name(), finding.rule.name, finding.message);
    for fix in &finding.fixes {
        let kind = if fix.safety == ide::Safety::Safe { "safe fix" } else { "fix" };
        out.push_str(&format!(" ({kind}: {})", fix.title));
    }
    out.replace('\n', "\\n")
}

/// What a finding says, with its places moved by `back` and what its fixes make of the text.
type Said = (TextRange, String, Vec<(TextRange, String)>, Vec<String>);

/// Checks that the same text in another layout has the same findings.
pub(crate) fn same_in_layouts(text: &str, options: &Options) -> Result<(), String> {
    let plain = said(text, options, Layout::Plain);
    for layout in [Layout::CarriageReturns, Layout::ByteOrderMark] {
        let other = said(text, options, layout);
        let pairs = plain.iter().map(Some).chain(std::iter::repeat(None));
        let mut pairs = pairs.zip(other.iter().map(Some).chain(std::iter::repeat(None)));
        let differs = pairs.find(|it| it.0 != it.1 || (it.0.is_none() && it.1.is_none()));
        if let Some((a, b)) = differs.filter(|it| it.0.is_some() || it.1.is_some()) {
            return Err(format!("{layout:?} changes what is found\nwithout: {a:#?}\nwith: {b:#?}"));
        }
    }
    Ok(())
}

fn said(plain: &str, options: &Options, layout: Layout) -> Vec<Said> {
    let text = layout.of(plain);
    let analysis = analyse(&text, options);
    let place = |it: TextRange| TextRange::new(layout.back(&text, it.start), layout.back(&text, it.end));
    let say = |it: &FindingAt<'_>| {
        let related = it.related().map(|it| (place(it.range), it.message)).collect();
        let fixed =
            analysis.fixes(it).map(|it| Layout::plain(&TextEdit::apply_all(&text, &it.edits))).collect();
        (place(it.range()), note(&analysis, it), related, fixed)
    };
    findings(&analysis).iter().map(say).collect()
}

/// How a text is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// As the fixture has it.
    Plain,
    /// With `\r\n` for `\n`.
    CarriageReturns,
    /// With U+FEFF at its start.
    ByteOrderMark,
}

impl Layout {
    /// `text` in this layout.
    pub(crate) fn of(self, text: &str) -> String {
        match self {
            Layout::Plain => text.to_owned(),
            Layout::CarriageReturns => text.replace('\n', "\r\n"),
            Layout::ByteOrderMark => format!("\u{feff}{text}"),
        }
    }

    /// The place in the plain text of a place in `text`, which has this layout.
    pub(crate) fn back(self, text: &str, at: TextSize) -> TextSize {
        match self {
            Layout::Plain => at,
            Layout::CarriageReturns => at - text[..at as usize].matches("\r").count() as TextSize,
            Layout::ByteOrderMark => at.saturating_sub(3),
        }
    }

    /// The place in this layout of a place in the plain text.
    pub(crate) fn forth(self, plain: &str, at: TextSize) -> TextSize {
        match self {
            Layout::Plain => at,
            Layout::CarriageReturns => at + plain[..at as usize].matches('\n').count() as TextSize,
            Layout::ByteOrderMark => at + 3,
        }
    }

    /// Any layout's text as plain text.
    pub(crate) fn plain(text: &str) -> String {
        text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
    }
}
