//! Events of CloudTrail.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>

use std::net::IpAddr;
use std::ops::Range;

use syntax::TextRange;
use syntax::ast::Object;

use super::document::{Reading, object, string};
use super::message::{self, Span};
use super::resources::{self, Asked};
use super::{Check, Denied, Ending, Fact, Form, Known, Part, Resource, identity, operation, parameters};

/// Whether an object is an event: it names its operation and its service.
pub(super) fn is_event(object: &Object<'_>) -> bool {
    string(object, &["eventName"]).is_some() && string(object, &["eventSource"]).is_some()
}

/// What an event tells.
pub(super) fn read(event: &Object<'_>, place: &Reading<'_>) -> Denied {
    let mut denied = Denied::new(Form::Event, place.around(event.range()));
    let fact = |name: &str| {
        let found = string(event, &[name])?;
        Some(Fact::of(found.value(), place.of(found.content_range())))
    };
    denied.operation = fact("eventName");
    denied.service = fact("eventSource");
    denied.region = fact("awsRegion").map(|it| it.text).or_else(|| place.told.region.clone());
    denied.result = ending(event);
    match object(event, "userIdentity") {
        Some(it) => identity::add(&mut denied, &it, place),
        None => denied.lacks(Part::Principal, "the event has no `userIdentity`"),
    }
    add_keys(&mut denied, event);
    add_message(&mut denied, event, place);
    // A message with a meaning of its own is not about a kind of policy.
    let is_explained = !denied.notes.is_empty();
    add_passed_to(&mut denied);
    let is_told = denied.checks.iter().any(|it| !it.resources.is_empty());
    if !is_told {
        add_operation(&mut denied, event, place);
    }
    say_missing(&mut denied, is_explained);
    super::model_id::note_ended(&mut denied);
    denied
}

fn ending(event: &Object<'_>) -> Ending {
    let Some(code) = string(event, &["errorCode"]) else { return Ending::Passed };
    let code = code.value().into_owned();
    match catalog::catalog().denial_codes().any(|it| code.contains(it)) {
        true => Ending::Denied(Some(code)),
        false => Ending::Failed(code),
    }
}

/// Keys of the request.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
fn add_keys(denied: &mut Denied, event: &Object<'_>) {
    let text = |name: &str| string(event, &[name]).map(|it| it.value().into_owned());
    let endpoint = text("vpcEndpointId");
    // Through an endpoint the address is the one in the VPC. A service's name in its place tells nothing, and a
    // private address without an endpoint fits neither.
    let address = text("sourceIPAddress").filter(|it| it.parse::<IpAddr>().is_ok());
    match (&endpoint, address) {
        (Some(_), Some(address)) => {
            denied.set_key("aws:VpcSourceIp", Known::Value(address));
            denied.set_key("aws:SourceIp", Known::Absent);
        }
        (None, Some(address)) if !is_private(&address) => {
            denied.set_key("aws:SourceIp", Known::Value(address));
            for key in ["aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp"] {
                denied.set_key(key, Known::Absent);
            }
        }
        _ => {}
    }
    for (key, value) in [
        ("aws:SourceVpce", endpoint),
        ("aws:RequestedRegion", denied.region.clone()),
        ("aws:UserAgent", text("userAgent")),
        ("aws:CurrentTime", text("eventTime")),
    ] {
        if let Some(value) = value {
            denied.set_key(key, Known::Value(value));
        }
    }
    if object(event, "tlsDetails").is_some() {
        denied.set_key("aws:SecureTransport", Known::Value("true".to_owned()));
    }
}

/// The service that a role was passed to: the one that was called, where AWS lists `iam:PassRole` with the operation.
fn add_passed_to(denied: &mut Denied) {
    if !denied.checks.iter().any(|it| it.action.text == "iam:PassRole") {
        return;
    }
    let (Some(operation), Some(source)) = (&denied.operation, &denied.service) else { return };
    let Some(service) = operation::service(&source.text) else { return };
    let authorised = operation::authorised(service, &operation.text);
    let mut dependents = authorised.iter().flat_map(|it| &it.actions).flat_map(|it| it.dependent_actions());
    let passes = dependents.any(|it| it.full_name() == "iam:PassRole");
    let mut principals = catalog::catalog().service_principals();
    let known = principals.any(|it| it.service() == Some(service) && it.name() == source.text);
    if passes && known {
        let source = source.text.clone();
        denied.set_key("iam:PassedToService", Known::Value(source));
    }
}

fn is_private(address: &str) -> bool {
    match address.parse() {
        Ok(IpAddr::V4(it)) => it.is_private() || it.is_loopback() || it.is_link_local(),
        Ok(IpAddr::V6(it)) => it.is_unique_local() || it.is_loopback() || it.is_unicast_link_local(),
        Err(_) => true,
    }
}

