//! Policy variables: `${aws:username}` in resources and in values of conditions.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use catalog::{ConditionKey, catalog};
use policy::condition::Operator;

use super::{Acc, Cx, Draft, ItemKind, Write, action, literal};
use crate::place::Slot;

/// Characters that a variable stands for itself, as it could not be written otherwise.
const ESCAPES: [(&str, &str); 3] =
    [("*", "a star that is no wildcard"), ("?", "a question mark"), ("$", "a dollar sign")];

/// The variables, when one is being written. `false` when none is.
pub(super) fn variables(cx: &Cx<'_>, acc: &mut Acc) -> bool {
    let place = cx.place;
    let Some((head, typed)) = begun(&place.prefix).filter(|(head, _)| is_possible(&place.slot, head)) else {
        return false;
    };
    let escaped = place.text.len() != place.range.len() as usize;
    let Some(tail) = place.text.get(place.prefix.len()..).filter(|_| !escaped) else { return true };
    // What is left of the variable behind the cursor goes with it.
    let rest = tail.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '/'));
    let tail = rest.strip_prefix('}').unwrap_or(rest);
    let has_variables = place.policy(cx.analysis).is_none_or(|it| it.has_variables());
    let note = if has_variables { "" } else { " · plain text under this policy's Version" };
    for key in keys(cx, typed) {
        let fixed = key.name().split("${").next().unwrap_or_default();
        let variable = format!("{head}${{{fixed}");
        let plain = format!("{variable}}}{tail}");
        let stops = |stop: &str| format!("{}{stop}{}", literal(&variable), literal(&format!("}}{tail}")));
        let detail = format!("{}{note}", key.value_type().name());
        let draft = |label: String, write: Write| Draft {
            label,
            kind: Some(ItemKind::ConditionKey),
            detail: detail.clone(),
            filter: Some(variable.clone()),
            write,
            data: Some(format!("key {}", key.name())),
            ..Draft::default()
        };
        if key.is_template() {
            acc.add(draft(format!("${{{fixed}…}}"), Write::Text(plain, Some(stops("${1:TagKey}")))));
            let with_default = format!("{variable}TagKey, 'none'}}{tail}");
            acc.add(draft(
                format!("${{{fixed}…, 'default'}}"),
                Write::Text(with_default, Some(stops("${1:TagKey}, '${2:none}'"))),
            ));
        } else {
            acc.add(draft(format!("${{{}}}", key.name()), Write::Text(plain, None)));
        }
    }
    for (escape, what) in ESCAPES {
        let variable = format!("{head}${{{escape}}}");
        acc.add(Draft {
            label: format!("${{{escape}}}"),
            detail: format!("{what}{note}"),
            filter: Some(variable.clone()),
            write: Write::Text(format!("{variable}{tail}"), None),
            ..Draft::default()
        });
    }
    true
}

/// The text before a variable that is being written, and what is written of its name: behind `${`, or behind a `$` at
/// the end.
fn begun(prefix: &str) -> Option<(&str, &str)> {
    match prefix.rsplit_once("${") {
        Some((head, typed)) if !typed.contains('}') => Some((head, typed)),
        _ => prefix.strip_suffix('$').map(|head| (head, "")),
    }
}

/// Whether IAM replaces a variable there: behind the fifth colon of a resource, and under operators that do.
fn is_possible(slot: &Slot, head: &str) -> bool {
    match slot {
        Slot::Resource { .. } => head.matches(':').count() >= 5,
        Slot::ConditionValue { operator, .. } => {
            let known = catalog().operator(&Operator::parse(operator).base);
            known.is_none_or(|it| it.variables())
        }
        _ => false,
    }
}

/// The keys that can be variables: those people write most, the other global ones, those of the services in use here.
fn keys(cx: &Cx<'_>, typed: &str) -> Vec<ConditionKey> {
    let mut out: Vec<ConditionKey> = catalog().common_variables().collect();
    let services = action::services_in_use(cx);
    let own = services.iter().flat_map(|it| it.condition_keys());
    for key in catalog().global_keys().chain(own) {
        if !out.contains(&key) {
            out.push(key);
        }
    }
    // A key with several values has no text to put in.
    out.retain(|it| !it.multi_valued() && it.deprecated_by().is_none());
    let typed = typed.to_ascii_lowercase();
    out.sort_by_key(|it| !it.name().to_ascii_lowercase().starts_with(&typed));
    out
}
