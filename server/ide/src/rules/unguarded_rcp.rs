//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A resource control policy stops AWS's own services, or leaves them out of what it stops.
    ///
    /// ## Why it matters
    /// A call by a service has no `aws:PrincipalOrgID` and a call by a person no `aws:SourceOrgID`. A negated test holds
    /// for a key that is not there, so such a `Deny` needs `aws:PrincipalIsAWSService` to say whose calls it means, and
    /// a `Null` test on `aws:SourceAccount` for services that call for themselves.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:rcp
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
    ///   "Condition": { "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }] }
    /// ```
    /// ```jsonc,clean,kind:rcp
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
    ///   "Condition": { "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
    ///     "BoolIfExists": { "aws:PrincipalIsAWSService": "false" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html>
    name: "unguarded-rcp", since: "0.1.0",
    severity: Warning, group: Effect,
    access_analyzer: "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
    check: Statement(check)
}

const OF_PRINCIPAL: [&str; 3] = ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount"];
const OF_SOURCE: [&str; 3] = ["aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceAccount"];
const SERVICE: &str = "aws:PrincipalIsAWSService";

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if cx.kind != PolicyKind::Rcp || stmt.effect() != Some(Effect::Deny) {
        return;
    }
    let Some(condition) = &stmt.condition else { return };
    let negated = |keys: [&str; 3]| {
        element::tests(stmt).find(|(_, _, block, test)| {
            let operator = cx.catalog.operator(&block.operator.base);
            operator.is_some_and(|it| it.negated()) && keys.iter().any(|it| test.is(it))
        })
    };
    let is_guarded = element::has_test(stmt, &[SERVICE]);
    if let Some((_, _, _, test)) = negated(OF_PRINCIPAL).filter(|_| !is_guarded) {
        let message =
            format!("Calls by AWS services have no `{}`, and are denied too", short(&test.key.value));
        let finding = acc.report(&RULE, test.key.range, message);
        let edit = fix::condition::add_test(cx.text, stmt, "BoolIfExists", SERVICE, "\"false\"");
        finding
            .fixes(edit.map(|it| Fix::suggested(format!("Leave AWS services out by `{SERVICE}`"), vec![it])));
    }
    let Some((_, _, _, test)) = negated(OF_SOURCE) else { return };
    let key = short(&test.key.value);
    if !is_guarded {
        let message = format!("Only calls by AWS services have `{key}`; all others are denied too");
        let finding = acc.report(&RULE, test.key.range, message);
        finding.code(Some("RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY"));
        let edit = fix::condition::add_test(cx.text, stmt, "BoolIfExists", SERVICE, "\"true\"");
        finding.fixes(
            edit.map(|it| Fix::suggested(format!("Mean AWS services only, by `{SERVICE}`"), vec![it])),
        );
    }
    let has_null = ["aws:SourceAccount", "aws:SourceArn"].iter().any(|it| condition.has_null(it, false));
    if !has_null && !test.is("aws:SourceAccount") {
        let message = format!("A service that calls for itself has no `{key}`, and is denied too");
        let finding = acc.report(&RULE, test.key.range, message);
        finding.code(Some("RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK"));
        let edit = fix::condition::require_key(cx.text, stmt, "aws:SourceAccount");
        finding
            .fixes(edit.map(|it| Fix::suggested("Require `aws:SourceAccount` by a `Null` test", vec![it])));
    }
}
