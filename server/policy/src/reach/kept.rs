//! Statements that change nothing, for all of a policy and from one version of it to the next.

use std::collections::HashMap;
use std::sync::Arc;

use catalog::Catalog;

use super::answer::StatementRef;
use super::document::{Document, Statement};
use super::engine::Limits;
use super::redundant::{Dead, why};
use crate::model::Effect;

/// For each statement of a policy why it changes nothing there, with the statements that this was found out from.
#[derive(Debug, Clone)]
pub struct DeadStatements {
    is_signed: bool,
    statements: Vec<Arc<Statement>>,
    why: Vec<Option<Dead>>,
}

impl DeadStatements {
    /// Asks about each statement of a policy. Those that are dead can be removed together: each is proven by statements
    /// that stay, and of two that say the same the later one goes.
    ///
    /// `before` is what an earlier version was found to be, within the same limits. What the edit cannot have touched is
    /// not asked again; what comes out is the same without it. `None` when something in the policy is not finished.
    pub fn of(
        document: &Document,
        before: Option<&DeadStatements>,
        limits: Limits,
        catalog: Catalog,
    ) -> Option<DeadStatements> {
        if document.is_unfinished() {
            return None;
        }
        let before = before.filter(|it| it.is_signed == document.is_signed);
        let mut edit = before.map(|it| Edit::new(it, document));
        let mut out: Vec<Option<Dead>> = vec![None; document.len()];
        for index in (0..document.len()).rev() {
            let known = edit.as_ref().and_then(|it| it.known(index, document));
            let found = known.unwrap_or_else(|| {
                let stays = |it: usize| out.get(it).is_some_and(Option::is_none);
                why(document, index, &stays, limits, catalog)
            });
            if let Some(edit) = &mut edit {
                edit.note(index, found.is_some());
            }
            if let Some(slot) = out.get_mut(index) {
                *slot = found;
            }
        }
        Some(DeadStatements {
            is_signed: document.is_signed,
            statements: document.statements.clone(),
            why: out,
        })
    }

    /// For each statement, by index, why it changes nothing.
    pub fn why(&self) -> &[Option<Dead>] {
        &self.why
    }

    /// Whether it was found out from one of these statements, at the start or the end.
    pub fn is_of(&self, document: &Document) -> bool {
        let same = |own: Option<&Arc<Statement>>, it: Option<&Arc<Statement>>| {
            own.zip(it).is_some_and(|(own, it)| Arc::ptr_eq(own, it))
        };
        same(self.statements.first(), document.statements.first())
            || same(self.statements.last(), document.statements.last())
    }
}

/// What an edit changed, by statements.
struct Edit<'a> {
    before: &'a DeadStatements,
    /// For each statement of the later version which it was in the earlier one. They are in the same order there.
    was: Vec<Option<usize>>,
    /// The same the other way round.
    is: HashMap<usize, usize>,
    /// Statements that are in one of the versions only, and those that are dead in one only.
    changed: Vec<Arc<Statement>>,
}

impl<'a> Edit<'a> {
    fn new(before: &'a DeadStatements, document: &Document) -> Edit<'a> {
        let was = aligned(&before.statements, &document.statements);
        let is: HashMap<usize, usize> =
            was.iter().enumerate().filter_map(|(is, was)| Some(((*was)?, is))).collect();
        let gone = before.statements.iter().enumerate().filter(|(was, _)| !is.contains_key(was));
        let added = document.statements.iter().zip(&was).filter(|it| it.1.is_none());
        let changed = gone.map(|it| it.1).chain(added.map(|it| it.0)).cloned().collect();
        Edit { before, was, is, changed }
    }

    /// What was found of a statement, if nothing that it depends on has changed.
    fn known(&self, index: usize, document: &Document) -> Option<Option<Dead>> {
        let was = (*self.was.get(index)?)?;
        let own = document.statements.get(index)?;
        if self.changed.iter().any(|it| matters(it, own)) {
            return None;
        }
        let moved = |by: &[StatementRef]| -> Option<Vec<StatementRef>> {
            by.iter().map(|it| Some(StatementRef { index: *self.is.get(&it.index)?, ..*it })).collect()
        };
        Some(match self.before.why.get(was)? {
            None => None,
            Some(Dead::NoAction) => Some(Dead::NoAction),
            Some(Dead::Never) => Some(Dead::Never),
            Some(Dead::Denied(by)) => Some(Dead::Denied(moved(by)?)),
            Some(Dead::Covered(by)) => Some(Dead::Covered(moved(by)?)),
        })
    }

    /// What was found of a statement now: those before it depend on whether it stays.
    fn note(&mut self, index: usize, is_dead: bool) {
        let Some(was) = self.was.get(index).copied().flatten() else { return };
        let was_dead = self.before.why.get(was).is_some_and(Option::is_some);
        if was_dead != is_dead {
            self.changed.extend(self.before.statements.get(was).cloned());
        }
    }
}

/// Whether what is found of `own` may depend on another statement.
fn matters(other: &Statement, own: &Statement) -> bool {
    let by_effect = other.effect == own.effect || other.effect == Some(Effect::Deny);
    by_effect && own.may_meet(other)
}

/// For each new statement which old one it is, in the order of both.
fn aligned(old: &[Arc<Statement>], new: &[Arc<Statement>]) -> Vec<Option<usize>> {
    let is_same = |(old, new): (&Arc<Statement>, &Arc<Statement>)| Arc::ptr_eq(old, new);
    let start = old.iter().zip(new).take_while(|it| is_same(*it)).count();
    let most = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|it| is_same(*it)).count();
    let middle = |all: usize| start..all.saturating_sub(end);
    let places: HashMap<usize, usize> =
        middle(old.len()).filter_map(|it| Some((Arc::as_ptr(old.get(it)?).addr(), it))).collect();
    let mut out: Vec<Option<usize>> = (0..start).map(Some).collect();
    let mut next = start;
    for index in middle(new.len()) {
        let Some(statement) = new.get(index) else { continue };
        let place = places.get(&Arc::as_ptr(statement).addr()).copied().filter(|it| *it >= next);
        // In its place may stand what says the same in other words.
        let found = place.or_else(|| {
            let there = old.get(next).filter(|_| next < old.len() - end)?;
            let stays = new.iter().any(|it| Arc::ptr_eq(it, there));
            (!stays && there.says_same(statement)).then_some(next)
        });
        out.push(found);
        next = match (found, place) {
            (Some(it), _) => it + 1,
            (None, _) => next,
        };
    }
    out.extend((old.len() - end..old.len()).map(Some));
    out
}
