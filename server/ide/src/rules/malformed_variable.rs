//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy variable is not written as IAM reads it.
    ///
    /// ## Why it matters
    /// A variable is `${key}`, or `${key, 'default'}` with the default in single quotes. AWS refuses another form, or
    /// compares it as it is written, which matches nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    name: "malformed-variable", since: "0.1.0",
    severity: Error, group: Structure,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let resources = stmt.resource.iter().flat_map(|it| it.values.texts());
    let values = stmt.condition.iter().flat_map(Condition::tests).flat_map(|(_, it)| it.values.texts());
    for text in resources.chain(values) {
        let mut at = 0;
        while let Some(start) = text.value.get(at..).and_then(|it| it.find("${")).map(|it| it + at) {
            at = start + 2;
            variable(cx, text, start, acc);
        }
    }
}

/// Looks at the variable that starts at a byte of the text.
fn variable(cx: &RuleCx<'_>, text: &Text, start: usize, acc: &mut Findings) {
    let rest = text.value.get(start + 2..).unwrap_or_default();
    let Some(len) = rest.find('}') else {
        open(cx, text, start, rest, acc);
        return;
    };
    let inner = rest.get(..len).unwrap_or_default();
    let end = start + 2 + len + 1;
    let range = text.part(start, end);
    if inner.trim().is_empty() {
        let finding = acc.report(&RULE, range, "This variable has no name").code(Some("EMPTY_VARIABLE"));
        finding.fix(Fix::suggested("Remove it", vec![TextEdit::delete(range)]));
        return;
    }
    let (name, default) =
        inner.split_once(',').map_or((inner, None), |(name, default)| (name, Some(default)));
    if !is_of_policy(cx, name) {
        return;
    }
    let bare: String = name.chars().filter(|it| !it.is_whitespace()).collect();
    if bare.len() != name.len() {
        let finding = acc.report(&RULE, range, "The name of this variable has a blank in it");
        let edit = TextEdit::replace(text.part(start + 2, start + 2 + name.len()), bare.clone());
        finding
            .code(Some("UNSUPPORTED_SPACE_IN_VARIABLE"))
            .fix(Fix::suggested(format!("Change to `{}`", short(&bare)), vec![edit]));
    }
    let Some(default) = default.map(str::trim) else { return };
    let is_quoted = default.len() >= 2 && default.starts_with('\'') && default.ends_with('\'');
    if !is_quoted {
        let new = format!("${{{bare}, '{}'}}", default.trim_matches('\''));
        let finding = acc.report(&RULE, range, "The default of a variable stands in single quotes");
        finding.code(Some("MISSING_QUOTE_IN_VARIABLE")).fix(Fix::suggested(
            format!("Change to `{}`", short(&new)),
            vec![TextEdit::replace(range, fix::escape(&new))],
        ));
    }
}

/// A variable whose brace is missing.
fn open(cx: &RuleCx<'_>, text: &Text, start: usize, rest: &str, acc: &mut Findings) {
    if !is_of_policy(cx, rest) {
        return;
    }
    let range = text.part(start, text.value.len());
    let finding = acc.report(&RULE, range, "This variable has no closing brace");
    finding.code(Some("MISSING_BRACE_IN_VARIABLE"));
    // The longest key that the text starts with.
    let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    let key = ends
        .filter_map(|end| rest.get(..end))
        .find(|it| cx.catalog.condition_key(it).is_some_and(|key| !key.is_template()));
    let is_tag = |it: &char| it.is_ascii_alphanumeric() || matches!(it, ':' | '/' | '-' | '_');
    let tag = || rest.chars().take_while(is_tag).map(char::len_utf8).sum::<usize>();
    let len = key.map_or_else(tag, str::len);
    if !text.escaped {
        let at = text.part(start, start + 2 + len).end;
        finding.fix(Fix::suggested(
            format!("Close it behind `{}`", short(rest.get(..len).unwrap_or_default())),
            vec![TextEdit::insert(at, "}")],
        ));
    }
}

/// Whether a name belongs to IAM: other languages have variables of the same form.
fn is_of_policy(cx: &RuleCx<'_>, name: &str) -> bool {
    let Some((prefix, rest)) = name.split_once(':') else { return false };
    let prefix = prefix.trim();
    let is_global = prefix.eq_ignore_ascii_case("aws");
    !rest.starts_with(':') && (is_global || cx.catalog.service(prefix).is_some())
}
