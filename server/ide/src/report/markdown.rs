//! A report as Markdown: for an editor's preview, a pull request, a wiki.

use super::{Document, Policy, Section, Statement, words};
use crate::explain::{grouped, moment};

/// The whole document.
pub fn write(document: &Document) -> String {
    let mut out = format!("# {}\n\n", plain(&document.title));
    let date = catalog::catalog().date();
    out.push_str(&format!(
        "As of {}, with the facts about AWS of {date}. Made by {}.\n\n",
        moment(document.now),
        plain(&document.made_by)
    ));
    if document.sections.len() > 1 {
        overview(document, &mut out);
    }
    for section in &document.sections {
        self::section(section, document, &mut out);
    }
    out.push_str("## How to read this\n\n");
    for line in [words::CELL_KEY].into_iter().chain(words::READING) {
        out.push_str(&format!("- {}.\n", plain(line)));
    }
    out
}

fn overview(document: &Document, out: &mut String) {
    out.push_str("| Policy | Comes to | Findings |\n|---|---|---|\n");
    for section in &document.sections {
        let (net, findings) = (plain(&section.policy.net), words::findings(&section.policy.findings));
        out.push_str(&format!("| {}, line {} | {net} | {findings} |\n", code(&section.path), section.line));
    }
    out.push('\n');
}

fn section(section: &Section, document: &Document, out: &mut String) {
    let policy = &section.policy;
    out.push_str(&format!("## {}, line {}\n\n", code(&section.path), section.line));
    out.push_str(&format!("**{}**\n\n", plain(&policy.net)));
    let findings = words::findings(&policy.findings);
    out.push_str(&format!("{}; {findings}.", words::kind(policy)));
    out.extend(words::limit(policy.kind).map(|it| format!(" {}.", plain(it))));
    out.extend(policy.public.as_ref().map(|it| format!("\n\n{}.", plain(&words::public(it)))));
    out.push_str("\n\n");
    dangers(policy, out);
    matrix(policy, out);
    out.push_str("### Statement by statement\n\n");
    for statement in &policy.statements {
        self::statement(statement, document, out);
    }
}

fn dangers(policy: &Policy, out: &mut String) {
    out.push_str("### What it can lead to\n\n");
    for danger in &policy.dangers {
        let can = words::can(danger.consequence, policy.kind);
        out.push_str(&format!("- **{can}**: {}\n", words::count(danger)));
        for it in &danger.examples {
            let condition = if it.is_conditional { " (under a condition)" } else { "" };
            out.push_str(&format!("  - {}{condition}: {}\n", code(&it.action), it.why));
        }
        out.extend(words::by_level(danger).map(|it| format!("  - {it}\n")));
    }
    out.extend(words::not_found(policy).map(|it| format!("- {it}\n")));
    out.push('\n');
}

fn matrix(policy: &Policy, out: &mut String) {
    if policy.rows.is_empty() {
        return;
    }
    out.push_str(&format!("### Actions by access level\n\n| On | {} |\n", words::level_names().join(" | ")));
    out.push_str("|---|---:|---:|---:|---:|---:|\n");
    for row in &policy.rows {
        let (shown, more) = words::some(&row.patterns, row.patterns.len());
        let mut on = plain(&row.label);
        for it in shown.iter().filter(|it| *it != "*") {
            on.push_str(&format!("<br>{}", code(it)));
        }
        on.push_str(&others(more));
        let cells: Vec<String> = row.cells.iter().map(words::cell).collect();
        out.push_str(&format!("| {on} | {} |\n", cells.join(" | ")));
    }
    out.push('\n');
}

fn statement(statement: &Statement, document: &Document, out: &mut String) {
    out.push_str(&format!("#### {}: {}\n\n", plain(&statement.name), words::verdict(statement)));
    match &statement.line {
        Some(line) => out.push_str(&format!("{}\n\n", plain(line))),
        None => out.push_str("Unfinished: nothing can be said yet\n\n"),
    }
    let mut item = |label: &str, text: String| out.push_str(&format!("- {label}: {text}\n"));
    if let Some(dead) = statement.dead.as_ref().filter(|it| it.is_covered) {
        item("Why", plain(&dead.reason));
    }
    for level in &statement.levels {
        let label = format!("{} ({})", level.level.name(), grouped(level.count));
        item(&label, codes(&level.names, level.count));
    }
    for (label, patterns) in &statement.resources {
        let is_star = patterns.iter().all(|it| it == "*");
        let listed = if is_star { String::new() } else { format!(": {}", codes(patterns, patterns.len())) };
        item("On", format!("{}{listed}", plain(label)));
    }
    if !statement.principals.is_empty() {
        item("To", codes(&statement.principals, statement.principals.len()));
    }
    for it in &statement.conditions {
        let absent = words::absent(it).map(|it| format!(" ({it})")).unwrap_or_default();
        let values = if it.values.is_empty() {
            String::new()
        } else {
            format!(": {}", codes(&it.values, it.values.len()))
        };
        item("If", format!("{}{absent}{values}", plain(&it.text)));
    }
    if let Some(window) = words::window(statement, document.now) {
        item("When", window);
    }
    if !statement.cut_by.is_empty() {
        item("Less, in some cases, what these deny", plain(&statement.cut_by.join(", ")));
    }
    for part in &statement.parts {
        let names = if part.names.is_empty() {
            String::new()
        } else {
            format!(": {}", codes(&part.names, part.count))
        };
        item(words::part_label(part, statement), format!("{}{names}", plain(&part.reason)));
    }
    out.push('\n');
}

fn codes(names: &[String], count: usize) -> String {
    let (shown, more) = words::some(names, count);
    let shown: Vec<String> = shown.iter().map(|it| code(it)).collect();
    format!("{}{}", shown.join(", "), others(more))
}

fn others(n: usize) -> String {
    match n {
        0 => String::new(),
        1 => ", and 1 other".to_owned(),
        n => format!(", and {} others", grouped(n)),
    }
}

/// A text with what Markdown and HTML would take for marks made plain; what stands between backticks stays code.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Other runs of backticks pair up in ways of their own.
    let has_code = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut in_code = false;
    for it in text.chars() {
        match it {
            '`' if has_code => {
                in_code = !in_code;
                out.push('`');
            }
            '\n' | '\r' => out.push(' '),
            '|' => out.push_str("\\|"),
            _ if in_code => out.push(it),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '*' | '_' | '[' | ']' | '`' | '\\' | '#' | '~' => out.extend(['\\', it]),
            _ => out.push(it),
        }
    }
    out
}

/// A text as code, in a table too.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_made_plain() {
        assert_eq!(plain("a_b*<b>|"), "a\\_b\\*&lt;b&gt;\\|");
        assert_eq!(plain("`a_b` c`"), "\\`a\\_b\\` c\\`");
        assert_eq!(plain("`a_b` c_d"), "`a_b` c\\_d");
        assert_eq!(plain("`<b>``<i>`"), "\\`&lt;b&gt;\\`\\`&lt;i&gt;\\`");
        assert_eq!(code("a`b|c"), "``a`b\\|c``");
        assert_eq!(code("`a"), "`` `a ``");
    }
}
