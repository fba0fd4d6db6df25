//! Sets of texts: unions of globs, and whether some text is in all of several sets and in none of others.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::glob::{Glob, Places};
use super::token::{Letter, Token, fold, upper};

/// A set of texts. Empty without globs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Union {
    globs: Vec<Glob>,
    hash: u64,
}

/// What a search may still spend. What it cannot finish is left open.
#[derive(Debug)]
pub(super) struct Fuel {
    steps: u64,
    /// Tokens that were compared since the last step that they cost.
    tokens: u64,
}

/// So many comparisons of two tokens cost as much as a step.
const TOKENS_A_STEP: u64 = 16;

/// What a search for a text in sets came to.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// There is none, whatever the values of variables are.
    Nothing,
    /// There is one, or may be.
    Text(Sample),
    /// The search was given up.
    GaveUp,
}

/// A text that is in the sets.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// The text.
    pub(super) word: Vec<Letter>,
    /// The globs with variables that it has to match, when their values were left open.
    pub(super) loose: Vec<Glob>,
}

impl Fuel {
    /// So much.
    pub(super) fn new(steps: u64) -> Fuel {
        Fuel { steps, tokens: 0 }
    }

    /// A part of it, for something that can be done without.
    pub(super) fn part(&mut self, most: u64) -> Fuel {
        let part = Fuel::new(self.steps.min(most));
        self.steps -= part.steps;
        part
    }

    /// Takes back what is left of a part.
    pub(super) fn put_back(&mut self, part: Fuel) {
        self.steps += part.steps;
    }

    /// Pays for comparisons of tokens; `false` when there is no more. Those of short patterns cost next to nothing.
    pub(super) fn compare(&mut self, n_tokens: usize) -> bool {
        self.tokens += n_tokens as u64;
        let steps = self.tokens / TOKENS_A_STEP;
        self.tokens %= TOKENS_A_STEP;
        if self.steps < steps {
            self.steps = 0;
            return false;
        }
        self.steps -= steps;
        true
    }

    /// Uses some; `false` when there is no more.
    pub(super) fn burn(&mut self, steps: usize) -> bool {
        let steps = steps as u64;
        if self.steps < steps {
            self.steps = 0;
            return false;
        }
        self.steps -= steps;
        true
    }
}

impl Hash for Union {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl Union {
    /// The union of globs.
    pub(super) fn new(mut globs: Vec<Glob>) -> Union {
        globs.sort_unstable();
        globs.dedup();
        if globs.iter().any(Glob::is_everything) {
            globs = vec![Glob::everything()];
        }
        let mut hasher = DefaultHasher::new();
        globs.hash(&mut hasher);
        Union { globs, hash: hasher.finish() }
    }

    /// Its globs.
    pub(super) fn globs(&self) -> &[Glob] {
        &self.globs
    }

    fn includes(&self, glob: &Glob, fuel: &mut Fuel) -> bool {
        self.globs.iter().any(|it| it.includes_within(glob, fuel))
    }
}

/// Looks for a text in all of `inside` and in none of `outside`.
pub(super) fn find(inside: &[&Union], outside: &[&Union], fuel: &mut Fuel) -> Found {
    let everything = Union::new(vec![Glob::everything()]);
    let mut inside: Vec<&Union> = inside.to_vec();
    if inside.is_empty() {
        inside.push(&everything);
    }
    inside.sort_by_key(|it| it.globs.len());
    let Some((first, others)) = inside.split_first() else { return Found::GaveUp };
    // The same set in both: nothing is left.
    if outside.iter().any(|out| inside.contains(out)) {
        return Found::Nothing;
    }
    let outside: Vec<&Glob> = outside.iter().flat_map(|it| &it.globs).collect();
    for glob in &first.globs {
        match in_glob(glob, others, &outside, fuel) {
            Found::Nothing => {}
            found => return found,
        }
    }
    Found::Nothing
}

fn in_glob(glob: &Glob, others: &[&Union], outside: &[&Glob], fuel: &mut Fuel) -> Found {
    if !fuel.burn(1 + outside.len()) {
        return Found::GaveUp;
    }
    if outside.iter().any(|it| it.includes_within(glob, fuel)) {
        return Found::Nothing;
    }
    combine(vec![glob.clone()], others, outside, fuel)
}

/// Adds a glob of each of `others` to the globs that a text has to match, in every way.
fn combine(globs: Vec<Glob>, others: &[&Union], outside: &[&Glob], fuel: &mut Fuel) -> Found {
    let Some((next, rest)) = others.split_first() else { return search(globs, outside, fuel) };
    if !fuel.burn(next.globs.len() * globs.len()) {
        return Found::GaveUp;
    }
    // A set that holds all of one glob asks for nothing more.
    if globs.iter().any(|it| next.includes(it, fuel)) {
        return combine(globs, rest, outside, fuel);
    }
    for candidate in &next.globs {
        if globs.iter().any(|it| is_apart(it, candidate, fuel)) {
            continue;
        }
        if !fuel.burn(outside.len()) {
            return Found::GaveUp;
        }
        let mut narrowed: Vec<Glob> =
            globs.iter().filter(|it| !it.includes_within(candidate, fuel)).cloned().collect();
        narrowed.push(candidate.clone());
        if outside.iter().any(|it| it.includes_within(candidate, fuel)) {
            continue;
        }
        match combine(narrowed, rest, outside, fuel) {
            Found::Nothing => {}
            found => return found,
        }
    }
    Found::Nothing
}

/// Whether no text is in both, whatever the values of variables are.
fn is_apart(a: &Glob, b: &Glob, fuel: &mut Fuel) -> bool {
    if a.has_variables() || b.has_variables() {
        return a.without_variables().is_disjoint_within(&b.without_variables(), fuel);
    }
    a.is_disjoint_within(b, fuel)
}

/// The shortest text in all globs and in none of `outside`.
fn search(globs: Vec<Glob>, outside: &[&Glob], fuel: &mut Fuel) -> Found {
    let mut loose = Vec::new();
    let mut globs = globs;
    if globs.len() > 1 && globs.iter().any(Glob::has_variables) {
        // Two patterns can meet in a value of a variable, where the letter would not: any value is tried.
        loose = globs.iter().filter(|it| it.has_variables()).cloned().collect();
        globs = globs.iter().map(Glob::without_variables).collect();
    }
    let mut against: Vec<&Glob> = Vec::new();
    for it in outside {
        if globs.iter().any(|glob| it.includes_within(glob, fuel)) {
            return Found::Nothing;
        }
        if !globs.iter().any(|glob| glob.is_disjoint_within(it, fuel)) {
            against.push(it);
        }
    }
    let product = Product { inside: globs.iter().collect(), outside: against };
    match product.shortest(fuel) {
        Found::Text(sample) => Found::Text(Sample { loose, ..sample }),
        found => found,
    }
}

/// How many states a search keeps; real policies need a few hundred.
const MOST_STATES: usize = 20_000;

struct Product<'a> {
    inside: Vec<&'a Glob>,
    outside: Vec<&'a Glob>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct State(Vec<Places>);

impl Product<'_> {
    fn globs(&self) -> impl Iterator<Item = &Glob> {
        self.inside.iter().chain(&self.outside).copied()
    }

