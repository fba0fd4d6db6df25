//! How often AWS's own managed policies name a service or an action: what people write most comes first in a
//! completion list. Numbers only; the policies stay under `target/`.

use super::format::{CommonNames, NamedAction, NamedService, Service};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What fewer policies name says nothing.
const LEAST: usize = 3;

/// Counts the policies that name each action of `services`, and each of those services by any action or pattern.
pub(super) fn common_names(
    policies: &BTreeMap<String, Value>,
    services: &BTreeMap<String, Service>,
) -> CommonNames {
    let known: BTreeMap<String, String> = services
        .values()
        .flat_map(|service| service.actions.iter().map(move |it| format!("{}:{}", service.prefix, it.name)))
        .map(|it| (it.to_ascii_lowercase(), it))
        .collect();
    let mut by_action: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_service: BTreeMap<&str, usize> = BTreeMap::new();
    for policy in policies.values() {
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
    }
}

/// The values of `Action` and `NotAction` in a managed policy, in lower case, each once.
fn actions(policy: &Value) -> BTreeSet<String> {
    let statements = policy.pointer("/Document/Statement");
    let statements: Vec<&Value> = match statements {
        Some(Value::Array(list)) => list.iter().collect(),
        one => one.into_iter().collect(),
    };
    let elements = statements.iter().flat_map(|it| [it.get("Action"), it.get("NotAction")]).flatten();
    let texts = elements.flat_map(|it| match it {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    });
    texts.map(str::to_ascii_lowercase).collect()
}
