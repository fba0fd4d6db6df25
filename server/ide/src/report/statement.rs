//! One statement: what it grants, on what, when, and what of it is dead and why.

use std::cmp::Reverse;

use catalog::{Action, Catalog};
use policy::access::{self, Access, ActionSet, Idle, LEVELS};
use policy::model::{self, Effect, PrincipalValue};
use policy::reach::{self, Limits, StatementRef};

use super::grant::{self, Grants};
use super::{Dead, Level, Part, Statement, condition, words};
use crate::analysis::Analysis;
use crate::element;
use crate::explain;

/// How many names of actions are kept.
const NAMED: usize = 40;

/// How much is spent on showing that one statement is dead.
const LIMITS: Limits = Limits::steps(1_000_000);

/// A statement with what the numbers of its policy are made of.
pub(super) struct Built {
    pub(super) statement: Statement,
    /// What it covers; `None` when it changes nothing or is unfinished.
    pub(super) grants: Option<Grants>,
    pub(super) is_conditional: bool,
}

/// What all statements of a policy are seen in the light of.
pub(super) struct Cx<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) policy: &'a model::Policy,
    /// The Denies that leave nothing to chance.
    pub(super) denies: &'a [(usize, ActionSet)],
    pub(super) document: &'a reach::Document,
    pub(super) catalog: Catalog,
}

impl Cx<'_> {
    /// The statement with this index.
    pub(super) fn statement(&self, idx: usize, at: model::StatementAt<'_>) -> Built {
        let (catalog, model) = (self.catalog, at.statement);
        let now = self.analysis.config().now;
        let access = Access::of(model, now, catalog);
        let verdict = explain::statement(self.policy, idx, self.denies, now);
        let mut parts = Vec::new();
        let mut grants = None;
        let mut is_open = false;
        if let Some(access) = &access {
            is_open = access.actions.open;
            let own = self.own(idx, access, &mut parts);
            let found = Grants::of(model, &own, catalog);
            by_list(&found, &mut parts, catalog);
            names(model, access, &mut parts);
            grants = Some(found);
        }
        let is_empty = grants.as_ref().is_some_and(|it| it.all.is_empty());
        let mut line = verdict.as_ref().map(|it| it.line.clone());
        let said = verdict.filter(|it| !it.applies).map(|it| it.line);
        let dead = said.map(|it| dead(reason(&it).to_owned())).or_else(|| self.dead(idx)).or_else(|| {
            let is_shown = is_empty && !is_open && !parts.is_empty();
            is_shown.then(|| Dead {
                is_by_list: true,
                ..dead("never, by AWS's list of resource types".to_owned())
            })
        });
        let counts = dead.as_ref().is_none_or(|it| it.is_covered);
        if let (Some(access), Some(found)) = (&access, &grants) {
            let effect = if access.effect == Effect::Allow { "Allow" } else { "Deny" };
            let named = found.all.len() + found.need_star.len() + found.no_type.len();
            if let Some(dead) = dead.as_ref().filter(|it| !it.is_covered) {
                line = Some(format!("{effect} · {}", dead.reason));
            } else if found.all.len() < named {
                let (counted, named) = (explain::counted(&found.all, catalog), explain::grouped(named));
                line = Some(format!("{effect} · {counted} on these resources, of {named} that it names"));
            }
        }
        let grants = grants.filter(|_| counts);
        let window = access.as_ref().and_then(|it| it.window);
        let groups = grant::groups(model, catalog);
        let statement = Statement {
            name: explain::name_of(self.policy, idx),
            start: at.start,
            effect: model.effect(),
            line,
            dead,
            levels: grants.as_ref().map(|it| levels(&it.all, catalog)).unwrap_or_default(),
            resources: groups.into_iter().map(|it| (it.label, it.patterns)).collect(),
            principals: principals(model),
            conditions: model.condition.iter().flat_map(|it| condition::conditions(it, catalog)).collect(),
            from: window.and_then(|it| it.from),
            until: window.and_then(|it| it.until),
            cut_by: Vec::new(),
            parts,
        };
        Built { statement, grants, is_conditional: !element::is_unconditional(model) }
    }

    /// The actions that are left of a statement before its resources are looked at, and what is not.
    fn own(&self, idx: usize, access: &Access, parts: &mut Vec<Part>) -> ActionSet {
        let catalog = self.catalog;
        for unmet in &access.unmet {
            let reason = format!("their requests never carry `{}`, which the condition needs", unmet.key);
            parts.push(part(&unmet.actions, reason, catalog));
        }
        let mut own = access.effective(catalog);
        if access.effect != Effect::Allow {
            return own;
        }
        for (by, denied) in self.denies {
            if *by == idx || !denied.meets(&own) {
                continue;
            }
            let mut taken = own.clone();
            own.subtract(denied);
            taken.subtract(&own);
            let reason = format!("{} denies them always", explain::name_of(self.policy, *by));
            parts.push(part(&taken, reason, catalog));
        }
        own
    }

    /// Why a statement changes nothing, as far as that can be proven.
    fn dead(&self, idx: usize) -> Option<Dead> {
        let names = |by: &[StatementRef]| {
            let others = by.iter().filter(|it| it.index != idx);
            let names: Vec<String> = others.map(|it| explain::name_of(self.policy, it.index)).collect();
            explain::join(&names, "and")
        };
        Some(match reach::dead(self.document, idx, LIMITS, self.catalog)? {
            reach::Dead::NoAction => dead("never: no action has these names".to_owned()),
            reach::Dead::Never => dead("never: what it asks for cannot hold".to_owned()),
            reach::Dead::Denied(by) => dead(format!("never: denied by {}", names(&by))),
            reach::Dead::Covered(by) => {
                let reason = format!("covered by {}: without it, access is the same", names(&by));
                Dead { is_covered: true, ..dead(reason) }
            }
        })
    }
}

