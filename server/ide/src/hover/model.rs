//! Bedrock models and inference profiles by their ids.

use catalog::{InferenceProfile, Model, ModelStatus, catalog};
use policy::pattern;

use super::{code, count, some_of};

/// What an id or a pattern of ids of models stands for.
pub(crate) fn model(id: &str) -> Option<String> {
    if pattern::has_wildcard(id) {
        return models(id);
    }
    if let Some(model) = catalog().model(id) {
        return Some(one(model));
    }
    if let Some(profile) = catalog().inference_profile(id) {
        return Some(format!(
            "The id of an inference profile, not of a model. The ARN of its model ends with {}.",
            code(profile.model().id())
        ));
    }
    let (prefix, rest) = id.split_once('.')?;
    let geography = catalog().geography(prefix)?;
    Some(format!(
        "{} is the prefix of inference profiles ({}), not of models; the model would be {}.",
        code(prefix),
        geography.title(),
        code(rest)
    ))
}

fn one(model: Model) -> String {
    let mut out = format!("A foundation model of {}: {}.", model.provider(), life(model));
    if model.status() != ModelStatus::Active {
        out.extend(model.successor().map(|it| format!(" A newer one of the same line is {}.", code(it.id()))));
    }
    out
}

fn life(model: Model) -> String {
    match (model.status(), model.end_of_life()) {
        (ModelStatus::Active, _) => format!("active on {}", catalog().date()),
        (ModelStatus::Legacy, Some(end)) => format!("legacy, out of service from {end}"),
        (ModelStatus::Legacy, None) => "legacy".to_owned(),
        (ModelStatus::Ended, Some(end)) => format!("out of service since {end}"),
        (ModelStatus::Ended, None) => "out of service".to_owned(),
    }
}

/// The models that a pattern takes in, those in service first.
fn models(id: &str) -> Option<String> {
    let mut found: Vec<Model> = catalog().models().filter(|it| pattern::matches(id, it.id())).collect();
    if found.is_empty() {
        return Some("No known model has such an id.".to_owned());
    }
    found.sort_by_key(|it| it.status());
    let n = |status| found.iter().filter(|it| it.status() == status).count();
    let by_status = [
        (n(ModelStatus::Active), "active"),
        (n(ModelStatus::Legacy), "legacy"),
        (n(ModelStatus::Ended), "out of service"),
    ];
    let parts: Vec<String> =
        by_status.iter().filter(|(n, _)| *n > 0).map(|(n, name)| format!("{n} {name}")).collect();
    let list = some_of(found.iter(), 6, |it| code(it.id()));
    Some(format!("{} ({}): {list}", count(found.len(), "known model"), parts.join(", ")))
}

/// What an id or a pattern of ids of inference profiles stands for; `region` is where the call is made.
pub(crate) fn profile(id: &str, region: &str) -> Option<String> {
    if pattern::has_wildcard(id) {
        let found: Vec<_> = catalog().inference_profiles().filter(|it| pattern::matches(id, it.id())).collect();
        let list = some_of(found.iter(), 6, |it| code(it.id()));
        return (!found.is_empty()).then(|| format!("{}: {list}", count(found.len(), "known profile")));
    }
    let profile = catalog().inference_profile(id)?;
    let model = profile.model();
    let mut out = format!(
        "An inference profile for {}, a model of {}: {}. Geography: {}.",
        code(model.id()),
        model.provider(),
        life(model),
        profile.geography().title()
    );
    if profile.geography().any_region() {
        out.push_str(&format!(
            "\n\nCalls may go to any commercial Region. IAM then checks {} as well, with `aws:RequestedRegion` \
             `unspecified`.",
            code(format!("arn:aws:bedrock:::foundation-model/{}", model.id()))
        ));
    } else if let Some(routes) = routes(profile, region) {
        out.push_str(&routes);
        out.push_str(" Calling it takes the profile's ARN and the model's ARN in each of these Regions.");
    }
    Some(out)
}

fn routes(profile: InferenceProfile, region: &str) -> Option<String> {
    if let Some(to) = profile.destinations(region) {
        let to = some_of(to.iter(), 12, |it| code(it));
        return Some(format!("\n\nCalls from {} may go to {to}.", code(region)));
    }
    let mut all: Vec<&str> = profile.routes().flat_map(|(_, to)| to).collect();
    if all.is_empty() {
        all = profile.geography().destinations().collect();
    }
    all.sort_unstable();
    all.dedup();
    let to = some_of(all.iter(), 12, |it| code(it));
    (!all.is_empty()).then(|| format!("\n\nCalls may go to {to}."))
}
