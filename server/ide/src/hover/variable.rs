//! Policy variables: `${aws:username}`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use catalog::catalog;

use super::code;

/// A variable in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Variable<'a> {
    /// Its first byte and the one behind it.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What stands between the braces.
    pub(crate) inner: &'a str,
    /// Whether its brace is closed.
    pub(crate) closed: bool,
}

/// What stands around a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Around {
    /// A pattern of ARNs; the flag says whether the variable stands in its last field.
    Resource { in_resource: bool },
    /// A value of a condition, and whether its operator is a negated one.
    Condition { negated: bool },
    /// Where IAM fills in nothing.
    Elsewhere,
}

/// The variable that holds the byte at `offset`.
pub(crate) fn at(text: &str, offset: usize) -> Option<Variable<'_>> {
    let before = text.get(..(offset + 2).min(text.len())).or_else(|| text.get(..offset))?;
    let start = before.rfind("${")?;
    let rest = text.get(start + 2..)?;
    let len = rest.find('}');
    let end = len.map_or(text.len(), |len| start + 3 + len);
    let inner = rest.get(..len.unwrap_or(rest.len()))?;
    (offset < end).then_some(Variable { start, end, inner, closed: len.is_some() })
}

/// What a variable stands for.
pub(crate) fn variable(of: Variable<'_>, around: Around, has_variables: bool) -> Option<String> {
    let inner = of.inner;
    let name = format!("${{{inner}}}");
    let head = format!("**{}** · policy variable\n\n", code(&name));
    if !of.closed {
        return Some(format!("{head}It lacks its closing brace, so it is plain text."));
    }
    if matches!(inner, "*" | "?" | "$") {
        return Some(format!("{head}The character {} itself, not a wildcard.", code(inner)));
    }
    let (key, default) = match inner.split_once(',') {
        Some((key, default)) => (key.trim(), Some(default)),
        None => (inner, None),
    };
    if inner.starts_with("AWS::") || inner.contains('.') && catalog().condition_key(key).is_none() {
        return Some(format!(
            "**{}**\n\nNo policy variable: a template fills it in before IAM reads the policy. Where none does, it is \
             plain text to IAM.",
            code(&name)
        ));
    }
    let Some(known) = catalog().condition_key(key) else {
        if !key.contains(':') {
            return Some(format!(
                "**{}**\n\nNo policy variable: those have a prefix, as `${{aws:username}}`. A template may fill it in.",
                code(&name)
            ));
        }
        let near = catalog().nearest_condition_key(key);
        let near = near.map(|it| format!(" The closest is {}.", code(format!("${{{}}}", it.name()))));
        return Some(format!("{head}No key {} is known.{}", code(key), near.unwrap_or_default()));
    };
    let mut out = head;
    let mut line = |text: &str| out.push_str(&format!("{}\n\n", text.trim_end()));
    let is_filled_in = has_variables
        && match around {
            Around::Resource { in_resource } => in_resource,
            Around::Condition { .. } => true,
            Around::Elsewhere => false,
        };
    if !has_variables {
        line("Plain text here: variables need `\"Version\": \"2012-10-17\"`.");
    }
    match around {
        Around::Resource { in_resource: false } => {
            line("Plain text here: IAM fills in variables only behind the fifth colon of an ARN.");
        }
        Around::Elsewhere => line("Plain text here: IAM fills in variables in `Resource` and in conditions only."),
        Around::Resource { .. } | Around::Condition { .. } => {}
    }
    known.description().into_iter().for_each(&mut line);
    if !is_filled_in {
        return Some(out.trim_end().to_owned());
    }
    if known.multi_valued() {
        line("A request may have several values of it, so it cannot be a variable: it has no value.");
    }
    known.absent_note().into_iter().for_each(&mut line);
    match default.map(str::trim) {
        Some(it) if !default.is_some_and(|it| it.starts_with(' ')) => {
            line(&format!("The default {} needs a blank behind the comma, or there is no such key.", code(it)));
        }
        Some(it) if it.len() > 1 && it.starts_with('\'') && it.ends_with('\'') => {
            line(&format!("Without the key it is {}.", code(it.trim_matches('\''))));
        }
        Some(it) => line(&format!("The default {} needs single quotes.", code(it))),
        None if known.always_present() => {}
        None => line(match around {
            Around::Condition { negated: true } => {
                "Without the key it has no value, and a negated test on it is true. A default reads \
                 `${key, 'text'}`."
            }
            Around::Condition { negated: false } => {
                "Without the key it has no value and matches nothing. A default reads `${key, 'text'}`."
            }
            Around::Resource { .. } | Around::Elsewhere => {
                "Without the key the ARN matches nothing. A default reads `${key, 'text'}`."
            }
        }),
    }
    line("Its value is taken as it is: `*` in it is no wildcard.");
    Some(out.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_around_the_cursor() {
        let text = "a${aws:x}b${y";
        for (offset, expected) in [
            (0, None),
            (1, Some("aws:x")),
            (2, Some("aws:x")),
            (8, Some("aws:x")),
            (9, None),
            (10, Some("y")),
            (12, Some("y")),
        ] {
            assert_eq!(at(text, offset).map(|it| it.inner), expected, "{offset}");
        }
        assert_eq!(at("é${a}", 1), None);
        assert_eq!(at("", 0), None);
    }
}
