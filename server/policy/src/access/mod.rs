//! What a statement really grants: its actions after what can never match and after the Denies of its policy.
//!
//! This answers the questions that need no set algebra and says so where one would be needed: a Deny with a
//! condition, or on some resources only, is not taken off, as it may or may not apply.

mod actions;
mod practice;
mod window;

use catalog::Catalog;
use chrono::NaiveDateTime;

pub use actions::{ActionSet, Actions, LEVELS, of_element};
pub use practice::{Idle, idle, is_documentation};
pub use window::Window;

use crate::date::DateValue;
use crate::model::{Block, Condition, Effect, Policy, PrincipalValue, Statement, Test};
use crate::pattern;
use crate::sent;

/// What one statement grants or denies by itself.
#[derive(Debug, Clone)]
pub struct Access {
    /// Whether it allows or denies.
    pub effect: Effect,
    /// What its actions stand for.
    pub actions: Actions,
    /// The actions for which its condition can never hold, with the reason.
    pub unmet: Vec<Unmet>,
    /// Why it can never apply to any request.
    pub never: Option<Never>,
    /// When its condition speaks of the current time.
    pub window: Option<Window>,
}

/// Actions whose requests never carry a key that the condition needs.
#[derive(Debug, Clone)]
pub struct Unmet {
    /// The condition key as it is written.
    pub key: String,
    /// The actions.
    pub actions: ActionSet,
}

/// Why a statement never applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {
    /// None of its action patterns names an action.
    NoAction,
    /// The time in which it applies is over.
    Closed(NaiveDateTime),
    /// It applies from one moment until an earlier one.
    EmptyWindow,
    /// It compares the current time with something that is no date.
    NotADate,
    /// It uses an operator that does not exist; IAM refuses the policy.
    UnknownOperator,
    /// Its condition needs a key that none of its actions sends.
    KeyNeverSent,
}

impl Access {
    /// What `statement` grants; `None` when it does not say whether it allows or denies, or names no actions.
    pub fn of(statement: &Statement, now: NaiveDateTime, catalog: Catalog) -> Option<Access> {
        let effect = statement.effect()?;
        let actions = of_element(statement.action.as_ref()?, catalog);
        let condition = statement.condition.as_ref();
        let unmet = condition.map(|it| unmet(it, &actions.set, catalog)).unwrap_or_default();
        let window = condition.and_then(Window::of);
        let mut access = Access { effect, actions, unmet, never: None, window };
        access.never = access.never(condition, now, catalog);
        Some(access)
    }

    /// The actions it really covers.
    pub fn effective(&self, catalog: Catalog) -> ActionSet {
        if self.never.is_some() {
            return ActionSet::new(catalog);
        }
        let mut set = self.actions.set.clone();
        for unmet in &self.unmet {
            set.subtract(&unmet.actions);
        }
        set
    }

    fn never(&self, condition: Option<&Condition>, now: NaiveDateTime, catalog: Catalog) -> Option<Never> {
        if self.actions.set.is_empty() && !self.actions.open {
            return Some(Never::NoAction);
        }
        let condition = condition?;
        if let Some(never) = condition_never(condition, catalog) {
            return Some(never);
        }
        if let Some(window) = self.window {
            if window.is_empty() {
                return Some(Never::EmptyWindow);
            }
            if let Some(until) = window.until.filter(|it| *it < now) {
                return Some(Never::Closed(until));
            }
        }
        if self.actions.open || self.unmet.is_empty() {
            return None;
        }
        let mut left = self.actions.set.clone();
        for unmet in &self.unmet {
            left.subtract(&unmet.actions);
        }
        left.is_empty().then_some(Never::KeyNeverSent)
    }
}

/// Why a condition can never hold, whatever the request.
pub fn condition_never(condition: &Condition, catalog: Catalog) -> Option<Never> {
    if condition.blocks.iter().any(|it| catalog.operator(&it.operator.base).is_none()) {
        return Some(Never::UnknownOperator);
    }
    condition.blocks.iter().any(compares_no_date).then_some(Never::NotADate)
}

/// Whether a block compares a date with values none of which is one. A policy variable may become one.
fn compares_no_date(block: &Block) -> bool {
    let is_date = block.operator.base.to_ascii_lowercase().starts_with("date");
    let no_date = |test: &Test| {
        let mut texts = test.values.texts().peekable();
        texts.peek().is_some()
            && test.values.all_texts()
            && texts.all(|it| DateValue::parse(&it.value).moment().is_none() && !it.value.contains("${"))
    };
    is_date && !block.operator.base.eq_ignore_ascii_case("DateNotEquals") && block.tests.iter().any(no_date)
}

/// The actions of `set` for which a test of the condition cannot hold, because their requests never carry its key.
fn unmet(condition: &Condition, set: &ActionSet, catalog: Catalog) -> Vec<Unmet> {
    let mut out = Vec::new();
    for (_, test) in condition.tests().filter(|(block, test)| sent::needs_key(catalog, block, test)) {
        let Some(key) = catalog.condition_key(&test.key.value) else { continue };
        let key = key.deprecated_by().unwrap_or(key);
        if !sent::is_list_complete(key) {
            continue;
        }
        let mut actions = ActionSet::new(catalog);
        let of_service = key.service().into_iter().flat_map(|it| it.actions());
        for action in of_service.filter(|it| set.contains(it.id()) && sent::is_never_sent(*it, key)) {
            actions.insert(action.id());
        }
        if !actions.is_empty() {
            out.push(Unmet { key: test.key.value.to_string(), actions });
        }
    }
    out
}

/// Whether a statement denies whatever its actions are on every resource, to everyone, always.
pub fn denies_always(statement: &Statement) -> bool {
    let everything = |element: &crate::model::Element| {
        !element.negated && element.values.texts().any(|it| pattern::is_everything(&it.value))
    };
    let everyone = statement.principal.as_ref().is_none_or(|it| {
        let is_star = matches!(&it.value, PrincipalValue::Text(text) if &*text.value == "*");
        !it.negated && is_star
    });
    statement.effect() == Some(Effect::Deny)
        && !statement.has_errors
        && statement.key("Condition").is_none()
        && statement.resource.as_ref().is_none_or(everything)
        && everyone
}

/// Statements of a policy that deny their actions always, by index, with those actions.
pub fn unconditional_denies(policy: &Policy, catalog: Catalog) -> Vec<(usize, ActionSet)> {
    let statements = policy.statements.iter().enumerate();
    let denies = statements.filter(|(_, it)| denies_always(it.statement));
    denies.filter_map(|(n, it)| Some((n, of_element(it.statement.action.as_ref()?, catalog).set))).collect()
}
