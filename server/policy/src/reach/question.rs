//! The questions.

use std::collections::BTreeSet;

use catalog::{Action, ActionId, Catalog};

use super::actions::{self, Actions, Class, Named};
use super::answer::{Answer, Reason, Side, StatementRef, Witness};
use super::document::Document;
use super::element::{self, Reading};
use super::engine::{Engine, Goal, Limits, Missed};
use super::literal::Literal;
use crate::model::Effect;

/// What two policies grant, compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equality {
    /// Whether the new one grants nothing that the old one does not.
    pub gained: Answer,
    /// Whether the old one grants nothing that the new one does not.
    pub lost: Answer,
}

/// Actions for which a question has one answer.
#[derive(Debug, Clone)]
pub struct Change {
    /// The actions of the catalogue.
    pub actions: Vec<Action>,
    /// A name that the catalogue does not have.
    pub unknown_action: Option<String>,
    /// Whether nothing changes for them.
    pub answer: Answer,
}

/// Access that somebody asks for: each action on each resource. An empty list is any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Patterns of actions.
    pub actions: Vec<String>,
    /// Patterns of resources.
    pub resources: Vec<String>,
}

/// Whether `new` grants nothing that `old` does not.
pub fn wider(old: &Document, new: &Document, limits: Limits, catalog: Catalog) -> Answer {
    if let Some(reason) = old.unread.max(new.unread) {
        return Answer::Unknown(reason);
    }
    let mut proof = BTreeSet::new();
    let (mut open, mut odd) = (None, None);
    let ended = compare(old, new, limits, catalog, &mut |_, result| match result {
        Ok(it) => {
            proof.extend(it.iter().copied());
            false
        }
        Err(Missed::Open(reason)) => {
            open = open.max(Some(*reason));
            false
        }
        Err(Missed::Found(it)) => {
            // A request for a resource that the action takes says more.
            odd.get_or_insert_with(|| it.clone());
            it.is_typical
        }
    });
    match (ended.or(odd.map(Missed::Found)), open) {
        (Some(it), _) => it.answer(),
        (None, Some(reason)) => Answer::Unknown(reason),
        (None, None) => Answer::Pass(proof.into_iter().collect()),
    }
}

/// What the two policies grant, compared in both directions.
pub fn equal(old: &Document, new: &Document, limits: Limits, catalog: Catalog) -> Equality {
    Equality { gained: wider(old, new, limits, catalog), lost: wider(new, old, limits, catalog) }
}

/// What `new` grants that `old` does not, by classes of actions. Classes without change are left out.
pub fn changes(old: &Document, new: &Document, limits: Limits, catalog: Catalog) -> Vec<Change> {
    let mut out: Vec<Change> = Vec::new();
    if let Some(reason) = old.unread.max(new.unread) {
        let answer = Answer::Unknown(reason);
        return vec![Change { actions: Vec::new(), unknown_action: None, answer }];
    }
    compare(old, new, limits, catalog, &mut |class, result| {
        let answer = match result {
            Ok(_) => return false,
            Err(Missed::Found(it)) => Answer::Fail(it.clone()),
            Err(Missed::Open(reason)) => Answer::Unknown(*reason),
        };
        let known = class.members.iter().filter_map(|it| catalog.action(ActionId(*it)));
        let unknown_action = match &class.action {
            Named::Known(_) => None,
            Named::Unknown(name) => Some(name.to_string()),
        };
        out.push(Change { actions: known.collect(), unknown_action, answer });
        false
    });
    out
}

type Result = std::result::Result<BTreeSet<StatementRef>, Missed>;

/// Asks about each class of actions what `new` grants and `old` does not. Ends when `each` says so, with the answer
/// it ended at.
fn compare(
    old: &Document,
    new: &Document,
    limits: Limits,
    catalog: Catalog,
    each: &mut dyn FnMut(&Class, &Result) -> bool,
) -> Option<Missed> {
    let granting = actions_of(new, Some(Effect::Allow));
    let all: Vec<&Actions> = actions_of(new, None).into_iter().chain(actions_of(old, None)).collect();
    let mut engine = Engine::new(Some(old), new, Reading::Field, limits, catalog);
    let mut other = None;
    for class in actions::classes(&granting, &all, catalog) {
        let mut result = gained(&mut engine, &class, old, new);
        let is_found = matches!(result, Err(Missed::Found(_)));
        if !is_found && !engine.reads_one_way() {
            let other =
                other.get_or_insert_with(|| Engine::new(Some(old), new, Reading::PastColon, limits, catalog));
            result = both(result, gained(other, &class, old, new));
        }
        if each(&class, &result) {
            return result.err();
        }
    }
    None
}

/// What two readings of stars come to, when the first one found no request.
fn both<T>(
    field: std::result::Result<T, Missed>,
    past_colon: std::result::Result<T, Missed>,
) -> std::result::Result<T, Missed> {
    match (field, past_colon) {
        (Ok(it), Ok(_)) => Ok(it),
        (Err(it), Err(_)) => Err(it),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => Err(Missed::Open(Reason::StarPastColon)),
    }
}

pub(super) fn actions_of(document: &Document, effect: Option<Effect>) -> Vec<&Actions> {
    let wanted = document.statements.iter().filter(|it| effect.is_none() || it.effect == effect);
    wanted.filter_map(|it| it.actions.as_ref()).collect()
}

