//! The answer of `sts:DecodeAuthorizationMessage`.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>

use syntax::ast::{Object, Shape, Value};

use super::document::{Reading, object, string};
use super::operation::{add_principal, region_of, spelled};
use super::{Check, Denied, Ending, Fact, Form, Known, Part, Reason, Resource};

/// Whether an object is a decoded message: it says whether the request was allowed, and the request's context.
pub(super) fn is_decoded(it: &Object<'_>) -> bool {
    it.get("allowed").is_some() && it.get("explicitDeny").is_some()
}

/// What a decoded message tells.
pub(super) fn read(message: &Object<'_>, place: &Reading<'_>) -> Denied {
    let mut denied = Denied::new(Form::Decoded, place.around(message.range()));
    let is = |name: &str| message.get(name).and_then(|it| it.value()).is_some_and(|it| it.text() == "true");
    denied.result = if is("allowed") { Ending::Passed } else { Ending::Denied(None) };
    if !is("allowed") {
        let explicit = Some(is("explicitDeny"));
        denied.reason = Some(Reason { explicit, kind: None, through: None, policy: None, range: None });
    }
    let Some(context) = object(message, "context") else {
        denied.lacks(Part::Everything, "the message has no `context`");
        return denied;
    };
    let fact = |object: &Object<'_>, name: &str| {
        let found = string(object, &[name])?;
        Some(Fact::of(found.value(), place.of(found.content_range())))
    };
    denied.principal = object(&context, "principal").and_then(|it| fact(&it, "arn"));
    add_principal(&mut denied);
    if let Some(action) = fact(&context, "action") {
        let resource = fact(&context, "resource").map(|it| Resource::of(it.text, it.range));
        denied.checks.push(Check {
            action: Fact { text: spelled(&action.text), range: action.range },
            resources: resource.into_iter().collect(),
            alternatives: false,
        });
    }
    for (key, values) in object(&context, "conditions").iter().flat_map(conditions) {
        let known = match <[String; 1]>::try_from(values) {
            Ok([value]) => Known::Value(value),
            Err(values) => Known::Values(values),
        };
        denied.set_key(&key, known);
    }
    denied.region = denied.checks.iter().flat_map(|it| &it.resources).find_map(|it| region_of(&it.arn));
    add_matched(&mut denied, message);
    if denied.principal.is_none() {
        denied.lacks(Part::Principal, "the message does not say who asked");
    }
    if denied.checks.is_empty() {
        denied.lacks(Part::Action, "the message does not say what for");
    } else if denied.checks.iter().any(|it| it.resources.is_empty()) {
        denied.lacks(Part::Resource, "the message does not say on what");
    }
    if matches!(denied.result, Ending::Denied(_)) {
        denied.lacks(Part::Layer, "a decoded message does not say which kind of policy denies it");
    }
    denied
}

/// The statements that matched.
fn add_matched(denied: &mut Denied, message: &Object<'_>) {
    let matched = object(message, "matchedStatements");
    for item in matched.iter().flat_map(items) {
        let Some(item) = item.as_object() else { continue };
        let name = string(&item, &["statementId", "sid"]).map(|it| it.value().into_owned());
        let effect = string(&item, &["effect"]).map(|it| it.value().to_lowercase()).unwrap_or_default();
        let verb = if effect == "deny" { "denies it" } else { "matches" };
        denied.notes.push(match name {
            Some(name) => format!("the statement `{name}` {verb}"),
            None => format!("a statement without `Sid` {verb}"),
        });
    }
}

fn conditions(conditions: &Object<'_>) -> Vec<(String, Vec<String>)> {
    let key = |item: Value<'_>| {
        let item = item.as_object()?;
        let name = string(&item, &["key"])?.value().into_owned();
        let values = object(&item, "values")?;
        let values = items(&values).into_iter().filter_map(|it| match it.shape() {
            Shape::Object(it) => string(&it, &["value"]).map(|it| it.value().into_owned()),
            Shape::String(it) => Some(it.value().into_owned()),
            Shape::Array(_) | Shape::Number | Shape::Boolean | Shape::Null | Shape::Broken => None,
        });
        Some((name, values.collect::<Vec<_>>()))
    };
    items(conditions).into_iter().filter_map(key).filter(|it| !it.1.is_empty()).collect()
}

/// The elements of a list, which STS writes as `{"items": […]}`.
fn items<'t>(list: &Object<'t>) -> Vec<Value<'t>> {
    let array = list.get("items").and_then(|it| it.value()?.as_array());
    array.into_iter().flat_map(|it| it.elements()).collect()
}
