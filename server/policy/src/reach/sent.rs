//! Requests as AWS sends them, as far as the catalogue knows: on resources that the action takes, without keys that it
//! never has, and with keys that depend on each other as they do.
//!
//! A proof about these requests is only as good as the catalogue: a second opinion, never the first.

use std::collections::HashSet;
use std::sync::Arc;

use catalog::{Action, ActionId, Catalog, ConditionKey, KeyState};

use super::actions::{Class, Named};
use super::element;
use super::glob::Glob;
use super::literal::{Literal, Quantifier, Subject, Values};
use super::text::{self, Manner};
use super::union::Union;
use crate::sent::is_sent_by_some;

/// An action, and what is true of the requests for it.
pub(super) type Variant = (Named, Vec<Literal>);

/// Actions of a class, one for each way in which the requests for them differ. They are told apart one by one: who finds
/// what was looked for among the first does not pay for the others.
pub(super) struct Variants {
    members: std::vec::IntoIter<u32>,
    seen: HashSet<(Vec<&'static str>, Vec<usize>)>,
    found: Vec<Arc<Variant>>,
}

impl Variants {
    /// Those of a class. A name that the catalogue does not have is never sent.
    pub(super) fn new(class: &Class) -> Variants {
        Variants { members: class.members.clone().into_iter(), seen: HashSet::new(), found: Vec::new() }
    }

    /// The one with this number. `asked` has the keys that policies ask about.
    pub(super) fn get(&mut self, n: usize, asked: &[Asked], catalog: Catalog) -> Option<Arc<Variant>> {
        while self.found.len() <= n {
            let id = self.members.next()?;
            let Some(action) = catalog.action(ActionId(id)) else { continue };
            let mut formats: Vec<&'static str> =
                action.resource_types().flat_map(|it| it.arn_formats()).collect();
            if action.resources().all(|it| it.is_optional()) {
                formats.push("*");
            }
            formats.sort_unstable();
            let never = asked.iter().enumerate().filter(|(_, it)| it.is_missing(action)).map(|it| it.0);
            let never: Vec<usize> = never.collect();
            if self.seen.contains(&(formats.clone(), never.clone())) {
                continue;
            }
            let globs = formats.iter().flat_map(|it| match *it {
                "*" => vec![Glob::exactly("*")],
                format => element::form(format, ["*"; 5]).globs().to_vec(),
            });
            let on = Literal::on(Subject::Resource, Union::new(globs.collect()), true);
            let absent = never.iter().filter_map(|it| asked.get(*it)).map(|it| presence(&it.name, false));
            self.found.push(Arc::new((Named::Known(id), absent.chain([on]).collect())));
            self.seen.insert((formats, never));
        }
        self.found.get(n).cloned()
    }
}

/// A condition key that policies ask about.
pub(super) struct Asked {
    name: Arc<str>,
    key: ConditionKey,
}

impl Asked {
    /// Those of the keys that some actions never send.
    pub(super) fn of(keys: impl Iterator<Item = Arc<str>>, catalog: Catalog) -> Vec<Asked> {
        let known = keys.filter_map(|name| {
            let key = catalog.condition_key(&name)?;
            is_sent_by_some(key).then_some(Asked { name, key })
        });
        known.collect()
    }

    fn is_missing(&self, action: Action) -> bool {
        self.key.service() == Some(action.service()) && !action.lists_key(self.key)
    }
}

/// What no request has together, of facts about these keys.
pub(super) fn excluded(keys: &[Arc<str>], catalog: Catalog) -> Vec<Vec<Literal>> {
    let mut out = Vec::new();
    for relation in catalog.never_together() {
        // The tags that the template among the keys is filled with.
        let template = relation.iter().find(|it| it.0.is_template());
        let start = template.and_then(|it| it.0.name().split_once('/')).map(|it| it.0.to_ascii_lowercase());
        let tags: Vec<&str> = match &start {
            Some(start) => keys.iter().filter_map(|it| it.strip_prefix(start)?.strip_prefix('/')).collect(),
            None => vec![""],
        };
        for tag in tags {
            let facts = relation.iter().map(|(key, state)| {
                let name = match &start {
                    Some(start) if key.is_template() => format!("{start}/{tag}"),
                    _ => key.name().to_ascii_lowercase(),
                };
                // Of a key that no policy names, anything may be true.
                keys.iter().find(|it| ***it == *name).map(|it| fact(it, *state, tag))
            });
            out.extend(facts.collect::<Option<Vec<Literal>>>());
        }
    }
    out
}

fn presence(key: &Arc<str>, present: bool) -> Literal {
    let literal = Literal::new(Subject::Key(Arc::clone(key)), Quantifier::One, Values::Any);
    literal.holding(present).when_absent(!present)
}

fn fact(key: &Arc<str>, state: KeyState, tag: &str) -> Literal {
    let subject = Subject::Key(Arc::clone(key));
    match state {
        KeyState::Present => presence(key, true),
        KeyState::Absent => presence(key, false),
        KeyState::Is(it) => Literal::new(subject, Quantifier::One, Values::Bool { yes: it, no: !it }),
        KeyState::WithoutTag => {
            let manner = Manner { wildcards: false, variables: false, folded: true };
            let tags = Union::new(vec![text::glob(tag, manner)]);
            Literal::new(subject, Quantifier::Any, Values::Text(tags)).when_empty(false).negated()
        }
    }
}
