//! Requests as AWS sends them, as far as the catalogue knows: on resources that the action takes, without keys that it
//! never has, and with keys that depend on each other as they do.
//!
//! A proof about these requests is only as good as the catalogue: a second opinion, never the first.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{ActionId, Catalog, KeyState};

use super::actions::{Class, Named};
use super::element;
use super::glob::Glob;
use super::literal::{Literal, Quantifier, Subject, Values};
use super::text::{self, Manner};
use super::union::Union;
use crate::sent::is_never_sent;

/// An action for each way in which the requests for those of a class differ, with what is true of them all. A name
/// that the catalogue does not have is never sent.
pub(super) fn variants(class: &Class, keys: &[Arc<str>], catalog: Catalog) -> Vec<(Named, Vec<Literal>)> {
    let asked: Vec<_> = keys.iter().filter_map(|it| Some((it, catalog.condition_key(it)?))).collect();
    let mut out: BTreeMap<(Vec<&str>, Vec<&Arc<str>>), u32> = BTreeMap::new();
    for id in &class.members {
        let Some(action) = catalog.action(ActionId(*id)) else { continue };
        let mut formats: Vec<&str> = action.resource_types().flat_map(|it| it.arn_formats()).collect();
        if action.resources().all(|it| it.is_optional()) {
            formats.push("*");
        }
        formats.sort_unstable();
        let never = asked.iter().filter(|(_, key)| is_never_sent(action, *key)).map(|it| it.0);
        out.entry((formats, never.collect())).or_insert(*id);
    }
    let each = out.into_iter().map(|((formats, never), id)| {
        let globs = formats.iter().flat_map(|it| match *it {
            "*" => vec![Glob::exactly("*")],
            format => element::form(format, ["*"; 5]).globs().to_vec(),
        });
        let on = Literal::on(Subject::Resource, Union::new(globs.collect()), true);
        let absent = never.into_iter().map(|it| presence(it, false));
        (Named::Known(id), absent.chain([on]).collect())
    });
    each.collect()
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
