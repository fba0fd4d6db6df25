//! A policy as boxes.

use std::sync::{Arc, OnceLock};

use catalog::Catalog;
use syntax::{SourceFile, TextRange};

use super::actions::Actions;
use super::answer::Reason;
use super::condition;
use super::element::{self, Reading};
use super::literal::{Literal, Values};
use crate::eval;
use crate::kind::PolicyKind;
use crate::model::{self, Effect, Policy, PrincipalValue, StatementAt};

/// A statement as facts that a request has to meet.
#[derive(Debug, Clone)]
pub struct Statement {
    pub(super) effect: Option<Effect>,
    pub(super) actions: Option<Actions>,
    /// What it asks, but for the resource.
    pub(super) facts: Vec<Literal>,
    /// What it asks of the resource, by how a star at the end of a field is read.
    pub(super) resource: [Option<Literal>; 2],
    /// Whether the two readings of stars are the same for it.
    pub(super) reads_one_way: bool,
    pub(super) eval: Arc<eval::Statement>,
    /// Whether its facts cannot hold together, once somebody asked: for requests that are signed, or for all.
    pub(super) never: [OnceLock<bool>; 2],
    /// Whether a text in it is too long to ask questions about; it has no facts then.
    is_too_long: bool,
}

/// A policy that can be compared with others.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its statements in the order they are written.
    pub(super) statements: Vec<Arc<Statement>>,
    /// Whether only principals of IAM come to be held against it.
    pub(super) is_signed: bool,
    /// As requests are held against it.
    pub(super) eval: eval::Document,
    /// Why no question about it has an answer.
    pub(super) unread: Option<Reason>,
}

impl Document {
    /// A policy of `file`.
    pub fn of(policy: &Policy, file: &SourceFile, catalog: Catalog) -> Document {
        Document::of_kind(policy, policy.kind, file, catalog)
    }

    /// A policy of `file`, taken for one of this kind.
    pub fn of_kind(policy: &Policy, kind: PolicyKind, file: &SourceFile, catalog: Catalog) -> Document {
        let variables = policy.has_variables();
        let compile = |it: StatementAt<'_>| {
            let written = |range: TextRange| {
                let range = TextRange::new(it.start + range.start, it.start + range.end);
                file.text().slice(range).to_string()
            };
            Arc::new(Statement::compile(it.statement, &written, variables, kind, catalog))
        };
        let statements = policy.statements.iter().map(compile).collect();
        Document::of_statements(statements, kind, !policy.wrong_statements.is_empty())
    }

    /// A policy of statements that were compiled before. `has_wrong`: whether something stands among them that is
    /// none.
    pub fn of_statements(statements: Vec<Arc<Statement>>, kind: PolicyKind, has_wrong: bool) -> Document {
        Document {
            is_signed: !kind.has_principal(),
            eval: eval::Document::of(statements.iter().map(|it| Arc::clone(&it.eval)).collect()),
            unread: match has_wrong {
                true => Some(Reason::Unfinished),
                false => statements.iter().filter_map(|it| it.unread()).max(),
            },
            statements,
        }
    }

    /// What this policy leaves of everything: all but what it denies, whatever else it says. `all` is a policy of the
    /// same kind whose only statement allows everything. The Denies keep their numbers.
    pub fn all_but_denied(&self, all: &Document, catalog: Catalog) -> Document {
        let nothing = |all: &Statement| Statement {
            actions: Some(Actions::of_texts(std::iter::empty(), catalog)),
            ..all.clone()
        };
        let nothing = all.statements.first().map(|it| Arc::new(nothing(it)));
        let keep = |it: &Arc<Statement>| match it.effect {
            Some(Effect::Deny) => Some(Arc::clone(it)),
            Some(Effect::Allow) | None => nothing.clone(),
        };
        let statements: Vec<Arc<Statement>> =
            self.statements.iter().filter_map(keep).chain(all.statements.iter().cloned()).collect();
        Document {
            is_signed: self.is_signed,
            eval: eval::Document::of(statements.iter().map(|it| Arc::clone(&it.eval)).collect()),
            unread: self.unread.or(all.unread),
            statements,
        }
    }

    /// Whether one of its statements denies something.
    pub fn denies(&self) -> bool {
        self.statements.iter().any(|it| it.effect == Some(Effect::Deny))
    }

    /// Whether something in it is not written yet or cannot be read: no question about it has an answer.
    pub fn is_unfinished(&self) -> bool {
        self.unread.is_some()
    }

    /// How many statements it has.
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// The statements with an effect, by index.
    pub(super) fn with_effect(&self, effect: Effect) -> impl Iterator<Item = (usize, &Statement)> {
        let each = self.statements.iter().enumerate();
        each.filter(move |(_, it)| it.effect == Some(effect)).map(|(n, it)| (n, &**it))
    }
}

