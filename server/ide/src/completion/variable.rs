//! Policy variables: `${aws:username}` in resources and in values of conditions.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use catalog::catalog;

use super::{Acc, Cx, Draft, ItemKind, Write};

/// The variables, when one is being written. `false` when none is.
pub(super) fn variables(cx: &Cx<'_>, acc: &mut Acc) -> bool {
    let place = cx.place;
    let Some((head, typed)) = place.prefix.rsplit_once("${").filter(|(_, typed)| !typed.contains('}')) else {
        return false;
    };
    let escaped = place.text.len() != place.range.len() as usize;
    let Some(tail) = place.text.get(place.prefix.len()..).filter(|_| !escaped) else { return true };
    // What is left of the variable behind the cursor goes with it.
    let rest = tail.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-'));
    let tail = rest.strip_prefix('}').unwrap_or(rest);
    let has_variables = place.policy(cx.analysis).is_none_or(|it| it.has_variables());
    let note = if has_variables { "" } else { " · plain text under this policy's Version" };
    let mut keys: Vec<_> =
        catalog().global_keys().filter(|it| !it.multi_valued() && it.deprecated_by().is_none()).collect();
    keys.sort_by_key(|it| {
        (!it.name().to_ascii_lowercase().starts_with(&typed.to_ascii_lowercase()), it.name())
    });
    for key in keys {
        let fixed = key.name().split("${").next().unwrap_or_default();
        let variable = format!("{head}${{{fixed}");
        let (plain, snippet) = if key.is_template() {
            let behind = super::literal(&format!("}}{tail}"));
            (
                format!("{variable}}}{tail}"),
                Some(format!("{}${{1:TagKey}}{behind}", super::literal(&variable))),
            )
        } else {
            (format!("{variable}}}{tail}"), None)
        };
        acc.add(Draft {
            label: format!("${{{}}}", key.name().replace("${TagKey}", "…")),
            kind: Some(ItemKind::ConditionKey),
            detail: format!("{}{note}", key.value_type().name()),
            filter: Some(variable),
            write: Write::Text(plain, snippet),
            data: Some(format!("key {}", key.name())),
            ..Draft::default()
        });
    }
    true
}
