//! Texts of policies: wildcards and variables.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use policy::eval::Given;

use super::asked::Asked;
use super::logic::Known;

/// A piece of a policy's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    Char(char),
    /// `?`
    One,
    /// `?` in a field of an ARN that ends at a colon.
    OneInField,
    /// `*`
    Run,
    /// `*` in a field of an ARN that ends at a colon.
    RunInField,
    /// A variable whose value is not known: any text may stand here.
    Unknown,
}

/// How a text of a policy is to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// Whether the policy's version has variables.
    pub(crate) variables: bool,
    /// Whether `*` and `?` are wildcards here.
    pub(crate) wildcards: bool,
}

/// The pieces of a text; `None` when a variable in it has neither value nor default.
pub(crate) fn pieces(text: &str, how: Reading, asked: &Asked) -> Option<Vec<Piece>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find('}').filter(|_| how.variables && rest.starts_with("${"));
        if let Some(end) = end {
            variable(&rest[2..end], asked, &mut out)?;
            rest = &rest[end + 1..];
            continue;
        }
        out.push(match first {
            '*' if how.wildcards => Piece::Run,
            '?' if how.wildcards => Piece::One,
            other => Piece::Char(other),
        });
        rest = &rest[first.len_utf8()..];
    }
    Some(out)
}

/// What a variable stands for. Its text is literal; `None` when it has none.
fn variable(inside: &str, asked: &Asked, out: &mut Vec<Piece>) -> Option<()> {
    if matches!(inside, "*" | "?" | "$") {
        out.extend(inside.chars().map(Piece::Char));
        return Some(());
    }
    // `${key, 'default'}`: comma and blank, single quotes.
    let with_default = inside.find(", '").filter(|at| inside.ends_with('\'') && inside.len() > at + 3);
    let (name, default) = match with_default {
        Some(at) => (&inside[..at], Some(&inside[at + 3..inside.len() - 1])),
        None => (inside, None),
    };
    // Quotes are in no key's name: such a key cannot exist.
    let state = if name.contains('\'') { Given::Absent } else { asked.key(name) };
    match state {
        Given::One(value) if !value.is_empty() => out.extend(value.chars().map(Piece::Char)),
        Given::Unknown | Given::SomeValue => out.push(Piece::Unknown),
        // A multivalued key has no value for a variable, even when it holds one.
        Given::One(_) | Given::Many(_) | Given::Absent => out.extend(default?.chars().map(Piece::Char)),
    }
    Some(())
}

/// Whether `value` is what the pieces say. With a variable that is not known the answer is open, unless the rest
/// of the text already says no.
pub(crate) fn says(pieces: &[Piece], value: &str) -> Known {
    let value: Vec<char> = value.chars().collect();
    if !fits(pieces, &value) {
        return Some(false);
    }
    if pieces.contains(&Piece::Unknown) { None } else { Some(true) }
}

fn fits(pieces: &[Piece], value: &[char]) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return value.is_empty() };
    let head = value.first();
    let next = || fits(rest, &value[1..]);
    match first {
        Piece::Char(it) => head == Some(it) && next(),
        Piece::One => head.is_some() && next(),
        Piece::OneInField => head.is_some_and(|it| *it != ':') && next(),
        Piece::Run | Piece::Unknown => (0..=value.len()).any(|n| fits(rest, &value[n..])),
        Piece::RunInField => {
            let most = value.iter().position(|it| *it == ':').unwrap_or(value.len());
            (0..=most).any(|n| fits(rest, &value[n..]))
        }
    }
}

/// A glob without variables.
pub(crate) fn glob(pattern: &str, value: &str) -> bool {
    let piece = |it| match it {
        '*' => Piece::Run,
        '?' => Piece::One,
        other => Piece::Char(other),
    };
    says(&pattern.chars().map(piece).collect::<Vec<_>>(), value) == Some(true)
}
