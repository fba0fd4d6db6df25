//! The statements of a recipe, as a snippet and as plain text.

use std::collections::BTreeMap;

/// The members of statements in both forms.
#[derive(Debug, Default)]
pub(super) struct Snippet {
    /// With tab stops. A stop that stands before in the recipe is only mirrored, as editors want it.
    pub(super) snippet: Vec<Vec<String>>,
    /// With the default text, or the first choice, in place of each stop.
    pub(super) plain: Vec<Vec<String>>,
}

impl Snippet {
    pub(super) fn of<'a>(statements: impl Iterator<Item = Vec<&'a str>>) -> Snippet {
        let mut defaults: BTreeMap<&str, &str> = BTreeMap::new();
        let mut out = Snippet::default();
        for members in statements {
            let (mut snippet, mut plain) = (Vec::new(), Vec::new());
            for member in members {
                let (with_stops, filled) = render(member, &mut defaults);
                snippet.push(with_stops);
                plain.push(filled);
            }
            out.snippet.push(snippet);
            out.plain.push(plain);
        }
        out
    }
}

/// A member in both forms; `defaults` has the text of each stop that was met.
fn render<'a>(member: &'a str, defaults: &mut BTreeMap<&'a str, &'a str>) -> (String, String) {
    let (mut snippet, mut plain) = (String::new(), String::new());
    let mut rest = member;
    while let Some((before, after)) = rest.split_once('$') {
        if let Some(before) = before.strip_suffix('\\') {
            // A dollar sign that is meant: that of a policy variable.
            snippet.push_str(before);
            snippet.push_str("\\$");
            plain.push_str(before);
            plain.push('$');
            rest = after;
            continue;
        }
        snippet.push_str(before);
        plain.push_str(before);
        let digits = |it: &str| it.find(|c: char| !c.is_ascii_digit()).unwrap_or(it.len());
        let (number, text, behind, whole) = match after.strip_prefix('{').and_then(|it| it.split_once('}')) {
            Some((inner, behind)) => {
                let (number, text) = inner.split_at_checked(digits(inner)).unwrap_or((inner, ""));
                (number, text, behind, format!("${{{inner}}}"))
            }
            None => {
                let (number, behind) = after.split_at_checked(digits(after)).unwrap_or((after, ""));
                (number, "", behind, format!("${number}"))
            }
        };
        let default = match text.strip_prefix('|') {
            Some(choices) => choices.split([',', '|']).next().unwrap_or_default(),
            None => text.strip_prefix(':').unwrap_or(text),
        };
        let is_new = !defaults.contains_key(number);
        plain.push_str(defaults.entry(number).or_insert(default));
        snippet.push_str(&if is_new { whole } else { format!("${number}") });
        rest = behind;
    }
    snippet.push_str(rest);
    plain.push_str(rest);
    (snippet, plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_filled_once_and_then_mirrored() {
        let it = Snippet::of([vec!["a ${1:x} b ${2|p,q|}", "$1 ${2|p,q|} $3 \\${aws:username}"]].into_iter());
        assert_eq!(it.snippet, [["a ${1:x} b ${2|p,q|}", "$1 $2 $3 \\${aws:username}"]]);
        assert_eq!(it.plain, [["a x b p", "x p  ${aws:username}"]]);
    }
}
