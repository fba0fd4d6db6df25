//! A statement's tree to its model. Total: what is missing or wrong is left out or marked, never refused.

use syntax::TextRange;
use syntax::ast::{Array, Member, Object, Shape, Str, Value};

use crate::condition::Operator;
use crate::model::{
    Block, Condition, Element, Item, Json, Key, Principal, PrincipalEntry, PrincipalValue, Statement, Test,
    Text, Values,
};

/// The model of the statement that `object` is. Its ranges count as the view's do.
pub fn statement(object: Object<'_>) -> Statement {
    let mut out =
        Statement { range: object.range(), has_errors: object.has_errors(), ..Statement::default() };
    for member in object.members() {
        let key = key(&member);
        let value = member.value();
        // The first of a repeated element counts; a rule speaks about the others.
        match &*key.name {
            "Sid" => set(&mut out.sid, value.and_then(|it| text_of(&it))),
            "Effect" => set(&mut out.effect, value.and_then(|it| text_of(&it))),
            "Action" | "NotAction" => set(&mut out.action, value.map(|it| element(&key, &it))),
            "Resource" | "NotResource" => set(&mut out.resource, value.map(|it| element(&key, &it))),
            "Principal" | "NotPrincipal" => set(&mut out.principal, value.map(|it| principal(&key, &it))),
            "Condition" => {
                set(&mut out.condition, value.and_then(|it| it.as_object()).map(|it| condition(&key, it)));
            }
            _ => {}
        }
        out.keys.push(key);
    }
    out
}

/// The key of a member, and what its value is.
pub fn key(member: &Member<'_>) -> Key {
    let key = member.key();
    let value = member.value();
    Key {
        name: key.value().into(),
        range: key.range,
        value: value.map(|it| it.range()),
        json: value.map_or(Json::Missing, |it| json(&it)),
        member: member.range(),
        has_errors: member.has_errors(),
    }
}

/// What a value is.
pub fn json(value: &Value<'_>) -> Json {
    match value.shape() {
        Shape::Object(_) => Json::Object,
        Shape::Array(_) => Json::Array,
        Shape::String(_) => Json::String,
        Shape::Number => Json::Number,
        Shape::Boolean => Json::Boolean,
        Shape::Null => Json::Null,
        Shape::Broken => Json::Missing,
    }
}

/// A string of the text.
pub fn text(string: &Str<'_>) -> Text {
    Text {
        value: string.value().into(),
        range: string.range,
        content: string.content_range(),
        escaped: string.raw.contains('\\'),
    }
}

/// The string that a value is.
pub fn text_of(value: &Value<'_>) -> Option<Text> {
    value.as_str().map(|it| text(&it))
}

/// Whether an object is a function of a template: CloudFormation's `Ref` and `Fn::…`, or Terraform's.
pub fn is_dynamic(object: &Object<'_>) -> bool {
    let mut members = object.members();
    let Some(only) = members.next() else { return false };
    is_function(&only.key().raw) && members.next().is_none()
}

/// Whether an object's only key is that of a template's function.
pub fn is_function(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}

fn element(key: &Key, value: &Value<'_>) -> Element {
    Element { negated: key.name.starts_with("Not"), key: key.range, values: values(value) }
}

/// The values that `value` is: its elements when it is a list, else itself.
pub fn values(value: &Value<'_>) -> Values {
    let (is_list, items) = match value.as_array() {
        Some(array) => (true, items(&array)),
        None => (false, vec![item(value)]),
    };
    Values { range: value.range(), is_list, items }
}

fn items(array: &Array<'_>) -> Vec<Item> {
    array.elements().map(|it| item(&it)).collect()
}

fn item(value: &Value<'_>) -> Item {
    match value.shape() {
        Shape::String(it) => Item::Text(text(&it)),
        Shape::Number => Item::Literal(literal(value), Json::Number),
        Shape::Boolean => Item::Literal(literal(value), Json::Boolean),
        Shape::Object(it) if is_dynamic(&it) => Item::Dynamic(value.range()),
        Shape::Object(_) | Shape::Array(_) | Shape::Null | Shape::Broken => {
            Item::Wrong(value.range(), json(value))
        }
    }
}

fn literal(value: &Value<'_>) -> Text {
    let range = value.range();
    Text { value: value.text().into(), range, content: range, escaped: false }
}

fn principal(key: &Key, value: &Value<'_>) -> Principal {
    let who = match value.shape() {
        Shape::String(it) => PrincipalValue::Text(text(&it)),
        Shape::Object(it) if is_dynamic(&it) => PrincipalValue::Dynamic,
        Shape::Object(it) => PrincipalValue::Typed(it.members().map(|it| principal_entry(&it)).collect()),
        Shape::Array(_) | Shape::Number | Shape::Boolean | Shape::Null | Shape::Broken => {
            PrincipalValue::Wrong(json(value))
        }
    };
    Principal { negated: key.name.starts_with("Not"), key: key.range, range: value.range(), value: who }
}

fn principal_entry(member: &Member<'_>) -> PrincipalEntry {
    PrincipalEntry { name: text(&member.key()), values: values_of(member) }
}

fn condition(key: &Key, object: Object<'_>) -> Condition {
    let mut out = Condition {
        key: key.range,
        range: object.range(),
        blocks: Vec::new(),
        wrong: Vec::new(),
        is_dynamic: is_dynamic(&object),
    };
    if out.is_dynamic {
        return out;
    }
    for member in object.members() {
        let name = text(&member.key());
        let operator = Operator::parse(&name.value);
        let tests = member.value().and_then(|it| it.as_object());
        let wrong = match (member.value(), &tests) {
            (_, Some(_)) => None,
            (Some(value), None) => Some((value.range(), json(&value))),
            (None, None) => Some((name.range, Json::Missing)),
        };
        out.blocks.push(Block {
            operator,
            member: member.range(),
            is_dynamic: tests.is_some_and(|it| is_dynamic(&it)),
            tests: tests.into_iter().flat_map(|it| it.members()).map(|it| test(&it)).collect(),
            wrong,
            name,
        });
    }
    out
}

fn test(member: &Member<'_>) -> Test {
    Test { key: text(&member.key()), member: member.range(), values: values_of(member) }
}

/// The values of a member; none where they are not written yet.
fn values_of(member: &Member<'_>) -> Values {
    match member.value() {
        Some(value) => values(&value),
        None => {
            let end = TextRange::empty(member.range().end);
            Values { range: end, is_list: false, items: Vec::new() }
        }
    }
}
