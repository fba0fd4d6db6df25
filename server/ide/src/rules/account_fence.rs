//! See [`RULE`].
use catalog::ValueType;

use super::prelude::*;

rule! {
    /// A `Deny` outside your own accounts also stops what AWS keeps in its own.
    ///
    /// ## Why it matters
    /// Some of what services offer lies in accounts of AWS: the models of SageMaker JumpStart in buckets and in a hub of its
    /// own. A data perimeter that denies all resources of other accounts denies these too, and what needs them fails.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "s3:*", "Resource": "*",
    ///   "Condition": { "StringNotEqualsIfExists": { "aws:ResourceOrgID": "o-a1b2c3d4e5" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::jumpstart-cache-prod-*",
    ///   "Condition": { "StringNotEqualsIfExists": { "aws:ResourceOrgID": "o-a1b2c3d4e5" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html>
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/studio-jumpstart.html>
    name: "account-fence", since: "0.1.0",
    severity: Info, group: Effect,
    check: Statement(check)
}

const OWNERS: [&str; 3] = ["aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths"];

/// An action that reads what AWS keeps, with the ARNs of what it reads.
const KEPT: [(&str, &str); 2] = [
    ("s3:GetObject", "arn:aws:s3:::jumpstart-cache-prod-*"),
    ("sagemaker:DescribeHubContent", "arn:aws:sagemaker:*:aws:hub-content/*"),
];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let (Some(action), Some(resource)) = (&stmt.action, &stmt.resource) else { return };
    let is_meant = matches!(
        cx.kind,
        PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Scp | PolicyKind::Session
    );
    if !is_meant
        || stmt.effect() != Some(Effect::Deny)
        || !element::is_every_resource(resource)
        || stmt.has_errors
    {
        return;
    }
    let found = element::tests(stmt).find(|(_, _, block, test)| {
        let operator = cx.catalog.operator(&block.operator.base);
        operator.is_some_and(|it| it.negated() && it.value_type() == ValueType::String)
            && OWNERS.iter().any(|it| test.is(it))
    });
    let Some((_, _, _, test)) = found else { return };
    let kept: Vec<&str> =
        KEPT.iter().filter(|(name, _)| element::covers_action(action, name)).map(|(_, arn)| *arn).collect();
    if kept.is_empty() {
        return;
    }
    let message =
        "This also denies what AWS keeps in accounts of its own, as the models of SageMaker JumpStart";
    let finding = acc.report(&RULE, test.key.range, message);
    let quoted: Vec<String> = kept.iter().map(|it| format!("\"{it}\"")).collect();
    let value = match quoted.as_slice() {
        [only] => only.clone(),
        all => format!("[{}]", all.join(", ")),
    };
    let edits = vec![
        TextEdit::replace(resource.key, "\"NotResource\""),
        TextEdit::replace(resource.values.range, value),
    ];
    finding.fix(Fix::suggested("Leave out what SageMaker JumpStart needs", edits));
}
