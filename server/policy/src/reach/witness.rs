//! A request made of what a search has chosen.

use std::collections::BTreeMap;

use catalog::{ActionId, Catalog, ValueKind};

use super::actions::Named;
use super::answer::{StatementRef, Witness};
use super::element;
use super::glob::{Glob, Letter, Token, fold};
use super::literal::{Literal, Subject};
use super::solve::{Chosen, Solver};
use super::theory::{self, Outcome, Single, Value};
use super::union::{Sample, Union};
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
    let subjects: Vec<(Subject, Vec<Literal>)> = chosen
        .iter()
        .filter_map(|(number, ids)| Some((solver.subject_at(*number)?.clone(), solver.facts(ids))))
        .chain([(Subject::Resource, Vec::new()), (Subject::Principal, Vec::new())])
        .collect();
    let mut is_typical = matches!(action, Named::Known(_));
    for (subject, facts) in subjects {
        if parts.contains_key(&subject) {
            continue;
        }
        has_unread |= matches!(subject, Subject::Opaque(_));
        let facts: Vec<&Literal> = facts.iter().collect();
        let mut solve = |likely: &[Union]| {
            let likely = if looks == Looks::Likely { likely } else { &[] };
            theory::solve(&subject, &facts, solver.world, likely, &mut solver.fuel)
        };
        let outcome = match &subject {
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
        parts.insert(subject, example.value);
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
        ["aws", "us-east-1", "111122223333", "example"],
        ["aws", "us-east-1", "111122223333", "?*"],
        ["?*", "?*", "????????????", "?*"],
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

/// The values of policy variables, by key.
struct Variables {
    values: BTreeMap<String, String>,
}

impl Variables {
    /// Values that make the parts fit: those that were met, then those of keys that are chosen, then examples.
    fn of(parts: &BTreeMap<Subject, Value>) -> Variables {
        let mut out = Variables { values: BTreeMap::new() };
        let samples = || {
            let each = parts.values().flat_map(|it| match it {
                Value::Absent => [].as_slice(),
                Value::One(it) => std::slice::from_ref(it),
                Value::Many(all) => all.as_slice(),
            });
            each.filter_map(|it| match it {
                Single::Sample(it) => Some(it),
                Single::Text(_) => None,
            })
        };
        for sample in samples() {
            for glob in &sample.loose {
                let mut bound = out.values.clone();
                if bind(&glob.0, &sample.word, &mut bound, &mut { STEPS }) {
                    out.values = bound;
                }
            }
        }
        for letter in samples().flat_map(|it| &it.word) {
            let Letter::Var { variable, .. } = letter else { continue };
            let key = variable.key.to_string();
            if !out.values.contains_key(&key) {
                let chosen = parts.get(&Subject::Key(variable.key.as_ref().into()));
                let value = chosen.and_then(plain).unwrap_or_else(|| example(&key, out.values.len()));
                out.values.insert(key, value);
            }
        }
        out
    }

    fn text(&self, value: &Single) -> String {
        match value {
            Single::Text(it) => it.clone(),
            Single::Sample(Sample { word, .. }) => {
                let mut out = String::new();
                for letter in word {
                    match letter {
                        Letter::Char(it) => out.push(*it),
                        Letter::Var { variable, .. } => {
                            let value = self.values.get(&*variable.key);
                            out.push_str(value.map_or("", String::as_str));
                        }
                    }
                }
                out
            }
        }
    }
}

/// The text of a value without variables.
fn plain(value: &Value) -> Option<String> {
    let word = match value {
        Value::One(Single::Text(it)) => return Some(it.clone()),
        Value::One(Single::Sample(it)) => &it.word,
        Value::Absent | Value::Many(_) => return None,
    };
    let chars = word.iter().map(|it| match it {
        Letter::Char(it) => Some(*it),
        Letter::Var { .. } => None,
    });
    chars.collect()
}

/// A value that no policy names by chance, another for each variable.
fn example(key: &str, n: usize) -> String {
    match key {
        "aws:principalaccount" | "aws:resourceaccount" | "aws:sourceaccount" => "111122223333".to_owned(),
        _ => format!("example{}", n + 1),
    }
}

/// How many ways of binding variables are tried.
const STEPS: u32 = 20_000;

/// Gives the variables of a glob the values by which it matches a text. The same variable has one value.
fn bind(tokens: &[Token], word: &[Letter], values: &mut BTreeMap<String, String>, steps: &mut u32) -> bool {
    if *steps == 0 {
        return false;
    }
    *steps -= 1;
    let Some((token, rest)) = tokens.split_first() else { return word.is_empty() };
    match token {
        Token::Star | Token::FieldStar => (0..=word.len()).any(|n| {
            let (taken, left) = word.split_at(n);
            let mut attempt = values.clone();
            let fits = taken.iter().all(|it| token.takes(it)) && bind(rest, left, &mut attempt, steps);
            if fits {
                *values = attempt;
            }
            fits
        }),
        Token::Var { variable, .. } => (1..=word.len()).any(|n| {
            let (taken, left) = word.split_at(n);
            let text: Option<String> = taken
                .iter()
                .map(|it| match it {
                    Letter::Char(it) => Some(*it),
                    Letter::Var { .. } => None,
                })
                .collect();
            let Some(text) = text else { return false };
            let mut attempt = values.clone();
            let same = |known: &String| {
                let same_letters = known.chars().map(fold).eq(text.chars().map(fold));
                *known == text || variable.folded && same_letters
            };
            let fits = same(attempt.entry(variable.key.to_string()).or_insert_with(|| text.clone()))
                && bind(rest, left, &mut attempt, steps);
            if fits {
                *values = attempt;
            }
            fits
        }),
        _ => match word.split_first() {
            Some((letter, left)) => token.takes(letter) && bind(rest, left, values, steps),
            None => false,
        },
    }
}
