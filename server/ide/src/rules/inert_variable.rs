//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy variable is used in a policy whose version does not have variables.
    ///
    /// ## Why it matters
    /// Variables came with version 2012-10-17. In an older policy, or one without `Version`, `${aws:username}` is
    /// compared as it is written and matches nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Version": "2008-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*" }] }
    /// ```
    /// ```jsonc,clean
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    name: "inert-variable", since: "0.1.0",
    severity: Error, group: Effect,
    access_analyzer: "VARIABLE_UNSUPPORTED_IN_VERSION",
    check: Policy(check)
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    if policy.has_variables() {
        return;
    }
    for at in &policy.statements {
        let stmt = &at.statement;
        let resources = stmt.resource.iter().flat_map(|it| it.values.texts());
        let conditions =
            stmt.condition.iter().flat_map(Condition::tests).flat_map(|(_, it)| it.values.texts());
        for text in resources.chain(conditions) {
            let Some((start, end)) = variable(cx, &text.value) else { continue };
            let name = text.value.get(start..end).unwrap_or_default();
            let message = format!("`{}` is plain text here: variables need version 2012-10-17", short(name));
            let finding = acc.report(&RULE, text.part(start, end) + at.start, message);
            finding.fixes(set_version(cx, policy));
        }
    }
}

/// Where the first variable stands whose name is a condition key; a template's own are not ours.
fn variable(cx: &PolicyCx<'_>, text: &str) -> Option<(usize, usize)> {
    let start = text.find("${")?;
    let end = start + text.get(start..)?.find('}')? + 1;
    let name = text.get(start + 2..end - 1)?;
    let name = name.split(',').next().unwrap_or(name).trim();
    cx.catalog.condition_key(name).is_some().then_some((start, end))
}

fn set_version(cx: &PolicyCx<'_>, policy: &Policy) -> Option<Fix> {
    let edit = match (&policy.version, policy.key("Version")) {
        (Some(version), _) => fix::replace_text(version, "2012-10-17"),
        (None, None) => fix::insert_policy_member(cx.text, policy, 0, "Version", "\"2012-10-17\""),
        (None, Some(_)) => return None,
    };
    Some(Fix::suggested("Set `Version` to `2012-10-17`", vec![edit]))
}
