//! Whether facts about one thing can hold together, and an example.
//!
//! What cannot be decided errs towards "they can": a proof that nothing is left stays a proof, and an example is
//! held against the evaluator before anybody sees it.

use catalog::{Catalog, Category};

use super::element;
use super::glob::Glob;
use super::key;
use super::literal::{Literal, Subject, Values};
use super::union::{Found, Fuel, Sample, Union, find};

/// What facts about one thing came to.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// They cannot hold together.
    Never,
    /// This makes them hold, or may.
    Example(Example),
    /// The search was given up.
    GaveUp,
}

/// A value that makes facts hold.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) value: Value,
    /// Whether AWS does not say how one of the facts reads it.
    pub(super) unclear: bool,
}

/// A value of a request.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// The request does not have it.
    Absent,
    /// One value.
    One(Single),
    /// Several.
    Many(Vec<Single>),
}

/// One value.
#[derive(Debug, Clone)]
pub(super) enum Single {
    /// A text in which variables may stand.
    Sample(Sample),
    /// A text.
    Text(String),
}

/// What is known of every request.
#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    pub(super) catalog: Catalog,
    /// Whether each is signed by a principal of IAM, so that it carries the keys of one.
    pub(super) is_signed: bool,
}

impl World {
    /// Whether every request carries a key.
    pub(super) fn is_always_there(self, name: &str) -> bool {
        self.catalog.condition_key(name).is_some_and(|it| {
            it.always_present() && (self.is_signed || it.category() != Some(Category::Principal))
        })
    }
}

/// Whether `facts`, all about `subject`, can hold together. `likely`: what an example is to look like, if it can.
pub(super) fn solve(
    subject: &Subject,
    facts: &[&Literal],
    world: World,
    likely: &[Union],
    fuel: &mut Fuel,
) -> Outcome {
    match subject {
        Subject::Resource => solve_text(facts, &element::all_resources(), likely, fuel),
        Subject::Principal => solve_text(facts, &Union::new(vec![Glob::everything()]), likely, fuel),
        Subject::Opaque(_) => {
            let holds = facts.first().is_none_or(|it| it.inside);
            if facts.iter().any(|it| it.inside != holds) {
                return Outcome::Never;
            }
            Outcome::Example(Example { value: Value::Absent, unclear: false })
        }
        Subject::Key(name) => key::solve(name, facts, world, likely, fuel),
    }
}

fn solve_text(facts: &[&Literal], all: &Union, likely: &[Union], fuel: &mut Fuel) -> Outcome {
    let (mut inside, outside) = sides(facts);
    inside.push(all);
    match self::likely(&mut inside, &outside, likely, fuel) {
        Found::Nothing => Outcome::Never,
        Found::Text(sample) => Outcome::found(Single::Sample(sample), false),
        Found::GaveUp => Outcome::GaveUp,
    }
}

/// The sets that a text has to be in, and those it must not be in.
pub(super) fn sides<'a>(facts: &[&'a Literal]) -> (Vec<&'a Union>, Vec<&'a Union>) {
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    for fact in facts {
        if let Values::Text(union) | Values::Arn(union) = &*fact.values {
            if fact.inside { inside.push(union) } else { outside.push(union) }
        }
    }
    (inside, outside)
}

/// What an example that looks real may cost.
const FOR_LOOKS: u64 = 20_000;

/// A text that looks like one of `forms`, or like anything but what is outside.
pub(super) fn likely<'a>(
    inside: &mut Vec<&'a Union>,
    outside: &[&Union],
    forms: &'a [Union],
    fuel: &mut Fuel,
) -> Found {
    for form in forms {
        inside.push(form);
        let mut part = fuel.part(FOR_LOOKS);
        let found = find(inside, outside, &mut part);
        fuel.put_back(part);
        inside.pop();
        if matches!(found, Found::Text(_)) {
            return found;
        }
    }
    find(inside, outside, fuel)
}

impl Outcome {
    pub(super) fn found(value: Single, unclear: bool) -> Outcome {
        Outcome::Example(Example { value: Value::One(value), unclear })
    }
}
