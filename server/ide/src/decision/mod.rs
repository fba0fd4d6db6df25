//! Decisions in words: what was decided, by which statement, and what would have had to match.

mod because;
pub mod report;

pub use because::because;

use policy::eval::{
    Assignment, Decision, Explanation, Gate, Given, Layer, Narrowed, Outcomes, Request, SOME_OTHER, Site,
    StatementTrace, Tri,
};

use crate::explain::join;

/// How the statements of a stack are spoken of.
pub trait Names {
    /// A statement: by its `Sid` or number, and where it stands.
    fn statement(&self, site: Site, trace: &StatementTrace) -> String;
}

/// Statements by their `Sid` or number and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl Names for Plain {
    fn statement(&self, site: Site, trace: &StatementTrace) -> String {
        statement(site, trace)
    }
}

/// A statement by its `Sid`, else by its number from 1.
pub fn statement(site: Site, trace: &StatementTrace) -> String {
    match &trace.statement.model().sid {
        Some(sid) if !sid.value.is_empty() => format!("\"{}\"", sid.value),
        _ => format!("statement {}", site.statement + 1),
    }
}

/// What AWS's own messages call the policies of a layer.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
pub fn layer(it: Layer) -> &'static str {
    match it {
        Layer::Identity => "identity-based policy",
        Layer::Resource => "resource-based policy",
        Layer::Boundary => "permissions boundary",
        Layer::Session => "session policy",
        Layer::Scp(_) => "service control policy",
        Layer::Rcp(_) => "resource control policy",
        Layer::VpcEndpoint => "VPC endpoint policy",
    }
}

/// A decision in a word or two.
pub fn word(it: Decision) -> &'static str {
    match it {
        Decision::Allowed => "allowed",
        Decision::ImplicitlyDenied => "denied",
        Decision::ExplicitlyDenied => "explicitly denied",
    }
}

/// What is possible: `allowed`, or `allowed or denied`.
pub fn words(it: Outcomes) -> String {
    let all: Vec<String> = it.each().map(|it| word(it).to_owned()).collect();
    join(&all, "or")
}

/// The decision and what decides it, in one line.
pub fn summary(
    explanation: &Explanation,
    narrowed: &Narrowed,
    request: &Request,
    names: &dyn Names,
) -> String {
    if explanation.always_allowed {
        return "Allowed: this call needs no permission, and no policy can deny it".to_owned();
    }
    match narrowed.outcomes.decided() {
        Some(Decision::Allowed) => allowed(explanation, names),
        Some(Decision::ExplicitlyDenied) => explicitly_denied(explanation, names),
        Some(Decision::ImplicitlyDenied) => denied(explanation, request, names),
        None => depends(explanation, narrowed),
    }
}

fn allowed(explanation: &Explanation, names: &dyn Names) -> String {
    match by(explanation, names) {
        Some(by) => format!("Allowed by {by}"),
        None => "Allowed: the root user of the account needs no policy".to_owned(),
    }
}

fn explicitly_denied(explanation: &Explanation, names: &dyn Names) -> String {
    match by(explanation, names) {
        Some(by) => format!("Explicitly denied by {by}"),
        None => "Explicitly denied".to_owned(),
    }
}

/// The first statement that decides, its layer, and how many more there are.
fn by(explanation: &Explanation, names: &dyn Names) -> Option<String> {
    let deciding = explanation.deciding();
    let first = deciding.first()?;
    let trace = explanation.statement(*first)?;
    let more = match deciding.len() - 1 {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    Some(format!("{} of the {}{more}", names.statement(*first, trace), layer(first.layer)))
}

fn denied(explanation: &Explanation, request: &Request, names: &dyn Names) -> String {
    let Some(gate) = explanation.stopping() else {
        return match explanation.lacks_resource_policy() {
            true => {
                "Denied: the resource is in another account, and no policy of it is given that lets this \
                     principal in"
                    .to_owned()
            }
            false => "Denied: nothing allows it".to_owned(),
        };
    };
    let silent = format!("Denied: no {} allows {}", layer(gate.layer), request.asked_action());
    match nearest(gate, request, names) {
        Some(nearest) => format!("{silent}; nearest is {nearest}"),
        None => silent,
    }
}

/// The `Allow` of a gate that is nearest to applying, and the one thing that fails.
pub fn nearest(gate: &Gate, request: &Request, names: &dyn Names) -> Option<String> {
    let (site, trace) = gate.nearest()?;
    Some(format!("{}: {}", names.statement(site, trace), because(trace, request)?))
}

/// On what the decision hangs: `Depends on aws:SourceVpc: allowed when it is vpc-1, explicitly denied when it is not
/// given`.
fn depends(explanation: &Explanation, narrowed: &Narrowed) -> String {
    let mut keys: Vec<String> = narrowed.keys.iter().map(|it| key_name(it)).collect();
    if explanation.same_account.is_none() {
        keys.push("whose account the resource is in".to_owned());
    }
    let on = if keys.is_empty() { "what is not known".to_owned() } else { join(&keys, "and") };
    let whens: Vec<String> = narrowed.witnesses.iter().map(|(it, values)| when(*it, values)).collect();
    if whens.is_empty() {
        return format!("Depends on {on}: {}", words(narrowed.outcomes));
    }
    let sure = if narrowed.is_exact { "" } else { "; there may be other cases" };
    format!("Depends on {on}: {}{sure}", whens.join(", "))
}

fn when(decision: Decision, values: &Assignment) -> String {
    let each: Vec<String> = match values.as_slice() {
        [(_, only)] => vec![is("it", only)],
        several => several.iter().map(|(key, it)| is(&key_name(key), it)).collect(),
    };
    format!("{} when {}", word(decision), join(&each, "and"))
}

fn is(what: &str, given: &Given) -> String {
    match given {
        Given::Absent => format!("{what} is not given"),
        Given::SomeValue | Given::Unknown => format!("{what} is given"),
        given => format!("{what} is {}", value(given)),
    }
}

/// A key's value as people read it.
pub fn value(given: &Given) -> String {
    match given {
        Given::Absent => "not given".to_owned(),
        Given::One(text) if text.is_empty() => "empty".to_owned(),
        Given::One(text) if **text == *SOME_OTHER => "something else".to_owned(),
        Given::One(text) => text.to_string(),
        Given::Many(texts) => format!("[{}]", texts.join(", ")),
        Given::SomeValue => "given, its value is not known".to_owned(),
        Given::Unknown => "not known".to_owned(),
    }
}

/// A key as AWS writes it; unknown ones stay in lower case, and what follows a `/` too.
pub fn key_name(lower: &str) -> String {
    let (head, tail) = match lower.split_once('/') {
        Some((head, tail)) => (head, format!("/{tail}")),
        None => (lower, String::new()),
    };
    let known = catalog::catalog().condition_key(lower);
    match known.map(|it| it.name()) {
        Some(name) if tail.is_empty() => name.to_owned(),
        Some(name) => format!("{}{tail}", name.split('/').next().unwrap_or(head)),
        None => lower.to_owned(),
    }
}

/// `✓`, `✗` or `?`.
pub fn mark(it: Tri) -> &'static str {
    match it {
        Tri::True => "✓",
        Tri::False => "✗",
        Tri::Unknown => "?",
    }
}
