//! A request made of what a search has chosen.

use std::collections::BTreeMap;

use catalog::{ActionId, Catalog, ValueKind, ValueType};

use super::actions::Named;
use super::answer::{StatementRef, Witness};
use super::element;
use super::glob::Glob;
use super::literal::{Literal, Subject};
use super::solve::{Chosen, Solver};
use super::theory::{self, Outcome, Single, Value};
use super::token::Letter;
use super::unify::Group;
use super::union::Union;
use super::variables::Variables;
use crate::eval::Given;

/// A request that was found, and whether AWS is clear about how it is read.
pub(super) struct Candidate {
    pub(super) witness: Witness,
    pub(super) is_unclear: bool,
    /// Whether policy variables had to be given values.
    pub(super) has_variables: bool,
    /// Whether it rests on something that is not read.
    pub(super) has_unread: bool,
}

/// What examples are to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// Like real ones where they can.
    Likely,
    /// The shortest: what looks real may not fit the values of variables.
    Short,
}

/// Makes a request of chosen facts; `None` when the search for its parts was given up.
pub(super) fn build(
    solver: &mut Solver,
    chosen: &Chosen,
    (action, statement): (&Named, StatementRef),
    looks: Looks,
    catalog: Catalog,
) -> Option<Candidate> {
    let forms = resource_forms(action, catalog);
    let mut parts: BTreeMap<Subject, Value> = BTreeMap::new();
    let (mut is_unclear, mut has_unread) = (false, false);
    let mut groups = solver.groups(chosen);
    // What every request has, if a policy asks for it.
    let always = solver.keys().filter(|it| solver.world.is_always_there(it));
    let always: Vec<Subject> =
        always.cloned().map(Subject::Key).chain([Subject::Resource, Subject::Principal]).collect();
    groups.extend(always.into_iter().map(|it| Group { subjects: vec![it], facts: Vec::new() }));
    let mut is_typical = matches!(action, Named::Known(_));
    for Group { subjects, facts } in groups {
        let Some(subject) = subjects.first().filter(|it| !parts.contains_key(it)) else { continue };
        has_unread |= matches!(subject, Subject::Opaque(_));
        let facts: Vec<&Literal> = facts.iter().collect();
        let mut solve = |likely: &[Union]| {
            let likely = if looks == Looks::Likely { likely } else { &[] };
            theory::solve(subject, &facts, solver.world, likely, &mut solver.fuel)
        };
        let outcome = match subject {
            Subject::Resource => {
                let typical = forms.iter().find_map(|form| typical(&facts, form, &mut solve));
                is_typical &= typical.is_some();
                typical.unwrap_or_else(|| solve(&element::likely_resources()))
            }
            Subject::Principal => solve(&element::likely_principals()),
            Subject::Key(name) => solve(&key_forms(name, catalog)),
            Subject::Opaque(_) => solve(&[]),
        };
        let Outcome::Example(example) = outcome else { return None };
        is_unclear |= example.unclear;
        parts.extend(subjects.iter().map(|it| (it.clone(), example.value.clone())));
    }
    let variables = Variables::of(&parts);
    let text = |subject: &Subject| match parts.get(subject) {
        Some(Value::One(it)) => variables.text(it),
        Some(Value::Absent | Value::Many(_)) | None => String::new(),
    };
    let witness = Witness {
        action: action.name(catalog).to_string(),
        resource: text(&Subject::Resource),
        principal: text(&Subject::Principal),
        context: context(&parts, &variables, catalog),
        statement,
        denied_by: None,
        is_typical,
    };
    Some(Candidate { witness, is_unclear, has_variables: !variables.values.is_empty(), has_unread })
}

/// The outcome when the resource looks like `form`, and only then.
fn typical(facts: &[&Literal], form: &Union, solve: &mut dyn FnMut(&[Union]) -> Outcome) -> Option<Outcome> {
    let apart = facts.iter().any(|it| it.inside && it.is_apart(form));
    if apart {
        return None;
    }
    let outcome = solve(std::slice::from_ref(form));
    let Outcome::Example(example) = &outcome else { return None };
    let Value::One(Single::Sample(sample)) = &example.value else { return None };
    let fits = form.globs().iter().any(|glob| reads(glob, &sample.word));
    fits.then_some(outcome)
}

/// Whether a word is one of a glob.
fn reads(glob: &Glob, word: &[Letter]) -> bool {
    let places = word.iter().fold(glob.start(), |places, letter| glob.step(&places, letter));
    glob.is_end(&places)
}

/// What the resources of an action look like: those of its types, or `*`.
fn resource_forms(action: &Named, catalog: Catalog) -> Vec<Union> {
    let known = match action {
        Named::Known(id) => catalog.action(ActionId(*id)),
        Named::Unknown(_) => None,
    };
    let Some(action) = known else { return Vec::new() };
    let everything = Union::new(vec![Glob::exactly("*")]);
    if action.requires_wildcard_resource() {
        return vec![everything];
    }
    let formats: Vec<&str> = action.resource_types().flat_map(|it| it.arn_formats()).collect();
    let mut out: Vec<Union> = Vec::new();
    for places in [
        ["aws", "us-east-1", "111122223333", "example", "example"],
        ["aws", "us-east-1", "111122223333", "?*", "example"],
        ["aws", "us-east-1", "111122223333", "?*", "?*"],
        ["?*", "?*", "????????????", "?*", "?*"],
    ] {
        out.extend(formats.iter().map(|it| element::form(it, places)));
    }
    out
}

/// What the values of a key look like: those that are known, Regions, an example.
fn key_forms(name: &str, catalog: Catalog) -> Vec<Union> {
    let mut out = Vec::new();
    if let Some(key) = catalog.condition_key(name) {
        let known: Vec<Glob> = key.values().map(Glob::exactly).collect();
        if !known.is_empty() {
            out.push(Union::new(known));
        }
        if key.value_kind() == Some(ValueKind::Region) {
            out.push(Union::new(catalog.regions().map(Glob::exactly).collect()));
        }
        if key.value_type() == ValueType::Arn {
            out.extend(element::likely_resources());
        }
    }
    out.push(Union::new(vec![Glob::exactly("example")]));
    out
}

fn context(
    parts: &BTreeMap<Subject, Value>,
    variables: &Variables,
    catalog: Catalog,
) -> Vec<(String, Given)> {
    let mut out: BTreeMap<String, Given> = BTreeMap::new();
    for (key, value) in &variables.values {
        out.insert(key.clone(), Given::One(value.as_str().into()));
    }
    for (subject, value) in parts {
        let Subject::Key(key) = subject else { continue };
        match value {
            Value::Absent => {}
            Value::One(it) => {
                out.insert(key.to_string(), Given::One(variables.text(it).into()));
            }
            Value::Many(all) => {
                let texts = all.iter().map(|it| variables.text(it).into()).collect();
                out.insert(key.to_string(), Given::Many(texts));
            }
        }
    }
    out.into_iter().map(|(key, given)| (spelled(&key, catalog), given)).collect()
}

/// A key as AWS spells it.
fn spelled(lower: &str, catalog: Catalog) -> String {
    match catalog.condition_key(lower) {
        Some(it) if !it.is_template() => it.name().to_owned(),
        Some(it) => match (it.name().split_once('/'), lower.split_once('/')) {
            (Some((head, _)), Some((_, tag))) => format!("{head}/{tag}"),
            _ => lower.to_owned(),
        },
        None => lower.to_owned(),
    }
}
