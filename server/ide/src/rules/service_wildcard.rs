//! See [`RULE`].
use catalog::{AccessLevel, Service};

use super::prelude::*;

rule! {
    /// A statement allows all that a service can do, on every resource.
    ///
    /// ## Why it matters
    /// It takes in what deletes, what costs money, what changes the permissions of others, and whatever AWS adds to the
    /// service later.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:*", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["bedrock:Get*", "bedrock:List*"], "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege>
    name: "service-wildcard", since: "0.1.0",
    severity: Info, group: Security,
    check: Statement(check)
}

/// Services whose actions hold data, cost money, or run code in a role.
const SERVICES: [&str; 9] =
    ["bedrock", "bedrock-agentcore", "dynamodb", "ec2", "kms", "lambda", "s3", "sagemaker", "secretsmanager"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated) else { return };
    let everywhere = stmt.resource.as_ref().is_some_and(element::is_every_resource);
    if cx.kind != PolicyKind::Identity || stmt.effect() != Some(Effect::Allow) || !everywhere {
        return;
    }
    for text in action.values.texts() {
        let Some(name) = ActionName::parse(&text.value).filter(|it| pattern::is_everything(it.name)) else {
            continue;
        };
        let Some(service) = cx.catalog.service(name.service).filter(|it| SERVICES.contains(&it.prefix()))
        else {
            continue;
        };
        let finding = acc.report(&RULE, text.range, message(service, &text.value));
        let reading = reading(service);
        if reading.is_empty() {
            continue;
        }
        let quoted: Vec<String> = reading.iter().map(|it| format!("\"{it}\"")).collect();
        let written = quoted.join(", ");
        let written = if action.values.is_list { written } else { format!("[{written}]") };
        let edit = TextEdit::replace(text.range, written);
        finding.fix(Fix::suggested(format!("Allow {} only", list(&reading)), vec![edit]));
    }
}

fn message(service: Service, written: &str) -> String {
    let n_actions = service.actions().len();
    let n_manage =
        service.actions().filter(|it| it.access_level() == AccessLevel::PermissionsManagement).count();
    let n_write = service.actions().filter(|it| it.access_level() == AccessLevel::Write).count();
    let verb = if n_manage == 1 { "manages" } else { "manage" };
    let manage = if n_manage > 0 { format!(" and {n_manage} {verb} permissions") } else { String::new() };
    format!(
        "`{}` allows all {n_actions} actions of {}: {n_write} write{manage}",
        short(written),
        service.title()
    )
}

/// The patterns for reading that match actions of the service, and reading ones only.
fn reading(service: Service) -> Vec<String> {
    ["Describe", "Get", "List"]
        .iter()
        .filter(|verb| service.actions().any(|it| it.name().starts_with(**verb)))
        .map(|verb| format!("{}:{verb}*", service.prefix()))
        .collect()
}
