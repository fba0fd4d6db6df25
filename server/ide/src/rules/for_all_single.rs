//! See [`RULE`].
use catalog::ValueType;
use policy::condition::Quantifier;

use super::prelude::*;

rule! {
    /// `ForAllValues` compares a key that holds one value.
    ///
    /// ## Why it matters
    /// `ForAllValues` also holds for a request without the key. For a key with a single value it does nothing else, so an
    /// `Allow` reaches requests that the test should keep out.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    name: "for-all-single", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        if block.operator.quantifier != Some(Quantifier::ForAllValues) {
            continue;
        }
        let known = cx.catalog.operator(&block.operator.base);
        let key = cx.catalog.condition_key(&test.key.value);
        let Some(known) = known.filter(|it| it.value_type() != ValueType::Null) else { continue };
        // AWS lists the key of connections as a single value, and compares it as a set itself.
        if key.is_none_or(|it| it.multi_valued() || it.name() == "codestar-connections:ProviderAction") {
            continue;
        }
        let message = format!(
            "`{}` holds one value; `ForAllValues` only adds the requests without it",
            short(&test.key.value)
        );
        let finding = acc.report(&RULE, test.key.range, message);
        let plain = if block.operator.if_exists {
            format!("{}IfExists", known.name())
        } else {
            known.name().to_owned()
        };
        let edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, &plain);
        finding.fixes(edits.map(|it| Fix::suggested(format!("Compare with `{plain}`"), it)));
        let same = format!("{}IfExists", known.name());
        if same != plain && !known.negated() {
            let edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, &same);
            finding.fixes(edits.map(|it| {
                Fix::suggested(format!("Compare with `{same}`, which holds for the same requests"), it)
            }));
        }
    }
}
