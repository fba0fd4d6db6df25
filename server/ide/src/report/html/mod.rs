//! A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere.

mod picture;

use super::{Document, Policy, Section, Statement, words};
use crate::explain::{grouped, moment};

/// The whole page.
pub fn write(document: &Document) -> String {
    let title = escape(&document.title);
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Whatever got past the escapes could still load and run nothing.
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n");
    out.push_str(&format!("<title>{title}</title>\n<style>\n{}</style>\n</head>\n<body>\n", STYLE));
    out.push_str(&format!(
        "<header>\n<h1>{title}</h1>\n<p class=\"faint\">As of {}, with the facts about AWS of {}. Made by {}.</p>\n\
         </header>\n<main>\n",
        moment(document.now),
        catalog::catalog().date(),
        escape(&document.made_by)
    ));
    if document.sections.len() > 1 {
        overview(document, &mut out);
    }
    for (n, section) in document.sections.iter().enumerate() {
        self::section(n + 1, section, document, &mut out);
    }
    out.push_str("</main>\n<footer>\n<h2>How to read this</h2>\n<ul>\n");
    for line in [words::CELL_KEY].into_iter().chain(words::READING) {
        out.push_str(&format!("<li>{}</li>\n", escape(line)));
    }
    out.push_str("</ul>\n</footer>\n</body>\n</html>\n");
    out
}

const STYLE: &str = include_str!("style.css");

fn overview(document: &Document, out: &mut String) {
    out.push_str(
        "<table>\n<caption>Policies in this report</caption>\n<thead><tr><th scope=\"col\">Policy</th>",
    );
    out.push_str("<th scope=\"col\">Comes to</th><th scope=\"col\">Findings</th></tr></thead>\n<tbody>\n");
    for (n, section) in document.sections.iter().enumerate() {
        out.push_str(&format!(
            "<tr><th scope=\"row\"><a href=\"#p{}\">{}</a>, line {}</th><td>{}</td><td>{}</td></tr>\n",
            n + 1,
            escape(&section.path),
            section.line,
            escape(&section.policy.net),
            words::findings(&section.policy.findings)
        ));
    }
    out.push_str("</tbody>\n</table>\n");
}

fn section(n: usize, section: &Section, document: &Document, out: &mut String) {
    let policy = &section.policy;
    out.push_str(&format!(
        "<section id=\"p{n}\" aria-labelledby=\"p{n}-name\">\n<h2 id=\"p{n}-name\">{} \
         <span class=\"faint\">line {}</span></h2>\n<p class=\"net\">{}</p>\n",
        escape(&section.path),
        section.line,
        escape(&policy.net)
    ));
    out.push_str(&format!("<p>{}; {}.", words::kind(policy), words::findings(&policy.findings)));
    out.extend(words::limit(policy.kind).map(|it| format!(" {}.", escape(it))));
    out.push_str("</p>\n");
    out.extend(policy.public.as_ref().map(|it| format!("<p>{}.</p>\n", escape(&words::public(it)))));
    dangers(policy, out);
    if !policy.rows.is_empty() {
        out.push_str("<h3>What is allowed of each service</h3>\n");
        picture::write(n, policy, out);
        matrix(policy, out);
    }
    out.push_str("<h3>Statement by statement</h3>\n");
    for statement in &policy.statements {
        self::statement(statement, document, out);
    }
    out.push_str("</section>\n");
}

fn dangers(policy: &Policy, out: &mut String) {
    out.push_str("<h3>What it can lead to</h3>\n<div class=\"dangers\">\n");
    for danger in &policy.dangers {
        let class = if danger.always > 0 { "danger always" } else { "danger conditional" };
        out.push_str(&format!(
            "<div class=\"{class}\">\n<h4>{}</h4>\n<p>{}</p>\n<dl>\n",
            words::can(danger.consequence, policy.kind),
            words::count(danger)
        ));
        for it in &danger.examples {
            let condition =
                if it.is_conditional { " <span class=\"faint\">under a condition</span>" } else { "" };
            out.push_str(&format!(
                "<dt><code>{}</code>{condition}</dt><dd>{}</dd>\n",
                escape(&it.action),
                text(&it.why)
            ));
        }
        out.push_str("</dl>\n");
        out.extend(words::by_level(danger).map(|it| format!("<p>{}</p>\n", escape(&it))));
        out.push_str("</div>\n");
    }
    out.push_str("</div>\n");
    out.extend(words::not_found(policy).map(|it| format!("<p>{}.</p>\n", escape(&it))));
}

