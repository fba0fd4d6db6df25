//! Globs over texts with policy variables: inclusion, disjointness, and how they read a letter.
//!
//! A word is made of characters and of the values of variables, each of which is one letter whose text is not
//! known. What is included here is included for every value the variables may have: `?` never takes such a letter,
//! `*` does, and a star bounded to a field only where the value cannot hold a colon.

use super::token::{Letter, Token};
use super::union::Fuel;

/// A glob. Invariant: no two stars beside each other, and of a star and question marks the star comes last.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Glob(pub(super) Vec<Token>);

/// Positions in a glob, sorted: the state of matching it.
pub(super) type Places = Vec<u32>;

impl Glob {
    /// A glob of tokens in any order.
    pub(super) fn new(tokens: Vec<Token>) -> Glob {
        let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
        for token in tokens {
            match (out.last(), &token) {
                (Some(Token::Star), Token::Star | Token::FieldStar)
                | (Some(Token::FieldStar), Token::FieldStar) => {}
                (Some(Token::FieldStar), Token::Star) => {
                    out.pop();
                    out.push(token);
                }
                (Some(Token::Star), Token::One) | (Some(Token::FieldStar), Token::FieldOne) => {
                    let at = out.len() - 1;
                    out.insert(at, token);
                }
                _ => out.push(token),
            }
        }
        Glob(out)
    }

    /// The glob of every text.
    pub(super) fn everything() -> Glob {
        Glob(vec![Token::Star])
    }

    /// The glob of one text.
    pub(super) fn exactly(text: &str) -> Glob {
        Glob(text.chars().map(Token::Char).collect())
    }

    /// Whether it is the glob of every text.
    pub(super) fn is_everything(&self) -> bool {
        self.0 == [Token::Star]
    }

    /// Whether a variable is in it.
    pub(super) fn has_variables(&self) -> bool {
        self.0.iter().any(|it| matches!(it, Token::Var { .. }))
    }

    /// The same with any text in place of variables; only a default can be empty.
    pub(super) fn without_variables(&self) -> Glob {
        let mut out = Vec::with_capacity(self.0.len() + 1);
        for token in &self.0 {
            let Token::Var { variable, field } = token else {
                out.push(token.clone());
                continue;
            };
            if variable.default.as_deref() != Some("") {
                out.push(if *field { Token::FieldOne } else { Token::One });
            }
            out.push(if *field { Token::FieldStar } else { Token::Star });
        }
        Glob::new(out)
    }

    /// The same against the value of the key of a variable, where the variable stands for that value; `None` when it
    /// never matches.
    pub(super) fn without_own_variable(&self, key: &str, multi_valued: bool) -> Option<Glob> {
        let is_own = |it: &&Token| matches!(it, Token::Var { variable, .. } if *variable.key == *key && variable.default.as_deref() != Some(""));
        let is_any = |it: &Token| matches!(it, Token::Var { variable, .. } if *variable.key != *key);
        match self.0.iter().filter(is_own).count() {
            0 => Some(self.clone()),
            // A default stands where the key has several values.
            _ if self.0.iter().any(|it| {
                is_any(it) || matches!(it, Token::Var { variable, .. } if variable.default.is_some())
            }) =>
            {
                Some(self.clone())
            }
            _ if multi_valued => None,
            1 if self.0.iter().all(|it| it.is_star() || is_own(&it)) => {
                Some(Glob(vec![Token::One, Token::Star]))
            }
            // It is longer than the value.
            _ => None,
        }
    }

    /// Where matching starts.
    pub(super) fn start(&self) -> Places {
        let mut out = Vec::new();
        self.enter(0, &mut out);
        out
    }

    /// Where matching stands after a letter.
    pub(super) fn step(&self, from: &[u32], letter: &Letter) -> Places {
        let mut out = Vec::new();
        for place in from {
            let Some(token) = self.0.get(*place as usize) else { continue };
            if token.takes(letter) {
                let next = if token.is_star() { *place } else { place + 1 };
                self.enter(next, &mut out);
            }
        }
        self.prune(&mut out);
        out
    }

    /// Whether what was read is matched.
    pub(super) fn is_end(&self, places: &[u32]) -> bool {
        places.last().is_some_and(|it| *it as usize == self.0.len())
    }

    fn enter(&self, place: u32, out: &mut Places) {
        let mut place = place;
        loop {
            if let Err(at) = out.binary_search(&place) {
                out.insert(at, place);
            }
            if !self.0.get(place as usize).is_some_and(Token::is_star) {
                return;
            }
            place += 1;
        }
    }

    /// From the last star that takes everything on, whatever an earlier place could still match is matched too.
    fn prune(&self, places: &mut Places) {
        let last = places.iter().rposition(|it| self.0.get(*it as usize) == Some(&Token::Star));
        if let Some(at) = last {
            places.drain(..at);
        }
    }

