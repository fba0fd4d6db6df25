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
    /// Whether a template fills in statements that are not read: they may say anything.
    has_dynamic: bool,
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
        let statements = policy.statements.iter().map(|it| Statement::compile(it.statement, variables, kind));
        Document::of_policy(policy, statements.map(Arc::new).collect())
    }

    /// A policy whose statements were compiled before.
    pub fn of_policy(policy: &Policy, statements: Vec<Arc<Statement>>) -> Document {
        let own = Document::of(statements);
        Document {
            has_wrong: !policy.wrong_statements.is_empty(),
            has_dynamic: own.has_dynamic || policy.has_dynamic_statements,
            ..own
        }
    }

    /// Statements that were compiled before, as a policy.
    pub fn of(statements: Vec<Arc<Statement>>) -> Document {
        let has_dynamic = statements.iter().any(|it| it.is_dynamic());
        Document { statements, has_wrong: false, has_dynamic }
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
        let side = self.side_for(request, false);
        side.allow.and(side.deny.not())
    }

    /// What it says to a request, whoever asks.
    pub(super) fn side(&self, request: &Request) -> Side {
        let mut out = self.unread();
        for statement in &self.statements {
            out.add(statement, statement.matches(request));
        }
        out
    }

    /// What it says to a request of this principal. A statement without principal element is for everyone.
    pub(super) fn side_for(&self, request: &Request, has_boundary: bool) -> Side {
        let mut out = self.unread();
        for statement in &self.statements {
            let named = statement.names(request, has_boundary);
            let named = named.map_or(Tri::True, Named::at_all);
            if named != Tri::False {
                out.add(statement, named.and(statement.matches(request)));
            }
        }
        out
    }

    /// What it says as the policy of the request's resource: denied, and how it grants.
    pub(super) fn resource_side(&self, request: &Request, has_boundary: bool) -> (Tri, Named) {
        let unread = self.unread();
        let (mut deny, mut allow) = (unread.deny, Named::everyhow(unread.allow));
        for statement in &self.statements {
            let Some(named) = statement.names(request, has_boundary) else { continue };
            if named.at_all() == Tri::False {
                continue;
            }
            let matches = statement.matches(request);
            deny = deny.or(statement.denies().and(matches).and(named.at_all()));
            allow = allow.or(named.and(statement.allows().and(matches)));
        }
        (deny, allow)
    }

    /// What the statements that are not read come to.
    pub(super) fn unread(&self) -> Side {
        let unread = if self.has_dynamic { Tri::Unknown } else { Tri::False };
        Side { deny: unread, allow: unread }
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
    pub(super) fn add(&mut self, statement: &Statement, matches: Tri) {
        self.deny = self.deny.or(statement.denies().and(matches));
        self.allow = self.allow.or(statement.allows().and(matches));
    }

    /// Both policies together.
    pub(super) fn or(self, other: Side) -> Side {
        Side { deny: self.deny.or(other.deny), allow: self.allow.or(other.allow) }
    }
}
