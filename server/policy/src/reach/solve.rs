//! A box minus a union of boxes: is there a request that meets all facts of one statement and misses one fact of
//! each of several others?
//!
//! A box is the facts of a statement. To miss a box is to miss one of its facts. The search takes what is forced
//! first and branches on the rest; facts about one thing are decided by [`theory`].

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::answer::StatementRef;
use super::literal::{Literal, Subject};
use super::theory::{self, Outcome, World};
use super::unify::{self, Group};
use super::union::Fuel;

/// A fact by its number in a [`Solver`].
pub(super) type FactId = u32;

/// A box to miss, and what it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Obstacle<'a> {
    /// What is reported when it leaves nothing, if it is a statement.
    pub(super) owner: Option<StatementRef>,
    /// Its facts.
    pub(super) facts: &'a [FactId],
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Search {
    /// Nothing is left; these are the owners of the boxes that leave nothing.
    Nothing(BTreeSet<StatementRef>),
    /// A request was found and accepted.
    Accepted,
    /// Requests may be left, and none was accepted.
    Open,
    /// The search was given up.
    GaveUp,
}

/// Facts about each thing, by the thing's number.
pub(super) type Chosen = BTreeMap<u32, Vec<FactId>>;

/// Facts, numbered, and what was found out about them.
pub(super) struct Solver {
    pub(super) world: World,
    facts: Vec<Literal>,
    ids: HashMap<Literal, FactId>,
    /// The subject of each fact, and the number of its negation once somebody asked.
    about: Vec<(u32, Option<FactId>)>,
    subjects: Vec<Subject>,
    known: HashMap<Vec<FactId>, Outcome>,
    /// Whether a fact depends on a policy variable.
    has_variables: bool,
    pub(super) fuel: Fuel,
}

/// What it may cost to find out whether facts about one thing can hold together.
const FOR_PROOF: u64 = 1_000_000;
/// The same where the answer is not needed.
const TO_SAVE_WORK: u64 = 20_000;
/// How often a search may branch.
const BRANCHES: usize = 4_000;
/// How many requests are offered before a question stays open.
const OFFERS: usize = 16;

impl Solver {
    /// Without facts.
    pub(super) fn new(world: World, steps: u64) -> Solver {
        Solver {
            world,
            facts: Vec::new(),
            ids: HashMap::new(),
            about: Vec::new(),
            subjects: Vec::new(),
            known: HashMap::new(),
            has_variables: false,
            fuel: Fuel::new(steps),
        }
    }

    /// The number of a fact.
    pub(super) fn id(&mut self, fact: &Literal) -> FactId {
        if let Some(id) = self.ids.get(fact) {
            return *id;
        }
        let id = FactId::try_from(self.facts.len()).unwrap_or(FactId::MAX);
        let subject = self.subjects.iter().position(|it| *it == fact.subject).unwrap_or_else(|| {
            self.subjects.push(fact.subject.clone());
            self.subjects.len() - 1
        });
        self.has_variables |= fact.has_variables();
        self.facts.push(fact.clone());
        self.ids.insert(fact.clone(), id);
        self.about.push((u32::try_from(subject).unwrap_or(u32::MAX), None));
        id
    }

    /// The number of what holds where a fact does not.
    fn negation(&mut self, id: FactId) -> FactId {
        if let Some((_, Some(negation))) = self.about.get(id as usize) {
            return *negation;
        }
        let Some(negated) = self.facts.get(id as usize).map(Literal::negated) else { return id };
        let negation = self.id(&negated);
        for (at, other) in [(id, negation), (negation, id)] {
            if let Some(slot) = self.about.get_mut(at as usize) {
                slot.1 = Some(other);
            }
        }
        negation
    }

    fn subject(&self, id: FactId) -> u32 {
        self.about.get(id as usize).map_or(u32::MAX, |it| it.0)
    }

