//! All that an editor asks of a policy, while it is edited.

use std::sync::Arc;

use ide::format::FormatOptions;
use ide::{Analysis, Cancel, Config, Seen, change, completion, folding, hints, hover, lens, links, refactor};
use policy::find::Hint;
use syntax::{TextEdit, TextRange, TextSize};

use crate::bytes::{Bytes, PIECES, POLICY};

/// Every question has an answer whose places are in the text, and after edits the findings are those of the text
/// analysed anew.
pub fn ask(data: &[u8]) {
    let mut bytes = Bytes(data);
    let config = Arc::new(Config { inlay_hints: true, lens: true, ..Config::default() });
    let mut text = match bytes.byte() % 4 {
        0 => bytes.text(&PIECES, 120),
        1 => POLICY.to_owned(),
        _ => bytes.broken(POLICY, &PIECES),
    };
    let first = Analysis::of(&text, Hint::default(), Arc::clone(&config));
    about_all(&first, &text);
    let mut analysis = Analysis::of(&text, Hint::default(), Arc::clone(&config));
    for _ in 0..6 {
        if bytes.is_empty() {
            break;
        }
        at(&analysis, &text, bytes.place(&text));
        let (start, end, with) = bytes.change(&text, &PIECES);
        text.replace_range(start..end, with);
        let mut file = analysis.file().clone();
        assert!(file.edit(&TextEdit::replace(range_of(start, end), with)));
        analysis = analysis.next(file, Hint::default(), Arc::clone(&config));
        let anew = Analysis::of(&text, Hint::default(), Arc::clone(&config));
        assert_eq!(findings(&analysis, &text), findings(&anew, &text), "{text}");
    }
    about_all(&analysis, &text);
    for idx in 0..analysis.policies().len() {
        let _ = change::compare(&first, &analysis, idx).map(|it| it.title("x"));
    }
}

fn range_of(start: usize, end: usize) -> TextRange {
    TextRange::new(start as TextSize, end as TextSize)
}

fn fits(range: TextRange, text: &str) {
    let part = text.get(range.start as usize..range.end as usize);
    assert!(part.is_some(), "{range:?} is no part of\n{text}");
}

fn findings(analysis: &Analysis, text: &str) -> Vec<String> {
    let cancel = Cancel::default();
    let found = analysis.findings(&cancel).unwrap();
    let told = found.iter().map(|it| {
        fits(it.range(), text);
        it.related().for_each(|it| fits(it.range, text));
        for fix in analysis.fixes(it) {
            fix.edits.iter().for_each(|it| fits(it.range, text));
            TextEdit::apply_all(text, &fix.edits);
        }
        format!("{:?} {} {}", it.range(), it.finding.rule.name, it.finding.message)
    });
    told.collect()
}

fn about_all(analysis: &Analysis, text: &str) {
    let cancel = Cancel::default();
    findings(analysis, text);
    let all = range_of(0, text.len());
    ide::symbols::symbols(analysis, &cancel).unwrap().iter().for_each(|it| fits(it.range, text));
    folding::ranges(analysis, &cancel).unwrap().iter().for_each(|it| fits(it.range, text));
    links::links(analysis, &cancel).unwrap().iter().for_each(|it| fits(it.range, text));
    hints::hints(analysis, all, &cancel)
        .unwrap()
        .iter()
        .for_each(|it| fits(range_of(0, it.at as usize), text));
    for it in lens::lenses(analysis) {
        fits(it.range, text);
        let _ = lens::title(analysis, it.subject);
    }
    let options = FormatOptions { tab_size: 2, insert_spaces: true, range: None };
    let edits = ide::format::format(analysis, options);
    edits.iter().for_each(|it| fits(it.range, text));
    let laid_out = TextEdit::apply_all(text, &edits);
    assert!(laid_out.split_whitespace().eq(text.split_whitespace()) || !edits.is_empty());
}

fn at(analysis: &Analysis, text: &str, at: usize) {
    let offset = at as TextSize;
    if let Some(it) = hover::hover(analysis, offset) {
        fits(it.range, text);
    }
    for item in completion::complete(analysis, offset, &Seen::default()).items {
        fits(item.edit.range, text);
        item.additional_edits.iter().for_each(|it| fits(it.range, text));
        let _ = item.data.as_deref().and_then(completion::resolve);
    }
    ide::selection::ranges(analysis, offset).iter().for_each(|it| fits(*it, text));
    for it in refactor::at(analysis, offset, |_| true, &Cancel::default()).unwrap() {
        it.edits.iter().for_each(|it| fits(it.range, text));
    }
}
