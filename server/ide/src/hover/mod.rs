//! What stands under the mouse, explained. Markdown without HTML and tables only where they are short, so that it
//! reads well where markdown is not rendered.

pub(crate) mod action;
mod address;
pub(crate) mod arn_format;
pub(crate) mod element;
pub(crate) mod key;
mod model;
pub(crate) mod operator;
pub(crate) mod principal;
pub(crate) mod resource;
pub mod scenario;
pub mod settings;
mod template;
mod truth;
mod value;
mod variable;
mod wildcard;

use catalog::catalog;
use policy::PolicyKind;
use policy::model::{Block, Policy, Statement, StatementAt, Test};
use syntax::{Kind, TextRange, TextSize};

use crate::place::{self, Place, Slot};
use crate::{Analysis, explain, tokens};

/// A policy with more statements is not summed up: that would take longer than a hover may.
const MOST_SUMMED_UP: usize = 200;

/// Of a statement with more actions, single ones are not looked at where only a remark depends on it.
const MOST_LOOKED_AT: usize = 2_000;

/// An explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub range: TextRange,
    /// What there is to say.
    pub markdown: String,
}

/// The explanation of the token that holds the byte `at`.
pub fn hover(analysis: &Analysis, at: TextSize) -> Option<Hover> {
    let Some(place) = place::place_of(analysis, at) else {
        return template::hover(analysis, at).or_else(|| brace(analysis, at));
    };
    let cx = Cx::new(analysis, &place, at);
    if let Some(hover) = cx.variable() {
        return Some(hover);
    }
    Some(Hover { range: place.token, markdown: cx.explain()? })
}

/// A token and what stands around it.
struct Cx<'a> {
    analysis: &'a Analysis,
    place: &'a Place,
    policy: Option<&'a Policy>,
    at: Option<StatementAt<'a>>,
    statement: Option<&'a Statement>,
    /// The byte of the text that is pointed at, where the text stands in the file as it reads.
    offset: Option<usize>,
}

impl<'a> Cx<'a> {
    fn new(analysis: &'a Analysis, place: &'a Place, at: TextSize) -> Cx<'a> {
        let statement_at = place.statement(analysis);
        let is_plain = place.range.len() as usize == place.text.len();
        let offset = at.checked_sub(place.range.start).filter(|_| is_plain && at < place.range.end);
        Cx {
            analysis,
            place,
            policy: place.policy(analysis),
            at: statement_at,
            statement: statement_at.map(|it| &**it.statement),
            offset: offset.map(|it| it as usize),
        }
    }

    fn explain(&self) -> Option<String> {
        let (place, text) = (self.place, &*self.place.text);
        match &place.slot {
            Slot::PolicyKey | Slot::StatementKey => self.element(text),
            Slot::Version => element::version(text),
            Slot::Id => Some(element::id(text)),
            Slot::Sid => Some(self.with_verdict(element::sid(text, place.kind))),
            Slot::Effect => element::effect(text, place.kind).map(|it| self.with_verdict(it)),
            Slot::Action { negated } => action::pattern(text, *negated, self.statement),
            Slot::Resource { negated } => resource::resource(text, *negated, self.offset, self.statement),
            Slot::Principal => principal::anyone(text, self.excepts()),
            Slot::PrincipalType => principal::principal_type(text),
            Slot::PrincipalValue { of } => principal::principal(of, text, self.excepts()),
            Slot::ConditionOperator => operator::operator(text, self.block().zip(self.statement)),
            Slot::ConditionKey { .. } => key::key(text, self.statement, self.test()),
            Slot::ConditionValue { operator, key } => {
                let test = self.test();
                let now = self.analysis.config().now;
                value::value(text, &value::Where { operator, key, statement: self.statement, test, now })
            }
            Slot::Statement => Some("A statement is an object: `{\"Effect\": \"Allow\", …}`.".to_owned()),
            Slot::Condition => Some(
                "A condition is an object: `{\"StringEquals\": {\"aws:PrincipalOrgID\": \"…\"}}`.".to_owned(),
            ),
            Slot::ConditionBlock { operator } => Some(format!(
                "Under {} stand keys with their values: `{{\"aws:SourceIp\": \"…\"}}`.",
                code(operator)
            )),
            Slot::Document => None,
        }
    }

    fn element(&self, text: &str) -> Option<String> {
        let said = element::element(text, self.place.kind)?;
        let own = match text {
            "Condition" => {
                let statement = self.statement?;
                statement.condition.as_ref().and_then(|it| operator::condition(it, statement))
            }
            "Statement" => self.policy_line(),
            _ => None,
        };
        Some(match own {
            // What the policy itself says comes before what the language says.
            Some(own) => match said.split_once("\n\n") {
                Some((head, rest)) => format!("{head}\n\n{}\n\n{rest}", own.trim_end()),
                None => format!("{said}\n\n{own}"),
            },
            None => said,
        })
    }

    fn policy_line(&self) -> Option<String> {
        let (idx, policy) = (self.place.policy?, self.policy?);
        if policy.statements.len() > MOST_SUMMED_UP {
            return Some(format!("{} statements", explain::grouped(policy.statements.len())));
        }
        let line = explain::policy(
            policy,
            self.analysis.denies(idx),
            self.analysis.dead(idx),
            self.analysis.config().now,
        );
        Some(escape(&line))
    }

    fn with_verdict(&self, text: String) -> String {
        let line = self
            .place
            .policy
            .zip(self.place.statement)
            .and_then(|(policy, idx)| verdict(self.analysis, policy, idx));
        match line {
            Some(line) => format!("{}\n\n{line}", text.trim_end()),
            None => text.trim_end().to_owned(),
        }
    }

    /// Whether the principals here are those that a `NotPrincipal` leaves out.
    fn excepts(&self) -> bool {
        self.statement.and_then(|it| it.principal.as_ref()).is_some_and(|it| it.negated)
    }

    /// The token in the statement's own count.
    fn own_range(&self) -> Option<TextRange> {
        let start = self.at?.start;
        let token = self.place.token;
        Some(TextRange::new(token.start.checked_sub(start)?, token.end.checked_sub(start)?))
    }

    /// The operator's block around the token.
    fn block(&self) -> Option<&'a Block> {
        let own = self.own_range()?;
        let condition = self.statement?.condition.as_ref()?;
        condition.blocks.iter().find(|it| it.member.start <= own.start && own.end <= it.member.end)
    }

    /// The test around the token.
    fn test(&self) -> Option<(&'a Block, &'a Test)> {
        let own = self.own_range()?;
        let block = self.block()?;
        let test = block.tests.iter().find(|it| it.member.start <= own.start && own.end <= it.member.end)?;
        Some((block, test))
    }

    /// The policy variable that is pointed at.
    fn variable(&self) -> Option<Hover> {
        let text = &*self.place.text;
        let found = variable::at(text, self.offset?)?;
        let around = match &self.place.slot {
            Slot::Resource { .. } => {
                let n_colons = text.get(..found.start)?.matches(':').count();
                variable::Around::Resource { in_resource: n_colons >= 5 }
            }
            Slot::ConditionValue { operator, .. } => {
                let base = policy::condition::Operator::parse(operator).base;
                let known = catalog().operator(&base)?;
                if !known.variables() {
                    return None;
                }
                variable::Around::Condition { negated: known.negated() }
            }
            Slot::Action { .. } | Slot::Principal | Slot::PrincipalValue { .. } => {
                variable::Around::Elsewhere
            }
            Slot::Document
            | Slot::PolicyKey
            | Slot::Version
            | Slot::Id
            | Slot::Statement
            | Slot::StatementKey
            | Slot::Sid
            | Slot::Effect
            | Slot::PrincipalType
            | Slot::Condition
            | Slot::ConditionOperator
            | Slot::ConditionBlock { .. }
            | Slot::ConditionKey { .. } => return None,
        };
        let has_variables = self.policy.is_none_or(Policy::has_variables);
        let markdown = variable::variable(found, around, has_variables)?;
        let size = |it: usize| TextSize::try_from(it).ok();
        let start = self.place.range.start;
        Some(Hover { range: TextRange::new(start + size(found.start)?, start + size(found.end)?), markdown })
    }
}

