//! One statement: its effect, `Action` and `NotAction`, and whether it matches.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>

use policy::PolicyKind;
use serde_json::Value;

use super::asked::{Asked, Seen, is_template, list};
use super::condition::condition;
use super::logic::{Known, all, any, not};
use super::resource;
use super::text::glob;

/// The statements of a policy: a list or one.
pub(crate) fn each(policy: &Value) -> Vec<&Value> {
    policy.get("Statement").map(list).unwrap_or_default()
}

/// Whether a template fills in the whole statement.
pub(crate) fn is_open(statement: &Value) -> bool {
    is_template(statement)
}

/// Whether it denies, and whether it allows.
pub(crate) fn effects(statement: &Value) -> (Known, Known) {
    let effect = statement.get("Effect");
    if is_open(statement) || effect.is_some_and(is_template) {
        return (None, None);
    }
    let is = |name| Some(effect.and_then(Value::as_str) == Some(name));
    (is("Deny"), is("Allow"))
}

/// Whether action, resource and condition match the request; the principal is apart.
pub(crate) fn matches(
    policy: &Value,
    statement: &Value,
    kind: PolicyKind,
    asked: &Asked,
    seen: &Seen,
) -> Known {
    if is_open(statement) {
        return None;
    }
    // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
    let variables = policy.get("Version").and_then(Value::as_str) == Some("2012-10-17");
    all([
        action(statement, asked),
        resource::covers(statement, variables, kind, asked),
        condition(statement.get("Condition"), variables, asked, seen),
    ])
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
fn action(statement: &Value, asked: &Asked) -> Known {
    let covers = |it: &Value| {
        any(list(it).into_iter().map(|it| {
            if is_template(it) {
                None
            } else {
                Some(it.as_str().is_some_and(|it| is_action(it, &asked.action)))
            }
        }))
    };
    match (statement.get("Action"), statement.get("NotAction")) {
        (Some(it), _) => covers(it),
        (None, Some(it)) => not(covers(it)),
        (None, None) => Some(false),
    }
}

fn is_action(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    if pattern == "*:*" || (!pattern.is_empty() && pattern.chars().all(|it| it == '*')) {
        return true;
    }
    let parts: Vec<&str> = pattern.split(':').collect();
    let [prefix, name] = parts[..] else { return false };
    let Some((service, called)) = action.split_once(':') else { return false };
    prefix == service && !name.is_empty() && glob(name, called)
}
