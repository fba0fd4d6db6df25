//! Texts of policies with wildcards and variables, taken apart once.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use super::request::{Context, Given};
use super::tri::Tri;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Itself.
    Text(Box<str>),
    /// `*`
    Star,
    /// `?`
    One,
    /// `${key}` or `${key, 'default'}`; the key in lower case.
    Variable { key: Box<str>, default: Option<Box<str>> },
    /// A variable of a key that cannot exist, as with `${key,'default'}`.
    NoVariable,
}

/// A text of a policy in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
    has_variables: bool,
}

impl Template {
    /// Takes a text apart. `variables`: whether the policy's version has them; `wildcards`: whether `*` and `?`
    /// stand for something else here.
    pub(super) fn parse(text: &str, variables: bool, wildcards: bool) -> Template {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let inside = rest.strip_prefix("${").filter(|_| variables).and_then(|it| it.split_once('}'));
            if let Some((inside, after)) = inside {
                rest = after;
                if matches!(inside, "*" | "?" | "$") {
                    plain.push_str(inside);
                } else {
                    flush(&mut plain, &mut parts);
                    parts.push(variable(inside));
                }
                continue;
            }
            match first {
                '*' | '?' if wildcards => {
                    flush(&mut plain, &mut parts);
                    let part = if first == '*' { Part::Star } else { Part::One };
                    if part != Part::Star || parts.last() != Some(&Part::Star) {
                        parts.push(part);
                    }
                }
                _ => plain.push(first),
            }
            rest = rest.get(first.len_utf8()..).unwrap_or("");
        }
        flush(&mut plain, &mut parts);
        let has_variables = parts.iter().any(|it| matches!(it, Part::Variable { .. } | Part::NoVariable));
        Template { parts, has_variables }
    }

    /// The keys that its variables name.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|it| match it {
            Part::Variable { key, .. } => Some(&**key),
            _ => None,
        })
    }

    /// Whether its variables have values: false when one has none, unknown when one is not known.
    pub(super) fn resolved(&self, context: &Context) -> Tri {
        if !self.has_variables {
            return Tri::True;
        }
        Tri::all(self.parts.iter().map(|it| match value(it, context) {
            Value::Text(_) => Tri::True,
            Value::Missing => Tri::False,
            Value::Unknown => Tri::Unknown,
        }))
    }

    /// Whether `text` matches. A variable without value matches nothing. With a variable that is not known the
    /// answer is unknown, unless the rest of the text already says no.
    pub(super) fn matches(&self, text: &str, context: &Context) -> Tri {
        match self.resolved(context) {
            Tri::True => self.glob(text, context).into(),
            Tri::Unknown => Tri::Unknown.and(self.glob(text, context).into()),
            Tri::False => Tri::False,
        }
    }

    /// Whether `text` matches without regard to case.
    pub(super) fn matches_ignore_case(&self, text: &str, context: &Context) -> Tri {
        match self.resolved(context) {
            Tri::True => {
                let own = self.parts.iter().flat_map(|it| plain_text(it, context).chars());
                let lower = |it: char| it.to_lowercase();
                own.flat_map(lower).eq(text.chars().flat_map(lower)).into()
            }
            Tri::Unknown => self.in_lower_case(context).matches(&lower_case(text), context),
            Tri::False => Tri::False,
        }
    }

    /// The same with every text in lower case, and those of variables whose values are known.
    fn in_lower_case(&self, context: &Context) -> Template {
        let lower = |it: &Part| match value(it, context) {
            Value::Text(text) => Part::Text(lower_case(text).into()),
            Value::Missing | Value::Unknown => it.clone(),
        };
        Template { parts: self.parts.iter().map(lower).collect(), has_variables: self.has_variables }
    }

    /// What it stands for, wildcards as they are written; `None` when a variable has no known value.
    pub(super) fn expand(&self, context: &Context) -> Option<String> {
        let resolved = self.resolved(context) == Tri::True;
        resolved.then(|| self.parts.iter().map(|it| plain_text(it, context)).collect())
    }

    /// A text that matches, with `stand_in` for each wildcard; `None` when a variable has no known value.
    pub(super) fn example(&self, stand_in: &str, context: &Context) -> Option<String> {
        let text = |it: &Part| match (it, value(it, context)) {
            (Part::Star | Part::One, _) => Some(stand_in.to_owned()),
            (_, Value::Text(text)) => Some(text.to_owned()),
            (_, Value::Missing | Value::Unknown) => None,
        };
        self.parts.iter().map(text).collect()
    }

    /// Whether it has no wildcard: once its variables have values it is one text.
    pub(super) fn is_literal(&self) -> bool {
        !self.parts.iter().any(|it| matches!(it, Part::Star | Part::One))
    }

    /// Whether no text matches both, as their beginnings show.
    pub(super) fn is_disjoint(&self, other: &Template) -> bool {
        let head = |it: &Template| match it.parts.first() {
            Some(Part::Text(text)) => text.clone(),
            _ => Box::default(),
        };
        let (own, other) = (head(self), head(other));
        !own.starts_with(&*other) && !other.starts_with(&*own)
    }

    /// Whether the type that a resource's name begins with, as `agent/` or `log-group:`, can be the one written here.
    pub(super) fn is_of_type(&self, text: &str) -> bool {
        let Some(Part::Text(own)) = self.parts.first() else { return true };
        let end = own.find(['/', ':']);
        let written = end.and_then(|it| own.get(..=it)).unwrap_or(own);
        text.starts_with(written)
    }

    /// Whether a wildcard stands before the first `/` or `:`, and not for all of the text.
    pub(super) fn has_wildcard_type(&self) -> bool {
        let separates = |it: &Part| matches!(it, Part::Text(text) if text.contains(['/', ':']));
        let Some(end) = self.parts.iter().position(separates) else { return false };
        let wild = |it: &Part| matches!(it, Part::Star | Part::One);
        self.parts.iter().take(end).any(wild)
    }

    /// Whether it is one text and nothing else.
    pub(super) fn is_plain(&self) -> bool {
        self.parts.iter().all(|it| matches!(it, Part::Text(_)))
    }

    /// The usual greedy match: a later star makes going back to an earlier one unnecessary.
    fn glob(&self, text: &str, context: &Context) -> bool {
        let (mut at, mut rest) = (0, text);
        let is_star = |it: &Part| *it == Part::Star || matches!(value(it, context), Value::Unknown);
        let mut star: Option<(usize, &str)> = None;
        loop {
            let step = match self.parts.get(at) {
                Some(part) if is_star(part) && at + 1 == self.parts.len() => return true,
                Some(part) if is_star(part) => {
                    at += 1;
                    star = Some((at, rest));
                    continue;
                }
                Some(Part::One) => skip_char(rest),
                Some(part) => rest.strip_prefix(plain_text(part, context)),
                None if rest.is_empty() => return true,
                None => None,
            };
            if let Some(after) = step {
                rest = after;
                at += 1;
                continue;
            }
            let Some((after_star, taken)) = star else { return false };
            let Some(taken) = skip_char(taken) else { return false };
            star = Some((after_star, taken));
            at = after_star;
            rest = taken;
        }
    }
}