fn dead(reason: String) -> Dead {
    Dead { reason, is_by_list: false, is_covered: false }
}

/// What a verdict says after the effect.
fn reason(line: &str) -> &str {
    line.split_once(" · ").map_or(line, |(_, rest)| rest)
}

/// Notes the actions that AWS's list of resource types keeps from the statement's resources.
fn by_list(grants: &Grants, parts: &mut Vec<Part>, catalog: Catalog) {
    if !grants.need_star.is_empty() {
        let reason = "AWS lists no resource type for them, so that only `*` as the resource reaches them";
        parts.push(part(&grants.need_star, reason.to_owned(), catalog));
    }
    if !grants.no_type.is_empty() {
        let reason = "none of these resources is of a type that AWS lists for them";
        parts.push(part(&grants.no_type, reason.to_owned(), catalog));
    }
}

/// Notes what stands among the actions and names none, and what a template fills in.
fn names(model: &model::Statement, access: &Access, parts: &mut Vec<Part>) {
    let items = model.action.iter().flat_map(|it| it.values.items.iter().enumerate());
    let wrong = items.filter(|(n, _)| access.actions.unmatched.contains(n));
    let names: Vec<String> = wrong
        .filter_map(|(_, it)| match it {
            model::Item::Text(text) => Some(text.value.to_string()),
            _ => None,
        })
        .collect();
    if !names.is_empty() {
        let reason = format!("no action has this name, as of {}", catalog::catalog().date());
        parts.push(Part { count: names.len(), names, reason });
    }
    if access.actions.open {
        let reason = "a template fills in some actions; they are not counted";
        parts.push(Part { count: 0, names: Vec::new(), reason: reason.to_owned() });
    }
}

/// Why a statement that can match is of no use.
pub(super) fn idle(cx: &Cx<'_>, model: &model::Statement) -> Option<Part> {
    let reason = match access::idle(model, cx.analysis.config().now, cx.catalog)? {
        Idle::RetiredModels(1) => "of no use: the model it names is retired",
        Idle::RetiredModels(_) => "of no use: all models it names are retired",
        Idle::NoAccount => "of no use: a placeholder stands for the account in its resources",
        Idle::DocumentationAddresses => "of no use: its addresses are reserved for documentation",
    };
    Some(Part { count: 0, names: Vec::new(), reason: reason.to_owned() })
}

fn part(set: &ActionSet, reason: String, catalog: Catalog) -> Part {
    Part { count: set.len(), names: first(set.iter(catalog)), reason }
}

/// The names of some actions: of many, those that people write most.
fn first(actions: impl Iterator<Item = Action>) -> Vec<String> {
    let mut all: Vec<Action> = actions.collect();
    if all.len() > words::NAMED {
        all.sort_by_key(|it| Reverse(it.weight()));
    }
    all.iter().take(NAMED).map(|it| it.full_name()).collect()
}

fn levels(set: &ActionSet, catalog: Catalog) -> Vec<Level> {
    let level = |(level, count): (catalog::AccessLevel, usize)| {
        let names = first(set.iter(catalog).filter(|it| it.access_level() == level));
        Level { level, count, names }
    };
    let counts = LEVELS.into_iter().zip(set.by_level(catalog));
    counts.filter(|(_, count)| *count > 0).map(level).collect()
}

fn principals(model: &model::Statement) -> Vec<String> {
    let Some(principal) = &model.principal else { return Vec::new() };
    let mut out: Vec<String> = match &principal.value {
        PrincipalValue::Text(text) if &*text.value == "*" => vec!["anyone".to_owned()],
        PrincipalValue::Text(text) => vec![text.value.to_string()],
        PrincipalValue::Dynamic => vec!["whom a template fills in".to_owned()],
        PrincipalValue::Wrong(_) => Vec::new(),
        PrincipalValue::Typed(_) => {
            let named = |(entry, _, text): (&model::PrincipalEntry, usize, &model::Text)| {
                format!("{}: {}", entry.name.value, text.value)
            };
            element::principals(model).map(named).collect()
        }
    };
    if principal.negated {
        out.insert(0, "everyone but:".to_owned());
    }
    out
}
