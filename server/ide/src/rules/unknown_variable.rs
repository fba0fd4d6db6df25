//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy variable is named after a key that does not exist.
    ///
    /// ## Why it matters
    /// IAM fills a variable in from the request. One that no request has is not filled in, and the statement matches nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:user}/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    name: "unknown-variable", since: "0.1.0",
    severity: Warning, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let resources = stmt.resource.iter().flat_map(|it| it.values.texts());
    let values = stmt.condition.iter().flat_map(Condition::tests).flat_map(|(_, it)| it.values.texts());
    for text in resources.chain(values) {
        let mut at = 0;
        while let Some(start) = text.value.get(at..).and_then(|it| it.find("${")).map(|it| it + at + 2) {
            at = start;
            let Some(len) = text.value.get(start..).and_then(|it| it.find('}')) else { break };
            let inner = text.value.get(start..start + len).unwrap_or_default();
            let name = inner.split(',').next().unwrap_or_default();
            if is_unknown(cx, name) {
                report(cx, text, (start, start + name.len()), name, acc);
            }
        }
    }
}

/// Whether it is a name of IAM's that no key has. Variables of other languages and of identity providers may be
/// anything.
fn is_unknown(cx: &RuleCx<'_>, name: &str) -> bool {
    let Some((prefix, rest)) = name.split_once(':') else { return false };
    let is_of_iam =
        prefix.eq_ignore_ascii_case("aws") || cx.catalog.service(prefix).is_some_and(|it| !it.is_retired());
    let is_other = rest.starts_with(':') || rest.is_empty() || name.contains(char::is_whitespace);
    is_of_iam && !is_other && cx.catalog.condition_key(name).is_none() && !cx.catalog.is_provider_key(name)
}

fn report(cx: &RuleCx<'_>, text: &Text, at: (usize, usize), name: &str, acc: &mut Findings) {
    let range = text.part(at.0, at.1);
    let finding =
        acc.report(&RULE, range, format!("No request has `{}`: this is never filled in", short(name)));
    let near = cx.catalog.nearest_condition_key(name).filter(|it| !it.is_template());
    // `aws:user` and its like are cut short.
    let longer = || {
        let mut keys = cx.catalog.common_variables().filter(|it| {
            it.name().len() > name.len()
                && it.name().get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name))
        });
        keys.next()
    };
    let can_be_filled_in = cx.has_variables && !text.escaped;
    finding.fixes(longer().or(near).filter(|_| can_be_filled_in).map(|it| {
        Fix::suggested(format!("Change to `{}`", it.name()), vec![TextEdit::replace(range, it.name())])
    }));
}
