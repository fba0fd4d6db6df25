//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition compares an organization with another one than yours.
    ///
    /// ## Why it matters
    /// The setting `organization` says which organization is yours. A condition on another one lets in, or keeps out,
    /// other people than it seems: often it came with a policy that was copied.
    /// Without the setting this rule says nothing.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:resource,org:o-a1b2c3d4e5
    /// { "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-z9y8x7w6v5" } } }
    /// ```
    /// ```jsonc,clean,kind:resource,org:o-a1b2c3d4e5
    /// { "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*",
    ///   "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid>
    name: "other-organization", since: "0.1.0",
    severity: Warning, group: Security,
    check: Statement(check)
}

/// The keys that hold an organization's id, or begin with it.
const KEYS: [&str; 6] = [
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(own) = &cx.config.organization else { return };
    for (_, _, _, test) in element::tests(stmt).filter(|it| KEYS.iter().any(|key| it.3.is(key))) {
        for text in test.values.texts() {
            let id = text.value.split('/').next().unwrap_or_default();
            // A pattern may mean yours; what is no id at all is for another rule to say.
            if id == own || !crate::settings::is_organization(id) {
                continue;
            }
            let message = format!("`{id}` is not your organization, which is `{own}`");
            let changed = format!("{own}{}", text.value.get(id.len()..).unwrap_or_default());
            acc.report(&RULE, text.range, message)
                .fix(Fix::suggested(format!("Change to `{own}`"), vec![fix::replace_text(text, &changed)]));
        }
    }
}