    /// The condition keys that facts are about.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.subjects.iter().filter_map(|it| match it {
            Subject::Key(name) => Some(name),
            Subject::Resource | Subject::Principal | Subject::Opaque(_) => None,
        })
    }

    /// Chosen facts by what they are about; those about one value are together.
    pub(super) fn groups(&self, chosen: &Chosen) -> Vec<Group> {
        self.unified(chosen).unwrap_or_else(|| {
            let each = self.parts(chosen).into_iter();
            each.map(|(subject, facts)| Group { subjects: vec![subject], facts }).collect()
        })
    }

    /// The same, where a variable makes a difference.
    fn unified(&self, chosen: &Chosen) -> Option<Vec<Group>> {
        self.has_variables.then(|| unify::groups(&self.parts(chosen), self.world.catalog)).flatten()
    }

    fn parts(&self, chosen: &Chosen) -> Vec<(Subject, Vec<Literal>)> {
        let facts =
            |ids: &[FactId]| ids.iter().filter_map(|it| self.facts.get(*it as usize)).cloned().collect();
        let parts = chosen.iter().filter_map(|(subject, ids)| {
            let subject = self.subjects.get(*subject as usize)?;
            Some((subject.clone(), facts(ids)))
        });
        parts.collect()
    }

    /// Whether chosen facts, each of which holds beside the others about the same thing, exclude each other once equal
    /// keys are one.
    fn excludes_itself(&mut self, chosen: &Chosen) -> bool {
        let Some(groups) = self.unified(chosen) else { return false };
        groups.iter().any(|it| {
            let Some(subject) = it.subjects.first() else { return false };
            let facts: Vec<&Literal> = it.facts.iter().collect();
            let mut part = self.fuel.part(FOR_PROOF);
            let outcome = theory::solve(subject, &facts, self.world, &[], &mut part);
            self.fuel.put_back(part);
            matches!(outcome, Outcome::Never)
        })
    }

    /// Whether facts about one thing can hold together.
    fn together(&mut self, mut ids: Vec<FactId>, most: u64) -> Outcome {
        ids.sort_unstable();
        ids.dedup();
        if let Some(known) = self.known.get(&ids) {
            return known.clone();
        }
        let facts: Vec<&Literal> = ids.iter().filter_map(|it| self.facts.get(*it as usize)).collect();
        let Some(first) = facts.first() else { return Outcome::GaveUp };
        let mut part = self.fuel.part(most);
        let outcome = theory::solve(&first.subject, &facts, self.world, &[], &mut part);
        self.fuel.put_back(part);
        if !matches!(outcome, Outcome::GaveUp) || most == FOR_PROOF {
            self.known.insert(ids, outcome.clone());
        }
        outcome
    }

    fn can_add(&mut self, chosen: &Chosen, id: FactId, most: u64) -> bool {
        let own = chosen.get(&self.subject(id));
        if own.is_some_and(|it| it.contains(&id)) {
            return true;
        }
        let negation = self.negation(id);
        if own.is_some_and(|it| it.contains(&negation)) {
            return false;
        }
        let ids = own.into_iter().flatten().copied().chain([id]).collect();
        !matches!(self.together(ids, most), Outcome::Never)
    }

    fn add(&self, chosen: &mut Chosen, id: FactId) {
        let own = chosen.entry(self.subject(id)).or_default();
        if !own.contains(&id) {
            own.push(id);
        }
    }

    /// Looks for a request that has all of `must` and misses each of `obstacles`. Each candidate is offered to
    /// `accept`.
    pub(super) fn search(
        &mut self,
        must: &[FactId],
        obstacles: &[Obstacle<'_>],
        accept: &mut dyn FnMut(&mut Solver, &Chosen) -> bool,
    ) -> Search {
        // A box that asks for nothing else is hit by whatever has all of `must`.
        if let Some(it) = obstacles.iter().find(|it| it.facts.iter().all(|fact| must.contains(fact))) {
            return Search::Nothing(it.owner.into_iter().collect());
        }
        let mut chosen = Chosen::new();
        for id in must {
            if !self.can_add(&chosen, *id, FOR_PROOF) {
                return Search::Nothing(BTreeSet::new());
            }
            self.add(&mut chosen, *id);
        }
        let mut run = Run { branches: BRANCHES, offers: OFFERS, used: BTreeSet::new(), accept };
        let open: Vec<&Obstacle<'_>> = obstacles.iter().collect();
        match run.walk(self, chosen, open) {
            Walk::Closed => Search::Nothing(run.used),
            Walk::Accepted => Search::Accepted,
            Walk::Open => Search::Open,
            Walk::GaveUp => Search::GaveUp,
        }
    }
}

