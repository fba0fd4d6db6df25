//! See [`RULE`].
use super::prelude::*;
use policy::sent;

rule! {
    /// A statement for an AWS service tests a key that only calls by people and roles carry.
    ///
    /// ## Why it matters
    /// A service that calls for itself belongs to no account and no organization, so its calls have no
    /// `aws:PrincipalOrgID`. The statement never allows them; `aws:SourceOrgID` says for whom the service calls.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "cloudfront.amazonaws.com" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }] }
    /// ```
    /// ```jsonc,clean,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "cloudfront.amazonaws.com" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*",
    ///   "Condition": { "StringEquals": { "aws:SourceOrgID": "o-a1b2c3d4e5" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    name: "unset-for-service", since: "0.1.0",
    severity: Error, group: Effect,
    access_analyzer: "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
    check: Statement(check)
}

/// Keys of callers that have an account, and what says the same of whom a service calls for.
const KEYS: [(&str, &str); 3] = [
    ("aws:PrincipalOrgID", "aws:SourceOrgID"),
    ("aws:PrincipalOrgPaths", "aws:SourceOrgPaths"),
    ("aws:PrincipalAccount", "aws:SourceAccount"),
];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(PrincipalValue::Typed(entries)) =
        stmt.principal.as_ref().filter(|it| !it.negated).map(|it| &it.value)
    else {
        return;
    };
    let only_services = !entries.is_empty() && entries.iter().all(|it| &*it.name.value == "Service");
    if cx.kind != PolicyKind::Resource || stmt.effect() != Some(Effect::Allow) || !only_services {
        return;
    }
    for (_, _, block, test) in element::tests(stmt) {
        let Some((_, right)) = KEYS.into_iter().find(|(it, _)| test.is(it)) else { continue };
        if !sent::needs_key(cx.catalog, block, test) {
            continue;
        }
        let key = short(&test.key.value);
        let message = format!("A service's calls have no `{key}`, so this statement never allows them");
        let finding = acc.report(&RULE, test.key.range, message);
        if !block.tests.iter().any(|it| it.is(right)) {
            let edit = fix::replace_text(&test.key, right);
            finding.fix(Fix::suggested(format!("Change to `{right}`"), vec![edit]));
        }
    }
}
