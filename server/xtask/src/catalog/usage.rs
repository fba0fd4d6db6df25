//! How often AWS's own managed policies name a service, an action, a condition key or an operator: what people write most comes first in a
//! completion list. Numbers only; the policies stay under `target/`.

use super::format::{CommonNames, GlobalKeys, NamedAction, NamedKey, NamedOperator, NamedService, Service};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What fewer policies name says nothing.
const LEAST: usize = 3;

/// Counts the policies that name each action of `services`, and each of those services by any action or pattern.
pub(super) fn common_names(
    policies: &BTreeMap<String, Value>,
    services: &BTreeMap<String, Service>,
    global_keys: &GlobalKeys,
) -> CommonNames {
    let known: BTreeMap<String, String> = services
        .values()
        .flat_map(|service| service.actions.iter().map(move |it| format!("{}:{}", service.prefix, it.name)))
        .map(|it| (it.to_ascii_lowercase(), it))
        .collect();
    let mut by_action: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_service: BTreeMap<&str, usize> = BTreeMap::new();
    let keys = services.values().flat_map(|it| &it.keys).map(|it| it.name.clone());
    let keys = keys.chain(global_keys.keys.iter().map(|it| it.name.clone()));
    let keys: BTreeMap<String, String> = keys.map(|it| (template(&it).to_ascii_lowercase(), it)).collect();
    let mut by_key: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_operator: BTreeMap<String, usize> = BTreeMap::new();
    for policy in policies.values() {
        let (operators, tested) = conditions(policy);
        for key in tested.iter().filter_map(|it| keys.get(it)) {
            *by_key.entry(key).or_default() += 1;
        }
        for operator in operators {
            *by_operator.entry(operator).or_default() += 1;
        }
        let named = actions(policy);
        let prefixes: BTreeSet<&str> =
            named.iter().filter_map(|it| it.split_once(':')).map(|it| it.0).collect();
        for action in named.iter().filter_map(|it| known.get(it)) {
            *by_action.entry(action).or_default() += 1;
        }
        for service in prefixes.iter().filter_map(|it| services.get(*it)) {
            *by_service.entry(&service.prefix).or_default() += 1;
        }
    }
    let often = |n: &usize| *n >= LEAST;
    CommonNames {
        schema: "../common-names.schema.json".to_owned(),
        policies: policies.len(),
        services: by_service
            .into_iter()
            .filter(|(_, n)| often(n))
            .map(|(prefix, policies)| NamedService { prefix: prefix.to_owned(), policies })
            .collect(),
        actions: by_action
            .into_iter()
            .filter(|(_, n)| often(n))
            .map(|(action, policies)| NamedAction { action: action.to_owned(), policies })
            .collect(),
        keys: by_key
            .into_iter()
            .filter(|(_, n)| often(n))
            .map(|(key, policies)| NamedKey { key: key.to_owned(), policies })
            .collect(),
        operators: by_operator
            .into_iter()
            .filter(|(_, n)| often(n))
            .map(|(operator, policies)| NamedOperator { operator, policies })
            .collect(),
    }
}

/// A key up to its placeholder, or up to the name that fills it: `aws:ResourceTag/`.
fn template(key: &str) -> &str {
    key.find('/').and_then(|at| key.get(..=at)).unwrap_or(key)
}

/// The operators of a managed policy without prefix and suffix, and its condition keys in lower case up to the names
/// of tags; each once.
fn conditions(policy: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut operators, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for statement in statements(policy) {
        let blocks = statement.get("Condition").and_then(Value::as_object);
        for (operator, block) in blocks.into_iter().flatten() {
            let base = operator.rsplit(':').next().unwrap_or(operator);
            operators.insert(base.strip_suffix("IfExists").unwrap_or(base).to_owned());
            let tested = block.as_object().into_iter().flat_map(|it| it.keys());
            keys.extend(tested.map(|it| template(it).to_ascii_lowercase()));
        }
    }
    (operators, keys)
}

fn statements(policy: &Value) -> Vec<&Value> {
    match policy.pointer("/Document/Statement") {
        Some(Value::Array(list)) => list.iter().collect(),
        one => one.into_iter().collect(),
    }
}

/// The values of `Action` and `NotAction` in a managed policy, in lower case, each once.
fn actions(policy: &Value) -> BTreeSet<String> {
    let statements = statements(policy);
    let elements = statements.iter().flat_map(|it| [it.get("Action"), it.get("NotAction")]).flatten();
    let texts = elements.flat_map(|it| match it {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    });
    texts.map(str::to_ascii_lowercase).collect()
}
