//! Pieces of sentences.

use catalog::Tombstone;
use policy::PolicyKind;

/// `` `a` ``, `` `a` and `b` ``, `` `a`, `b` and `c` ``; more than four names end with how many others there are.
pub fn list<T: AsRef<str>>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|it| format!("`{}`", it.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] if quoted.len() <= 4 => format!("{} and {last}", head.join(", ")),
        [a, b, c, rest @ ..] => format!("{a}, {b}, {c} and {} others", rest.len()),
        [..] => quoted.join(", "),
    }
}

/// A text cut down to what a message can bear.
pub fn short(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let head: String = text.chars().take(MOST - 1).collect();
    format!("{head}…")
}

/// When a name went, in brackets and with a space before it; nothing where nobody says.
pub fn when(gone: Tombstone) -> String {
    gone.removed().map(|it| format!(" (removed {it})")).unwrap_or_default()
}

/// `An identity policy`, `A trust policy`.
pub fn a_kind(kind: PolicyKind) -> String {
    let article = if kind.title().starts_with(['a', 'e', 'i', 'o', 'u']) { "An" } else { "A" };
    format!("{article} {}", kind.title())
}

/// Whether a text holds a variable, or what a template or another language fills in.
pub fn is_filled_in(text: &str) -> bool {
    ["${", "{{", "<%", "%{", "&{"].iter().any(|it| text.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_well() {
        for (n, expected) in [
            (0, ""),
            (1, "`a`"),
            (2, "`a` and `b`"),
            (4, "`a`, `b`, `c` and `d`"),
            (6, "`a`, `b`, `c` and 3 others"),
        ] {
            assert_eq!(list(["a", "b", "c", "d", "e", "f"].get(..n).unwrap()), expected);
        }
        assert_eq!(short(&"é".repeat(80)).chars().count(), 60);
    }
}
