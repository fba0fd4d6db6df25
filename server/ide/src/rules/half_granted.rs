//! See [`RULE`].
use catalog::{Action, ResourceType};
use policy::arn::Arn;

use super::prelude::*;
use crate::hover::arn_format;

rule! {
    /// An action needs several resources at once, and only some of them are allowed.
    ///
    /// ## Why it matters
    /// Making an endpoint asks for the endpoint and for its configuration. If one of the two is not allowed, every call is
    /// denied.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateEndpoint", "Resource": "arn:aws:sagemaker:*:444455556666:endpoint/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateEndpoint",
    ///   "Resource": ["arn:aws:sagemaker:*:444455556666:endpoint/*", "arn:aws:sagemaker:*:444455556666:endpoint-config/*"] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html>
    name: "half-granted", since: "0.1.0",
    severity: Warning, group: Effect,
    check: Marked(mark, check)
}

fn mark(stmt: &Statement) -> u64 {
    let of_it = stmt.effect() == Some(Effect::Allow) && !stmt.has_errors;
    u64::from(of_it && needing(stmt).next().is_some())
}

/// The actions of the statement, named one by one, that need several resources.
fn needing(stmt: &Statement) -> impl Iterator<Item = (usize, Action)> {
    element::exact_actions(catalog::catalog(), stmt).filter(|(_, it)| !groups(*it).is_empty())
}

/// A batch job is asked for as a job, and for the model it runs on, whatever the types of that are.
const BATCH: (&str, &str) = ("bedrock:CreateModelInvocationJob", "model-invocation-job");

/// The types of resource of which each call asks for one each; none for an action that needs one resource.
fn groups(action: Action) -> Vec<Vec<ResourceType>> {
    if action.needs_all_resources() {
        let needed = action.resources().filter(|it| !it.is_optional());
        return needed.map(|it| vec![it.resource_type()]).collect();
    }
    if action.full_name() != BATCH.0 {
        return Vec::new();
    }
    let (job, models) = action.resource_types().partition(|it| it.name() == BATCH.1);
    vec![job, models]
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind != PolicyKind::Identity {
        return;
    }
    for at in marks.iter().filter_map(|it| policy.statements.get(it.idx)) {
        let (Some(element), Some(resource)) = (&at.statement.action, &at.statement.resource) else {
            continue;
        };
        for (idx, action) in needing(at.statement) {
            let Some((missing, n_groups)) = missing(policy, action) else { continue };
            // Where none is allowed, the statement's resources are others altogether, and another rule speaks.
            let ([first], true) = (missing.as_slice(), missing.len() < n_groups) else { continue };
            let Some(item) = element.values.items.get(idx) else { continue };
            let message = format!(
                "`{}` is also asked for on `{}`, which no statement here allows",
                action.name(),
                first.name()
            );
            let finding = acc.report(&RULE, item.range() + at.start, message);
            finding.related(resource.values.range + at.start, "The resources");
            let Some(format) = first.arn_formats().next() else { continue };
            let new = placed(&element::arn_of_format(format), resource);
            let own = cx.text.slice(at.statement.range + at.start);
            let edit = fix::add_item(&own, &resource.values, &new);
            let edit = TextEdit { range: edit.range + at.start, ..edit };
            finding.fix(Fix::suggested(format!("Add `{}`", short(&new)), vec![edit]));
        }
    }
}

/// The first type of each group of which no `Allow` of the action takes in any, and how many groups there are. `None` when something cannot be known.
fn missing(policy: &Policy, action: Action) -> Option<(Vec<ResourceType>, usize)> {
    let name = action.full_name();
    let mut arns: Vec<Arn<'_>> = Vec::new();
    for stmt in policy.statements.iter().map(|it| it.statement) {
        let covers = stmt.action.as_ref().is_some_and(|it| element::covers_action(it, &name));
        if stmt.effect() != Some(Effect::Allow) || !covers {
            continue;
        }
        let resource = stmt.resource.as_ref().filter(|it| !it.negated && it.values.all_texts())?;
        for text in resource.values.texts() {
            arns.push(arn_format::clear(&text.value)?);
        }
    }
    let needed = groups(action);
    let is_there = |it: &ResourceType| arns.iter().any(|arn| arn_format::may_be(*it, arn));
    let is_missing = |it: &&Vec<ResourceType>| !it.iter().any(is_there);
    // Of two types of model the one that everybody has.
    let missing: Vec<ResourceType> =
        needed.iter().filter(is_missing).filter_map(|it| it.last().copied()).collect();
    Some((missing, needed.len()))
}

/// An ARN pattern with the Region and the account that the statement's ARNs share, as far as they have some.
fn placed(arn: &str, resource: &Element) -> String {
    let Some(new) = Arn::parse(arn) else { return arn.to_owned() };
    let mut all =
        resource.values.texts().filter_map(|it| Arn::parse(&it.value)).filter(|it| it.service == new.service);
    let Some(first) = all.next() else { return arn.to_owned() };
    let is_shared = all.all(|it| (it.region, it.account) == (first.region, first.account));
    if !is_shared {
        return arn.to_owned();
    }
    let region = if first.region.is_empty() { new.region } else { first.region };
    let account = if first.account.is_empty() { new.account } else { first.account };
    format!("arn:{}:{}:{region}:{account}:{}", first.partition, new.service, new.resource)
}
