//! A decision with all that led to it.

use std::sync::Arc;

use super::ambiguous;
use super::decide::{self, Decision, Layer, Outcomes, Stack};
use super::document::{Document, Side};
use super::principal::Named;
use super::reason::Ambiguity;
use super::request::{Request, WhoKind};
use super::trace::StatementTrace;
use super::tri::Tri;
use crate::model::Effect;

/// A decision and the chain of gates behind it.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The decisions that are possible.
    pub outcomes: Outcomes,
    /// Whether no policy has a say, as with `sts:GetCallerIdentity`.
    pub always_allowed: bool,
    /// Whether the principal's account owns the resource; `None` when that is not known.
    pub same_account: Option<bool>,
    /// What each layer made of the request, in the order in which AWS asks them.
    pub gates: Vec<Gate>,
    /// Where the decision rests on a reading of ours.
    pub ambiguous: Vec<Ambiguity>,
}

/// What a layer made of a request.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Which layer.
    pub layer: Layer,
    /// Whether a `Deny` of it applies.
    pub deny: Tri,
    /// Whether an `Allow` of it applies.
    pub allow: Tri,
    /// Whether the request is not allowed for want of an `Allow` here.
    pub stops: bool,
    /// Its statements, policy by policy, as the stack has them.
    pub documents: Vec<Vec<StatementTrace>>,
}

/// A statement of the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// Its layer.
    pub layer: Layer,
    /// Its policy among those of the layer.
    pub document: usize,
    /// Its index in the policy.
    pub statement: usize,
}

impl Gate {
    /// Its statements with where they stand.
    pub fn statements(&self) -> impl Iterator<Item = (Site, &StatementTrace)> {
        let layer = self.layer;
        self.documents.iter().enumerate().flat_map(move |(document, statements)| {
            let site = move |(statement, it)| (Site { layer, document, statement }, it);
            statements.iter().enumerate().map(site)
        })
    }

    /// The `Allow` that is nearest to applying: the one of whose elements most match, first the action.
    pub fn nearest(&self) -> Option<(Site, &StatementTrace)> {
        let allows = self.statements().filter(|(_, it)| it.effect() == Some(Effect::Allow));
        let near = allows.filter(|(_, it)| it.verdict == Tri::False && it.action.verdict != Tri::False);
        let missing = |it: &StatementTrace| {
            let (matched, of) = it.matched();
            of - matched
        };
        near.min_by_key(|(site, it)| (missing(it), site.document, site.statement))
    }
}

impl Explanation {
    /// The statements that decide: the `Deny`s that apply, else the `Allow`s that grant. Empty when it is denied for
    /// want of an `Allow`, or open.
    pub fn deciding(&self) -> Vec<Site> {
        let effect = match self.outcomes.decided() {
            Some(Decision::ExplicitlyDenied) => Effect::Deny,
            Some(Decision::Allowed) => Effect::Allow,
            Some(Decision::ImplicitlyDenied) | None => return Vec::new(),
        };
        let grants = |layer: Layer| matches!(layer, Layer::Identity | Layer::Resource);
        let gates = self.gates.iter().filter(|it| effect == Effect::Deny || grants(it.layer));
        let applies = |it: &StatementTrace| it.effect() == Some(effect) && it.verdict == Tri::True;
        gates.flat_map(Gate::statements).filter(|(_, it)| applies(it)).map(|(site, _)| site).collect()
    }

    /// The first gate that stops the request for want of an `Allow`.
    pub fn stopping(&self) -> Option<&Gate> {
        self.gates.iter().find(|it| it.stops)
    }

    /// What a statement made of the request.
    pub fn statement(&self, site: Site) -> Option<&StatementTrace> {
        let gate = self.gates.iter().find(|it| it.layer == site.layer)?;
        gate.documents.get(site.document)?.get(site.statement)
    }

    /// Whether the resource would have to have a policy that lets the request in, and none was given.
    pub fn lacks_resource_policy(&self) -> bool {
        self.outcomes.has(Decision::ImplicitlyDenied)
            && self.same_account == Some(false)
            && !self.gates.iter().any(|it| it.layer == Layer::Resource)
    }

    /// The condition keys that are not known and matter, in lower case, by name.
    pub fn unknown_keys(&self) -> Vec<Box<str>> {
        let open = self.gates.iter().flat_map(Gate::statements).filter(|(_, it)| it.verdict == Tri::Unknown);
        let mut keys: Vec<_> = open.flat_map(|(_, it)| &it.tests).flat_map(|it| it.unknown.clone()).collect();
        keys.sort();
        keys.dedup();
        keys
    }
}

