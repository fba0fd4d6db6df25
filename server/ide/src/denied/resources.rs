//! From the parameters of a request to the ARNs it is checked on.
//!
//! An ARN among the parameters that has the form of one of the action's resource types is such a resource. Else a
//! parameter fills the placeholder of its own name in an ARN format; the catalogue holds the exceptions.

use std::collections::BTreeSet;

use catalog::{Action, ActionResource, RequestFamily, ResourceType};
use policy::pattern;

use super::model_id::{self, Named};
use super::parameters::Parameter;
use super::{Check, Denied, Part, Resource};

/// What a request says of itself.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) parameters: &'a [Parameter],
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
    pub(super) partition: String,
}

/// A resource with its type.
struct Candidate {
    resource_type: ResourceType,
    resource: Resource,
}

/// Whether the actions of one call are for different resources: a copy reads one and writes the other.
pub(super) fn uses_several(actions: &[Action]) -> bool {
    let levels: BTreeSet<_> = actions.iter().map(|it| it.access_level()).collect();
    levels.len() > 1
}

/// Adds the resources of an action to its check, and what is missing to the request.
pub(super) fn add(denied: &mut Denied, check: &mut Check, action: Action, asked: &Asked<'_>) {
    if action.requires_wildcard_resource() {
        check.resources.push(Resource::of("*", None));
        return;
    }
    let mut found = by_arn(action, asked);
    for it in action.resources() {
        let resource_type = it.resource_type();
        let is_told = found.iter().any(|it| it.resource_type == resource_type);
        if !is_told {
            found.extend(by_name(resource_type, asked).map(|resource| Candidate { resource_type, resource }));
        }
    }
    let mut named: Vec<ResourceType> = Vec::new();
    for it in &found {
        if !is_optional(action, it.resource_type) && !named.contains(&it.resource_type) {
            named.push(it.resource_type);
        }
    }
    check.alternatives = named.len() > 1 && !action.needs_all_resources();
    say_missing(denied, action, &found, asked);
    let mut models = Vec::new();
    for it in found {
        add_models(denied, &mut models, action, &it.resource, asked);
        if it.resource.arn.contains("${Region}") {
            denied.lacks(Part::Region, "the event does not say where it was sent");
        }
        if it.resource.arn.contains("${Account}") {
            denied.lacks(Part::Account, "the event does not say whose resources it is about");
        }
        check.resources.push(it.resource);
    }
    check.resources.extend(models);
    note_lower_case(denied, check, action);
}

/// The models behind an inference profile that is invoked.
fn add_models(
    denied: &mut Denied,
    acc: &mut Vec<Resource>,
    action: Action,
    resource: &Resource,
    asked: &Asked<'_>,
) {
    if !action.name().starts_with("InvokeModel") {
        return;
    }
    match model_id::behind_profile(&resource.arn, asked) {
        Ok(models) => acc.extend(models),
        Err((part, why)) => denied.lacks(part, why),
    }
}

fn is_optional(action: Action, resource_type: ResourceType) -> bool {
    action.resources().any(|it| it.resource_type() == resource_type && it.is_optional())
}

fn say_missing(denied: &mut Denied, action: Action, found: &[Candidate], asked: &Asked<'_>) {
    let name = action.full_name();
    if found.is_empty() {
        denied.lacks(Part::Resource, why_none(action, asked));
        return;
    }
    if !action.needs_all_resources() {
        return;
    }
    let untold = action.resources().filter(|it| !it.is_optional()).map(ActionResource::resource_type);
    let mut untold = untold.filter(|it| !found.iter().any(|found| found.resource_type == *it));
    if let Some(it) = untold.next() {
        denied.lacks(
            Part::Resource,
            format!("`{name}` is also checked on its `{}`, which is not named", it.name()),
        );
    }
}

fn why_none(action: Action, asked: &Asked<'_>) -> String {
    let name = action.full_name();
    if asked.parameters.is_empty() {
        return format!("the event has no request parameters to tell what `{name}` was for");
    }
    let model = models(action, asked).find(|it| model_id::named(&it.value).is_none());
    if let Some(it) = model.filter(|it| !it.value.starts_with("arn:")) {
        return format!("`{}` is no id of a foundation model or an inference profile", it.value);
    }
    let alias = asked.parameters.iter().find(|it| it.is_top && it.value.starts_with("alias/"));
    if let Some(alias) = alias {
        return format!("`{}` is an alias; IAM checks the key behind it", alias.value);
    }
    let types: Vec<&str> = action.resource_types().map(|it| it.name()).collect();
    format!("no parameter names the {} of `{name}`", crate::sentence::list(&types))
}

/// The parameters that name a model.
fn models<'a>(action: Action, asked: &'a Asked<'_>) -> impl Iterator<Item = &'a Parameter> {
    let family = catalog::catalog().request_family(action.service());
    let mut names: Vec<&str> = Vec::new();
    for resource_type in action.resource_types() {
        for format in resource_type.arn_formats() {
            let exceptions = family.iter().flat_map(|it| it.exceptions(resource_type, format, "ResourceId"));
            names.extend(exceptions.filter(|it| it.is_model()).flat_map(|it| it.names()));
        }
    }
    asked.parameters.iter().filter(move |it| it.is_top && names.iter().any(|name| it.is(name)))
}

