//! A denied request held against policies: what each check comes to, and by which statement.

use catalog::Category;
use policy::PolicyKind;
use policy::arn::Arn;
use policy::eval::{
    Context, Decision, Explanation, Given, Layer, Outcomes, Owner, Request, Site, Who, WhoKind,
};

use super::grant::{self, Grant};
use super::policies::Policies;
use super::{Check, Denied, Ending, Known, Resource};
use crate::decision;
use crate::scenario::Layered;

/// What policies say of a denied request.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// For each action and resource.
    pub answers: Vec<Answer>,
    /// What follows for the request as a whole.
    pub conclusions: Vec<String>,
    /// The smallest statements that would allow what no policy allows.
    pub grant: Option<Grant>,
}

/// What policies say of an action on a resource.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The action.
    pub action: String,
    /// The resource; `None` where it is not known, and the answer is about the action alone.
    pub resource: Option<String>,
    /// What is possible.
    pub outcomes: Outcomes,
    /// The decision and what decides it, in one line.
    pub line: String,
    /// The statements that decide it, or else the one that is nearest.
    pub sites: Vec<Site>,
    /// The layer that stops it for want of an `Allow`.
    pub stopped_by: Option<Layer>,
    /// The policies it was held against.
    pub policies: Layered,
}

/// Holds a request against policies.
pub fn verdict(denied: &Denied, policies: &Policies) -> Verdict {
    let mut out = Verdict { answers: Vec::new(), conclusions: Vec::new(), grant: None };
    if !policies.is_empty() {
        for check in &denied.checks {
            for it in &check.resources {
                match is_known(&it.arn) {
                    true => out.answers.push(answer(denied, check, it, policies)),
                    false => out.answers.extend(by_region(denied, check, it, policies)),
                }
            }
            if check.resources.is_empty() {
                out.answers.extend(action_alone(denied, check, policies));
            }
        }
    }
    out.conclusions = conclusions(denied, policies, &out.answers);
    out.grant = grant::smallest(denied, &out.answers, policies.is_empty());
    out
}

/// Whether a resource is an ARN without gaps, or `*`.
pub(super) fn is_known(arn: &str) -> bool {
    super::operation::is_arn_or_star(arn) && !arn.contains("${")
}

fn answer(denied: &Denied, check: &Check, resource: &Resource, policies: &Policies) -> Answer {
    let request = request(denied, check, &resource.arn, &resource.keys);
    let layered = policies.for_request(&request);
    let request = request.with_known_facts(&layered.stack);
    let explanation = layered.stack.explain(&request);
    let narrowed = layered.stack.narrow(&request);
    Answer {
        action: check.action.text.clone(),
        resource: Some(resource.arn.clone()),
        outcomes: narrowed.outcomes,
        line: decision::summary(&explanation, &narrowed, &request, &layered),
        sites: sites(&explanation),
        stopped_by: explanation.stopping().map(|it| it.layer),
        policies: layered,
    }
}

/// An answer where only the Region is not known: what it would be in each.
fn by_region(denied: &Denied, check: &Check, resource: &Resource, policies: &Policies) -> Option<Answer> {
    const REGION: &str = "${Region}";
    let partition = Arn::parse(&resource.arn).and_then(|it| catalog::catalog().partition(it.partition))?;
    let mut each: Vec<(&str, Answer)> = Vec::new();
    for region in partition.regions() {
        let mut resource = resource.clone();
        resource.arn = resource.arn.replace(REGION, region);
        if !is_known(&resource.arn) {
            return None;
        }
        resource.keys.push(("aws:RequestedRegion".to_owned(), region.to_owned()));
        each.push((region, answer(denied, check, &resource, policies)));
    }
    let (_, first) = each.first()?;
    let (outcomes, mut out) = (first.outcomes, first.clone());
    out.resource = Some(resource.arn.clone());
    if each.iter().all(|(_, it)| it.outcomes == outcomes) {
        if let Some(decision) = outcomes.decided() {
            out.line =
                format!("In every Region {}; in {}: {}", decision::word(decision), each.first()?.0, out.line);
        }
        return Some(out);
    }
    let is_allowed = |it: &&(&str, Answer)| it.1.outcomes.has(Decision::Allowed);
    let allowed: Vec<String> = each.iter().filter(is_allowed).map(|(it, _)| format!("`{it}`")).collect();
    out.outcomes = each.iter().fold(Outcomes::NONE, |all, (_, it)| all.or(it.outcomes));
    let maybe = if each.iter().all(|(_, it)| it.outcomes.decided().is_some()) { "" } else { "may be " };
    out.line = match allowed.as_slice() {
        [] => "Denied in every Region, though not everywhere by the same statement".to_owned(),
        _ => format!(
            "Depends on the Region, which is not known: {maybe}allowed in {}, denied in the others",
            crate::explain::join(&allowed, "and")
        ),
    };
    let allowing = each.into_iter().filter(|(_, it)| it.outcomes.has(Decision::Allowed));
    out.sites = allowing.flat_map(|it| it.1.sites).collect();
    out.sites.sort_unstable();
    out.sites.dedup();
    out.stopped_by = None;
    Some(out)
}

/// The statements that decide, or the one that is nearest to it.
fn sites(explanation: &Explanation) -> Vec<Site> {
    let deciding = explanation.deciding();
    if !deciding.is_empty() {
        return deciding;
    }
    let nearest = explanation.stopping().and_then(|it| it.nearest());
    nearest.map(|(site, _)| site).into_iter().collect()
}

