//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A resource has the name of an IAM user in it, which roles do not have.
    ///
    /// ## Why it matters
    /// Only requests of IAM users have `aws:username`. For a role, also for one that people sign in to, the variable is not
    /// filled in, the resource matches nothing, and the statement allows nothing. A principal tag or a default, as in
    /// `${aws:username, 'none'}`, works for both.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:PrincipalTag/person}/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    name: "absent-variable", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Marked(mark, check)
}

const VARIABLE: &str = "${aws:username}";

fn mark(stmt: &Statement) -> u64 {
    u64::from(variable(stmt).is_some())
}

/// The variable in a resource of a statement that allows something.
fn variable(stmt: &Statement) -> Option<TextRange> {
    let resource = stmt.resource.as_ref().filter(|it| !it.negated && stmt.effect() == Some(Effect::Allow))?;
    resource.values.texts().find_map(|text| {
        let at = text.value.to_ascii_lowercase().find(VARIABLE)?;
        Some(text.part(at + 2, at + VARIABLE.len() - 1))
    })
}

fn check(_cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind != PolicyKind::Identity || !policy.has_variables() {
        return;
    }
    // Once is enough for a policy.
    let first = marks.first().and_then(|it| policy.statements.get(it.idx));
    let Some((at, range)) = first.and_then(|it| Some((it, variable(it.statement)?))) else { return };
    acc.report(&RULE, range + at.start, "Only IAM users have this: for a role the resource matches nothing");
}