/// The ARNs among the parameters that have the form of one of the action's resource types: of several, the one that
/// says most.
fn by_arn(action: Action, asked: &Asked<'_>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for parameter in asked.parameters.iter().filter(|it| it.value.starts_with("arn:")) {
        let formats = action.resource_types().flat_map(|it| it.arn_formats().map(move |format| (it, format)));
        let matching = formats.filter(|(_, format)| pattern::matches(&as_pattern(format), &parameter.value));
        let most = matching.max_by_key(|(_, format)| literal_len(format));
        let is_new = !found.iter().any(|it| it.resource.arn == parameter.value);
        if let Some((resource_type, _)) = most.filter(|_| is_new) {
            let resource = Resource::of(parameter.value.clone(), parameter.range);
            found.push(Candidate { resource_type, resource });
        }
    }
    found
}

/// The resource of a type that the parameters name, in the first of its ARN formats that they fill.
fn by_name(resource_type: ResourceType, asked: &Asked<'_>) -> Option<Resource> {
    let family = catalog::catalog().request_family(resource_type.service())?;
    resource_type.arn_formats().find_map(|format| filled(resource_type, format, family, asked))
}

fn filled(
    resource_type: ResourceType,
    format: &str,
    family: RequestFamily,
    asked: &Asked<'_>,
) -> Option<Resource> {
    let mut out = Resource::of("", None);
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once("${") {
        let (placeholder, after) = behind.split_once('}')?;
        out.arn.push_str(before);
        match placeholder {
            "Partition" => out.arn.push_str(&asked.partition),
            "Region" => out.arn.push_str(asked.region.as_deref().unwrap_or("${Region}")),
            "Account" => out.arn.push_str(asked.account.as_deref().unwrap_or("${Account}")),
            _ => {
                let parameter = parameter_for(resource_type, format, placeholder, family, asked)?;
                out.arn.push_str(&parameter.value);
                out.range = out.range.or(parameter.range);
            }
        }
        rest = after;
    }
    out.arn.push_str(rest);
    // A format without a name of its own, as of a vault there is one of, is filled by no parameter.
    (out.range.is_some() || asked.parameters.iter().any(|it| it.is_top && out.arn.contains(&it.value)))
        .then_some(out)
}

fn parameter_for<'a>(
    resource_type: ResourceType,
    format: &str,
    placeholder: &str,
    family: RequestFamily,
    asked: &'a Asked<'_>,
) -> Option<&'a Parameter> {
    let mut usable = asked.parameters.iter().filter(|it| it.is_top && is_name(&it.value));
    let mut exceptions = family.exceptions(resource_type, format, placeholder).peekable();
    if exceptions.peek().is_none() {
        return usable.find(|it| it.is(placeholder));
    }
    let exceptions: Vec<_> = exceptions.collect();
    usable.find(|parameter| {
        exceptions.iter().any(|it| {
            let value = &parameter.value;
            it.names().any(|name| parameter.is(name))
                && it.like().is_none_or(|like| pattern::matches(like, value))
                && it.unlike().is_none_or(|unlike| !pattern::matches(unlike, value))
                && (!it.is_model() || names_model(resource_type, value))
        })
    })
}

fn names_model(resource_type: ResourceType, id: &str) -> bool {
    match model_id::named(id) {
        Some(Named::Model) => resource_type.name() == "foundation-model",
        Some(Named::Profile) => resource_type.name() == "inference-profile",
        None => false,
    }
}

/// Whether a value can stand in an ARN: it is no ARN itself, nothing hidden and no pattern.
fn is_name(value: &str) -> bool {
    !value.is_empty()
        && !value.starts_with("arn:")
        && !value.starts_with("HIDDEN_")
        && !value.contains(['*', '?', '$'])
}

impl Parameter {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

fn as_pattern(format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((_, after)) = behind.split_once('}') else { break };
        out.push_str(before);
        out.push('*');
        rest = after;
    }
    out + rest
}

fn literal_len(format: &str) -> usize {
    as_pattern(format).bytes().filter(|it| *it != b'*').count()
}

/// SageMaker writes some names in lower case in ARNs, and patterns compare the case.
fn note_lower_case(denied: &mut Denied, check: &Check, action: Action) {
    if action.service().prefix() != "sagemaker" {
        return;
    }
    let has_capital = |it: &Resource| {
        let name = it.arn.split_once('/').map_or("", |(_, name)| name);
        it.arn.split(':').nth(4) != Some("aws") && name.bytes().any(|it| it.is_ascii_uppercase())
    };
    if check.resources.iter().any(has_capital) {
        let note = "SageMaker writes the names of some resources in lower case in their ARNs";
        if !denied.notes.iter().any(|it| it == note) {
            denied.notes.push(note.to_owned());
        }
    }
}