fn matrix(policy: &Policy, out: &mut String) {
    let columns: Vec<String> = words::level_names().map(|it| format!("<th scope=\"col\">{it}</th>")).into();
    out.push_str(&format!(
        "<h3>Actions by access level and resource</h3>\n<div class=\"wide\">\n<table>\n<caption>{}.</caption>\n\
         <thead><tr><th scope=\"col\">On</th>{}</tr></thead>\n<tbody>\n",
        escape(words::CELL_KEY),
        columns.concat()
    ));
    for row in &policy.rows {
        let (shown, more) = words::some(&row.patterns, row.patterns.len());
        let patterns: Vec<String> = shown
            .iter()
            .filter(|it| *it != "*")
            .map(|it| format!("<br><code>{}</code>", broken(it)))
            .collect();
        let cells = row.cells.map(|it| {
            let class = match (it.always, it.conditional) {
                (0, 0) => "none",
                (0, _) => "conditional",
                _ => "always",
            };
            format!("<td class=\"number {class}\">{}</td>", words::cell(&it))
        });
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}{}{}</th>{}</tr>\n",
            escape(&row.label),
            patterns.concat(),
            others(more),
            cells.concat()
        ));
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

fn statement(statement: &Statement, document: &Document, out: &mut String) {
    let verdict = words::verdict(statement);
    let class = verdict.split(' ').next_back().unwrap_or(verdict);
    let mark = match class {
        "allows" => "+",
        "denies" => "−",
        "unfinished" => "?",
        "redundant" => "=",
        _ => "×",
    };
    out.push_str(&format!(
        "<article class=\"{class}\">\n<h4><span class=\"verdict\"><span aria-hidden=\"true\">{mark}</span> {verdict}\
         </span> {}</h4>\n<p>{}</p>\n<dl>\n",
        escape(&statement.name),
        text(statement.line.as_deref().unwrap_or("Unfinished: nothing can be said yet"))
    ));
    let mut item = |label: &str, html: String| out.push_str(&format!("<dt>{label}</dt><dd>{html}</dd>\n"));
    if let Some(dead) = statement.dead.as_ref().filter(|it| it.is_covered) {
        item("Why", text(&dead.reason));
    }
    for level in &statement.levels {
        let label = format!("{} ({})", level.level.name(), grouped(level.count));
        item(&label, codes(&level.names, level.count));
    }
    for (label, patterns) in &statement.resources {
        let is_star = patterns.iter().all(|it| it == "*");
        let listed = if is_star { String::new() } else { format!(": {}", codes(patterns, patterns.len())) };
        item("On", format!("{}{listed}", escape(label)));
    }
    if !statement.principals.is_empty() {
        item("To", codes(&statement.principals, statement.principals.len()));
    }
    for it in &statement.conditions {
        let absent = words::absent(it).map(|it| format!(" <span class=\"faint\">{it}</span>"));
        let values = if it.values.is_empty() {
            String::new()
        } else {
            format!(": {}", codes(&it.values, it.values.len()))
        };
        item("If", format!("{}{values}{}", escape(&it.text), absent.unwrap_or_default()));
    }
    if let Some(window) = words::window(statement, document.now) {
        item("When", escape(&window));
    }
    if !statement.cut_by.is_empty() {
        item("Less, in some cases, what these deny", escape(&statement.cut_by.join(", ")));
    }
    for part in &statement.parts {
        let names = if part.names.is_empty() {
            String::new()
        } else {
            format!(": {}", codes(&part.names, part.count))
        };
        item(words::part_label(part, statement), format!("{}{names}", text(&part.reason)));
    }
    out.push_str("</dl>\n</article>\n");
}

fn codes(names: &[String], count: usize) -> String {
    let (shown, more) = words::some(names, count);
    let shown: Vec<String> = shown.iter().map(|it| format!("<code>{}</code>", broken(it))).collect();
    format!("{}{}", shown.join(", "), others(more))
}

fn others(n: usize) -> String {
    match n {
        0 => String::new(),
        1 => ", and 1 other".to_owned(),
        n => format!(", and {} others", grouped(n)),
    }
}

/// A text that means only itself, in an element and in an attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(it),
        }
    }
    out
}

/// The same, with places where a line may break: ARNs have no blanks.
fn broken(text: &str) -> String {
    text.split_inclusive([':', '/']).map(escape).collect::<Vec<_>>().join("<wbr>")
}

/// The same, with what stands between backticks as code.
fn text(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::new();
    for (n, part) in parts.iter().enumerate() {
        match n % 2 {
            // An odd one at the end opens nothing.
            1 if n + 1 == parts.len() => out.push_str(&format!("`{}", escape(part))),
            1 => out.push_str(&format!("<code>{}</code>", escape(part))),
            _ => out.push_str(&escape(part)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_means_only_itself() {
        assert_eq!(text("a `</script>` b"), "a <code>&lt;/script&gt;</code> b");
        assert_eq!(text("a ` b"), "a ` b");
        assert_eq!(broken("a:\"b/'"), "a:<wbr>&quot;b/<wbr>&#39;");
    }
}