    /// Whether every word of `other` is one of this glob. `true` is a proof; `false` may be a miss.
    pub(super) fn includes(&self, other: &Glob) -> bool {
        self.includes_within(other, &mut Fuel::new(u64::MAX))
    }

    /// The same for as long as there is fuel; a miss where there is none left.
    pub(super) fn includes_within(&self, other: &Glob, fuel: &mut Fuel) -> bool {
        if self.is_everything() || self == other {
            return true;
        }
        if !self.may_include(other) {
            return false;
        }
        // Both ends were compared, and without a star they are all there is.
        if !self.0.iter().any(Token::is_star) {
            return self.0.len() == other.0.len() && !other.0.iter().any(Token::is_star);
        }
        let (mut places, mut next) = (self.start(), Vec::new());
        for token in &other.0 {
            if !fuel.compare(places.len()) {
                return false;
            }
            next.clear();
            for place in &places {
                let Some(own) = self.0.get(*place as usize) else { continue };
                if token.is_star() {
                    if own.is_star() && own.takes_all(token) {
                        self.enter(*place, &mut next);
                    }
                } else if own.takes_all(token) {
                    self.enter(if own.is_star() { *place } else { place + 1 }, &mut next);
                }
            }
            self.prune(&mut next);
            if next.is_empty() {
                return false;
            }
            std::mem::swap(&mut places, &mut next);
        }
        self.is_end(&places)
    }

    /// A glance at both ends.
    fn may_include(&self, other: &Glob) -> bool {
        let fits = |pair: (&Token, &Token)| pair.0.takes_all(pair.1);
        let own = self.0.iter().take_while(|it| !it.is_star());
        let same_start = own.zip(&other.0).all(|it| it.1.is_star() || fits(it));
        let own = self.0.iter().rev().take_while(|it| !it.is_star());
        same_start && own.zip(other.0.iter().rev()).all(|it| it.1.is_star() || fits(it))
    }

    /// Whether no word of this glob is one of `other`. `true` is a proof for the words of this glob in which
    /// variables are letters.
    pub(super) fn is_disjoint(&self, other: &Glob) -> bool {
        self.is_disjoint_within(other, &mut Fuel::new(u64::MAX))
    }

    /// The same for as long as there is fuel; no proof where there is none left.
    pub(super) fn is_disjoint_within(&self, other: &Glob, fuel: &mut Fuel) -> bool {
        if self.is_everything() && !other.has_variables() || other.is_everything() {
            return false;
        }
        let clash = |own: &Token, it: &Token| !own.is_star() && !it.is_star() && !own.meets(it);
        for (own, it) in self.0.iter().zip(&other.0) {
            if clash(own, it) {
                return true;
            }
            if own.is_star() || it.is_star() {
                break;
            }
        }
        for (own, it) in self.0.iter().rev().zip(other.0.iter().rev()) {
            if clash(own, it) {
                return true;
            }
            if own.is_star() || it.is_star() {
                break;
            }
        }
        !self.may_share_word(other, fuel)
    }

    /// Whether the two have a word in common, by walking both at once. Of patterns far longer than AWS takes, it is said
    /// unseen: what has been walked would not fit into memory.
    fn may_share_word(&self, other: &Glob, fuel: &mut Fuel) -> bool {
        const MOST_PAIRS: usize = 1 << 24;
        let width = other.0.len() + 1;
        if (self.0.len() + 1).saturating_mul(width) > MOST_PAIRS {
            return true;
        }
        let mut seen = vec![false; (self.0.len() + 1) * width];
        let mut open = vec![(0usize, 0usize)];
        while let Some((a, b)) = open.pop() {
            let Some(slot) = seen.get_mut(a * width + b) else { continue };
            if std::mem::replace(slot, true) {
                continue;
            }
            if !fuel.compare(1) {
                return true;
            }
            let (own, it) = (self.0.get(a), other.0.get(b));
            if own.is_none() && it.is_none() {
                return true;
            }
            if own.is_some_and(Token::is_star) {
                open.push((a + 1, b));
            }
            if it.is_some_and(Token::is_star) {
                open.push((a, b + 1));
            }
            if let (Some(own), Some(it)) = (own, it)
                && own.meets(it)
            {
                let next = |at: usize, token: &Token| if token.is_star() { at } else { at + 1 };
                open.push((next(a, own), next(b, it)));
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_too_long_to_walk_are_never_proved_disjoint() {
        let around = |letter: char, n: usize| {
            let letters = std::iter::repeat_n(Token::Char(letter), n);
            let tokens = [Token::Star, Token::Char('x')].into_iter().chain(letters).chain([Token::Star]);
            Glob::new(tokens.collect())
        };
        assert!(!around('a', 400_000).is_disjoint(&around('b', 400_000)));
        assert!(Glob::exactly("ab").is_disjoint(&Glob::exactly("ac")));
    }
}
