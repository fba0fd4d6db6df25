//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement lets URLs of Studio or notebooks be opened from any network.
    ///
    /// ## Why it matters
    /// Whoever has the URL is signed in. A condition on addresses, a VPC or an endpoint is checked when the URL is made,
    /// and for notebooks whenever it is used. Not everybody works from networks of their own, so the rule is off until
    /// asked for; [open-presigned-url](open-presigned-url.md) speaks of URLs of anybody.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreatePresignedNotebookInstanceUrl",
    ///   "Resource": "arn:aws:sagemaker:*:444455556666:notebook-instance/team-a-*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreatePresignedNotebookInstanceUrl",
    ///   "Resource": "arn:aws:sagemaker:*:444455556666:notebook-instance/team-a-*",
    ///   "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-0a1b2c3d4e5f6a7b8" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html>
    name: "unfenced-url", since: "0.1.0",
    severity: Info, group: Security,
    default: Off,
    check: Statement(check)
}

const NETWORKS: [&str; 4] = ["aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let is_fenced = element::has_test(stmt, &NETWORKS);
    // Of any URL another rule says that it opens from any network.
    let is_any = stmt.resource.as_ref().is_some_and(element::is_every_resource) && stmt.condition.is_none();
    if cx.kind != PolicyKind::Identity || stmt.effect() != Some(Effect::Allow) || is_fenced || is_any {
        return;
    }
    let Some(action) = &stmt.action else { return };
    let makes_url = |it: &catalog::Action| {
        it.service().prefix() == "sagemaker" && it.name().starts_with("CreatePresigned")
    };
    let found = element::exact_actions(cx.catalog, stmt).find(|(_, it)| makes_url(it));
    let Some((idx, item)) = found.and_then(|(idx, _)| Some((idx, action.values.items.get(idx)?))) else {
        return;
    };
    let finding = acc.report(&RULE, item.range(), "The URL can be made from any network");
    let test = fix::condition::add_test(cx.text, stmt, "IpAddress", "aws:SourceIp", "\"192.0.2.0/24\"");
    let Some(test) = test else { return };
    if action.values.items.len() == 1 {
        finding.fix(Fix::suggested("Ask for an address, to fill in", vec![test]));
    } else if cx.in_list
        && let Some(edits) = fix::split_statement(cx.text, stmt, action, &[idx], &[test])
    {
        finding.fix(Fix::suggested("Ask for an address in a statement of its own, to fill in", edits));
    }
}
