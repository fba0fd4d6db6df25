//! A policy, taken apart for deciding.

use std::sync::Arc;

use super::principal::Named;
use super::request::Request;
use super::statement::{Fault, Statement};
use super::tri::Tri;
use crate::kind::PolicyKind;
use crate::model::{Effect, Policy};

/// A policy that requests can be held against.
#[derive(Debug, Clone, Default)]
pub struct Document {
    statements: Vec<Arc<Statement>>,
    has_wrong: bool,
}

/// What the statements of one kind come to for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Side {
    /// Whether a `Deny` applies.
    pub(super) deny: Tri,
    /// Whether an `Allow` applies.
    pub(super) allow: Tri,
}

impl Document {
    /// Takes a policy apart as one of this kind, whatever it was taken for before.
    pub fn compile(policy: &Policy, kind: PolicyKind) -> Document {
        let variables = policy.has_variables();
        let statements =
            policy.statements.iter().map(|it| Statement::compile(&it.statement, variables, kind));
        Document {
            statements: statements.map(Arc::new).collect(),
            has_wrong: !policy.wrong_statements.is_empty(),
        }
    }

    /// A policy of statements that were compiled before. `has_wrong`: whether something else stands among them.
    pub fn of(statements: Vec<Arc<Statement>>, has_wrong: bool) -> Document {
        Document { statements, has_wrong }
    }

    /// Its statements in the order they are written.
    pub fn statements(&self) -> &[Arc<Statement>] {
        &self.statements
    }

    /// The statements that AWS would refuse the policy for, by index. Something among the statements that is none
    /// has the index behind the last.
    pub fn faults(&self) -> impl Iterator<Item = (usize, Fault)> {
        let each = self.statements.iter().enumerate();
        let wrong = self.has_wrong.then_some((self.statements.len(), Fault::Syntax));
        each.filter_map(|(n, it)| Some((n, it.fault()?))).chain(wrong)
    }

    /// Whether it allows a request and does not deny it, all by itself. A statement without principal element is for
    /// everyone.
    pub fn grants(&self, request: &Request) -> Tri {
        let side = self.side_for(request, true);
        side.allow.and(side.deny.not())
    }

    /// What it says to a request, whoever asks.
    pub(super) fn side(&self, request: &Request) -> Side {
        let mut out = Side::default();
        for statement in &self.statements {
            out.add(statement.effect(), statement.matches(request));
        }
        out
    }

    /// What it says to a request of this principal. A statement without principal element is for everyone when
    /// `open`, else for nobody.
    pub(super) fn side_for(&self, request: &Request, open: bool) -> Side {
        let mut out = Side::default();
        for statement in &self.statements {
            let named = statement.names(request, false);
            let named = named.map_or(open.into(), Named::at_all);
            if named != Tri::False {
                out.add(statement.effect(), named.and(statement.matches(request)));
            }
        }
        out
    }

    /// What it says as the policy of the request's resource: denied, and how it grants.
    pub(super) fn resource_side(&self, request: &Request, has_boundary: bool) -> (Tri, Named) {
        let (mut deny, mut allow) = (Tri::False, Named::default());
        for statement in &self.statements {
            let Some(named) = statement.names(request, has_boundary) else { continue };
            if named.at_all() == Tri::False {
                continue;
            }
            let matches = statement.matches(request);
            match statement.effect() {
                Some(Effect::Deny) => deny = deny.or(named.at_all().and(matches)),
                Some(Effect::Allow) => allow = allow.or(named.and(matches)),
                None => {}
            }
        }
        (deny, allow)
    }
}

impl Statement {
    /// Whether it applies to a request, all by itself. Without principal element it is for everyone.
    pub fn applies(&self, request: &Request) -> Tri {
        let named = self.names(request, false).map_or(Tri::True, Named::at_all);
        named.and(self.matches(request))
    }

    /// How its principal element names the requester; `None` without one.
    pub(super) fn names(&self, request: &Request, has_boundary: bool) -> Option<Named> {
        let effect = self.effect().unwrap_or(Effect::Allow);
        let principals = self.principals.as_ref()?;
        Some(principals.names(effect, &request.who, has_boundary, &request.context))
    }
}

impl Side {
    pub(super) fn add(&mut self, effect: Option<Effect>, matches: Tri) {
        match effect {
            Some(Effect::Deny) => self.deny = self.deny.or(matches),
            Some(Effect::Allow) => self.allow = self.allow.or(matches),
            None => {}
        }
    }

    /// Both policies together.
    pub(super) fn or(self, other: Side) -> Side {
        Side { deny: self.deny.or(other.deny), allow: self.allow.or(other.allow) }
    }
}
