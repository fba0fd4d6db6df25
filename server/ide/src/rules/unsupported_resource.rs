//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A trust policy names resources.
    ///
    /// ## Why it matters
    /// The resource of a trust policy is the role it hangs on. IAM refuses `Resource` and `NotResource` in it.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "sagemaker.amazonaws.com" }, "Action": "sts:AssumeRole", "Resource": "*" }] }
    /// ```
    /// ```jsonc,clean
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "sagemaker.amazonaws.com" }, "Action": "sts:AssumeRole" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html>
    name: "unsupported-resource", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let is_trust = cx.kind == PolicyKind::Trust;
    if !(is_trust || cx.kind == PolicyKind::Resource && only_assumes(stmt)) {
        return;
    }
    for name in ["Resource", "NotResource"] {
        let Some(key) = stmt.key(name) else { continue };
        let message = format!("A trust policy cannot have `{name}`: its resource is the role");
        let finding = acc.report(&RULE, key.range, message);
        if !is_trust {
            finding.code(None);
        }
        let removal = fix::condition::remove_element(stmt, name);
        finding.fixes(removal.map(|it| Fix::suggested(format!("Remove `{name}`"), vec![it])));
    }
}

/// Whether it can only be meant for a trust policy: no other resource policy has these actions.
fn only_assumes(stmt: &Statement) -> bool {
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated && it.values.all_texts()) else {
        return false;
    };
    let assumes = |it: &Text| it.value.to_ascii_lowercase().starts_with("sts:assumerole");
    !action.values.items.is_empty() && action.values.texts().all(assumes)
}
