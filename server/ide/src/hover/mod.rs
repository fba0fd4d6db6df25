//! What stands under the mouse, explained. Markdown without HTML and tables only where they are short, so that it
//! reads well where markdown is not rendered.

pub(crate) mod action;
pub(crate) mod condition;
pub(crate) mod element;
pub(crate) mod resource;

use catalog::catalog;
use syntax::{TextRange, TextSize};

use crate::Analysis;
use crate::place::{self, Slot};

/// An explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub range: TextRange,
    /// What there is to say.
    pub markdown: String,
}

/// The explanation of the string at `at`.
pub fn hover(analysis: &Analysis, at: TextSize) -> Option<Hover> {
    let place = place::place_of(analysis, at)?;
    let text = &*place.text;
    let markdown = match &place.slot {
        Slot::PolicyKey | Slot::StatementKey => element::element(text, place.kind),
        Slot::Version => element::version(text),
        Slot::Effect => element::effect(text, place.kind),
        Slot::Action { negated } => action::pattern(text, *negated),
        Slot::Resource { .. } => {
            let statement = place.statement(analysis).map(|it| &*it.statement);
            resource::resource(text, statement)
        }
        Slot::Principal => element::anyone(text),
        Slot::PrincipalType => element::principal_type(text),
        Slot::PrincipalValue { of } => element::principal(of, text),
        Slot::ConditionOperator => condition::operator(text),
        Slot::ConditionKey { .. } => {
            let statement = place.statement(analysis).map(|it| &*it.statement);
            condition::key(text, statement)
        }
        Slot::ConditionValue { key, .. } => condition::value(key, text),
        Slot::Document
        | Slot::Id
        | Slot::Statement
        | Slot::Sid
        | Slot::Condition
        | Slot::ConditionBlock { .. } => None,
    }?;
    Some(Hover { range: place.token, markdown })
}

/// The explanation a completion item asks for later, by the `data` it carries.
pub(crate) fn by_name(data: &str) -> Option<String> {
    let (what, name) = data.split_once(' ')?;
    match what {
        "action" => action::pattern(name, false),
        "service" => catalog().service(name).map(action::service),
        "element" => element::element(name, policy::PolicyKind::Resource),
        "operator" => condition::operator(name),
        "key" => condition::key(name, None),
        "principal" => element::principal_type(name),
        "resource" => resource::resource(name, None),
        "resource-type" => resource::resource_type(name),
        _ => None,
    }
}

/// Up to `limit` items in a row, and how many are left out.
fn some_of<T>(items: impl Iterator<Item = T>, limit: usize, write: impl Fn(&T) -> String) -> String {
    let mut written = Vec::new();
    let mut n_more = 0;
    for item in items {
        if written.len() < limit {
            written.push(write(&item));
        } else {
            n_more += 1;
        }
    }
    let mut out = written.join(", ");
    if n_more > 0 {
        out.push_str(&format!(" and {n_more} more"));
    }
    out
}

fn code(text: impl std::fmt::Display) -> String {
    let text = text.to_string();
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// `1 action`, `2 actions`.
fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

#[cfg(test)]
mod tests;
