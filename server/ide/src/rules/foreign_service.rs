//! See [`RULE`].
use std::collections::BTreeMap;

use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// A policy that hangs on one resource speaks of another service.
    ///
    /// ## Why it matters
    /// A bucket's policy decides about that bucket only, and a role's trust policy about assuming that role. AWS refuses
    /// an action or a resource of another service in them, or never asks for it.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": ["s3:GetObject", "kms:Decrypt"], "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    /// ```jsonc,clean,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>
    name: "foreign-service", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "UNSUPPORTED_ACTION_IN_POLICY",
    check: Policy(check)
}

/// Services whose resource policies name actions and ARNs of their own service only.
const KNOWN: [&str; 2] = ["s3", "dynamodb"];

fn check(cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    let own = match policy.kind {
        PolicyKind::Trust => "sts",
        PolicyKind::Resource => match service_of(policy) {
            Some(it) => it,
            None => return,
        },
        PolicyKind::Identity
        | PolicyKind::Boundary
        | PolicyKind::Session
        | PolicyKind::Scp
        | PolicyKind::Rcp
        | PolicyKind::VpcEndpoint => return,
    };
    let Some(title) = cx.catalog.service(own).map(|it| it.title()) else { return };
    for at in &policy.statements {
        let stmt = &at.statement;
        if let Some(action) = stmt.action.as_ref().filter(|it| !it.negated) {
            actions(cx, (policy.kind, own, title), action, at.start, acc);
        }
        if policy.kind == PolicyKind::Resource {
            resources(title, own, stmt, at.start, acc);
        }
    }
}

fn actions(
    cx: &PolicyCx<'_>,
    (kind, own, title): (PolicyKind, &str, &str),
    action: &Element,
    start: u32,
    acc: &mut Findings,
) {
    for (idx, item) in action.values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        let Some(name) = ActionName::parse(&text.value) else { continue };
        // Names of unknown services are another rule's.
        let is_own = is_family(own, &name.service.to_ascii_lowercase());
        if is_own || pattern::has_wildcard(name.service) || cx.catalog.service(name.service).is_none() {
            continue;
        }
        let written = short(&text.value);
        let message = if kind == PolicyKind::Trust {
            format!("`{written}` is no action of AWS STS: a trust policy only says who may assume the role")
        } else {
            format!("`{written}` is no action of {title}, whose resource this policy is about")
        };
        let finding = acc.report(&RULE, text.range + start, message);
        finding.fixes(fix::remove_item(&action.values, idx).map(|it| {
            Fix::suggested(format!("Remove `{written}`"), vec![TextEdit { range: it.range + start, ..it }])
        }));
    }
}

fn resources(title: &str, own: &str, stmt: &Statement, start: u32, acc: &mut Findings) {
    let Some(values) = stmt.resource.as_ref().map(|it| &it.values) else { return };
    for (idx, item) in values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        let Some(arn) = Arn::parse(&text.value) else { continue };
        if is_family(own, arn.service) || pattern::has_wildcard(arn.service) || is_filled_in(arn.service) {
            continue;
        }
        let message = format!("This is no resource of {title}, which the policy's actions are about");
        let finding =
            acc.report(&RULE, text.range + start, message).code(Some("UNSUPPORTED_RESOURCE_ARN_IN_POLICY"));
        finding.fixes(
            fix::remove_item(values, idx)
                .map(|it| Fix::suggested("Remove it", vec![TextEdit { range: it.range + start, ..it }])),
        );
    }
}

/// The service whose resource the policy hangs on: what a template says, or what most of its actions and ARNs name.
fn service_of(policy: &Policy) -> Option<&'static str> {
    if let Some(resource_type) = policy.place.resource_type.as_deref() {
        let is = |start: &str| resource_type.starts_with(start);
        return match () {
            () if is("AWS::S3::") => Some("s3"),
            () if is("AWS::DynamoDB::") => Some("dynamodb"),
            () => None,
        };
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut has_arn = false;
    for at in &policy.statements {
        let actions = at.statement.action.iter().flat_map(|it| it.values.texts());
        let actions =
            actions.filter_map(|it| Some(ActionName::parse(&it.value)?.service.to_ascii_lowercase()));
        let arns = at.statement.resource.iter().flat_map(|it| it.values.texts());
        let arns: Vec<String> =
            arns.filter_map(|it| Some(Arn::parse(&it.value)?.service.to_owned())).collect();
        has_arn |= !arns.is_empty();
        for service in actions.chain(arns) {
            *counts.entry(service).or_default() += 1;
        }
    }
    // A policy about every resource of many services is another kind of policy.
    let total: usize = counts.values().sum();
    let is_most = |it: &&str| counts.get(*it).is_some_and(|n| 2 * n >= total);
    KNOWN.into_iter().find(is_most).filter(|_| has_arn)
}

/// Whether ARNs of a service occur in policies of another: access points of S3 stand under `s3`, too.
fn is_family(own: &str, service: &str) -> bool {
    service == own || (own == "s3" && service.starts_with("s3"))
}
