//! Comments in a text of JSON.

/// How many comments there are. A refactoring must not lose one.
pub(super) fn count(text: &str) -> usize {
    let mut n = 0;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '"' => {
                while let Some((_, c)) = rest.next() {
                    match c {
                        '\\' => drop(rest.next()),
                        '"' | '\n' => break,
                        _ => {}
                    }
                }
            }
            '/' if matches!(rest.peek(), Some((_, '/' | '*'))) => {
                n += 1;
                let body = text.get(at..).unwrap_or_default();
                let (end, width) = if body.starts_with("//") {
                    (body.find('\n'), 0)
                } else {
                    (body.get(2..).and_then(|it| it.find("*/")).map(|it| it + 2), 2)
                };
                let end = end.map_or(text.len(), |it| at + it + width);
                while rest.peek().is_some_and(|(at, _)| *at < end) {
                    rest.next();
                }
            }
            _ => {}
        }
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_counted_outside_of_strings() {
        for (text, expected) in [
            ("", 0),
            (r#"["arn:aws:s3:::a//b", "/* no */"]"#, 0),
            ("[1, // one \" \n 2 /* two // */, 3]", 2),
            (r#""a\"//b" // c"#, 1),
            ("/* never ends", 1),
        ] {
            assert_eq!(count(text), expected, "{text}");
        }
    }
}
