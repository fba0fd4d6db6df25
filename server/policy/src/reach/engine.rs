//! Runs a question over the classes of actions, in both readings of stars, and holds what it finds against the
//! evaluator.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalog::Catalog;

use super::actions::{Actions, Class, Named};
use super::answer::{Answer, Reason, Side, StatementRef, Witness};
use super::document::Document;
use super::element::Reading;
use super::literal::Literal;
use super::question::note;
use super::sent::{self, Asked, Variants};
use super::solve::{FactId, Obstacle, Search, Solver};
use super::theory::World;
use super::witness::{self, Looks};
use crate::eval::Tri;
use crate::model::Effect;

/// How much a question may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Steps of matching, for all of a question. A million are some ten milliseconds.
    pub steps: u64,
    /// Which requests it is about.
    pub requests: Requests,
}

/// Which requests a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requests {
    /// Whatever a request could combine.
    Any,
    /// Those that AWS sends, as far as the catalogue knows.
    Sent,
}

impl Limits {
    /// So many steps, about any request.
    pub const fn steps(steps: u64) -> Limits {
        Limits { steps, requests: Requests::Any }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::steps(4_000_000)
    }
}

/// The policies of a question as numbered facts, in one reading.
pub(super) struct Engine<'a> {
    pub(super) catalog: Catalog,
    reading: Reading,
    requests: Requests,
    /// What is true of the requests that AWS sends, by action, where the question is about those.
    sent: BTreeMap<Named, Variants>,
    /// The condition keys that tell these apart, and of how many they were chosen.
    asked: (usize, Vec<Asked>),
    excluded: Option<Vec<Vec<FactId>>>,
    solver: Solver,
    old: Option<Policy<'a>>,
    new: Policy<'a>,
}

/// A policy with the boxes of its statements.
struct Policy<'a> {
    document: &'a Document,
    boxes: Vec<Vec<FactId>>,
}

