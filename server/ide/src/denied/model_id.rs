//! What a `modelId` names, and what IAM checks beside it.
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html>

use catalog::{InferenceProfile, ModelStatus};
use policy::arn::Arn;

use super::resources::Asked;
use super::{Denied, Part, Resource};

/// What an id that is no ARN names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A foundation model.
    Model,
    /// An inference profile AWS defines.
    Profile,
}

/// Whether an id is one of a foundation model or of an inference profile. An id the catalogue does not know is told
/// by its first part: a provider, or a geography with a provider behind it.
pub(super) fn named(id: &str) -> Option<Named> {
    let catalog = catalog::catalog();
    if catalog.inference_profile(id).is_some() {
        return Some(Named::Profile);
    }
    if catalog.model(id).is_some() {
        return Some(Named::Model);
    }
    let is_provider = |it: &str| catalog.models().any(|model| model.provider() == it);
    let (first, rest) = id.split_once('.')?;
    if is_provider(first) {
        return Some(Named::Model);
    }
    let (second, _) = rest.split_once('.')?;
    (catalog.geography(first).is_some() && is_provider(second)).then_some(Named::Profile)
}

/// The models that are checked when `arn` is an inference profile and the action invokes it, or what is missing to
/// tell them.
pub(super) fn behind_profile(arn: &str, asked: &Asked<'_>) -> Result<Vec<Resource>, (Part, String)> {
    let Some(parts) = Arn::parse(arn).filter(|it| it.service == "bedrock") else { return Ok(Vec::new()) };
    let id = match parts.resource.split_once('/') {
        Some(("inference-profile", id)) => id,
        Some(("application-inference-profile", _)) => {
            let why =
                "IAM also checks the models of an application inference profile, which its ARN does not name";
            return Err((Part::Resource, why.to_owned()));
        }
        _ => return Ok(Vec::new()),
    };
    let region =
        if parts.region.contains('$') { asked.region.as_deref().unwrap_or("") } else { parts.region };
    if region.is_empty() {
        let why = format!("without it the Regions that `{id}` routes to are not known");
        return Err((Part::Region, why));
    }
    let catalog = catalog::catalog();
    let profile = catalog.inference_profile(id);
    let geography =
        profile.map(InferenceProfile::geography).or_else(|| catalog.geography(id.split('.').next()?));
    let model = match (profile, id.split_once('.')) {
        (Some(profile), _) => profile.model().id(),
        (None, Some((_, model))) => model,
        (None, None) => return Err((Part::Resource, format!("the model of `{id}` is not known"))),
    };
    let partition = parts.partition;
    let check = |in_region: &str, requested: &str| Resource {
        arn: format!("arn:{partition}:bedrock:{in_region}::foundation-model/{model}"),
        range: None,
        keys: vec![
            ("bedrock:InferenceProfileArn".to_owned(), arn.to_owned()),
            ("aws:RequestedRegion".to_owned(), requested.to_owned()),
        ],
    };
    if geography.is_some_and(|it| it.any_region()) {
        return Ok(vec![check(region, region), check("", "unspecified")]);
    }
    let destinations = match profile {
        Some(profile) => profile.destinations(region),
        None => geography.and_then(|it| it.destinations_from(region)),
    };
    match destinations {
        Some(regions) => Ok(regions.into_iter().map(|it| check(it, it)).collect()),
        None => {
            Err((Part::Resource, format!("the Regions that `{id}` routes to from {region} are not known")))
        }
    }
}

/// Notes the models that are out of service: calls of those fail, whatever a policy says.
pub(super) fn note_ended(denied: &mut Denied) {
    let arns = denied.checks.iter().flat_map(|it| &it.resources).filter_map(|it| Arn::parse(&it.arn));
    let ids = arns.filter_map(|it| it.resource.strip_prefix("foundation-model/"));
    let mut ended: Vec<_> = ids.filter_map(|id| catalog::catalog().model(id)).collect();
    ended.retain(|it| it.status() == ModelStatus::Ended);
    ended.dedup();
    for it in ended {
        let since = it.end_of_life().map(|it| format!(" since {it}")).unwrap_or_default();
        denied.notes.push(format!("`{}` is out of service{since}, whatever a policy says", it.id()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_models_and_profiles() {
        for (id, expected) in [
            ("anthropic.claude-v2", Some(Named::Model)),
            ("anthropic.claude-not-yet-v1:0", Some(Named::Model)),
            ("us.anthropic.claude-sonnet-4-20250514-v1:0", Some(Named::Profile)),
            ("eu.mistral.not-yet", Some(Named::Profile)),
            ("abc123def456", None),
            ("nobody.model-v1", None),
            ("", None),
        ] {
            assert_eq!(named(id), expected, "{id}");
        }
    }
}
