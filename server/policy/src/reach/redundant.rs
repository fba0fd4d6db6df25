//! Statements that change nothing in their policy.

use std::collections::BTreeSet;
use std::sync::Arc;

use catalog::Catalog;

use super::actions::{self, Actions};
use super::answer::{Answer, Reason, Side, StatementRef, Witness};
use super::document::{Document, Statement};
use super::engine::{Goal, Limits, Missed, Requests};
use super::question::{actions_of, both_readings, note};
use crate::eval::{self, Tri};
use crate::model::Effect;

/// Why a statement changes nothing in its policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dead {
    /// It covers no action.
    NoAction,
    /// What it asks for cannot hold together.
    Never,
    /// These `Deny` statements take all of it.
    Denied(Vec<StatementRef>),
    /// These statements of the same effect do all of it.
    Covered(Vec<StatementRef>),
}

/// Whether the statement at `index` does nothing that the statements at `by` do not do. A request that it alone
/// applies to is the answer where it does.
pub fn covered_by(
    document: &Document,
    index: usize,
    by: &[usize],
    limits: Limits,
    catalog: Catalog,
) -> Answer {
    cover(document, index, by, limits, catalog, false)
}

/// The same; `for_proof` ends it where there is none, though a request might still be found.
fn cover(
    document: &Document,
    index: usize,
    by: &[usize],
    limits: Limits,
    catalog: Catalog,
    for_proof: bool,
) -> Answer {
    let Some(statement) = document.statements.get(index) else { return Answer::Unknown(Reason::Unfinished) };
    let Some(own) = &statement.actions else { return Answer::Unknown(Reason::Unfinished) };
    let mut proof = BTreeSet::new();
    let found = both_readings(document, limits, catalog, |engine, _| {
        let all = actions_of(document, None);
        let mut missed = None;
        for class in actions::classes(&[own], &all, catalog) {
            let covers = |it: &usize| {
                let actions = document.statements.get(*it).and_then(|it| it.actions.as_ref());
                actions.is_some_and(|it| it.covers(&class.action))
            };
            if !own.covers(&class.action) {
                continue;
            }
            let others = by.iter().copied().filter(|it| *it != index && covers(it));
            let without: Vec<StatementRef> =
                others.map(|index| StatementRef { side: Side::New, index }).collect();
            let statement = StatementRef { side: Side::New, index };
            let goal = Goal { statement, also: &[], facts: &[], without: &without, for_proof };
            let is_alone = |it: &Witness| document.applies_alone(index, &without, it);
            let found = engine.look(&class, &goal, &is_alone, &mut proof);
            if for_proof {
                found?;
            } else {
                note(&mut missed, found)?;
            }
        }
        missed.map_or(Ok(()), |it| Err(Missed::Open(it)))
    });
    match found {
        Ok(()) => Answer::Pass(proof.into_iter().collect()),
        Err(missed) => missed.answer(),
    }
}

impl Document {
    /// A policy of the statement at `index` and of those at `by`. A question about a few statements costs less when it
    /// is not asked of all.
    fn part(&self, index: usize, by: &[usize]) -> Document {
        let members = std::iter::once(index).chain(by.iter().copied());
        let statements: Vec<Arc<Statement>> =
            members.filter_map(|it| self.statements.get(it).cloned()).collect();
        let eval = eval::Document::of(statements.iter().map(|it| Arc::clone(&it.eval)).collect());
        Document { statements, is_signed: self.is_signed, eval, unread: self.unread }
    }

    /// Whether each action of a statement may be one of another statement at `by`.
    fn covers_actions(&self, own: &Actions, by: &[usize]) -> bool {
        own.may_be_within(by.iter().filter_map(|it| self.statements.get(*it)?.actions.as_ref()))
    }

    /// Whether a statement applies to a request and none of the others.
    fn applies_alone(&self, index: usize, others: &[StatementRef], witness: &Witness) -> Tri {
        let request = witness.request();
        let applies = |it: usize| self.statements.get(it).map_or(Tri::False, |it| it.eval.applies(&request));
        applies(index).and(Tri::any(others.iter().map(|it| applies(it.index))).not())
    }
}

/// Why the statement at `index` changes nothing in its policy; `None` when it does or when that was not shown.
pub fn dead(document: &Document, index: usize, limits: Limits, catalog: Catalog) -> Option<Dead> {
    if document.unread.is_some() {
        return None;
    }
    why(document, index, &|_| true, limits, catalog)
}

/// The same of a finished policy, where it is covered only by statements that stay.
pub(super) fn why(
    document: &Document,
    index: usize,
    stays: &dyn Fn(usize) -> bool,
    limits: Limits,
    catalog: Catalog,
) -> Option<Dead> {
    let statement = document.statements.get(index)?;
    let (effect, own) = (statement.effect?, statement.actions.as_ref()?);
    if own.is_empty() {
        return Some(Dead::NoAction);
    }
    let with = |effect: Effect| -> Vec<usize> {
        let near = document.with_effect(effect).filter(|(n, it)| *n != index && statement.may_meet(it));
        near.map(|it| it.0).collect()
    };
    let proof = |by: &[usize]| {
        let part = document.part(index, by);
        let others: Vec<usize> = (1..=by.len()).collect();
        let Answer::Pass(proof) = cover(&part, 0, &others, limits, catalog, true) else { return None };
        let own = |it: StatementRef| Some(StatementRef { index: *by.get(it.index.checked_sub(1)?)?, ..it });
        proof.into_iter().map(own).collect::<Option<Vec<StatementRef>>>()
    };
    // It depends on nothing else, so it is found out once.
    let [unsigned, signed] = &statement.never;
    let never = if document.is_signed { signed } else { unsigned };
    let is_never = || proof(&[]).is_some();
    if match limits.requests {
        Requests::Any => *never.get_or_init(is_never),
        Requests::Sent => is_never(),
    } {
        return Some(Dead::Never);
    }
    let can = |by: &[usize]| document.covers_actions(own, by);
    let denies = with(Effect::Deny);
    if effect == Effect::Allow
        && can(&denies)
        && let Some(by) = proof(&denies)
    {
        return Some(Dead::Denied(by));
    }
    let same: Vec<usize> = with(effect).into_iter().filter(|it| stays(*it)).collect();
    if can(&same) { proof(&same).map(Dead::Covered) } else { None }
}