/// Something to look for: what one statement grants, and what takes it away again.
pub(super) struct Goal<'g> {
    /// The statement that grants.
    pub(super) statement: StatementRef,
    /// Other statements that have to apply as well, and other facts.
    pub(super) also: &'g [StatementRef],
    pub(super) facts: &'g [Literal],
    /// The statements that must not apply.
    pub(super) without: &'g [StatementRef],
    /// Whether a request is of no use, only the proof that there is none.
    pub(super) for_proof: bool,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        old: Option<&'a Document>,
        new: &'a Document,
        reading: Reading,
        limits: Limits,
        catalog: Catalog,
    ) -> Engine<'a> {
        let is_signed = new.is_signed && old.is_none_or(|it| it.is_signed);
        let mut solver = Solver::new(World { catalog, is_signed }, limits.steps);
        let mut side = |document: &'a Document| {
            let each = document.statements.iter();
            let boxes = each.map(|it| it.literals(reading).map(|it| solver.id(it)).collect()).collect();
            Policy { document, boxes }
        };
        let old = old.map(&mut side);
        let new = side(new);
        Engine {
            catalog,
            reading,
            requests: limits.requests,
            sent: BTreeMap::new(),
            asked: (0, Vec::new()),
            excluded: None,
            solver,
            old,
            new,
        }
    }

    fn side(&self, side: Side) -> Option<&Policy<'a>> {
        match side {
            Side::Old => self.old.as_ref(),
            Side::New => Some(&self.new),
        }
    }

    fn facts_of(&self, it: StatementRef) -> &[FactId] {
        self.side(it.side).and_then(|side| side.boxes.get(it.index)).map_or(&[], Vec::as_slice)
    }

    /// The statements of a side with this effect that cover an action.
    pub(super) fn covering(&self, side: Side, effect: Effect, action: &Named) -> Vec<StatementRef> {
        let Some(it) = self.side(side) else { return Vec::new() };
        let each = it.document.with_effect(effect);
        let covers = |actions: &Option<Actions>| actions.as_ref().is_some_and(|it| it.covers(action));
        each.filter(|(_, it)| covers(&it.actions)).map(|(index, _)| StatementRef { side, index }).collect()
    }

    /// Looks for a request for an action of `class` that `goal` describes and `confirms` holds for. A proof that
    /// there is none is added to `proof`.
    pub(super) fn look(
        &mut self,
        class: &Class,
        goal: &Goal<'_>,
        confirms: &dyn Fn(&Witness) -> Tri,
        proof: &mut BTreeSet<StatementRef>,
    ) -> Result<(), Missed> {
        if self.requests == Requests::Any {
            return self.look_for(&class.action, &[], goal, confirms, proof);
        }
        // What no request has, none that is sent has.
        let for_proof = Goal { for_proof: true, ..*goal };
        if self.look_for(&class.action, &[], &for_proof, confirms, proof).is_ok() {
            return Ok(());
        }
        self.ask_for_keys();
        let mut variants = self.sent.remove(&class.action).unwrap_or_else(|| Variants::new(class));
        let mut missed = None;
        let mut n = 0;
        let found = loop {
            let Some(variant) = variants.get(n, &self.asked.1, self.catalog) else { break Ok(()) };
            n += 1;
            let (action, facts) = &*variant;
            let found = note(&mut missed, self.look_for(action, facts, goal, confirms, proof));
            if found.is_err() {
                break found;
            }
        };
        self.sent.insert(class.action.clone(), variants);
        found?;
        missed.map_or(Ok(()), |it| Err(Missed::Open(it)))
    }

    /// Notes which keys tell the requests for actions apart: those that facts are about.
    fn ask_for_keys(&mut self) {
        let n_keys = self.solver.keys().count();
        if self.asked.0 != n_keys {
            self.asked = (n_keys, Asked::of(self.solver.keys().cloned(), self.catalog));
            self.sent.clear();
        }
    }

    /// Looks for a request for one action that has `facts` besides.
    fn look_for(
        &mut self,
        action: &Named,
        facts: &[Literal],
        goal: &Goal<'_>,
        confirms: &dyn Fn(&Witness) -> Tri,
        proof: &mut BTreeSet<StatementRef>,
    ) -> Result<(), Missed> {
        let mut must: Vec<FactId> = self.facts_of(goal.statement).to_vec();
        for it in goal.also {
            must.extend_from_slice(self.facts_of(*it));
        }
        for fact in goal.facts.iter().chain(facts) {
            must.push(self.solver.id(fact));
        }
        let owners = goal.without.iter().map(|owner| (Some(*owner), self.facts_of(*owner).to_vec()));
        let mut boxes: Vec<(Option<StatementRef>, Vec<FactId>)> = owners.collect();
        if self.requests == Requests::Sent {
            boxes.extend(self.excluded().into_iter().map(|it| (None, it)));
        }
        let obstacles: Vec<Obstacle<'_>> =
            boxes.iter().map(|(owner, facts)| Obstacle { owner: *owner, facts }).collect();
        let catalog = self.catalog;
        let mut missed = Missed::Open(Reason::Unconfirmed);
        let search = self.solver.search(&must, &obstacles, &mut |solver, chosen| {
            // Whatever comes of this, there is no proof any more.
            if goal.for_proof {
                return true;
            }
            for looks in [Looks::Likely, Looks::Short] {
                let what = (action, goal.statement);
                let Some(it) = witness::build(solver, chosen, what, looks, catalog) else {
                    missed = Missed::Open(Reason::TooLong);
                    return false;
                };
                let confirmed = confirms(&it.witness) == Tri::True;
                if confirmed && !it.is_unclear {
                    missed = Missed::Found(Box::new(it.witness));
                    return true;
                }
                missed = Missed::Open(match it {
                    _ if it.is_unclear => Reason::SeveralValues,
                    _ if it.has_unread => Reason::Unread,
                    _ if it.has_variables => Reason::Variables,
                    _ => Reason::Unconfirmed,
                });
            }
            false
        });
        match search {
            Search::Nothing(owners) => {
                proof.extend(owners);
                Ok(())
            }
            Search::Accepted | Search::Open => Err(missed),
            Search::GaveUp => Err(Missed::Open(Reason::TooLong)),
        }
    }

    /// The condition keys that facts are about.
    fn keys(&self) -> Vec<Arc<str>> {
        self.solver.keys().cloned().collect()
    }

    /// What no request has together.
    fn excluded(&mut self) -> Vec<Vec<FactId>> {
        if let Some(it) = &self.excluded {
            return it.clone();
        }
        let all = sent::excluded(&self.keys(), self.catalog);
        let ids = all.iter().map(|facts| facts.iter().map(|it| self.solver.id(it)).collect());
        let ids: Vec<Vec<FactId>> = ids.collect();
        self.excluded = Some(ids.clone());
        ids
    }

    /// Whether the other reading has to be asked too.
    pub(super) fn reads_one_way(&self) -> bool {
        let all = self.old.iter().chain([&self.new]).flat_map(|it| &it.document.statements);
        self.reading == Reading::PastColon || all.into_iter().all(|it| it.reads_one_way)
    }
}

/// Why there is no proof.
#[derive(Debug)]
pub(super) enum Missed {
    /// A request was found and confirmed.
    Found(Box<Witness>),
    /// Neither a request nor a proof.
    Open(Reason),
}

impl Missed {
    /// As an answer.
    pub(super) fn answer(self) -> Answer {
        match self {
            Missed::Found(it) => Answer::Fail(it),
            Missed::Open(reason) => Answer::Unknown(reason),
        }
    }
}
