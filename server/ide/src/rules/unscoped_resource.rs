//! See [`RULE`].
use catalog::{AccessLevel, Action};

use super::prelude::*;

rule! {
    /// A statement allows on every resource what could be limited to some.
    ///
    /// ## Why it matters
    /// `"*"` takes in resources that are made later and those of other projects. For models it also takes in custom and
    /// Marketplace models, with their cost.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"], "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    ///   "Resource": ["arn:aws:bedrock:*::foundation-model/*", "arn:aws:bedrock:*:*:inference-profile/*"] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege>
    name: "unscoped-resource", since: "0.1.0",
    severity: Info, group: Security,
    check: Statement(check)
}

/// Services whose resources hold data, cost money, or run code in a role.
const SERVICES: [&str; 9] = [
    "bedrock",
    "bedrock-agentcore",
    "dynamodb",
    "kms",
    "lambda",
    "logs",
    "s3",
    "sagemaker",
    "secretsmanager",
];

const MODELS: [&str; 2] =
    ["arn:aws:bedrock:*::foundation-model/*", "arn:aws:bedrock:*:*:inference-profile/*"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(resource) = stmt.resource.as_ref().filter(|it| element::is_every_resource(it)) else { return };
    // A condition is a limit of another kind, and other kinds of policy limit what is granted elsewhere.
    if cx.kind != PolicyKind::Identity
        || stmt.effect() != Some(Effect::Allow)
        || stmt.condition.is_some()
        || stmt.has_errors
    {
        return;
    }
    let actions: Vec<(usize, Action)> = element::exact_actions(cx.catalog, stmt).collect();
    let is_scopable = |it: &Action| {
        !it.requires_wildcard_resource()
            && SERVICES.contains(&it.service().prefix())
            && (reads_data(*it) || !matches!(it.access_level(), AccessLevel::List | AccessLevel::Read))
    };
    let found: Vec<(usize, Action)> = actions.iter().copied().filter(|(_, it)| is_scopable(it)).collect();
    if found.is_empty() {
        return;
    }
    let Some(star) = resource.values.texts().find(|it| pattern::is_everything(&it.value)) else { return };
    let names: Vec<&str> = found.iter().map(|(_, it)| it.name()).collect();
    let message = format!("{} can be limited to some resources", list(&names));
    let finding = acc.report(&RULE, star.range, message);
    let is_all = stmt.action.as_ref().is_some_and(|it| it.values.items.len() == found.len());
    let invokes = found.iter().all(|(_, it)| it.name().starts_with("InvokeModel"));
    let (arns, what) = if invokes {
        (MODELS.map(str::to_owned).to_vec(), "foundation models and inference profiles")
    } else {
        (types(&found), "the types of resource that they act on")
    };
    if arns.is_empty() {
        return;
    }
    let narrower = fix::replace_values(cx.text, &resource.values, &arns);
    if is_all {
        finding.fix(Fix::suggested(format!("Limit to {what}"), vec![narrower]));
        return;
    }
    let idxs: Vec<usize> = found.iter().map(|(idx, _)| *idx).collect();
    if let Some(action) = stmt.action.as_ref().filter(|_| cx.in_list)
        && let Some(edits) = fix::split_statement(cx.text, stmt, action, &idxs, &[narrower])
    {
        finding.fix(Fix::suggested(format!("Move to a statement on {what}"), edits));
    }
}

/// Whether a reading action gives away contents, and not only what there is.
fn reads_data(action: Action) -> bool {
    let name = action.name();
    match action.service().prefix() {
        "bedrock" => ["Invoke", "Retrieve", "GetAgentMemory"].iter().any(|it| name.starts_with(it)),
        "dynamodb" => ["GetItem", "BatchGetItem", "Query", "Scan"].contains(&name),
        "kms" => name.contains("Decrypt"),
        "s3" => name.starts_with("GetObject"),
        "sagemaker" => name.starts_with("Invoke") || name.ends_with("GetRecord"),
        "secretsmanager" => name == "GetSecretValue",
        _ => false,
    }
}

/// ARN patterns for the resource types of the actions; none when there are many.
fn types(actions: &[(usize, Action)]) -> Vec<String> {
    const MOST: usize = 8;
    let mut out: Vec<String> = Vec::new();
    for (_, action) in actions {
        for format in action.resource_types().filter_map(|it| it.arn_formats().next()) {
            let arn = element::arn_of_format(format);
            if !out.contains(&arn) {
                out.push(arn);
            }
        }
    }
    if out.len() > MOST { Vec::new() } else { out }
}
