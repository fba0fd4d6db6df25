//! Texts of policies as globs.

use std::sync::Arc;

use super::glob::Glob;
use super::token::{Token, Variable, fold};

/// How a text of a policy is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manner {
    /// `*` and `?` stand for others.
    pub(super) wildcards: bool,
    /// `${…}` stands for a value.
    pub(super) variables: bool,
    /// Case does not matter.
    pub(super) folded: bool,
}

/// The glob of a text.
pub(super) fn glob(text: &str, manner: Manner) -> Glob {
    let mut out = Vec::new();
    tokens(text, manner, false, &mut out);
    Glob::new(out)
}

/// Adds the tokens of a text. `field`: no colon can be in it.
pub(super) fn tokens(text: &str, manner: Manner, field: bool, out: &mut Vec<Token>) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let inside = rest.strip_prefix("${").filter(|_| manner.variables).and_then(|it| it.split_once('}'));
        if let Some((inside, after)) = inside {
            rest = after;
            match inside {
                "*" | "?" | "$" => out.extend(inside.chars().map(Token::Char)),
                _ => out.push(Token::Var { variable: variable(inside, manner.folded), field }),
            }
            continue;
        }
        rest = rest.get(first.len_utf8()..).unwrap_or("");
        out.push(match first {
            '*' if manner.wildcards && field => Token::FieldStar,
            '*' if manner.wildcards => Token::Star,
            '?' if manner.wildcards && field => Token::FieldOne,
            '?' if manner.wildcards => Token::One,
            _ if manner.folded => Token::Fold(fold(first)),
            _ => Token::Char(first),
        });
    }
}

/// A default follows a comma and a blank, in single quotes.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-default-values>
fn variable(inside: &str, folded: bool) -> Arc<Variable> {
    let with_default = inside.strip_suffix('\'').and_then(|it| it.split_once(", '"));
    let (key, default) = match with_default {
        Some((key, default)) => (key, Some(default.into())),
        None => (inside, None),
    };
    Arc::new(Variable { key: key.to_lowercase().into(), default, folded })
}

/// The six fields of an ARN pattern; fewer when it has fewer. A colon inside a variable separates nothing.
pub(super) fn fields(text: &str, variables: bool) -> Vec<&str> {
    let mut out = Vec::with_capacity(6);
    let mut rest = text;
    let mut start = text;
    while out.len() < 5 {
        let Some(first) = rest.chars().next() else { break };
        if variables
            && let Some(inside) = rest.strip_prefix("${")
            && let Some((_, after)) = inside.split_once('}')
        {
            rest = after;
            continue;
        }
        let after = rest.get(first.len_utf8()..).unwrap_or("");
        if first == ':' {
            out.push(start.get(..start.len() - rest.len()).unwrap_or(""));
            start = after;
        }
        rest = after;
    }
    out.push(start);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_at_colons_outside_of_variables() {
        let text = "arn:aws:iam::${aws:PrincipalAccount}:role/a:b";
        assert_eq!(fields(text, true), ["arn", "aws", "iam", "", "${aws:PrincipalAccount}", "role/a:b"]);
        assert_eq!(fields(text, false), ["arn", "aws", "iam", "", "${aws", "PrincipalAccount}:role/a:b"]);
        assert_eq!(fields("arn:aws", true), ["arn", "aws"]);
        assert_eq!(fields("", true), [""]);
    }
}
