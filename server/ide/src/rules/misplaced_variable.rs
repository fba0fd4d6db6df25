//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy variable stands in an element that does not have variables.
    ///
    /// ## Why it matters
    /// IAM fills in variables in `Resource` and in the values of conditions. In an action, a principal or a `Sid` the
    /// variable stays as it is written, and AWS refuses the policy or matches nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "${aws:PrincipalTag/service}:Get*", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${aws:PrincipalTag/team}/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse>
    name: "misplaced-variable", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "VARIABLE_UNSUPPORTED_IN_ELEMENT",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let single = [(&stmt.sid, "Sid"), (&stmt.effect, "Effect")];
    for (text, element) in single.iter().filter_map(|(it, name)| Some((it.as_ref()?, *name))) {
        report(cx, text, element, None, acc);
    }
    let name = |negated: bool| if negated { "NotAction" } else { "Action" };
    if let Some(action) = &stmt.action {
        for (idx, item) in action.values.items.iter().enumerate() {
            let Item::Text(text) = item else { continue };
            report(cx, text, name(action.negated), Some((&action.values, idx)), acc);
        }
    }
    for (entry, idx, text) in element::principals(stmt) {
        report(cx, text, "Principal", Some((&entry.values, idx)), acc);
    }
}

fn report(cx: &RuleCx<'_>, text: &Text, element: &str, at: Option<(&Values, usize)>, acc: &mut Findings) {
    let Some((start, end)) = variable(cx, &text.value) else { return };
    let written = text.value.get(start..end).unwrap_or_default();
    let message = format!("`{}` is plain text here: `{element}` has no variables", short(written));
    let finding = acc.report(&RULE, text.part(start, end), message);
    let removal = at.and_then(|(values, idx)| fix::remove_item(values, idx));
    finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
    if element == "Sid" {
        finding.fix(Fix::suggested("Remove the variable", vec![TextEdit::delete(text.part(start, end))]));
    }
}

/// Where the first variable stands that is named after a condition key.
fn variable(cx: &RuleCx<'_>, text: &str) -> Option<(usize, usize)> {
    let start = text.find("${")?;
    let end = start + text.get(start..)?.find('}')? + 1;
    let name = text.get(start + 2..end - 1)?;
    let name = name.split(',').next().unwrap_or(name).trim();
    cx.catalog.condition_key(name).is_some().then_some((start, end))
}
