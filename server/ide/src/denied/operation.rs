//! From an API operation, or from what a message says, to the actions that IAM checks.

use std::ops::Range;

use catalog::{Action, Catalog, Service};
use policy::arn::Arn;
use syntax::TextRange;

use super::message::{Message, Span};
use super::{Check, Denied, Ending, Fact, Form, Part, Reason, Resource};

/// What authorises an operation.
#[derive(Debug, Clone)]
pub(super) struct Authorised {
    /// The actions every call needs.
    pub(super) actions: Vec<Action>,
    /// Those some calls need as well.
    pub(super) sometimes: Vec<Action>,
    /// When.
    pub(super) note: Option<&'static str>,
}

/// The service of an event's source or of an endpoint: `bedrock-runtime.amazonaws.com` is `bedrock`.
pub(super) fn service(source: &str) -> Option<Service> {
    let catalog = catalog::catalog();
    let name = source.split('.').next().unwrap_or(source).to_ascii_lowercase();
    let bare = ["amazon", "aws"].iter().find_map(|vendor| name.strip_prefix(vendor)).map(str::trim_start);
    [Some(&*name), bare].into_iter().flatten().find_map(|it| {
        catalog.service(it).filter(|it| !it.is_retired()).or_else(|| catalog.endpoint_prefix(it))
    })
}

/// What authorises an operation of a service. CloudTrail writes the version of an API behind the names of some
/// operations: `Invoke20150331`.
pub(super) fn authorised(service: Service, operation: &str) -> Option<Authorised> {
    let catalog = catalog::catalog();
    let versionless = operation.trim_end_matches(|it: char| it.is_ascii_digit() || it == '_');
    [operation, versionless].into_iter().filter(|it| !it.is_empty()).find_map(|name| {
        if let Some(known) = catalog.operation(service.prefix(), name) {
            return Some(Authorised {
                actions: known.actions().collect(),
                sometimes: known.sometimes().collect(),
                note: known.note(),
            });
        }
        let action = service.action(name)?;
        Some(Authorised { actions: vec![action], sometimes: Vec::new(), note: None })
    })
}

/// The services that have an operation of this name.
fn services_of(catalog: Catalog, operation: &str) -> Vec<Service> {
    catalog.services().filter(|it| authorised(*it, operation).is_some()).collect()
}

/// An action by its full name, in the spelling of the catalogue where it is known there.
pub(super) fn spelled(full_name: &str) -> String {
    let known = catalog::catalog().find_action(full_name).map(Action::full_name);
    known.unwrap_or_else(|| match full_name.split_once(':') {
        Some((prefix, name)) => format!("{}:{name}", prefix.to_ascii_lowercase()),
        None => full_name.to_owned(),
    })
}

/// The request that a message tells of. `place` says where in the file a piece of `text` stands.
pub(super) fn of_message(
    text: &str,
    found: &Message,
    place: &dyn Fn(Range<usize>) -> Option<TextRange>,
) -> Denied {
    let fact = |span: &Option<Span>| {
        let span = span.clone()?;
        Some(Fact::of(text.get(span.clone())?, place(span)))
    };
    let mut denied = Denied::new(Form::Message, super::document::range(&found.range));
    let code = fact(&found.code).map(|it| it.text);
    let is_denial = |it: &String| catalog::catalog().denial_codes().any(|code| it.contains(code));
    denied.result = match code {
        Some(code) if !is_denial(&code) => Ending::Failed(code),
        code => Ending::Denied(code),
    };
    denied.operation = fact(&found.operation);
    denied.service = fact(&found.service);
    denied.principal = fact(&found.principal);
    add_principal(&mut denied);
    add_sentence(&mut denied, text, found, &fact);
    if denied.checks.is_empty() && matches!(denied.result, Ending::Denied(_)) && found.known.is_empty() {
        add_operation(&mut denied, found);
    }
    denied.region = denied.checks.iter().flat_map(|it| &it.resources).find_map(|it| region_of(&it.arn));
    say_missing(&mut denied, found);
    super::model_id::note_ended(&mut denied);
    denied
}

/// The role and the account of a session's ARN.
pub(super) fn add_principal(denied: &mut Denied) {
    let Some(arn) = denied.principal.as_ref().and_then(|it| Arn::parse(&it.text)) else { return };
    let is_account = arn.account.len() == 12 && arn.account.bytes().all(|it| it.is_ascii_digit());
    denied.account = is_account.then(|| arn.account.to_owned());
}

