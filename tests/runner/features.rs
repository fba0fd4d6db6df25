//! Sections about what an editor asks at a place or of a file.

use ide::completion::{self, Completions, Item};
use ide::format::FormatOptions;
use ide::symbols::Symbol;
use ide::{Cancel, folding, hover, links, selection, symbols};
use syntax::TextEdit;

use crate::runner::sections::Asked;

/// How many items of a list are shown.
const SHOWN: usize = 15;

/// The hover at the cursor, and what it covers.
pub(crate) fn hover(asked: &Asked<'_>) -> Result<String, String> {
    let Some(found) = hover::hover(asked.analysis, asked.cursor()?) else {
        return Ok("nothing\n".to_owned());
    };
    Ok(format!("{}\n{}\n", asked.place(found.range), found.markdown.trim_end()))
}

/// What can be written at the cursor.
pub(crate) fn completion(asked: &Asked<'_>) -> Result<String, String> {
    items(&completion::complete(asked.analysis, asked.cursor()?, &ide::Seen::default()), asked)
}

/// The first items of a list. With `"label"`, the text after taking that item; with `snippet "label"`, the
/// snippet itself.
pub(crate) fn items(found: &Completions, asked: &Asked<'_>) -> Result<String, String> {
    let label = |it: &str| it.strip_prefix('"').and_then(|it| it.strip_suffix('"')).map(str::to_owned);
    let item = |label: &str| {
        let shown: Vec<&str> = found.items.iter().map(|it| &*it.label).collect();
        let item = found.items.iter().find(|it| it.label == label);
        item.ok_or_else(|| format!("no item is called `{label}`; there are {}", shown.join(", ")))
    };
    if let Some(label) = asked.argument.strip_prefix("snippet ").and_then(label) {
        let edit = item(&label)?.snippet_edit.as_ref().ok_or("this item has no snippet")?;
        return Ok(format!("{} {}\n", asked.place(edit.range), edit.text));
    }
    if let Some(label) = label(asked.argument) {
        let Item { edit, additional_edits, .. } = item(&label)?;
        let edits: Vec<TextEdit> = additional_edits.iter().chain([edit]).cloned().collect();
        return Ok(TextEdit::apply_all(asked.text, &edits));
    }
    let mut out = String::new();
    for it in found.items.iter().take(SHOWN) {
        let detail = if it.detail.is_empty() { String::new() } else { format!(" · {}", it.detail) };
        let preselect = if it.preselect { " (preselected)" } else { "" };
        out.push_str(&format!("{:?} {}{detail}{preselect}\n", it.kind, it.label));
    }
    if found.items.len() > SHOWN || found.is_incomplete {
        out.push_str(&format!("{}…\n", if found.items.len() > SHOWN { "and more " } else { "" }));
    }
    Ok(if out.is_empty() { "nothing\n".to_owned() } else { out })
}

/// The outline.
pub(crate) fn symbols(asked: &Asked<'_>) -> Result<String, String> {
    fn write(symbols: &[Symbol], depth: usize, asked: &Asked<'_>, out: &mut String) {
        for it in symbols {
            let detail = if it.detail.is_empty() { String::new() } else { format!(" · {}", it.detail) };
            let place = asked.place(it.range);
            out.push_str(&format!("{}{:?} {}{detail} {place}\n", "  ".repeat(depth), it.kind, it.name));
            write(&it.children, depth + 1, asked, out);
        }
    }
    let mut out = String::new();
    write(&symbols::symbols(asked.analysis, &Cancel::default()).unwrap(), 0, asked, &mut out);
    Ok(out)
}

/// The folds.
pub(crate) fn folding(asked: &Asked<'_>) -> Result<String, String> {
    let found = folding::ranges(asked.analysis, &Cancel::default()).unwrap();
    Ok(found.iter().map(|it| format!("{:?} {}\n", it.kind, asked.place(it.range))).collect())
}

/// The selections at the cursor, from the innermost.
pub(crate) fn selection(asked: &Asked<'_>) -> Result<String, String> {
    let found = selection::ranges(asked.analysis, asked.cursor()?);
    Ok(found.iter().map(|it| format!("{}\n", asked.place(*it))).collect())
}

/// The links.
pub(crate) fn links(asked: &Asked<'_>) -> Result<String, String> {
    let found = links::links(asked.analysis, &Cancel::default()).unwrap();
    Ok(found.iter().map(|it| format!("{} {}\n", asked.place(it.range), it.url)).collect())
}

/// The text laid out, with steps of two spaces or, by `tabs`, with tabs.
pub(crate) fn format(asked: &Asked<'_>) -> Result<String, String> {
    let insert_spaces = asked.argument != "tabs";
    let tab_size = if insert_spaces { 2 } else { 4 };
    let options = FormatOptions { tab_size, insert_spaces, range: None };
    Ok(TextEdit::apply_all(asked.text, &ide::format::format(asked.analysis, options)))
}
