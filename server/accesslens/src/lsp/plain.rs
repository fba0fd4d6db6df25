//! Markdown as plain text, for clients that show nothing else. It reads what `ide` writes, not all of Markdown.

/// The text of Markdown without its marks. A table becomes a line for each of its rows.
pub(crate) fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut head: Option<Vec<String>> = None;
    for line in markdown.lines() {
        if line.starts_with("```") {
            continue;
        }
        let Some(cells) = cells(line) else {
            head = None;
            out.push_str(&inline(line.trim_start_matches('#').trim_start_matches(' ')));
            out.push('\n');
            continue;
        };
        match &head {
            None => head = Some(cells),
            Some(_) if line.starts_with("|---") => {}
            Some(head) => {
                out.push_str(&row(head, &cells));
                out.push('\n');
            }
        }
    }
    out.trim_end().to_owned()
}

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(|it| inline(it.trim())).collect())
}

/// `no such key: test false, Deny applies`
fn row(head: &[String], cells: &[String]) -> String {
    let mut parts = Vec::new();
    for (name, cell) in head.iter().zip(cells).skip(1) {
        parts.push(format!("{name} {cell}"));
    }
    format!("- {}: {}", cells.first().map_or("", String::as_str), parts.join(", "))
}

/// One line without marks: code and strong text as they are, a link as its text and its address.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let behind = rest.get(first.len_utf8()..).unwrap_or_default();
        if let Some((code, after)) = code(rest) {
            out.push_str(code);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("**") {
            rest = after;
        } else if first == '\\' {
            let escaped = behind.chars().next().filter(char::is_ascii_punctuation);
            out.push(escaped.unwrap_or('\\'));
            rest = behind.get(escaped.map_or(0, char::len_utf8)..).unwrap_or_default();
        } else if let Some((text, url, after)) = link(rest) {
            out.push_str(&format!("{}: {url}", inline(text)));
            rest = after;
        } else {
            out.push(first);
            rest = behind;
        }
    }
    out
}

/// The content of the code at the start of a text, and what follows it.
fn code(text: &str) -> Option<(&str, &str)> {
    let n_ticks = text.bytes().take_while(|it| *it == b'`').count();
    let (ticks, rest) = text.split_at_checked(n_ticks).filter(|_| n_ticks > 0)?;
    let (inner, after) = rest.split_once(ticks)?;
    Some((if n_ticks > 1 { inner.trim() } else { inner }, after))
}

/// The text and the address of the link at the start of a text, and what follows it.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (url, after) = rest.split_once(')')?;
    (!name.contains('[') && url.starts_with("http")).then_some((name, url, after))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn marks_go_and_text_stays() {
        for (markdown, expected) in [
            ("**`s3:Get*`** · 2 actions", "s3:Get* · 2 actions"),
            ("on a/\\*", "on a/*"),
            ("`` a`b `` and `**`", "a`b and **"),
            ("[Amazon S3](https://a.b/c.html) · data", "Amazon S3: https://a.b/c.html · data"),
            ("a [1] b", "a [1] b"),
            ("### Example\n```json\n{}\n```\n- x", "Example\n{}\n- x"),
            (
                "| in the request | test | Deny |\n|---|---|---|\n| no such key | false | does not apply |\n\nMind",
                "- no such key: test false, Deny does not apply\n\nMind",
            ),
            ("é `", "é `"),
            ("\\", "\\"),
        ] {
            assert_eq!(plain(markdown), expected, "{markdown}");
        }
    }
}