struct Run<'f> {
    branches: usize,
    offers: usize,
    used: BTreeSet<StatementRef>,
    accept: &'f mut dyn FnMut(&mut Solver, &Chosen) -> bool,
}

enum Walk {
    Closed,
    Accepted,
    Open,
    GaveUp,
}

impl Run<'_> {
    fn walk<'a>(&mut self, solver: &mut Solver, mut chosen: Chosen, mut open: Vec<&'a Obstacle<'a>>) -> Walk {
        let narrowest = loop {
            let mut forced = false;
            let mut left = Vec::new();
            let mut narrowest: Option<(usize, Vec<FactId>)> = None;
            for obstacle in &open {
                if !solver.fuel.burn(1 + obstacle.facts.len()) {
                    return Walk::GaveUp;
                }
                let Some(ways) = ways(solver, &chosen, obstacle.facts) else { continue };
                match ways.as_slice() {
                    [] => {
                        self.used.extend(obstacle.owner);
                        return Walk::Closed;
                    }
                    [only] => {
                        self.used.extend(obstacle.owner);
                        solver.add(&mut chosen, *only);
                        forced = true;
                    }
                    _ => {
                        if narrowest.as_ref().is_none_or(|it| ways.len() < it.1.len()) {
                            narrowest = Some((left.len(), ways));
                        }
                        left.push(*obstacle);
                    }
                }
            }
            open = left;
            if !forced {
                break narrowest;
            }
        };
        let Some((at, ways)) = narrowest else { return self.offer(solver, &chosen) };
        let obstacle = open.remove(at);
        self.used.extend(obstacle.owner);
        let mut result = Walk::Closed;
        for way in ways {
            if self.branches == 0 {
                return Walk::GaveUp;
            }
            self.branches -= 1;
            let mut next = chosen.clone();
            solver.add(&mut next, way);
            match self.walk(solver, next, open.clone()) {
                Walk::Closed => {}
                Walk::Open => result = Walk::Open,
                done => return done,
            }
        }
        result
    }

    fn offer(&mut self, solver: &mut Solver, chosen: &Chosen) -> Walk {
        if solver.excludes_itself(chosen) {
            return Walk::Closed;
        }
        if self.offers == 0 {
            return Walk::GaveUp;
        }
        self.offers -= 1;
        if (self.accept)(solver, chosen) { Walk::Accepted } else { Walk::Open }
    }
}

/// The facts of a box that can be missed; `None` when one is missed already.
fn ways(solver: &mut Solver, chosen: &Chosen, facts: &[FactId]) -> Option<Vec<FactId>> {
    let mut out = Vec::new();
    for id in facts {
        // Only to save work: a box that is missed already need not be missed on purpose.
        if !solver.can_add(chosen, *id, TO_SAVE_WORK) {
            return None;
        }
        let own = chosen.get(&solver.subject(*id));
        if own.is_some_and(|it| it.contains(id)) {
            continue;
        }
        let negation = solver.negation(*id);
        if solver.can_add(chosen, negation, FOR_PROOF) {
            out.push(negation);
        }
    }
    Some(out)
}
