//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement allows every action on every resource.
    ///
    /// ## Why it matters
    /// That is administrator access: whoever has it can do anything in the account, and give it to others.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "*", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege>
    name: "admin-access", since: "0.1.0",
    severity: Warning, group: Security,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    // In the other kinds it grants nothing: they say the most that others may grant.
    if cx.kind != PolicyKind::Identity
        || stmt.effect() != Some(Effect::Allow)
        || !element::is_unconditional(stmt)
    {
        return;
    }
    let (Some(action), Some(resource)) = (&stmt.action, &stmt.resource) else { return };
    if !element::is_every_action(action) || !element::is_every_resource(resource) {
        return;
    }
    let star = action.values.texts().find(|it| policy::action::is_every(&it.value));
    let range = star.map_or(action.values.range, |it| it.range);
    acc.report(&RULE, range, "This allows every action on every resource: administrator access");
}
