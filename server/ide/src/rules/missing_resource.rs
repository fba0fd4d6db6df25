//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement does not say which resources it is about.
    ///
    /// ## Why it matters
    /// Outside of trust policies every statement needs `Resource` or `NotResource`. IAM refuses a policy with one that
    /// has neither.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
    name: "missing-resource", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "MISSING_RESOURCE",
    check: Statement(check)
}

/// Services whose resource policies must name the resource. Others take it from what the policy hangs on.
const NAMED: [&str; 5] = ["s3", "sqs", "sns", "kms", "secretsmanager"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let present = ["Resource", "NotResource"].iter().any(|it| stmt.key(it).is_some());
    if cx.form == Form::Condition
        || present
        || element::is_misspelt(&stmt.keys, "Resource")
        || !is_needed(cx, stmt)
    {
        return;
    }
    let at = element::behind(stmt, &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"]);
    let finding = acc.report(&RULE, stmt.label_range(), "This statement has no `Resource`");
    let add = |value: &str| vec![fix::insert_member(cx.text, stmt, at, "Resource", value)];
    let arns = element::resource_arns(cx.catalog, stmt);
    if let [arn] = arns.as_slice() {
        finding.fix(Fix::suggested(format!("Add `\"Resource\": \"{arn}\"`"), add(&format!("\"{arn}\""))));
    } else if !arns.is_empty() {
        let written: Vec<String> = arns.iter().map(|it| format!("\"{it}\"")).collect();
        let value = format!("[{}]", written.join(", "));
        finding.fix(Fix::suggested("Add the resource types of these actions", add(&value)));
    }
    finding.fix(Fix::suggested("Add `\"Resource\": \"*\"`", add("\"*\"")));
}

fn is_needed(cx: &RuleCx<'_>, stmt: &Statement) -> bool {
    match cx.kind {
        PolicyKind::Identity
        | PolicyKind::Boundary
        | PolicyKind::Session
        | PolicyKind::Scp
        | PolicyKind::Rcp
        | PolicyKind::VpcEndpoint => true,
        PolicyKind::Trust => false,
        PolicyKind::Resource => {
            let names =
                |text: &Text| ActionName::parse(&text.value).is_some_and(|it| NAMED.contains(&it.service));
            let mut actions = stmt.action.iter().flat_map(|it| it.values.texts()).peekable();
            actions.peek().is_some() && actions.all(names)
        }
    }
}
