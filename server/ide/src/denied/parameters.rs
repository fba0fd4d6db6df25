//! The parameters of an event's request, and the ARNs it lists.

use syntax::TextRange;
use syntax::ast::{Object, Shape, Value};

use super::document::{Reading, object, string};

/// How deep parameters are searched, and how many are kept.
const MAX_DEPTH: usize = 8;
const MOST: usize = 400;

/// A value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameter {
    /// Its name; that of the member for what is nested.
    pub(super) name: String,
    /// A string, or a number as it is written.
    pub(super) value: String,
    /// Where it stands.
    pub(super) range: Option<TextRange>,
    /// Whether it is a parameter itself, and not nested in one.
    pub(super) is_top: bool,
}

/// What an event says of its request: `requestParameters`, and the ARNs under `resources`.
pub(super) fn read(event: &Object<'_>, place: &Reading<'_>) -> Vec<Parameter> {
    let mut out = Vec::new();
    if let Some(parameters) = object(event, "requestParameters") {
        for member in parameters.members() {
            if let Some(value) = member.value() {
                add(&member.key().value(), &value, place, true, MAX_DEPTH, &mut out);
            }
        }
    }
    let listed = event.get("resources").and_then(|it| it.value()?.as_array());
    for value in listed.into_iter().flat_map(|it| it.elements()) {
        let Some(arn) = value.as_object().and_then(|it| string(&it, &["ARN", "arn"])) else { continue };
        out.push(Parameter {
            name: "resources".to_owned(),
            value: arn.value().into_owned(),
            range: place.of(arn.content_range()),
            is_top: false,
        });
    }
    out
}

/// The account that all resources an event lists are in.
pub(super) fn owner(event: &Object<'_>) -> Option<String> {
    let listed = event.get("resources").and_then(|it| it.value()?.as_array())?;
    let accounts = listed.elements().filter_map(|it| {
        let account = string(&it.as_object()?, &["accountId"])?;
        Some(account.value().into_owned())
    });
    let mut accounts: Vec<String> = accounts.collect();
    accounts.dedup();
    <[String; 1]>::try_from(accounts).ok().map(|[it]| it)
}

fn add(
    name: &str,
    value: &Value<'_>,
    place: &Reading<'_>,
    is_top: bool,
    depth: usize,
    out: &mut Vec<Parameter>,
) {
    if depth == 0 || out.len() >= MOST {
        return;
    }
    let mut push = |value: String, range| {
        out.push(Parameter { name: name.to_owned(), value, range, is_top });
    };
    match value.shape() {
        Shape::String(text) => push(text.value().into_owned(), place.of(text.content_range())),
        Shape::Number => push(value.text().into_owned(), place.of(value.range())),
        Shape::Object(object) => {
            for member in object.members() {
                if let Some(value) = member.value() {
                    add(&member.key().value(), &value, place, false, depth - 1, out);
                }
            }
        }
        Shape::Array(array) => {
            array.elements().for_each(|it| add(name, &it, place, false, depth - 1, out));
        }
        Shape::Boolean | Shape::Null | Shape::Broken => {}
    }
}