    fn shortest(&self, fuel: &mut Fuel) -> Found {
        let start = State(self.globs().map(Glob::start).collect());
        let mut states = vec![(start.clone(), None::<(usize, Letter)>)];
        let mut seen = HashSet::from([start]);
        let mut at = 0;
        while let Some((state, _)) = states.get(at) {
            let state = state.clone();
            if self.is_found(&state) {
                return Found::Text(Sample { word: word(&states, at), loose: Vec::new() });
            }
            for letter in self.letters(&state) {
                let places = self.globs().zip(&state.0).map(|(glob, places)| glob.step(places, &letter));
                let next = State(places.collect());
                if !fuel.burn(next.0.iter().map(|it| 1 + it.len()).sum()) {
                    return Found::GaveUp;
                }
                if next.0.iter().take(self.inside.len()).any(Vec::is_empty) || seen.contains(&next) {
                    continue;
                }
                if states.len() == MOST_STATES {
                    return Found::GaveUp;
                }
                seen.insert(next.clone());
                states.push((next, Some((at, letter))));
            }
            at += 1;
        }
        Found::Nothing
    }

    fn is_found(&self, state: &State) -> bool {
        let n_inside = self.inside.len();
        self.globs()
            .zip(&state.0)
            .enumerate()
            .all(|(n, (glob, places))| glob.is_end(places) == (n < n_inside))
    }

    /// One letter for each way in which letters can be told apart here.
    fn letters(&self, state: &State) -> Vec<Letter> {
        let mut chars: Vec<char> = Vec::new();
        let mut out: Vec<Letter> = Vec::new();
        let mut bounded = false;
        for (n, (glob, places)) in self.globs().zip(&state.0).enumerate() {
            for token in places.iter().filter_map(|it| glob.0.get(*it as usize)) {
                match token {
                    Token::Char(it) => chars.push(*it),
                    Token::Fold(it) => chars.extend([*it, upper(*it)]),
                    Token::Var { variable, field } if n < self.inside.len() => {
                        out.push(Letter::Var { variable: variable.clone(), field: *field });
                    }
                    Token::FieldOne | Token::FieldStar => bounded = true,
                    Token::One | Token::Star | Token::Var { .. } => {}
                }
            }
        }
        if bounded {
            chars.push(':');
        }
        chars.sort_unstable();
        chars.dedup();
        out.extend(fresh(&chars).map(Letter::Char));
        out.extend(chars.into_iter().map(Letter::Char));
        out
    }
}

/// A character that is none of `known` in any case.
fn fresh(known: &[char]) -> Option<char> {
    let is_free = |it: &char| !known.iter().any(|known| fold(*known) == fold(*it)) && *it != ':';
    ('1'..='9').chain('a'..='z').chain('\u{4e00}'..='\u{9fff}').find(is_free)
}

fn word(states: &[(State, Option<(usize, Letter)>)], end: usize) -> Vec<Letter> {
    let mut out = Vec::new();
    let mut at = end;
    while let Some((_, Some((before, letter)))) = states.get(at) {
        out.push(letter.clone());
        at = *before;
    }
    out.reverse();
    out
}
