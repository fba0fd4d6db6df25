//! Sections about what an editor asks at a place or of a file.

use std::sync::Arc;

use ide::completion::{self, Completions, Item};
use ide::format::FormatOptions;
use ide::scenario::PolicyFile;
use ide::symbols::Symbol;
use ide::{Cancel, folding, hints, hover, lens, links, selection, symbols};
use syntax::{TextEdit, TextRange};

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

/// What stands above each line.
pub(crate) fn lens(asked: &Asked<'_>) -> Result<String, String> {
    let mut out = String::new();
    for it in lens::lenses(asked.analysis) {
        let title = lens::title(asked.analysis, it.subject).unwrap_or_default();
        let place = asked.place(it.range);
        let line = place.split(':').next().unwrap_or_default();
        out.push_str(&format!("{line} {title}\n"));
    }
    Ok(if out.is_empty() { "nothing\n".to_owned() } else { out })
}

/// What stands behind the texts of a line.
pub(crate) fn hints(asked: &Asked<'_>) -> Result<String, String> {
    let mut out = String::new();
    let everywhere = TextRange::new(0, asked.analysis.file().text().len());
    let found =
        hints::hints(asked.analysis, everywhere, &Cancel::default()).map_err(|it| format!("{it:?}"))?;
    for it in found {
        let before = asked.text.get(..it.at as usize).unwrap_or_default();
        let text = before.rsplit('"').nth(1).unwrap_or_default();
        out.push_str(&format!("{text}: {}\n", it.label));
    }
    Ok(if out.is_empty() { "nothing\n".to_owned() } else { out })
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

/// The denied requests the text tells of, each with where it says what.
pub(crate) fn denied(asked: &Asked<'_>) -> Result<String, String> {
    let found = ide::denied::read(asked.text, &ide::denied::Told::default());
    let mut out = String::new();
    for it in &found {
        out.push_str(&format!("{}\n", asked.place(it.range)));
        for (name, text) in ide::denied::lines(it) {
            out.push_str(&format!("  {name}: {text}\n"));
        }
        let actions = it.checks.iter().map(|it| ("action", it.action.range));
        let resources = it.checks.iter().flat_map(|it| &it.resources).map(|it| ("resource", it.range));
        let facts = [("principal", it.principal.as_ref()), ("call", it.operation.as_ref())];
        let facts = facts.map(|(name, fact)| (name, fact.and_then(|it| it.range)));
        let reason = ("reason", it.reason.as_ref().and_then(|it| it.range));
        out.push_str(&verdict(it, asked));
        for (name, range) in facts.into_iter().chain(actions).chain(resources).chain([reason]) {
            if let Some(range) = range {
                let said = &asked.text[range.start as usize..range.end as usize];
                let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
                out.push_str(&format!("  {name} at {} {said}\n", asked.place(range)));
            }
        }
    }
    Ok(if out.is_empty() { "nothing\n".to_owned() } else { out })
}

/// What the policies of the same file say of a denied request.
fn verdict(denied: &ide::denied::Denied, asked: &Asked<'_>) -> String {
    let analysis =
        ide::Analysis::of(asked.text, asked.analysis.hint().clone(), asked.analysis.config().clone());
    let (path, location) = (String::new(), String::new());
    let file = PolicyFile { path, location, analysis: Arc::new(analysis) };
    let verdict = ide::denied::verdict(denied, &ide::denied::Policies::of(&[Arc::new(file)]));
    let mut out = String::new();
    for it in &verdict.answers {
        let on = it.resource.as_deref().unwrap_or("a resource that is not known");
        out.push_str(&format!("  {} on {on}\n    {}\n", it.action, it.line));
    }
    out.extend(verdict.conclusions.iter().map(|it| format!("  {it}\n")));
    for it in verdict.grant.iter().flat_map(|it| &it.statements) {
        out.extend(it.json().lines().map(|it| format!("  {it}\n")));
    }
    out
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
