//! Keys that have one value between them, and variables whose value is fixed.
//!
//! Facts about different things are decided apart, and a variable is a letter of its own there. Where a fact says that
//! a key is a variable, `"aws:ResourceTag/team": "${aws:PrincipalTag/team}"`, the facts about both keys are about one
//! value; where a fact says which text a key is, its variable is that text in all others. What is left is decided as
//! before, so more is proven and more examples fit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalog::Catalog;

use super::glob::Glob;
use super::literal::{Literal, Quantifier, Subject, Values};
use super::token::{Token, Variable, fold};
use super::union::Union;

/// Things that have one value, and all facts about it.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) subjects: Vec<Subject>,
    pub(super) facts: Vec<Literal>,
}

/// What stands for a variable.
#[derive(Debug, Clone)]
enum Instead {
    Text(Arc<str>),
    Variable(Arc<Variable>),
}

/// Facts by what they are about, with equal keys together. `None` when no fact makes keys equal or a variable fixed.
pub(super) fn groups(parts: &[(Subject, Vec<Literal>)], catalog: Catalog) -> Option<Vec<Group>> {
    let key = |it: &Subject| match it {
        Subject::Key(name) => Some(Arc::clone(name)),
        Subject::Resource | Subject::Principal | Subject::Opaque(_) => None,
    };
    // Which key speaks for each: its own name, or that of an equal one.
    let mut first: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
    let plain = |name: &str| {
        let own = parts.iter().filter(|it| matches!(&it.0, Subject::Key(key) if **key == *name));
        own.flat_map(|it| &it.1).all(is_plain)
            && catalog.condition_key(name).is_none_or(|it| !it.multi_valued())
    };
    for (subject, facts) in parts {
        let Some(name) = key(subject).filter(|it| plain(it)) else { continue };
        for variable in facts.iter().filter_map(equal_variable).filter(|it| plain(&it.key)) {
            let other: Arc<str> = variable.key.as_ref().into();
            let (a, b) = (speaker(&first, &name), speaker(&first, &other));
            let (low, high) = (a.clone().min(b.clone()), a.max(b));
            first.insert(Arc::clone(&high), Arc::clone(&low));
            first.insert(Arc::clone(&low), low);
        }
    }
    let mut instead: BTreeMap<Arc<str>, Instead> = BTreeMap::new();
    for name in first.keys() {
        let key = speaker(&first, name).as_ref().into();
        instead.insert(
            Arc::clone(name),
            Instead::Variable(Arc::new(Variable { key, default: None, folded: false })),
        );
    }
    for (subject, facts) in parts {
        let Some(name) = key(subject).filter(|it| plain(it)) else { continue };
        let Some(text) = facts.iter().find_map(fixed_text) else { continue };
        let speaker = speaker(&first, &name);
        let equal = first.keys().filter(|it| self::speaker(&first, it) == speaker).cloned();
        for it in equal.chain([name]).collect::<BTreeSet<_>>() {
            instead.insert(it, Instead::Text(Arc::clone(&text)));
        }
    }
    if instead.is_empty() {
        return None;
    }
    let mut out: BTreeMap<Subject, Group> = BTreeMap::new();
    for name in first.keys() {
        let subject = Subject::Key(speaker(&first, name));
        let group = out
            .entry(subject)
            .or_insert_with_key(|it| Group { subjects: Vec::new(), facts: vec![is_there(it)] });
        group.subjects.push(Subject::Key(Arc::clone(name)));
    }
    for (subject, facts) in parts {
        let (own, about) = match key(subject) {
            Some(name) => (Some(speaker(&first, &name)), Subject::Key(speaker(&first, &name))),
            None => (None, subject.clone()),
        };
        let group = out
            .entry(about.clone())
            .or_insert_with(|| Group { subjects: vec![about.clone()], facts: Vec::new() });
        for fact in facts {
            let fact = rewritten(fact, &about, own.as_deref(), &instead);
            if !group.facts.contains(&fact) {
                group.facts.push(fact);
            }
        }
    }
    Some(out.into_values().collect())
}

fn speaker(first: &BTreeMap<Arc<str>, Arc<str>>, name: &Arc<str>) -> Arc<str> {
    let mut at = Arc::clone(name);
    while let Some(next) = first.get(&at).filter(|it| **it != at) {
        at = Arc::clone(next);
    }
    at
}

/// Whether a fact is about one text.
fn is_plain(fact: &Literal) -> bool {
    fact.quantifier == Quantifier::One && matches!(&*fact.values, Values::Text(_) | Values::Any)
}

/// The one glob that the key has to match.
fn only(fact: &Literal) -> Option<&Glob> {
    match &*fact.values {
        Values::Text(union) if fact.inside && !fact.absent && fact.quantifier == Quantifier::One => {
            union.globs().first().filter(|_| union.globs().len() == 1)
        }
        _ => None,
    }
}

/// The variable that the key has to be.
fn equal_variable(fact: &Literal) -> Option<&Arc<Variable>> {
    match only(fact)?.0.as_slice() {
        [Token::Var { variable, .. }] => Some(variable).filter(|it| it.default.is_none() && !it.folded),
        _ => None,
    }
}

/// The text that the key has to be. An empty one is no value of a variable.
fn fixed_text(fact: &Literal) -> Option<Arc<str>> {
    let chars = only(fact)?.0.iter().map(|it| match it {
        Token::Char(it) => Some(*it),
        _ => None,
    });
    let text: String = chars.collect::<Option<_>>()?;
    (!text.is_empty()).then(|| text.into())
}

/// That a key has a value: nothing is equal to one that has none.
fn is_there(subject: &Subject) -> Literal {
    let something = Union::new(vec![Glob(vec![Token::One, Token::Star])]);
    Literal::new(subject.clone(), Quantifier::One, Values::Text(something))
}

fn rewritten(
    fact: &Literal,
    about: &Subject,
    own: Option<&str>,
    instead: &BTreeMap<Arc<str>, Instead>,
) -> Literal {
    let union = |union: &Union| {
        let globs = union.globs().iter().map(|it| replaced(it, instead));
        let globs = globs.filter_map(|it| match own {
            Some(own) => it.without_own_variable(own, false),
            None => Some(it),
        });
        Union::new(globs.collect())
    };
    let values = match &*fact.values {
        Values::Text(it) => Values::Text(union(it)),
        Values::Arn(it) => Values::Arn(union(it)),
        other => other.clone(),
    };
    fact.about(about.clone(), values)
}

/// A glob with other things in place of variables.
fn replaced(glob: &Glob, instead: &BTreeMap<Arc<str>, Instead>) -> Glob {
    let mut out = Vec::with_capacity(glob.0.len());
    for token in &glob.0 {
        let Token::Var { variable, field } = token else {
            out.push(token.clone());
            continue;
        };
        match instead.get(&*variable.key) {
            // A text with a colon matches no field.
            Some(Instead::Text(text)) if !(*field && text.contains(':')) => {
                let token = |it| if variable.folded { Token::Fold(fold(it)) } else { Token::Char(it) };
                out.extend(text.chars().map(token));
            }
            Some(Instead::Variable(it)) => {
                let variable = Arc::new(Variable { folded: variable.folded, ..(**it).clone() });
                out.push(Token::Var { variable, field: *field });
            }
            _ => out.push(token.clone()),
        }
    }
    Glob::new(out)
}
