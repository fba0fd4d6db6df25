//! Which decisions are really possible when keys are not known, with a request for each of them.
//!
//! Three-valued logic never says too little, but it can say too much: `Allow` when a key is `a` and `Deny` when it is
//! not leave two decisions, while each half alone looks open. So the keys that matter are tried with values that
//! stand for all others: one for each way in which the policies can tell values apart.

use super::candidates;
use super::decide::{Decision, Outcomes, Stack};
use super::request::{Given, Request};
use super::tri::Tri;

/// How many combinations of values are tried.
const MOST: usize = 4096;

/// What keys are, by their names in lower case.
pub type Assignment = Vec<(Box<str>, Given)>;

/// The decisions that are possible.
#[derive(Debug, Clone)]
pub struct Narrowed {
    /// Which.
    pub outcomes: Outcomes,
    /// For each of them, what the keys that matter would have to be, by name; empty when no combination was tried.
    pub witnesses: Vec<(Decision, Assignment)>,
    /// Whether exactly these are possible. Else some of them may not be: there were too many combinations, or
    /// patterns whose values no few examples stand for.
    pub is_exact: bool,
    /// The keys that are not known and on which the decision can hang, in lower case.
    pub keys: Vec<Box<str>>,
}

impl Stack {
    /// Narrows an open decision down. One that is not open stays as it is.
    pub fn narrow(&self, request: &Request) -> Narrowed {
        let outcomes = self.decide(request);
        let open = Narrowed { outcomes, witnesses: Vec::new(), is_exact: false, keys: Vec::new() };
        if let Some(decision) = outcomes.decided() {
            return Narrowed { witnesses: vec![(decision, Vec::new())], is_exact: true, ..open };
        }
        let keys = self.open_keys(request);
        let mut tried = Vec::new();
        let mut is_exact = true;
        for key in &keys {
            match candidates::of(self, request, key) {
                Some(values) => tried.push((key.clone(), values)),
                // It stays unknown, and each combination is decided without it.
                None => is_exact = false,
            }
        }
        let n_combinations = tried.iter().try_fold(1usize, |n, (_, values)| n.checked_mul(values.len()));
        if tried.is_empty() || n_combinations.is_none_or(|it| it > MOST) {
            return Narrowed { keys, ..open };
        }
        let found = self.try_all(request, &tried, n_combinations.unwrap_or(0));
        let outcomes = found.iter().fold(Outcomes::NONE, |all, (it, _)| all.or(*it));
        let mut witnesses: Vec<(Decision, Assignment)> = Vec::new();
        for (one, values) in found {
            if let Some(decision) = one.decided()
                && !witnesses.iter().any(|(it, _)| *it == decision)
            {
                witnesses.push((decision, values));
            }
        }
        witnesses.sort_by_key(|it| it.0);
        Narrowed {
            outcomes,
            is_exact: is_exact && outcomes.each().count() == witnesses.len(),
            witnesses,
            keys,
        }
    }

    /// Values of a key that is not known which stand for all it can be; `None` when no few do.
    pub fn candidates(&self, request: &Request, key: &str) -> Option<Vec<Given>> {
        candidates::of(self, request, key)
    }

    /// One combination for each set of decisions that comes out.
    fn try_all(
        &self,
        request: &Request,
        tried: &[(Box<str>, Vec<Given>)],
        n: usize,
    ) -> Vec<(Outcomes, Assignment)> {
        let mut found: Vec<(Outcomes, Assignment)> = Vec::new();
        let mut trial = request.clone();
        for combination in 0..n {
            let mut rest = combination;
            let mut values = Vec::with_capacity(tried.len());
            for (key, candidates) in tried {
                let Some(value) = candidates.get(rest % candidates.len()) else { continue };
                rest /= candidates.len();
                trial.context.set(key, value.clone());
                values.push((key.clone(), value.clone()));
            }
            let outcomes = self.decide(&trial);
            if !found.iter().any(|(it, _)| *it == outcomes) {
                found.push((outcomes, values));
            }
        }
        found
    }

    /// The keys that are not known and that a statement names which can apply otherwise.
    fn open_keys(&self, request: &Request) -> Vec<Box<str>> {
        let mut keys: Vec<Box<str>> = Vec::new();
        for statement in self.documents().flat_map(|(_, it)| it.statements()) {
            if statement.matches(request) == Tri::Unknown {
                keys.extend(statement.keys().filter(|it| request.context.get(it).is_open()).map(Box::from));
            }
        }
        keys.sort();
        keys.dedup();
        keys
    }
}