/// What `new` grants for an action and `old` does not allow, or denies.
fn gained(engine: &mut Engine<'_>, class: &Class, old: &Document, new: &Document) -> Result {
    let allows = engine.covering(Side::New, Effect::Allow, &class.action);
    let denies = engine.covering(Side::New, Effect::Deny, &class.action);
    let old_allows = engine.covering(Side::Old, Effect::Allow, &class.action);
    let old_denies = engine.covering(Side::Old, Effect::Deny, &class.action);
    let without: Vec<StatementRef> = old_allows.iter().chain(&denies).copied().collect();
    let is_new = |it: &Witness| {
        let request = it.request();
        new.eval.grants(&request).and(old.eval.grants(&request).not())
    };
    let mut proof = BTreeSet::new();
    let mut missed = None;
    for statement in allows {
        let goal = Goal { statement, also: &[], facts: &[], without: &without, for_proof: false };
        note(&mut missed, engine.look(class, &goal, &is_new, &mut proof))?;
        for deny in &old_denies {
            let goal = Goal { statement, also: &[*deny], facts: &[], without: &denies, for_proof: false };
            let found = engine.look(class, &goal, &is_new, &mut proof);
            note(&mut missed, found.map_err(|it| it.past(*deny)))?;
        }
    }
    missed.map_or(Ok(proof), |it| Err(Missed::Open(it)))
}

/// Keeps the reason of what stays open, and passes on what was found.
pub(super) fn note(
    missed: &mut Option<Reason>,
    found: std::result::Result<(), Missed>,
) -> std::result::Result<(), Missed> {
    match found {
        Ok(()) => Ok(()),
        Err(Missed::Open(reason)) => {
            *missed = (*missed).max(Some(reason));
            Ok(())
        }
        found => found,
    }
}

impl Missed {
    fn past(self, deny: StatementRef) -> Missed {
        match self {
            Missed::Found(it) => Missed::Found(Box::new(Witness { denied_by: Some(deny), ..*it })),
            open => open,
        }
    }
}

/// Whether `document` grants none of `access`.
pub fn grants(document: &Document, access: &[Access], limits: Limits, catalog: Catalog) -> Answer {
    if let Some(reason) = document.unread {
        return Answer::Unknown(reason);
    }
    let mut proof = BTreeSet::new();
    let mut open = None;
    for access in access {
        let any = [String::from("*")];
        let wanted = if access.actions.is_empty() { &any[..] } else { &access.actions };
        let wanted = Actions::of_texts(wanted.iter().map(String::as_str), catalog);
        let found = both_readings(document, limits, catalog, |engine, reading| {
            let resources =
                (!access.resources.is_empty()).then(|| element::resources(&access.resources, reading));
            let facts: Vec<Literal> = resources.into_iter().collect();
            left(engine, document, Some(&wanted), &facts, &mut proof)
        });
        match found {
            Ok(()) => {}
            Err(Missed::Open(reason)) => open = open.max(Some(reason)),
            Err(found) => return found.answer(),
        }
    }
    open.map_or_else(|| Answer::Pass(proof.into_iter().collect()), Answer::Unknown)
}

/// Asks in one reading of stars and, when that gives a proof, in the other.
pub(super) fn both_readings(
    document: &Document,
    limits: Limits,
    catalog: Catalog,
    mut ask: impl FnMut(&mut Engine<'_>, Reading) -> std::result::Result<(), Missed>,
) -> std::result::Result<(), Missed> {
    let mut engine = Engine::new(None, document, Reading::Field, limits, catalog);
    let field = ask(&mut engine, Reading::Field);
    if matches!(field, Err(Missed::Found(_))) || engine.reads_one_way() {
        return field;
    }
    let mut engine = Engine::new(None, document, Reading::PastColon, limits, catalog);
    both(field, ask(&mut engine, Reading::PastColon))
}

/// Looks for a request for one of `wanted` that has `facts` and is granted.
pub(super) fn left(
    engine: &mut Engine<'_>,
    document: &Document,
    wanted: Option<&Actions>,
    facts: &[Literal],
    proof: &mut BTreeSet<StatementRef>,
) -> std::result::Result<(), Missed> {
    let granting = actions_of(document, Some(Effect::Allow));
    let all: Vec<&Actions> = actions_of(document, None).into_iter().chain(wanted).collect();
    let (mut missed, mut odd) = (None, None);
    for class in actions::classes(&granting, &all, engine.catalog) {
        if wanted.is_some_and(|it| !it.covers(&class.action)) {
            continue;
        }
        let denies = engine.covering(Side::New, Effect::Deny, &class.action);
        for statement in engine.covering(Side::New, Effect::Allow, &class.action) {
            let goal = Goal { statement, also: &[], facts, without: &denies, for_proof: false };
            let is_granted = |it: &Witness| document.eval.grants(&it.request());
            match engine.look(&class, &goal, &is_granted, proof) {
                Err(Missed::Found(it)) if !it.is_typical => odd = odd.or(Some(it)),
                found => note(&mut missed, found)?,
            }
        }
    }
    odd.map_or(Ok(()), |it| Err(Missed::Found(it)))?;
    missed.map_or(Ok(()), |it| Err(Missed::Open(it)))
}