/// What can be said where the resource is not known: whether any statement speaks of the action.
fn action_alone(denied: &Denied, check: &Check, policies: &Policies) -> Option<Answer> {
    let request = request(denied, check, "", &[]);
    let layered = policies.for_request(&request);
    let explanation = layered.stack.explain(&request);
    let covers = |layer: Layer, effect| {
        let gates = explanation.gates.iter().filter(move |it| it.layer == layer);
        let each = gates.flat_map(|it| it.statements());
        each.filter(move |(_, it)| {
            it.effect() == Some(effect) && it.action.verdict != policy::eval::Tri::False
        })
    };
    let action = &check.action.text;
    let identity: Vec<_> = covers(Layer::Identity, policy::model::Effect::Allow).collect();
    if identity.is_empty() && policies.has(PolicyKind::Identity) && !policies.has(PolicyKind::Resource) {
        return Some(Answer {
            action: action.clone(),
            resource: None,
            outcomes: Outcomes::only(Decision::ImplicitlyDenied),
            line: format!("Denied: no identity-based policy has an `Allow` for {action}, on any resource"),
            sites: Vec::new(),
            stopped_by: Some(Layer::Identity),
            policies: layered,
        });
    }
    let names: Vec<String> =
        identity.iter().map(|(site, it)| decision::Names::statement(&layered, *site, it)).collect();
    if names.is_empty() {
        return None;
    }
    let sites = identity.iter().map(|(site, _)| *site).collect();
    let open = Outcomes::only(Decision::Allowed).or(Outcomes::only(Decision::ImplicitlyDenied));
    Some(Answer {
        action: action.clone(),
        resource: None,
        outcomes: open.or(Outcomes::only(Decision::ExplicitlyDenied)),
        line: format!(
            "Depends on the resource, which is not known: {} may allow it",
            crate::explain::join(&names, "or")
        ),
        sites,
        stopped_by: None,
        policies: layered,
    })
}

/// The request that a check makes.
fn request(denied: &Denied, check: &Check, resource: &str, keys: &[(String, String)]) -> Request {
    let mut context = Context::open([]);
    for (name, known) in &denied.keys {
        context.set(name, given(name, known));
    }
    for (name, value) in keys {
        context.set(name, given(name, &Known::Value(value.clone())));
    }
    let principal = denied.principal.as_ref().map_or("", |it| &it.text);
    let account = denied.account.as_deref().unwrap_or_default();
    let mut out = Request::new(principal, &check.action.text, resource, owner(denied, resource), context);
    if denied.principal.is_none() {
        // Somebody with identity policies, of whom nothing is known: the policies given are taken for theirs.
        out.who = Who {
            text: "the principal".into(),
            kind: WhoKind::Role,
            account: Some(account.into()),
            name: None,
        };
        if account.is_empty() {
            out.owner = Owner::Same;
        }
        let principal_keys =
            catalog::catalog().global_keys().filter(|it| it.category() == Some(Category::Principal));
        for key in principal_keys {
            out.context.set(key.name(), Given::SomeValue);
        }
    }
    out
}

/// Whose a resource is, as far as its ARN says.
fn owner(denied: &Denied, arn: &str) -> Owner {
    match Arn::parse(arn) {
        None => Owner::Same,
        Some(it) if it.account.len() == 12 => Owner::Account(it.account.into()),
        Some(it) if it.service == "s3" && it.account.is_empty() => match &denied.owner {
            Some(account) => Owner::Account(account.as_str().into()),
            None => Owner::Unknown,
        },
        Some(_) => Owner::Same,
    }
}

fn given(name: &str, known: &Known) -> Given {
    let is_multi = catalog::catalog().condition_key(name).is_some_and(|it| it.multi_valued());
    match known {
        Known::Absent => Given::Absent,
        Known::Value(value) if is_multi => Given::Many(vec![value.as_str().into()]),
        Known::Value(value) => Given::One(value.as_str().into()),
        Known::Values(values) => Given::Many(values.iter().map(|it| it.as_str().into()).collect()),
    }
}

/// What follows for the request as a whole.
fn conclusions(denied: &Denied, policies: &Policies, answers: &[Answer]) -> Vec<String> {
    let mut out = Vec::new();
    if policies.adds_full_access() {
        out.push(
            "No service control policy given allows anything; `FullAWSAccess` is taken to stand beside them"
                .to_owned(),
        );
    }
    if policies.is_empty() || answers.is_empty() {
        return out;
    }
    let all = |decision| answers.iter().all(|it| it.outcomes.decided() == Some(decision));
    let any = |decision| answers.iter().any(|it| it.outcomes.decided() == Some(decision));
    let is_denied = matches!(denied.result, Ending::Denied(_));
    let reason = denied.reason.as_ref();
    let kind = reason.and_then(|it| it.kind);
    if let Some(kind) = kind.filter(|it| is_denied && !policies.has(*it) && !is_resource_for(*it, policies)) {
        let name = super::say::aws_name(kind);
        out.push(format!("AWS names {} {name}, and none is given", super::say::article(name)));
    } else if is_denied && all(Decision::Allowed) && !denied.checks.is_empty() {
        out.push(
            "The policies given allow it: one that is not given denies it, or they have changed since"
                .to_owned(),
        );
    } else if reason.is_some_and(|it| it.explicit == Some(true)) && !any(Decision::ExplicitlyDenied) {
        out.push("AWS says that a statement denies it; for certain none of those given does".to_owned());
    }
    if denied.result == Ending::Passed && answers.iter().any(|it| !it.outcomes.has(Decision::Allowed)) {
        out.push("The event has no error, but the policies given do not allow it".to_owned());
    }
    out
}

/// Whether a trust policy is given where AWS says resource-based policy, or the other way round.
fn is_resource_for(kind: PolicyKind, policies: &Policies) -> bool {
    match kind {
        PolicyKind::Resource => policies.has(PolicyKind::Trust),
        PolicyKind::Trust => policies.has(PolicyKind::Resource),
        _ => false,
    }
}
