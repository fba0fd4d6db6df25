//! The chain of gates that a request goes through, a line for each.

use policy::eval::{Explanation, Gate, Layer, Request, Site, StatementTrace, Tri};
use policy::model::Effect;

use super::{Names, because, layer, mark, nearest};

/// What a gate made of a request, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateLine {
    /// `✓` where it lets the request on, `✗` where it stops it, `?` where that hangs on what is not known, `·` where
    /// it says nothing and need not.
    pub mark: &'static str,
    /// The layer, with the level of the organization if it has one.
    pub layer: String,
    /// Which statement decides, or why none does.
    pub text: String,
    /// The statements that the text is about.
    pub sites: Vec<Site>,
}

/// What each gate made of a request, in the order in which AWS asks them.
pub fn gates(explanation: &Explanation, request: &Request, names: &dyn Names) -> Vec<GateLine> {
    explanation.gates.iter().map(|it| line(it, request, names)).collect()
}

fn line(gate: &Gate, request: &Request, names: &dyn Names) -> GateLine {
    let of = |effect, verdict| -> Vec<(Site, &StatementTrace)> {
        gate.statements().filter(|(_, it)| it.effect() == Some(effect) && it.verdict == verdict).collect()
    };
    let say = |mark: &'static str, what: &str, found: &[(Site, &StatementTrace)], why: bool| {
        let named = found.first().map(|(site, it)| {
            let because = because(it, request).filter(|_| why).map(|it| format!(": {it}"));
            format!("{}{}", names.statement(*site, it), because.unwrap_or_default())
        });
        let more = match found.len() {
            0 | 1 => String::new(),
            n => format!(", and {} more", n - 1),
        };
        let text = format!("{what}{}{more}", named.map(|it| format!(" {it}")).unwrap_or_default());
        GateLine { mark, layer: title(gate.layer), text, sites: found.iter().map(|it| it.0).collect() }
    };
    if gate.deny == Tri::True {
        return say(mark(Tri::False), "denied by", &of(Effect::Deny, Tri::True), false);
    }
    if gate.stops {
        let near = nearest(gate, request, names);
        let near = near.map(|it| format!("; nearest is {it}")).unwrap_or_default();
        let sites = gate.nearest().map(|it| it.0).into_iter().collect();
        let none = GateLine { sites, ..say(mark(Tri::False), "nothing allows it", &[], false) };
        return GateLine { text: format!("{}{near}", none.text), ..none };
    }
    if gate.deny == Tri::Unknown {
        return say(mark(Tri::Unknown), "may be denied by", &of(Effect::Deny, Tri::Unknown), true);
    }
    match gate.allow {
        Tri::True => match of(Effect::Allow, Tri::True).as_slice() {
            // Beside resource control policies stands one of AWS's own that allows everything.
            [] => say(mark(Tri::True), "does not deny it", &[], false),
            found => say(mark(Tri::True), "allowed by", found, false),
        },
        Tri::Unknown => say(mark(Tri::Unknown), "may be allowed by", &of(Effect::Allow, Tri::Unknown), true),
        Tri::False => say("·", "does not allow it, and need not", &[], false),
    }
}

/// A layer with its level: `service control policy, level 2`.
fn title(it: Layer) -> String {
    match it {
        Layer::Scp(n) | Layer::Rcp(n) => format!("{}, level {}", layer(it), n + 1),
        Layer::Identity | Layer::Resource | Layer::Boundary | Layer::Session | Layer::VpcEndpoint => {
            layer(it).to_owned()
        }
    }
}
