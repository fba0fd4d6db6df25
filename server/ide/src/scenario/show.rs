//! What a scenario file shows of its results: a line above each request, a hint behind what it expects, and what is
//! not as expected.

use std::sync::Arc;

use syntax::{TextRange, TextSize};

use super::model::{Expect, RequestSpec, Scenario};
use super::run::{Case, PolicyFile, Results};
use super::stack::Place;
use crate::decision;

/// What is not as expected.
#[derive(Debug, Clone)]
pub struct Mismatch {
    /// What was expected, where it is written.
    pub range: TextRange,
    /// What it is instead, and why.
    pub message: String,
    /// The statements that decide it, or the one nearest to allowing it.
    pub places: Vec<Place>,
}

/// How many letters a hint has at most.
const MOST_LETTERS: usize = 40;

/// What a request comes to, in a line. `None` when nothing could be asked.
pub fn title(results: &Results, idx: usize, spec: &RequestSpec) -> Option<String> {
    let cases: Vec<&Case> = results.of_request(idx).collect();
    let failed: Vec<&&Case> = cases.iter().filter(|it| it.met == Some(false)).collect();
    Some(match (cases.as_slice(), spec.expect) {
        ([], _) => return None,
        ([only], None) => format!("· {}", answer(only)),
        ([only], Some((expect, _))) => match only.met {
            Some(false) => format!("✗ expected {} · {}", expect.name(), answer(only)),
            _ => format!("✓ {}", answer(only)),
        },
        (several, None) => format!("· {} requests: {}", several.len(), tally(several)),
        (several, Some((expect, _))) => match failed.first() {
            None => format!("✓ all {} requests {}", several.len(), word(expect)),
            Some(first) => format!(
                "✗ {} of {} requests not {}; first {}: {}",
                failed.len(),
                several.len(),
                word(expect),
                first.action,
                answer(first)
            ),
        },
    })
}

/// Behind what a request expects, the statement that decides it.
pub fn hint(results: &Results, idx: usize, spec: &RequestSpec) -> Option<(TextSize, String)> {
    let (_, range) = spec.expect?;
    let mut cases = results.of_request(idx);
    let (first, None) = (cases.next()?, cases.next()) else { return None };
    let reasons = first.reasons.as_ref()?;
    let site = reasons.explanation.deciding().into_iter().next()?;
    let trace = reasons.explanation.statement(site)?;
    let place = reasons.layered.place(site)?;
    let file = place.text();
    let file = file.rsplit('/').next().unwrap_or_default();
    let text = format!(
        "{} {} {file}",
        if first.met == Some(false) { "✗" } else { "✓" },
        decision::statement(site, trace)
    );
    let short: String = match text.chars().count() > MOST_LETTERS {
        true => text.chars().take(MOST_LETTERS - 1).chain(['…']).collect(),
        false => text,
    };
    Some((range.end, short))
}

/// What is not as expected, one for each request of the file.
pub fn mismatches(scenario: &Scenario, results: &Results) -> Vec<Mismatch> {
    let mut out = Vec::new();
    for (idx, spec) in scenario.requests.iter().enumerate() {
        let Some((expect, range)) = spec.expect else { continue };
        let n_cases = results.of_request(idx).count();
        let failed: Vec<&Case> = results.of_request(idx).filter(|it| it.met == Some(false)).collect();
        let Some(first) = failed.first() else { continue };
        let is = decision::words(first.narrowed.outcomes);
        let message = match n_cases {
            1 => format!("Expected {}, is {is}. {}", word(expect), answer(first)),
            n => format!(
                "{} of {n} requests are not {}. First {} on {}, {is}: {}",
                failed.len(),
                word(expect),
                first.action,
                first.resource,
                answer(first)
            ),
        };
        let places = first.reasons.iter().flat_map(|it| it.places.iter().cloned()).collect();
        out.push(Mismatch { range, message, places });
    }
    out
}

/// Where something in a scenario file leads.
#[derive(Debug, Clone)]
pub enum Target {
    /// A place in the same file.
    Here(TextRange),
    /// A policy file.
    File(Arc<PolicyFile>),
    /// A statement.
    Statement(Place),
}

/// Where the text at `at` leads: a principal's name to the principal, a path to its files, anything else of a request
/// to the statements that decide it.
pub fn targets(scenario: &Scenario, results: &Results, at: TextSize) -> Vec<Target> {
    if let Some((_, files)) = results.files.iter().find(|(range, _)| range.touches(at)) {
        return files.iter().map(|it| Target::File(Arc::clone(it))).collect();
    }
    let requests = || scenario.requests.iter().flat_map(|it| &it.principals);
    let bases = scenario.principals.iter().filter_map(|it| it.extends.as_ref());
    if let Some(name) = requests().chain(bases).find(|it| it.range.touches(at)) {
        let found = scenario.principals.iter().filter(|it| it.name.value == name.value);
        return found.map(|it| Target::Here(it.name.range)).collect();
    }
    let Some(idx) = scenario.requests.iter().position(|it| it.range.touches(at)) else { return Vec::new() };
    let reasons = results.of_request(idx).filter_map(|it| it.reasons.as_ref());
    let mut places: Vec<Place> = Vec::new();
    for place in reasons.flat_map(|it| &it.places) {
        if !places.iter().any(|it| it.is_same(place)) {
            places.push(place.clone());
        }
    }
    places.into_iter().map(Target::Statement).collect()
}

fn answer(case: &Case) -> String {
    match &case.reasons {
        Some(it) => it.line.clone(),
        None => decision::words(case.narrowed.outcomes),
    }
}

fn word(expect: Expect) -> &'static str {
    match expect {
        Expect::Allowed => "allowed",
        Expect::Denied => "denied",
        Expect::ExplicitlyDenied => "explicitly denied",
        Expect::Depends => "open",
    }
}

/// `12 allowed, 3 denied`
fn tally(cases: &[&Case]) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for case in cases {
        let is = decision::words(case.narrowed.outcomes);
        match counts.iter_mut().find(|(it, _)| *it == is) {
            Some((_, n)) => *n += 1,
            None => counts.push((is, 1)),
        }
    }
    counts.iter().map(|(is, n)| format!("{n} {is}")).collect::<Vec<_>>().join(", ")
}
