//! Where in a text denied requests are told: in JSON of any shape, or in words.

use std::ops::Range;

use syntax::ast::{self, Object, Shape, Source, Str, Value};
use syntax::{TextRange, TextSize};

use super::{Denied, Told, decoded, event, message, operation};

/// How deep JSON, and JSON in strings of JSON, is searched.
const MAX_DEPTH: usize = 24;

/// How many requests of one text are told.
const MOST: usize = 1_000;

/// Members that hold a message, in lower case.
const MESSAGES: [&str; 8] =
    ["message", "errormessage", "error_message", "@message", "cause", "reason", "error", "statusmessage"];

/// The requests that a text tells of, in their order: events of CloudTrail alone, in records, in the answer of
/// `lookup-events` or from EventBridge; messages of errors, in JSON or in plain text; decoded messages. What is told
/// beside the text counts where an event does not say.
pub fn read(text: &str, told: &Told) -> Vec<Denied> {
    let mut out = Vec::new();
    let start = text.trim_start_matches(|it: char| it.is_whitespace() || it == '\u{feff}');
    if start.starts_with(['{', '[', '"']) {
        let tree = syntax::parse(text, &[]);
        for value in ast::roots(&tree, Source::Str(text)) {
            walk(&value, &Reading { inside: None, told }, MAX_DEPTH, &mut out);
        }
        if !out.is_empty() {
            return out;
        }
    }
    for found in message::find(text).into_iter().take(MOST) {
        let denied = operation::of_message(text, &found, &|it| Some(range(&it)));
        out.push(Denied { owner: told.account.clone(), ..denied });
    }
    out
}

/// What a text is read with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'a> {
    /// The string of the file that the text is in; `None`: the text is the file. In a string only the string has a
    /// place.
    inside: Option<TextRange>,
    /// What is known beside the text.
    pub(super) told: &'a Told,
}

impl Reading<'_> {
    /// The place in the file of a value of the text.
    pub(super) fn of(&self, range: TextRange) -> Option<TextRange> {
        self.inside.is_none().then_some(range)
    }

    /// The place in the file that stands for a value of the text.
    pub(super) fn around(&self, range: TextRange) -> TextRange {
        self.inside.unwrap_or(range)
    }
}

fn walk(value: &Value<'_>, place: &Reading<'_>, depth: usize, out: &mut Vec<Denied>) {
    if depth == 0 || out.len() >= MOST {
        return;
    }
    match value.shape() {
        Shape::Object(object) => walk_object(&object, place, depth, out),
        Shape::Array(array) => array.elements().for_each(|it| walk(&it, place, depth - 1, out)),
        Shape::String(text) => walk_json_in(&text, place, depth, out),
        Shape::Number | Shape::Boolean | Shape::Null | Shape::Broken => {}
    }
}

fn walk_object(object: &Object<'_>, place: &Reading<'_>, depth: usize, out: &mut Vec<Denied>) {
    if event::is_event(object) {
        out.push(event::read(object, place));
        return;
    }
    if decoded::is_decoded(object) {
        out.push(decoded::read(object, place));
        return;
    }
    for member in object.members() {
        let Some(value) = member.value() else { continue };
        let key = member.key().value().to_ascii_lowercase();
        match value.as_str() {
            Some(text) if MESSAGES.contains(&&*key) && !is_json(&text.value()) => {
                walk_message(&text, place, out);
            }
            _ => walk(&value, place, depth - 1, out),
        }
    }
}

fn walk_message(text: &Str<'_>, place: &Reading<'_>, out: &mut Vec<Denied>) {
    let value = text.value();
    let in_file = |it: Range<usize>| {
        let range = TextRange::new(text.source_offset(it.start), text.source_offset(it.end));
        place.of(range)
    };
    for found in message::find(&value) {
        let mut denied = operation::of_message(&value, &found, &in_file);
        denied.owner = place.told.account.clone();
        denied.range = place.around(in_file(found.range.clone()).unwrap_or(text.range));
        out.push(denied);
    }
}

/// JSON in a string, as in `CloudTrailEvent` of `lookup-events` and `DecodedMessage` of STS.
fn walk_json_in(text: &Str<'_>, place: &Reading<'_>, depth: usize, out: &mut Vec<Denied>) {
    let value = text.value();
    if !is_json(&value) {
        return;
    }
    let tree = syntax::parse(&value, &[]);
    let inside = Reading { inside: Some(place.around(text.range)), told: place.told };
    for root in ast::roots(&tree, Source::Str(&value)) {
        walk(&root, &inside, depth - 1, out);
    }
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// A range of bytes as one of the file.
pub(super) fn range(span: &Range<usize>) -> TextRange {
    let at = |it: usize| TextSize::try_from(it).unwrap_or(TextSize::MAX);
    TextRange::new(at(span.start), at(span.end.max(span.start)))
}

/// The member of an object that is a string, under the first of some names, and where it stands.
pub(super) fn string<'t>(object: &Object<'t>, names: &[&str]) -> Option<Str<'t>> {
    names.iter().find_map(|name| object.get(name)?.value()?.as_str()).filter(|it| !it.raw.is_empty())
}

/// The member of an object that is one.
pub(super) fn object<'t>(object: &Object<'t>, name: &str) -> Option<Object<'t>> {
    object.get(name)?.value()?.as_object()
}
