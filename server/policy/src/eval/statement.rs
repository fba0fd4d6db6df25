//! A statement, taken apart for deciding.

use std::sync::Arc;

use super::action::Actions;
use super::condition::{self, Base, Test};
use super::principal::Principals;
use super::request::Request;
use super::resource::Pattern;
use super::tri::Tri;
use crate::kind::PolicyKind;
use crate::lower;
use crate::model::{self, Effect, Element, Item, Json};

/// A statement that requests can be held against.
#[derive(Debug, Clone)]
pub struct Statement {
    model: Arc<model::Statement>,
    kind: PolicyKind,
    effect: Option<Effect>,
    /// Whether a template fills in the effect.
    has_dynamic_effect: bool,
    actions: Option<Actions>,
    pub(super) resource: Option<Resource>,
    pub(super) principals: Option<Principals>,
    pub(super) tests: Vec<Test>,
    /// What its condition says beside its tests: unknown when a template fills it in, false when some of it is no
    /// test.
    untested: Tri,
    fault: Option<Fault>,
}

/// `Resource` or `NotResource`, its patterns in the order they are written.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub(super) negated: bool,
    pub(super) patterns: Vec<Pattern>,
}

/// Why AWS refuses the policy that a statement stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Its text is no JSON.
    Syntax,
    /// `Effect` is neither `Allow` nor `Deny`.
    Effect,
    /// There is not exactly one of `Action` and `NotAction`.
    Action,
    /// There is not exactly one of `Resource` and `NotResource`.
    Resource,
    /// There is not exactly one of `Principal` and `NotPrincipal`, or one where none belongs.
    Principal,
    /// `NotPrincipal` in an `Allow`.
    AllowNotPrincipal,
    /// An element is written twice.
    Repeated,
    /// A condition that is not made of operators with keys.
    Condition,
    /// An operator that does not exist.
    Operator,
}

impl Fault {
    /// What is wrong, to follow the name of a statement.
    pub fn text(self) -> &'static str {
        match self {
            Fault::Syntax => "is not valid JSON",
            Fault::Effect => "needs `Effect` `Allow` or `Deny`",
            Fault::Action => "needs one of `Action` and `NotAction`",
            Fault::Resource => "needs one of `Resource` and `NotResource`",
            Fault::Principal => "has a principal element where none belongs, or lacks it",
            Fault::AllowNotPrincipal => "allows with `NotPrincipal`",
            Fault::Repeated => "repeats an element",
            Fault::Condition => "has a condition that is no object of operators and keys",
            Fault::Operator => "has a condition operator that does not exist",
        }
    }
}

impl Statement {
    /// Takes a statement of a policy of this kind apart. `variables`: whether the policy's version has them.
    /// Total: what AWS refuses is read as far as it can be, and [`Statement::fault`] says so.
    pub fn compile(model: &Arc<model::Statement>, variables: bool, kind: PolicyKind) -> Statement {
        let tests = model.condition.as_ref().map(|it| condition::compile(it, variables)).unwrap_or_default();
        Statement {
            effect: model.effect(),
            has_dynamic_effect: has_dynamic_effect(model),
            actions: model.action.as_ref().map(Actions::compile),
            resource: model.resource.as_ref().map(|it| Resource::compile(it, variables, kind)),
            principals: model.principal.as_ref().filter(|_| kind.has_principal()).map(Principals::compile),
            fault: fault(model, kind)
                .or_else(|| tests.iter().any(|it| it.base == Base::Unknown).then_some(Fault::Operator)),
            model: Arc::clone(model),
            kind,
            tests,
            untested: untested(model),
        }
    }

    /// What it was compiled from; ranges count from its start.
    pub fn model(&self) -> &Arc<model::Statement> {
        &self.model
    }

    /// What the policy it stands in is attached to.
    pub fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// `Allow` or `Deny`; `None` decides nothing.
    pub fn effect(&self) -> Option<Effect> {
        self.effect
    }

    /// Whether a template's function stands in its place.
    pub(super) fn is_dynamic(&self) -> bool {
        is_dynamic(&self.model)
    }

    /// Whether it is a `Deny`.
    pub(super) fn denies(&self) -> Tri {
        self.has_effect(Effect::Deny)
    }

    /// Whether it is an `Allow`.
    pub(super) fn allows(&self) -> Tri {
        self.has_effect(Effect::Allow)
    }

    fn has_effect(&self, effect: Effect) -> Tri {
        if self.has_dynamic_effect { Tri::Unknown } else { (self.effect == Some(effect)).into() }
    }

