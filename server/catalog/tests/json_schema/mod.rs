//! The part of JSON Schema the files use. A keyword it does not know is a panic, so that no rule is skipped in
//! silence.

use regex::Regex;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A schema with its patterns compiled.
pub(crate) struct Schema {
    root: Value,
    patterns: BTreeMap<String, Regex>,
}

impl Schema {
    pub(crate) fn new(root: Value) -> Schema {
        let mut patterns = BTreeMap::new();
        compile(&root, &mut patterns);
        Schema { root, patterns }
    }

    /// What is wrong with a value, each with its place.
    pub(crate) fn faults(&self, value: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        self.check(&self.root, value, "", &mut faults);
        faults
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let schema = schema.as_object().expect("a schema is an object");
        for (keyword, rule) in schema {
            let holds = match keyword.as_str() {
                "$schema" | "title" | "description" => true,
                "type" => has_type(value, rule.as_str().unwrap()),
                "const" => value == rule,
                "enum" => rule.as_array().unwrap().contains(value),
                "pattern" => {
                    value.as_str().is_none_or(|it| self.patterns[rule.as_str().unwrap()].is_match(it))
                }
                "minLength" => value.as_str().is_none_or(|it| it.len() as u64 >= rule.as_u64().unwrap()),
                "minimum" => value.as_i64().is_none_or(|it| it >= rule.as_i64().unwrap()),
                "minItems" => value.as_array().is_none_or(|it| it.len() as u64 >= rule.as_u64().unwrap()),
                "maxItems" => value.as_array().is_none_or(|it| it.len() as u64 <= rule.as_u64().unwrap()),
                "uniqueItems" => value.as_array().is_none_or(|it| is_set(it)),
                "required" => value.as_object().is_none_or(|it| has_all(it, rule.as_array().unwrap())),
                "oneOf" => self.count(rule, value) == 1,
                "anyOf" => self.count(rule, value) >= 1,
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{at}/{index}"), faults);
                    }
                    true
                }
                "properties" => {
                    for (name, rule) in rule.as_object().unwrap() {
                        if let Some(member) = value.get(name) {
                            self.check(rule, member, &format!("{at}/{name}"), faults);
                        }
                    }
                    true
                }
                "additionalProperties" => {
                    let named = schema.get("properties").and_then(Value::as_object);
                    let members = value.as_object().into_iter().flatten();
                    for (name, member) in
                        members.filter(|(name, _)| !named.is_some_and(|it| it.contains_key(*name)))
                    {
                        if rule.is_object() {
                            self.check(rule, member, &format!("{at}/{name}"), faults);
                        } else {
                            faults.push(format!("{at} has `{name}`"));
                        }
                    }
                    true
                }
                other => panic!("JSON Schema keyword `{other}` is not supported here"),
            };
            if !holds {
                faults.push(format!("{at} breaks {keyword} {rule}: {value}"));
            }
        }
    }

    fn count(&self, variants: &Value, value: &Value) -> usize {
        let holds = |variant: &&Value| {
            let mut faults = Vec::new();
            self.check(variant, value, "", &mut faults);
            faults.is_empty()
        };
        variants.as_array().unwrap().iter().filter(holds).count()
    }
}

fn compile(schema: &Value, patterns: &mut BTreeMap<String, Regex>) {
    match schema {
        Value::Object(members) => {
            if let Some(pattern) = members.get("pattern").and_then(Value::as_str) {
                patterns.insert(pattern.to_owned(), Regex::new(pattern).unwrap());
            }
            members.values().for_each(|it| compile(it, patterns));
        }
        Value::Array(items) => items.iter().for_each(|it| compile(it, patterns)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_i64(),
        other => panic!("type `{other}` is not supported here"),
    }
}

fn is_set(items: &[Value]) -> bool {
    let mut texts: Vec<String> = items.iter().map(Value::to_string).collect();
    texts.sort();
    texts.windows(2).all(|it| it[0] != it[1])
}

fn has_all(members: &Map<String, Value>, names: &[Value]) -> bool {
    names.iter().all(|it| members.contains_key(it.as_str().unwrap()))
}
