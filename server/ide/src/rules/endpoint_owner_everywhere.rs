//! See [`RULE`].
use catalog::ValueType;
use policy::action;

use super::prelude::*;

rule! {
    /// A condition on whose VPC endpoint is used stands over every action there is.
    ///
    /// ## Why it matters
    /// Only some services say who owns the endpoint that a call comes through. A test of `aws:VpceOrgID` over all actions
    /// lets through, or stops, the calls of all other services.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:scp
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Action": "*", "Resource": "*",
    ///   "Condition": { "StringNotEquals": { "aws:VpceOrgID": "o-a1b2c3d4e5" } } }] }
    /// ```
    /// ```jsonc,clean,kind:scp
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Action": "s3:*", "Resource": "*",
    ///   "Condition": { "StringNotEquals": { "aws:VpceOrgID": "o-a1b2c3d4e5" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceorgid>
    name: "endpoint-owner-everywhere", since: "0.1.0",
    severity: Warning, group: Effect,
    access_analyzer: "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
    check: Statement(check)
}

const KEYS: [&str; 3] = ["aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(element) = &stmt.action else { return };
    let every = element.values.texts().find(|it| action::is_every(&it.value));
    if every.is_none() && !element.negated {
        return;
    }
    for (_, _, block, test) in element::tests(stmt) {
        let operator = cx.catalog.operator(&block.operator.base);
        let is_null = operator.is_none_or(|it| it.value_type() == ValueType::Null);
        if is_null || !KEYS.iter().any(|it| test.is(it)) {
            continue;
        }
        let message = format!(
            "Not every service sends `{}`; name the actions of those that do",
            short(&test.key.value)
        );
        let at = every.map_or(element.key, |it| it.range);
        acc.report(&RULE, test.key.range, message).related(at, "Over all of these");
    }
}
