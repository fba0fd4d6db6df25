//! What each statement made of a request, on demand: a decision itself keeps nothing.

use std::sync::Arc;

use syntax::TextRange;

use super::action;
use super::condition::{Base, Compared, Test, Value};
use super::principal::{self, Named};
use super::reason::Reason;
use super::request::{Given, Request, WhoKind};
use super::resource::Pattern;
use super::statement::Statement;
use super::tri::Tri;
use crate::condition::Quantifier;
use crate::model::{self, Effect, Item, PrincipalValue};

/// What a statement made of a request.
#[derive(Debug, Clone)]
pub struct StatementTrace {
    /// The statement; the ranges below count from its start.
    pub statement: Arc<Statement>,
    /// Whether it applies.
    pub verdict: Tri,
    /// `Action` or `NotAction`.
    pub action: Part,
    /// `Resource` or `NotResource`; `None` without.
    pub resource: Option<Part>,
    /// `Principal` or `NotPrincipal`; `None` without, or where it does not count.
    pub principal: Option<Part>,
    /// The tests of its condition, in the order they are written.
    pub tests: Vec<TestTrace>,
}

/// What an element made of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Whether it matches.
    pub verdict: Tri,
    /// Why, where there is something to say.
    pub reason: Option<Reason>,
    /// The value that is responsible, else the element's key.
    pub range: Option<TextRange>,
}

/// What one test of a condition made of a request.
#[derive(Debug, Clone)]
pub struct TestTrace {
    /// Whether it holds, and why. The range is the responsible value, else the test.
    pub part: Part,
    /// The key as it is written.
    pub key: Box<str>,
    /// What the request has for the key.
    pub given: Given,
    /// The keys that it hangs on and that are not known, in lower case.
    pub unknown: Vec<Box<str>>,
}

impl StatementTrace {
    /// How many of action, resource, principal and condition match for certain, and of how many.
    pub fn matched(&self) -> (usize, usize) {
        let parts = [Some(self.action), self.resource, self.principal, self.condition()];
        let all = parts.into_iter().flatten();
        (all.clone().filter(|it| it.verdict == Tri::True).count(), all.count())
    }

    /// The condition as a whole, with the reason of the first test that fails; `None` without tests.
    pub fn condition(&self) -> Option<Part> {
        let worst = self.tests.iter().map(|it| it.part).min_by_key(|it| it.verdict)?;
        Some(worst)
    }

    /// The first part that does not match, in the order of the elements.
    pub fn failing(&self) -> Option<Part> {
        let parts = [self.principal, Some(self.action), self.resource, self.condition()];
        parts.into_iter().flatten().find(|it| it.verdict == Tri::False)
    }

    /// `Allow` or `Deny`.
    pub fn effect(&self) -> Option<Effect> {
        self.statement.effect()
    }
}

impl Statement {
    /// What it makes of a request. `has_boundary`: whether the requester has a permissions boundary.
    pub fn trace(self: &Arc<Statement>, request: &Request, has_boundary: bool) -> StatementTrace {
        let named = self.names(request, has_boundary);
        let principal = named.map(|it| self.trace_principal(it, request, has_boundary));
        let action = self.trace_action(request);
        let resource = self.trace_resource(request);
        let tests: Vec<_> = self.trace_tests(request);
        let parts = [Some(action), resource, principal];
        let verdict =
            Tri::all(parts.into_iter().flatten().chain(tests.iter().map(|it| it.part)).map(|it| it.verdict));
        // What of the condition is no test has no part of its own.
        let verdict = verdict.and(self.condition(request));
        StatementTrace { statement: Arc::clone(self), verdict, action, resource, principal, tests }
    }

    fn trace_action(&self, request: &Request) -> Part {
        let verdict = self.action(request);
        let Some(element) = &self.model().action else {
            return Part { verdict, reason: Some(Reason::ActionNoMatch), range: None };
        };
        let covers = |it: &&model::Text| action::matches(&it.value, request.action());
        let by = element.values.texts().find(covers).map(|it| it.range);
        let reason = match verdict {
            Tri::True => None,
            Tri::Unknown => Some(Reason::Unknown),
            Tri::False if element.negated => Some(Reason::ActionExcluded),
            Tri::False => Some(Reason::ActionNoMatch),
        };
        Part { verdict, reason, range: by.or(Some(element.key)) }
    }

    fn trace_resource(&self, request: &Request) -> Option<Part> {
        let (element, own) = (self.model().resource.as_ref()?, self.resource.as_ref()?);
        let verdict = self.resource(request);
        let range = |n: usize| element.values.items.get(n).map(Item::range);
        let at = |it: Tri| own.patterns.iter().position(|pattern| pattern.matches(request) == it);
        let part = |reason, n: Option<usize>| Part {
            verdict,
            reason,
            range: n.and_then(range).or(Some(element.key)),
        };
        let invalid = || own.patterns.iter().position(|it| matches!(it, Pattern::Refused));
        Some(match (verdict, own.negated) {
            (Tri::True, false) => part(None, at(Tri::True)),
            (Tri::True, true) => part(None, None),
            (Tri::Unknown, _) => part(Some(Reason::Unknown), at(Tri::Unknown)),
            (Tri::False, true) if invalid().is_some() => part(Some(Reason::ResourceInvalid), invalid()),
            (Tri::False, true) => part(Some(Reason::ResourceExcluded), at(Tri::True)),
            (Tri::False, false) => match own.nearest(request) {
                Some((n, reason)) => part(Some(reason), Some(n)),
                None => part(Some(Reason::ResourceId), None),
            },
        })
    }