/// What a statement really does, as its lens says, in a form that markdown leaves alone.
fn verdict(analysis: &Analysis, policy_idx: usize, idx: usize) -> Option<String> {
    let policy = analysis.policies().get(policy_idx)?;
    // The other statements of a long policy are looked at only where something else has paid for it.
    let verdict = match policy.statements.len() > MOST_SUMMED_UP {
        true => explain::statement(policy, idx, &[], analysis.config().now),
        false => explain::statement_of(analysis, policy_idx, idx),
    };
    verdict.map(|it| escape(&it.line))
}

/// The explanation of a statement by one of its braces.
fn brace(analysis: &Analysis, at: TextSize) -> Option<Hover> {
    let path = tokens::at(analysis.file().tree(), at)?;
    if !matches!(path.kind, Kind::LeftBrace | Kind::RightBrace) {
        return None;
    }
    let node = path.parent()?;
    let policy_idx = analysis.policies().partition_point(|it| it.range.start <= at).checked_sub(1)?;
    let policy = analysis.policies().get(policy_idx)?;
    let idx = policy.statements.index_of(node.start)?;
    let line = verdict(analysis, policy_idx, idx)?;
    let name = policy.statements.get(idx).and_then(|it| it.statement.sid.as_ref());
    let name = name.map_or_else(|| (idx + 1).to_string(), |it| code(&it.value));
    Some(Hover { range: path.range, markdown: format!("**Statement {name}**\n\n{line}") })
}

/// The explanation a completion item asks for later, by the `data` it carries.
pub(crate) fn by_name(data: &str) -> Option<String> {
    let (what, name) = data.split_once(' ')?;
    match what {
        "action" => action::pattern(name, false, None),
        "service" => catalog().service(name).map(action::service),
        "element" => element::element(name, PolicyKind::Resource),
        "operator" => operator::operator(name, None),
        "key" => key::key(name, None, None),
        "principal" => principal::principal_type(name),
        "service-principal" => principal::service(name),
        "resource" => resource::resource(name, false, None, None),
        "resource-type" => resource::resource_type(name),
        "model" => model::model(name),
        "profile" => model::profile(name, ""),
        _ => None,
    }
}

/// Up to `limit` items in a row, and how many are left out.
fn some_of<T>(items: impl Iterator<Item = T>, limit: usize, write: impl Fn(&T) -> String) -> String {
    let mut written = Vec::new();
    let mut n_more = 0;
    for item in items {
        if written.len() < limit {
            written.push(write(&item));
        } else {
            n_more += 1;
        }
    }
    let mut out = written.join(", ");
    if n_more > 0 {
        out.push_str(&format!(" and {} more", explain::grouped(n_more)));
    }
    out
}

fn code(text: impl std::fmt::Display) -> String {
    let text = text.to_string();
    if text.is_empty() {
        return "`\"\"`".to_owned();
    }
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// A text with what markdown would take for marks made plain.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        if matches!(it, '*' | '_' | '<' | '[' | '`' | '\\') {
            out.push('\\');
        }
        out.push(it);
    }
    out
}

/// `1 action`, `2 actions`.
fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

#[cfg(test)]
mod tests;