fn flush(plain: &mut String, parts: &mut Vec<Part>) {
    if !plain.is_empty() {
        parts.push(Part::Text(std::mem::take(plain).into()));
    }
}

/// A default follows a comma and a blank, in single quotes.
fn variable(inside: &str) -> Part {
    let with_default = inside.strip_suffix('\'').and_then(|it| it.split_once(", '"));
    let (key, default) = match with_default {
        Some((key, default)) => (key, Some(default.into())),
        // No key has quotes in its name.
        None if inside.contains('\'') => return Part::NoVariable,
        None => (inside, None),
    };
    Part::Variable { key: key.to_lowercase().into(), default }
}

enum Value<'a> {
    Text(&'a str),
    Missing,
    Unknown,
}

/// What a part stands for. A multivalued key is no value for a variable.
fn value<'a>(part: &'a Part, context: &'a Context) -> Value<'a> {
    let (key, default) = match part {
        Part::Text(text) => return Value::Text(text),
        Part::Star => return Value::Text("*"),
        Part::One => return Value::Text("?"),
        Part::NoVariable => return Value::Missing,
        Part::Variable { key, default } => (key, default),
    };
    match (context.get(key), default) {
        (Given::One(text), _) if !text.is_empty() => Value::Text(text),
        (Given::SomeValue | Given::Unknown, _) => Value::Unknown,
        (_, Some(default)) => Value::Text(default),
        (_, None) => Value::Missing,
    }
}

fn plain_text<'a>(part: &'a Part, context: &'a Context) -> &'a str {
    match value(part, context) {
        Value::Text(text) => text,
        Value::Missing | Value::Unknown => "",
    }
}

/// Each character in its own lower case: `ß` is not `ss`.
fn lower_case(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn skip_char(text: &str) -> Option<&str> {
    text.get(text.chars().next()?.len_utf8()..)
}