    fn trace_principal(&self, named: Named, request: &Request, has_boundary: bool) -> Part {
        let Some(element) = &self.model().principal else {
            return Part { verdict: named.at_all(), reason: None, range: None };
        };
        let verdict = named.at_all();
        let mut responsible = None;
        let mut session = false;
        for (name, text) in texts(&element.value) {
            let one = principal::entry(name, &text.value, &request.who, &request.context);
            if one.at_all() == verdict && verdict != Tri::False || element.negated && one.direct == Tri::True
            {
                responsible = responsible.or(Some(text.range));
            }
            session |= text.value.contains(":assumed-role/") && request.who.kind != WhoKind::User;
        }
        let reason = match verdict {
            Tri::True if element.negated && has_boundary && self.effect() == Some(Effect::Deny) => {
                Some(Reason::NotPrincipalBoundary)
            }
            Tri::True if named.direct == Tri::False && named.role == Tri::False => {
                Some(Reason::PrincipalAccountOnly)
            }
            Tri::True => None,
            Tri::Unknown if session => Some(Reason::PrincipalSession),
            Tri::Unknown => Some(Reason::Unknown),
            Tri::False if element.negated => Some(Reason::NotPrincipalListed),
            Tri::False if session => Some(Reason::PrincipalSession),
            Tri::False => Some(Reason::PrincipalNotListed),
        };
        Part { verdict, reason, range: responsible.or(Some(element.key)) }
    }

    fn trace_tests(&self, request: &Request) -> Vec<TestTrace> {
        let written = self.model().condition.iter().flat_map(model::Condition::tests);
        self.tests.iter().zip(written).map(|(test, (_, written))| test.trace(written, request)).collect()
    }
}

impl Test {
    fn trace(&self, written: &model::Test, request: &Request) -> TestTrace {
        let context = &request.context;
        let given = context.get(&self.key).clone();
        let verdict = self.holds(context);
        let value_range = |n: usize| written.values.items.get(n).map(Item::range);
        let (reason, by) = self.reason(&given, verdict, request);
        let unknown = [&*self.key].into_iter().chain(self.variables()).filter(|it| context.get(it).is_open());
        let unknown = unknown.map(Box::from).collect();
        let range = by.and_then(value_range).or(Some(written.member));
        TestTrace { part: Part { verdict, reason, range }, key: written.key.value.clone(), given, unknown }
    }

    /// Why it says what it says, and by which value.
    fn reason(&self, given: &Given, verdict: Tri, request: &Request) -> (Option<Reason>, Option<usize>) {
        if self.base == Base::Unknown {
            return (Some(Reason::ConditionOperator), None);
        }
        let values: &[Box<str>] = match given {
            Given::One(it) => std::slice::from_ref(it),
            Given::Many(it) => it,
            Given::Absent | Given::SomeValue | Given::Unknown => &[],
        };
        if given.is_open() || verdict == Tri::Unknown {
            return (Some(Reason::Unknown), None);
        }
        if self.base == Base::Null {
            let missing =
                (verdict == Tri::False && self.is_absent(values)).then_some(Reason::ConditionMissing);
            return (missing.or((verdict == Tri::False).then_some(Reason::ConditionValue)), None);
        }
        if values.is_empty() || (self.quantifier.is_some() && self.is_absent(values)) {
            return (Some(self.missing(verdict)), None);
        }
        if self.quantifier.is_none() && matches!(given, Given::Many(_)) {
            return (Some(Reason::ConditionList), None);
        }
        self.compared(values, verdict, request)
    }

    fn is_absent(&self, values: &[Box<str>]) -> bool {
        values.iter().all(|it| it.is_empty())
    }

    fn missing(&self, verdict: Tri) -> Reason {
        match verdict {
            Tri::True if !self.if_exists && self.quantifier == Some(Quantifier::ForAllValues) => {
                Reason::ConditionVacuous
            }
            Tri::True => Reason::ConditionMissingTrue,
            Tri::False | Tri::Unknown => Reason::ConditionMissing,
        }
    }

    fn compared(
        &self,
        given: &[Box<str>],
        verdict: Tri,
        request: &Request,
    ) -> (Option<Reason>, Option<usize>) {
        let compare = |value: &Value, text: &str| self.compare(value, text, &request.context);
        let matching = self
            .values
            .iter()
            .position(|value| given.iter().any(|text| compare(value, text) == Compared::Known(Tri::True)));
        if verdict == Tri::True {
            return (None, matching.filter(|_| !self.negated));
        }
        if self.negated && matching.is_some() {
            return (Some(Reason::ConditionValue), matching);
        }
        if let Some(n) = self.values.iter().position(|it| matches!(it, Value::Wrong)) {
            return (Some(Reason::ConditionTypePolicy), Some(n));
        }
        let wrong = |text: &str| self.values.iter().any(|it| compare(it, text) == Compared::WrongType);
        if given.iter().any(|it| wrong(it)) {
            return (Some(Reason::ConditionTypeRequest), None);
        }
        let lacks = |it: &Value| it.templates().any(|it| it.resolved(&request.context) == Tri::False);
        match self.values.iter().position(lacks) {
            Some(n) if self.values.len() == 1 => (Some(Reason::ConditionVariable), Some(n)),
            _ => (Some(Reason::ConditionValue), None),
        }
    }
}

/// The principals of an element by their type.
fn texts(value: &PrincipalValue) -> Vec<(&str, &model::Text)> {
    match value {
        PrincipalValue::Text(text) => vec![("AWS", text)],
        PrincipalValue::Typed(types) => {
            let each = types.iter();
            each.flat_map(|entry| entry.values.texts().map(|it| (&*entry.name.value, it))).collect()
        }
        PrincipalValue::Dynamic | PrincipalValue::Wrong(_) => Vec::new(),
    }
}
