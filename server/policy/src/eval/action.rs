//! The patterns of `Action` and `NotAction`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>

use super::tri::Tri;
use crate::model::{Element, Item};
use crate::pattern;

/// An element's patterns by the service they name, in lower case.
#[derive(Debug, Clone, Default)]
pub(super) struct Actions {
    negated: bool,
    /// Whether one of the patterns is every action.
    everything: bool,
    /// Whether a template fills in one of them.
    open: bool,
    services: Vec<Service>,
}

#[derive(Debug, Clone)]
struct Service {
    prefix: Box<str>,
    /// Names without wildcards, sorted.
    names: Vec<Box<str>>,
    globs: Vec<Box<str>>,
}

impl Actions {
    /// Takes an element apart. What is no action matches nothing.
    pub(super) fn compile(element: &Element) -> Actions {
        let mut out = Actions { negated: element.negated, ..Actions::default() };
        for item in &element.values.items {
            match item {
                Item::Text(text) => out.add(&text.value.to_ascii_lowercase()),
                Item::Dynamic(_) => out.open = true,
                Item::Literal(..) | Item::Wrong(..) => {}
            }
        }
        for service in &mut out.services {
            service.names.sort_unstable();
        }
        out
    }

    fn add(&mut self, lower: &str) {
        if is_every(lower) {
            self.everything = true;
            return;
        }
        let Some((prefix, name)) = split(lower) else { return };
        let at = self.services.iter().position(|it| *it.prefix == *prefix).unwrap_or_else(|| {
            self.services.push(Service { prefix: prefix.into(), names: Vec::new(), globs: Vec::new() });
            self.services.len() - 1
        });
        let Some(service) = self.services.get_mut(at) else { return };
        let list = if pattern::has_wildcard(name) { &mut service.globs } else { &mut service.names };
        list.push(name.into());
    }

    /// Whether the element covers an action, given in lower case.
    pub(super) fn covers(&self, action: &str) -> Tri {
        let matches = if self.matches(action) {
            Tri::True
        } else if self.open {
            Tri::Unknown
        } else {
            Tri::False
        };
        if self.negated { matches.not() } else { matches }
    }

    fn matches(&self, action: &str) -> bool {
        if self.everything {
            return true;
        }
        let Some((prefix, name)) = action.split_once(':') else { return false };
        let Some(service) = self.services.iter().find(|it| *it.prefix == *prefix) else { return false };
        service.names.binary_search_by(|it| (**it).cmp(name)).is_ok()
            || service.globs.iter().any(|it| pattern::matches(it, name))
    }
}

/// Whether one pattern of a policy covers an action; both without regard to case.
pub(super) fn matches(pattern: &str, action: &str) -> bool {
    if is_every(pattern) {
        return true;
    }
    let (Some((prefix, glob)), Some((service, name))) = (split(pattern), action.split_once(':')) else {
        return false;
    };
    prefix.eq_ignore_ascii_case(service) && pattern::matches_ignore_case(glob, name)
}

/// `*:*` names every action too, as far as anybody has seen; AWS does not say.
fn is_every(pattern: &str) -> bool {
    pattern::is_everything(pattern) || pattern == "*:*"
}

/// Prefix and name of a pattern that can match: one colon, and a name.
fn split(pattern: &str) -> Option<(&str, &str)> {
    let (prefix, name) = pattern.split_once(':')?;
    (!name.is_empty() && !name.contains(':')).then_some((prefix, name))
}