impl Statement {
    /// A statement of a policy of this kind. `written` gives the text of a range that counts from its start.
    pub fn compile(
        model: &Arc<model::Statement>,
        written: &dyn Fn(TextRange) -> String,
        variables: bool,
        kind: PolicyKind,
        catalog: Catalog,
    ) -> Statement {
        let mut facts = Vec::new();
        let effect = model.effect();
        let compiled = || Arc::new(eval::Statement::compile(model, variables, kind));
        if has_long_text(model, catalog.longest_policy()) {
            let actions = model.action.as_ref().map(|_| Actions::of_texts([].into_iter(), catalog));
            let resource = [None, None];
            return Statement {
                effect,
                actions,
                facts,
                resource,
                reads_one_way: true,
                eval: compiled(),
                never: [OnceLock::new(), OnceLock::new()],
                is_too_long: true,
            };
        }
        let actions = model.action.as_ref().map(|it| {
            let actions = Actions::of_element(it, catalog);
            if !actions.open {
                return actions;
            }
            // What a template fills in may be any action.
            facts.push(Literal::opaque(&format!("actions {} {}", it.negated, written(it.values.range))));
            Actions::of_texts(["*"].into_iter(), catalog)
        });
        if let Some(principal) = model.principal.as_ref().filter(|_| kind.has_principal()) {
            let literal = element::principal(principal, effect.unwrap_or(Effect::Allow));
            let unread =
                || format!("principals {} {effect:?} {}", principal.negated, written(principal.range));
            facts.push(literal.unwrap_or_else(|| Literal::opaque(&unread())));
        }
        if let Some(condition) = &model.condition {
            for (block, test) in condition.tests() {
                let text = || format!("{variables} {} {}", block.name.value, written(test.member));
                facts.push(condition::literal(block, test, variables, catalog, &text));
            }
            let is_unread = condition.blocks.is_empty() || !condition.wrong.is_empty();
            if is_unread
                && !written(condition.range).trim_matches(['{', '}', ' ', '\n', '\t', '\r']).is_empty()
            {
                facts.push(Literal::opaque(&written(condition.range)));
            }
        }
        let resource = |reading: Reading| {
            let element = model.resource.as_ref()?;
            let literal = element::resource(element, kind, variables, reading);
            let unread = || format!("resources {} {}", element.negated, written(element.values.range));
            Some(literal.unwrap_or_else(|| Literal::opaque(&unread())))
        };
        let resource = [resource(Reading::Field), resource(Reading::PastColon)];
        let resource = resource.map(|it| it.filter(|it| !it.is_always()));
        facts.retain(|it| !it.is_always());
        Statement {
            effect,
            actions,
            facts,
            reads_one_way: matches!(&resource, [field, past] if field == past),
            resource,
            eval: compiled(),
            never: [OnceLock::new(), OnceLock::new()],
            is_too_long: false,
        }
    }

    /// Whether one request may be for an action of both.
    pub(super) fn may_meet(&self, other: &Statement) -> bool {
        self.actions.as_ref().zip(other.actions.as_ref()).is_some_and(|(own, it)| own.may_meet(it))
    }

    /// Whether it asks the same of a request, in the same words where they are not read.
    pub(super) fn says_same(&self, other: &Statement) -> bool {
        let parts = |it: &Statement| (it.effect, it.facts.len(), it.is_too_long);
        parts(self) == parts(other)
            && self.actions == other.actions
            && self.facts == other.facts
            && self.resource == other.resource
    }

    /// Why there is no telling what it does.
    fn unread(&self) -> Option<Reason> {
        let is_unfinished =
            self.effect.is_none() || self.actions.is_none() || self.eval.fault() == Some(eval::Fault::Syntax);
        match is_unfinished {
            true => Some(Reason::Unfinished),
            false => self.is_too_long.then_some(Reason::LongPattern),
        }
    }

    /// All that it asks of a request for one of its actions.
    pub(super) fn literals(&self, reading: Reading) -> impl Iterator<Item = &Literal> {
        let resource = match reading {
            Reading::Field => self.resource.first(),
            Reading::PastColon => self.resource.last(),
        };
        self.facts.iter().chain(resource.and_then(Option::as_ref))
    }
}

/// Whether a text that requests are held against has more bytes than `most`. AWS refuses a policy with such a text, and
/// each step of comparing it with others costs as much as all steps of a policy that AWS takes.
fn has_long_text(model: &model::Statement, most: usize) -> bool {
    let is_long = |it: &model::Text| it.value.len() > most;
    let any = |it: &model::Values| it.texts().any(is_long);
    let principal = match model.principal.as_ref().map(|it| &it.value) {
        Some(PrincipalValue::Text(it)) => is_long(it),
        Some(PrincipalValue::Typed(types)) => types.iter().any(|it| any(&it.values)),
        Some(PrincipalValue::Dynamic | PrincipalValue::Wrong(_)) | None => false,
    };
    let mut tests = model.condition.iter().flat_map(|it| it.tests());
    principal
        || model.action.iter().chain(&model.resource).any(|it| any(&it.values))
        || tests.any(|(_, it)| is_long(&it.key) || any(&it.values))
}

impl Literal {
    /// Whether it holds for every resource or principal.
    fn is_always(&self) -> bool {
        let is_key = matches!(self.subject, super::literal::Subject::Key(_));
        match &*self.values {
            Values::Text(union) if !is_key => {
                self.inside && union.globs().iter().any(super::glob::Glob::is_everything)
                    || !self.inside && union.globs().is_empty()
            }
            _ => false,
        }
    }
}