/// What the event's `errorMessage` says goes before what follows from the operation: it names the action that was
/// denied, which for `iam:PassRole` is not the operation's.
fn add_message(denied: &mut Denied, event: &Object<'_>, place: &Reading<'_>) {
    let Some(text) = string(event, &["errorMessage"]) else { return };
    let value = text.value();
    let Some(found) = message::find(&value).into_iter().next() else { return };
    let in_file = |it: Range<usize>| -> Option<TextRange> {
        place.of(TextRange::new(text.source_offset(it.start), text.source_offset(it.end)))
    };
    let fact = |span: &Option<Span>| {
        let span = span.clone()?;
        Some(Fact::of(value.get(span.clone())?, in_file(span)))
    };
    if denied.principal.is_none() && found.principal.is_some() {
        denied.principal = fact(&found.principal);
        denied.missing.retain(|it| it.part != Part::Principal);
        operation::add_principal(denied);
    }
    operation::add_sentence(denied, &value, &found, &fact);
}

/// The actions of the operation, on the resources that its parameters name.
fn add_operation(denied: &mut Denied, event: &Object<'_>, place: &Reading<'_>) {
    let (Some(operation), Some(source)) = (denied.operation.clone(), denied.service.clone()) else { return };
    let Some(service) = operation::service(&source.text) else {
        denied.lacks(Part::Action, format!("`{}` is no service the catalogue knows", source.text));
        return;
    };
    let told: Vec<Check> = std::mem::take(&mut denied.checks);
    let catalog = catalog::catalog();
    let told_action = told.first().and_then(|it| catalog.find_action(&it.action.text));
    let authorised = match told_action {
        Some(action) => operation::Authorised { actions: vec![action], sometimes: Vec::new(), note: None },
        None => match operation::authorised(service, &operation.text) {
            Some(it) if told.is_empty() => it,
            _ => {
                denied.checks = told;
                if denied.checks.is_empty() {
                    let why = format!("no action is known for `{}` of {}", operation.text, service.title());
                    denied.lacks(Part::Action, why);
                }
                return;
            }
        },
    };
    let parameters = parameters::read(event, place);
    denied.owner = parameters::owner(event).or_else(|| place.told.account.clone());
    let asked = Asked {
        parameters: &parameters,
        region: denied.region.clone(),
        account: string(event, &["recipientAccountId"])
            .map(|it| it.value().into_owned())
            .or_else(|| denied.account.clone())
            .or_else(|| place.told.account.clone()),
        partition: partition(denied),
    };
    if let Some(note) = authorised.note.filter(|_| !authorised.sometimes.is_empty()) {
        let names: Vec<String> = authorised.sometimes.iter().map(|it| it.full_name()).collect();
        let note = note.trim_end_matches('.');
        denied.notes.push(format!("{} may be needed too: {note}", crate::sentence::list(&names)));
    }
    let action_range = told.first().map_or(operation.range, |it| it.action.range);
    let clash = resources::uses_several(&authorised.actions);
    for action in &authorised.actions {
        let mut check = Check {
            action: Fact { text: action.full_name(), range: action_range },
            resources: Vec::new(),
            alternatives: false,
        };
        if clash {
            denied.lacks(Part::Resource, "the call uses several resources, each with an action of its own");
        } else {
            resources::add(denied, &mut check, *action, &asked);
        }
        denied.checks.push(check);
    }
}

fn partition(denied: &Denied) -> String {
    let principal = denied.principal.as_ref().and_then(|it| policy::arn::Arn::parse(&it.text));
    let by_region = || {
        let found = catalog::catalog().partition_of(denied.region.as_deref()?)?;
        Some(found.id().to_owned())
    };
    principal.map(|it| it.partition.to_owned()).or_else(by_region).unwrap_or_else(|| "aws".to_owned())
}

fn say_missing(denied: &mut Denied, is_explained: bool) {
    let is_denied = matches!(denied.result, Ending::Denied(_));
    let has_layer = denied.reason.as_ref().is_some_and(|it| it.kind.is_some());
    if is_denied && !has_layer && !is_explained {
        denied.lacks(Part::Layer, "the event does not say which kind of policy denies it");
    }
    if denied.region.is_none() {
        denied.region =
            denied.checks.iter().flat_map(|it| &it.resources).find_map(|it| operation::region_of(&it.arn));
    }
    let words = |it: &Resource| !operation::is_arn_or_star(&it.arn);
    if denied.checks.iter().flat_map(|it| &it.resources).any(words) {
        denied.lacks(Part::Resource, "the message does not write the resource as an ARN");
    }
}
