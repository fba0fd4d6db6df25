//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement allows everything but some actions, or on everything but some resources.
    ///
    /// ## Why it matters
    /// `NotAction` and `NotResource` in an `Allow` take in all that is not named: other services too, and what AWS adds
    /// later. To keep something out, an `Allow` of what is meant and a `Deny` of the rest say it in a way that stays true.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Condition": { "Bool": { "aws:SecureTransport": "false" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>
    name: "allow-all-but", since: "0.1.0",
    severity: Warning, group: Security,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if cx.kind != PolicyKind::Identity || stmt.effect() != Some(Effect::Allow) {
        return;
    }
    if let Some(action) = stmt.action.as_ref().filter(|it| it.negated && !it.values.items.is_empty()) {
        acc.report(&RULE, action.key, "This allows every other action, also those that AWS adds later");
    }
    let is_wide = |it: &&Element| it.negated && !it.values.items.is_empty();
    if let Some(resource) = stmt.resource.as_ref().filter(is_wide) {
        // It is also how one statement leaves to another what that one limits.
        acc.report(&RULE, resource.key, "This allows it on every other resource, also on those made later")
            .severity(Severity::Info);
    }
}
