//! The list or the single value that a place is in.

use policy::model::{PrincipalValue, Values};
use syntax::TextRange;

use super::Cx;
use crate::sentence::short;

/// Values that stand in one place.
pub(super) struct Listed<'a> {
    /// What they are, as the name that stands before them: `Action`, `AWS`, `aws:SourceIp`.
    pub(super) name: String,
    /// What one of them is.
    pub(super) noun: &'static str,
    /// Whether their case does not matter.
    pub(super) ignores_case: bool,
    /// The values.
    pub(super) values: &'a Values,
}

/// The values at the place of `cx`, or behind the key at it.
pub(super) fn at<'a>(cx: &Cx<'a>) -> Option<Listed<'a>> {
    let is_here =
        |key: TextRange, values: &Values| TextRange::new(key.start, values.range.end).touches(cx.at);
    for (element, noun, ignores_case) in
        [(&cx.stmt.action, "action", true), (&cx.stmt.resource, "resource", false)]
    {
        if let Some(element) = element.as_ref().filter(|it| is_here(it.key, &it.values)) {
            let name = cx.text.get(element.key.start as usize..element.key.end as usize)?.trim_matches('"');
            return Some(Listed { name: name.to_owned(), noun, ignores_case, values: &element.values });
        }
    }
    if let Some(PrincipalValue::Typed(entries)) = cx.stmt.principal.as_ref().map(|it| &it.value)
        && let Some(entry) = entries.iter().find(|it| is_here(it.name.range, &it.values))
    {
        let name = entry.name.value.to_string();
        return Some(Listed { name, noun: "principal", ignores_case: false, values: &entry.values });
    }
    let mut tests = cx.stmt.condition.iter().flat_map(policy::model::Condition::tests);
    let (_, test) = tests.find(|(_, it)| it.member.touches(cx.at))?;
    let name = short(&test.key.value);
    Some(Listed { name, noun: "value", ignores_case: false, values: &test.values })
}