/// What the sentence of a message, or of an event's message, says: action, resource, reason.
pub(super) fn add_sentence(
    denied: &mut Denied,
    text: &str,
    found: &Message,
    fact: &dyn Fn(&Option<Span>) -> Option<Fact>,
) {
    if let Some(action) = fact(&found.action) {
        let known = catalog::catalog().find_action(&action.text);
        let resource = fact(&found.resource).map(|it| Resource::of(it.text, it.range));
        let star = || known.filter(|it| it.requires_wildcard_resource()).map(|_| Resource::of("*", None));
        let check = Check {
            action: Fact { text: spelled(&action.text), range: action.range },
            resources: resource.or_else(star).into_iter().collect(),
            alternatives: false,
        };
        denied.checks = vec![check];
    }
    if let Some(reason) = &found.reason {
        denied.reason = Some(Reason {
            explicit: reason.explicit,
            kind: reason.kind,
            through: reason.through,
            policy: reason.policy.clone(),
            range: found.reason_range.clone().and_then(|it| fact(&Some(it))?.range),
        });
    }
    for known in &found.known {
        denied.notes.extend(known.meaning().map(str::to_owned));
        let actions = known.actions().map(|it| Check {
            action: Fact::of(it.full_name(), None),
            resources: vec![Resource::of("*", None)],
            alternatives: false,
        });
        if denied.checks.is_empty() {
            denied.checks = actions.collect();
        }
    }
    if let Some(encoded) = &found.encoded {
        let blob = text.get(encoded.clone()).unwrap_or_default();
        let (command, cut) = match blob {
            "" => ("MESSAGE", ""),
            it if it.ends_with("...") || it.ends_with('\u{2026}') => ("MESSAGE", "; it is cut off here"),
            it => (it, ""),
        };
        denied.lacks(
            Part::Everything,
            format!(
                "the message is encoded{cut}; \
                 `aws sts decode-authorization-message --encoded-message {command}` decodes it"
            ),
        );
    }
}

/// The actions of the operation that an SDK names before the message.
fn add_operation(denied: &mut Denied, found: &Message) {
    let Some(operation) = denied.operation.clone() else { return };
    let catalog = catalog::catalog();
    let named = denied.service.as_ref().and_then(|it| service(&it.text));
    let known = found.known.iter().find_map(|it| it.service());
    let mut services = match named.or(known) {
        Some(named) => vec![named],
        None => services_of(catalog, &operation.text),
    };
    // "Access Denied" and no more is what S3 answers.
    // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html>
    if found.is_short && services.iter().any(|it| it.prefix() == "s3") {
        services.retain(|it| it.prefix() == "s3");
    }
    let [service] = services.as_slice() else {
        let names: Vec<&str> = services.iter().map(|it| it.prefix()).collect();
        if !names.is_empty() {
            let names = crate::sentence::list(&names);
            denied.lacks(Part::Action, format!("`{}` is an operation of {names}", operation.text));
        }
        return;
    };
    for action in authorised(*service, &operation.text).map(|it| it.actions).unwrap_or_default() {
        let star = action.requires_wildcard_resource().then(|| Resource::of("*", None));
        denied.checks.push(Check {
            action: Fact { text: action.full_name(), range: operation.range },
            resources: star.into_iter().collect(),
            alternatives: false,
        });
    }
}

fn say_missing(denied: &mut Denied, found: &Message) {
    if denied.missing.iter().any(|it| it.part == Part::Everything) && denied.checks.is_empty() {
        return;
    }
    // A message with a meaning of its own is not about a policy, unless it names an action.
    let is_other = found.action.is_none() && !found.known.iter().any(|it| it.actions().len() > 0);
    if matches!(denied.result, Ending::Failed(_)) || (!found.known.is_empty() && is_other) {
        return;
    }
    let cut = if found.is_cut { "the message is cut off" } else { "" };
    let why = |otherwise: &str| if cut.is_empty() { otherwise.to_owned() } else { cut.to_owned() };
    if denied.principal.is_none() {
        denied.lacks(Part::Principal, "the message does not say who asked");
    }
    if denied.checks.is_empty() {
        denied.lacks(Part::Action, why("the message does not say what for"));
    }
    let has_resource = denied.checks.iter().all(|it| !it.resources.is_empty());
    if !has_resource || denied.checks.is_empty() {
        denied.lacks(Part::Resource, why("the message does not say on what"));
    } else if denied.checks.iter().flat_map(|it| &it.resources).any(|it| !is_arn_or_star(&it.arn)) {
        denied.lacks(Part::Resource, "the message does not write the resource as an ARN");
    }
    if denied.reason.as_ref().is_none_or(|it| it.kind.is_none()) && denied.notes.is_empty() {
        denied.lacks(Part::Layer, why("the message does not say which kind of policy denies it"));
    }
}

/// Whether a policy can be held against the text as a resource.
pub(super) fn is_arn_or_star(text: &str) -> bool {
    text == "*" || Arn::parse(text).is_some()
}

/// The Region of an ARN.
pub(super) fn region_of(arn: &str) -> Option<String> {
    Arn::parse(arn).map(|it| it.region.to_owned()).filter(|it| !it.is_empty() && !it.contains(['*', '$']))
}

impl Resource {
    pub(super) fn of(arn: impl Into<String>, range: Option<TextRange>) -> Resource {
        Resource { arn: arn.into(), range, keys: Vec::new() }
    }
}