    /// Why AWS would refuse it.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// The condition keys that it tests or names as variables, in lower case.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().map(|it| &*it.key).chain(self.variables())
    }

    /// Whether a variable in it names the key, which is in lower case.
    pub(super) fn has_variable(&self, key: &str) -> bool {
        self.variables().any(|it| it == key)
    }

    fn variables(&self) -> impl Iterator<Item = &str> {
        let patterns = self.resource.iter().flat_map(|it| &it.patterns);
        patterns.flat_map(Pattern::variables).chain(self.tests.iter().flat_map(Test::variables))
    }

    /// Whether action, resource and conditions of a request match; the principal is apart.
    pub(super) fn matches(&self, request: &Request) -> Tri {
        let action = self.action(request);
        if action == Tri::False {
            return Tri::False;
        }
        let resource = self.resource(request);
        if resource == Tri::False {
            return Tri::False;
        }
        action.and(resource).and(self.condition(request))
    }

    pub(super) fn action(&self, request: &Request) -> Tri {
        self.actions.as_ref().map_or(Tri::False, |it| it.covers(request.action()))
    }

    pub(super) fn resource(&self, request: &Request) -> Tri {
        self.resource.as_ref().map_or(Tri::True, |it| it.covers(request))
    }

    pub(super) fn condition(&self, request: &Request) -> Tri {
        self.untested.and(Tri::all(self.tests.iter().map(|it| it.holds(&request.context))))
    }
}

impl Resource {
    fn compile(element: &Element, variables: bool, kind: PolicyKind) -> Resource {
        let pattern = |item: &Item| match item {
            Item::Text(text) => Pattern::parse(&text.value, variables, kind),
            Item::Dynamic(_) => Pattern::Open,
            Item::Literal(..) | Item::Wrong(..) => Pattern::Refused,
        };
        Resource { negated: element.negated, patterns: element.values.items.iter().map(pattern).collect() }
    }

    fn covers(&self, request: &Request) -> Tri {
        let any = Tri::any(self.patterns.iter().map(|it| it.matches(request)));
        if !self.negated {
            return any;
        }
        if self.patterns.iter().any(|it| matches!(it, Pattern::Refused)) {
            return Tri::False;
        }
        any.not()
    }
}

fn fault(model: &model::Statement, kind: PolicyKind) -> Option<Fault> {
    let count = |a: &str, b: &str| model.keys.iter().filter(|it| *it.name == *a || *it.name == *b).count();
    if model.has_errors {
        return Some(Fault::Syntax);
    }
    if is_dynamic(model) {
        return None;
    }
    let repeated = model
        .keys
        .iter()
        .enumerate()
        .any(|(n, key)| model.keys.iter().skip(n + 1).any(|it| it.name == key.name));
    if repeated {
        return Some(Fault::Repeated);
    }
    if model.effect().is_none() && !has_dynamic_effect(model) {
        return Some(Fault::Effect);
    }
    if untested(model) == Tri::False {
        return Some(Fault::Condition);
    }
    if count("Action", "NotAction") != 1 {
        return Some(Fault::Action);
    }
    let resources = count("Resource", "NotResource");
    // A resource policy may be a role's trust policy, which has no resource.
    let optional = matches!(kind, PolicyKind::Resource | PolicyKind::Trust);
    if resources > 1 || (resources == 0 && !optional) {
        return Some(Fault::Resource);
    }
    let principals = count("Principal", "NotPrincipal");
    let wanted = usize::from(kind.has_principal());
    if principals != wanted {
        return Some(Fault::Principal);
    }
    let not_principal = model.principal.as_ref().is_some_and(|it| it.negated);
    (not_principal && model.effect() == Some(Effect::Allow)).then_some(Fault::AllowNotPrincipal)
}

fn is_dynamic(model: &model::Statement) -> bool {
    matches!(model.keys.as_slice(), [only] if lower::is_function(&only.name))
}

/// A value of `Effect` that is an object can only be a template's function.
fn has_dynamic_effect(model: &model::Statement) -> bool {
    model.keys.iter().find(|it| &*it.name == "Effect").is_some_and(|it| it.json == Json::Object)
}

fn untested(model: &model::Statement) -> Tri {
    let Some(condition) = &model.condition else {
        return (!model.keys.iter().any(|it| &*it.name == "Condition")).into();
    };
    if condition.is_dynamic {
        return Tri::Unknown;
    }
    (!condition.blocks.iter().any(|it| it.wrong.is_some())).into()
}
