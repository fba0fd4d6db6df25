//! See [`RULE`].
use super::prelude::*;
use policy::arn::Arn;

rule! {
    /// A policy allows an inference profile and not the models that it leads to.
    ///
    /// ## Why it matters
    /// A call by a profile is checked twice: on the profile, and on the foundation model in each Region that the profile may
    /// route to. If one of them is not allowed, the call is denied.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": [
    ///   "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0",
    ///   "arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0"] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html>
    name: "profile-without-model", since: "0.1.0",
    severity: Warning, group: Effect,
    check: Marked(mark, check)
}

const INVOKE: [&str; 2] = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];

/// The statement allows calls of models.
const INVOKES: u64 = 1;
/// And of any model, maybe.
const OPEN: u64 = 2;

fn mark(stmt: &Statement) -> u64 {
    if stmt.effect() != Some(Effect::Allow) || !invokes(stmt) {
        return 0;
    }
    let is_open =
        |it: &Element| it.negated || !it.values.all_texts() || it.values.texts().any(|it| open(&it.value));
    if stmt.resource.as_ref().is_some_and(is_open) { INVOKES | OPEN } else { INVOKES }
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind.has_principal() || marks.iter().any(|it| it.bits & OPEN != 0) {
        return;
    }
    let allows: Vec<_> = marks.iter().filter_map(|it| policy.statements.get(it.idx)).collect();
    let resources = || allows.iter().filter_map(|it| it.statement.resource.as_ref());
    let models: Vec<Arn<'_>> = resources()
        .flat_map(|it| it.values.texts())
        .filter_map(|it| Arn::parse(&it.value))
        .filter(|it| it.resource.starts_with("foundation-model/"))
        .collect();
    for at in &allows {
        let Some(resource) = &at.statement.resource else { continue };
        for text in resource.values.texts() {
            let Some(arn) = Arn::parse(&text.value) else { continue };
            let is_application = arn.resource.starts_with("application-inference-profile/");
            let id = arn.resource.strip_prefix("inference-profile/");
            if id.is_none() && !is_application {
                continue;
            }
            let model = id.and_then(|id| model_of(cx, id));
            let reached: Vec<&Arn<'_>> = models.iter().filter(|it| reaches(it, model.as_deref())).collect();
            let own = cx.text.slice(at.statement.range + at.start);
            if reached.is_empty() {
                let name = model
                    .as_deref()
                    .map_or_else(|| "the model it leads to".to_owned(), |it| format!("`{it}`"));
                let message =
                    format!("A call by this profile also needs {name}, which no statement here allows");
                let finding = acc.report(&RULE, text.range + at.start, message);
                let new = format!(
                    "arn:{}:bedrock:*::foundation-model/{}",
                    arn.partition,
                    model.as_deref().unwrap_or("*")
                );
                let edit = fix::add_item(&own, &resource.values, &new);
                let edit = TextEdit { range: edit.range + at.start, ..edit };
                finding.fix(Fix::suggested(format!("Add `{}`", short(&new)), vec![edit]));
                continue;
            }
            let missing = id.map(|id| unreached(cx, id, &arn, &reached)).unwrap_or_default();
            if !missing.is_empty() {
                let message =
                    format!("This profile also routes to {}, where its model is not allowed", list(&missing));
                let finding = acc.report(&RULE, text.range + at.start, message);
                if let Some(model) = &model {
                    let new = format!("arn:{}:bedrock:*::foundation-model/{model}", arn.partition);
                    let edit = fix::add_item(&own, &resource.values, &new);
                    let edit = TextEdit { range: edit.range + at.start, ..edit };
                    finding.fix(Fix::suggested("Allow the model in every Region", vec![edit]));
                }
            }
        }
    }
}

fn invokes(stmt: &Statement) -> bool {
    stmt.action.as_ref().is_some_and(|it| INVOKE.iter().any(|name| element::covers_action(it, name)))
}

/// Whether a resource may be a model without saying so.
fn open(text: &str) -> bool {
    let Some(arn) = Arn::parse(text) else { return true };
    let head = arn.resource.split('/').next().unwrap_or_default();
    is_filled_in(arn.resource) || pattern::has_wildcard(head) || pattern::has_wildcard(arn.service)
}

/// The model of a profile, when it is one profile and known.
fn model_of(cx: &PolicyCx<'_>, id: &str) -> Option<String> {
    if pattern::has_wildcard(id) {
        return None;
    }
    let known = cx.catalog.inference_profile(id).map(|it| it.model().id().to_owned());
    known.or_else(|| {
        let (prefix, model) = id.split_once('.')?;
        cx.catalog.geography(prefix).map(|_| model.to_owned())
    })
}

/// Whether an ARN pattern takes in a model; any pattern may, where the model is not known.
fn reaches(arn: &Arn<'_>, model: Option<&str>) -> bool {
    let id = arn.resource.trim_start_matches("foundation-model/");
    model.is_none_or(|it| pattern::matches(id, it))
}

/// The Regions that a profile routes to and no ARN of its model takes in.
fn unreached(cx: &PolicyCx<'_>, id: &str, profile: &Arn<'_>, models: &[&Arn<'_>]) -> Vec<&'static str> {
    let source = profile.region;
    let one = cx.catalog.inference_profile(id);
    let routes = one.and_then(|it| it.destinations(source));
    let of_geography = || {
        let geography = cx.catalog.geography(id.split_once('.')?.0).filter(|it| !it.any_region())?;
        geography.destinations_from(source)
    };
    let Some(regions) = routes.or_else(of_geography) else { return Vec::new() };
    let is_reached = |region: &&'static str| models.iter().any(|it| pattern::matches(it.region, region));
    regions.into_iter().filter(|it| !is_reached(it)).collect()
}
