//! Values for policy variables by which a request fits.

use std::collections::BTreeMap;

use super::literal::Subject;
use super::theory::{Single, Value};
use super::token::{Letter, Token, fold};
use super::union::Sample;

/// The values of policy variables, by key.
pub(super) struct Variables {
    pub(super) values: BTreeMap<String, String>,
}

impl Variables {
    /// Values that make the parts fit: those that were met, then those of keys that are chosen, then examples.
    pub(super) fn of(parts: &BTreeMap<Subject, Value>) -> Variables {
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

    /// The text of a value.
    pub(super) fn text(&self, value: &Single) -> String {
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
