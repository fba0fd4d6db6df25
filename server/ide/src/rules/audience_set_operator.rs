//! See [`RULE`].
use policy::condition::Quantifier;

use super::prelude::*;

rule! {
    /// A trust policy compares the audience of a token by a set operator.
    ///
    /// ## Why it matters
    /// The audience holds one value at the providers that AWS knows. `ForAllValues:` also lets in a token that has none;
    /// `ForAnyValue:` adds nothing.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Federated": "accounts.google.com" }, "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": { "ForAnyValue:StringEquals": { "accounts.google.com:aud": "1234567890.apps.googleusercontent.com" } } }] }
    /// ```
    /// ```jsonc,clean,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Federated": "accounts.google.com" }, "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": { "StringEquals": { "accounts.google.com:aud": "1234567890.apps.googleusercontent.com" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>
    name: "audience-set-operator", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if cx.kind != PolicyKind::Trust {
        return;
    }
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        let Some(quantifier) = block.operator.quantifier else { continue };
        let key = &*test.key.value;
        let is_audience = key.rsplit_once(':').is_some_and(|(_, claim)| claim.eq_ignore_ascii_case("aud"));
        if !is_audience || !cx.catalog.is_provider_key(key) {
            continue;
        }
        let known = cx.catalog.condition_key(key);
        // Of a key that is known the rule on single-valued keys speaks.
        if known.is_some_and(|it| it.multi_valued())
            || (known.is_some() && quantifier == Quantifier::ForAllValues)
        {
            continue;
        }
        let message = if known.is_some() {
            format!("`{}` holds one value; `{}:` adds nothing", short(key), quantifier.name())
        } else {
            format!("`{}:` is right only if the provider's `aud` can hold several values", quantifier.name())
        };
        let finding = acc.report(&RULE, test.key.range, message);
        if known.is_none() {
            finding.severity(Severity::Info).code(Some("CONFIRM_AUDIENCE_CLAIM_TYPE"));
        }
        let plain = if block.operator.if_exists {
            format!("{}IfExists", block.operator.base)
        } else {
            block.operator.base.to_string()
        };
        let edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, &plain);
        finding.fixes(edits.map(|it| Fix::suggested(format!("Compare with `{plain}`"), it)));
    }
}