impl Stack {
    /// Decides a request and says what every statement of every layer made of it.
    pub fn explain(&self, request: &Request) -> Explanation {
        let same_account = decide::same_account(request);
        let outcomes = self.decide(request);
        if decide::is_always_allowed(request) {
            let (gates, ambiguous) = (Vec::new(), Vec::new());
            return Explanation { outcomes, always_allowed: true, same_account, gates, ambiguous };
        }
        let mut gates = self.gates(request);
        let granted = same_account.map(|it| self.mark(request, &mut gates, it));
        if granted.is_none() {
            self.mark(request, &mut gates, false);
        }
        let ambiguous = ambiguous::of(self, request);
        Explanation { outcomes, always_allowed: false, same_account, gates, ambiguous }
    }

    /// Where the decision rests on a reading of ours.
    pub fn ambiguities(&self, request: &Request) -> Vec<Ambiguity> {
        ambiguous::of(self, request)
    }

    fn gates(&self, request: &Request) -> Vec<Gate> {
        let mut gates = Vec::new();
        let boundary = self.boundary(request);
        for (n, level) in self.scps.iter().enumerate().filter(|_| decide::scps_apply(request)) {
            gates.push(gate(Layer::Scp(n), level, request, false));
        }
        for (n, level) in self.rcps.iter().enumerate().filter(|_| decide::rcps_apply(request)) {
            // `RCPFullAWSAccess` stands beside them always.
            gates.push(Gate { allow: Tri::True, ..gate(Layer::Rcp(n), level, request, boundary.is_some()) });
        }
        if let Some(policies) = &self.vpc_endpoint {
            gates.push(gate(Layer::VpcEndpoint, policies, request, boundary.is_some()));
        }
        if let Some(policy) = &self.resource {
            let same_account = decide::same_account(request);
            let own = gate(Layer::Resource, std::slice::from_ref(policy), request, boundary.is_some());
            let keeps = same_account.is_some_and(|it| decide::keeps_bucket_policy(request, it));
            gates.push(Gate { deny: if keeps { Tri::False } else { own.deny }, ..own });
        }
        if request.who.has_identity() {
            gates.push(gate(Layer::Identity, &self.identity, request, false));
        }
        if let Some(policies) = boundary {
            gates.push(gate(Layer::Boundary, policies, request, false));
        }
        match self.session(request) {
            Some(policies) => gates.push(gate(Layer::Session, policies, request, false)),
            None if !decide::without_session(request) => {
                gates.push(gate(Layer::Session, &[], request, false));
            }
            None => {}
        }
        gates
    }

    /// Marks the gates that stop the request for want of an `Allow`.
    fn mark(&self, request: &Request, gates: &mut [Gate], same_account: bool) {
        for gate in gates.iter_mut().filter(|it| matches!(it.layer, Layer::Scp(_) | Layer::VpcEndpoint)) {
            gate.stops = gate.allow == Tri::False;
        }
        let allow = |layer| gates.iter().find(|it| it.layer == layer).map(|it| it.allow);
        let grants = decide::Grants {
            identity: allow(Layer::Identity).unwrap_or(Tri::False),
            boundary: allow(Layer::Boundary).unwrap_or(Tri::True),
            session: allow(Layer::Session).unwrap_or(Tri::True),
            resource: self.resource_side(request).1,
        };
        if self.granted(request, grants, same_account) != Tri::False {
            return;
        }
        let Named { direct, role, account } = grants.resource;
        let is_root = request.who.kind == WhoKind::Root;
        let trusted = !self.needs_trust(request) || account != Tri::False;
        let by_resource = direct.or(role) != Tri::False;
        for gate in gates {
            let silent = gate.allow == Tri::False;
            gate.stops |= match gate.layer {
                Layer::Identity if same_account => silent && !by_resource,
                Layer::Identity | Layer::Boundary | Layer::Session => silent,
                Layer::Resource if !request.who.has_identity() || is_root => true,
                Layer::Resource if same_account => !by_resource && !trusted,
                Layer::Resource => grants.resource.at_all() == Tri::False,
                Layer::Scp(_) | Layer::Rcp(_) | Layer::VpcEndpoint => false,
            };
        }
    }
}

fn gate(layer: Layer, policies: &[Arc<Document>], request: &Request, has_boundary: bool) -> Gate {
    let trace = |policy: &Arc<Document>| -> Vec<StatementTrace> {
        policy.statements().iter().map(|it| it.trace(request, has_boundary)).collect()
    };
    let documents: Vec<Vec<StatementTrace>> = policies.iter().map(trace).collect();
    // A resource policy's statement without a principal is for nobody; elsewhere it is for everybody.
    let counts = |it: &&StatementTrace| it.principal.is_some() || layer != Layer::Resource;
    let mut side = policies.iter().map(|it| it.unread()).fold(Side::default(), Side::or);
    for it in documents.iter().flatten().filter(counts) {
        side.add(&it.statement, it.verdict);
    }
    Gate { layer, deny: side.deny, allow: side.allow, stops: false, documents }
}
