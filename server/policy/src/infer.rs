//! What a policy is attached to, from what can be seen.

use crate::find::Hint;
use crate::kind::PolicyKind;
use crate::model::{KindSource, Policy, PrincipalValue, Statement};

/// The kind of a policy and how it is known: what was said, then the place it stands in, then its content.
pub(crate) fn kind(policy: &Policy, hint: &Hint, schema: Option<&str>) -> (PolicyKind, KindSource) {
    if let Some(kind) = hint.kind.or_else(|| schema.and_then(of_schema)) {
        return (kind, KindSource::Said);
    }
    if let Some(kind) = of_place(policy).or_else(|| hint.file_name.as_deref().and_then(of_file_name)) {
        return (kind, KindSource::Place);
    }
    match of_content(policy) {
        Some(kind) => (kind, KindSource::Content),
        None => (PolicyKind::Identity, KindSource::Assumed),
    }
}

/// `…/scp.json`, `…/scp` and `accesslens:scp` all name the kind `scp`.
fn of_schema(schema: &str) -> Option<PolicyKind> {
    let last = schema.rsplit(['/', ':', '#']).next().unwrap_or(schema);
    let stem = last.strip_suffix(".json").unwrap_or(last);
    PolicyKind::from_name(stem.strip_suffix(".schema").unwrap_or(stem))
}

fn of_place(policy: &Policy) -> Option<PolicyKind> {
    let property = |name: &str| policy.place.path.iter().any(|it| &**it == name);
    if property("AssumeRolePolicyDocument") {
        return Some(PolicyKind::Trust);
    }
    let resource_type = policy.place.resource_type.as_deref()?;
    let kind = match resource_type {
        "AWS::EC2::VPCEndpoint" => PolicyKind::VpcEndpoint,
        it if it.starts_with("AWS::IAM::") || it == "AWS::SSO::PermissionSet" => PolicyKind::Identity,
        it if it.starts_with("AWS::Serverless::") => PolicyKind::Identity,
        "AWS::Organizations::Policy" => return None,
        it if it.starts_with("AWS::") => PolicyKind::Resource,
        _ => return None,
    };
    Some(kind)
}

/// Words that people put into file names: `deny-regions.scp.json`, `trust-policy.json`.
fn of_file_name(name: &str) -> Option<PolicyKind> {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |word: &str| words.contains(&word);
    let follow = |a: &str, b: &str| words.windows(2).any(|it| it == [a, b]);
    if has("scp") || has("scps") {
        Some(PolicyKind::Scp)
    } else if has("rcp") || has("rcps") {
        Some(PolicyKind::Rcp)
    } else if has("trust") || follow("assume", "role") {
        Some(PolicyKind::Trust)
    } else if has("boundary") {
        Some(PolicyKind::Boundary)
    } else if follow("session", "policy") {
        Some(PolicyKind::Session)
    } else if has("vpce") || follow("endpoint", "policy") {
        Some(PolicyKind::VpcEndpoint)
    } else if ["bucket", "key", "queue", "topic", "repository", "resource"]
        .iter()
        .any(|it| follow(it, "policy"))
    {
        Some(PolicyKind::Resource)
    } else {
        None
    }
}

fn of_content(policy: &Policy) -> Option<PolicyKind> {
    let statements = || policy.statements.iter().map(|it| it.statement);
    if !policy.statements.has_principal() {
        return None;
    }
    let trust = statements().all(|it| it.resource.is_none() && only_assumes(it));
    Some(if trust { PolicyKind::Trust } else { PolicyKind::Resource })
}

/// Whether all actions are those by which a role is assumed.
fn only_assumes(statement: &Statement) -> bool {
    let Some(action) = &statement.action else { return false };
    let is_one = |it: &str| {
        let name = it.to_ascii_lowercase();
        name.starts_with("sts:assumerole")
            || matches!(&*name, "sts:tagsession" | "sts:setsourceidentity" | "sts:setcontext")
    };
    let mut texts = action.values.texts().peekable();
    texts.peek().is_some() && texts.all(|it| is_one(&it.value)) && !is_wrong(statement)
}

fn is_wrong(statement: &Statement) -> bool {
    statement.principal.as_ref().is_some_and(|it| matches!(it.value, PrincipalValue::Wrong(_)))
}
