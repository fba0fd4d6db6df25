//! A decision as a chain of gates, each with what it made of the request.

use std::fmt::Write;

use policy::eval::{Explanation, Gate, Given, Layer, Request, Site, StatementTrace, Tri};
use policy::model::Effect;

use super::{Names, because, key_name, layer, mark, nearest, value};
use crate::scenario::{Place, Reasons, parts};

/// A gate in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateLine {
    /// Which layer.
    pub layer: Layer,
    /// The layer's name, with its level where it has levels.
    pub title: String,
    /// Whether the request passes: false where it is denied or stopped, unknown where it depends.
    pub passes: Tri,
    /// What the layer says.
    pub text: String,
    /// Its statements that say something about the action, the deciding ones first.
    pub statements: Vec<StatementLine>,
}

/// A statement in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// Which.
    pub site: Site,
    /// How it is spoken of.
    pub name: String,
    /// `Allow` or `Deny`.
    pub effect: Effect,
    /// Whether it applies.
    pub verdict: Tri,
    /// Which of its elements match: `Action ✓ Resource ✗`.
    pub parts: String,
    /// Why it does not apply, or on what it hangs.
    pub because: Option<String>,
}

/// How many statements of a gate are listed.
const MOST_STATEMENTS: usize = 8;

/// The gates of a decision, in the order in which AWS asks them.
pub fn gates(explanation: &Explanation, request: &Request, names: &dyn Names) -> Vec<GateLine> {
    explanation.gates.iter().map(|it| gate(it, request, names)).collect()
}

/// The layers that no policy was given for and that could have had a say, in words.
pub fn not_given(explanation: &Explanation, request: &Request) -> Vec<&'static str> {
    let has = |of: fn(Layer) -> bool| explanation.gates.iter().any(|it| of(it.layer));
    let mut out = Vec::new();
    let mut missing = |given: bool, name| out.extend((!given).then_some(name));
    missing(has(|it| matches!(it, Layer::Scp(_))), "service control policies");
    missing(has(|it| matches!(it, Layer::Rcp(_))), "resource control policies");
    missing(has(|it| it == Layer::Resource), "a resource-based policy");
    if request.who.has_identity() {
        missing(has(|it| it == Layer::Boundary), "a permissions boundary");
    }
    missing(has(|it| it == Layer::VpcEndpoint), "a VPC endpoint policy");
    out
}

fn gate(gate: &Gate, request: &Request, names: &dyn Names) -> GateLine {
    let (passes, text) = match () {
        () if gate.deny == Tri::True => (Tri::False, says(gate, Effect::Deny, "denied by", names)),
        () if gate.stops => match nearest(gate, request, names) {
            Some(nearest) => (Tri::False, format!("no statement allows it; nearest is {nearest}")),
            None => (Tri::False, "no statement allows it".to_owned()),
        },
        () if gate.deny == Tri::Unknown => {
            (Tri::Unknown, says(gate, Effect::Deny, "may be denied by", names))
        }
        () if matches!(gate.layer, Layer::Rcp(_)) => (Tri::True, "nothing denies it".to_owned()),
        () if gate.allow == Tri::True => (Tri::True, says(gate, Effect::Allow, "allowed by", names)),
        () if gate.allow == Tri::Unknown => {
            (Tri::Unknown, says(gate, Effect::Allow, "may be allowed by", names))
        }
        () => (Tri::True, "silent, and not needed".to_owned()),
    };
    let title = match gate.layer {
        Layer::Scp(n) | Layer::Rcp(n) => format!("{}, level {}", layer(gate.layer), n + 1),
        other => layer(other).to_owned(),
    };
    GateLine { layer: gate.layer, title, passes, text, statements: statements(gate, request, names) }
}

fn says(gate: &Gate, effect: Effect, verb: &str, names: &dyn Names) -> String {
    let applies = |(_, it): &(Site, &StatementTrace)| it.effect() == Some(effect) && it.verdict != Tri::False;
    let found: Vec<(Site, &StatementTrace)> = gate.statements().filter(applies).collect();
    // Those that apply for certain go before those that may.
    let first = found
        .iter()
        .max_by_key(|(site, it)| (it.verdict, std::cmp::Reverse((site.document, site.statement))));
    let Some((site, trace)) = first else { return verb.to_owned() };
    let more = match found.len() {
        0 | 1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    format!("{verb} {}{more}", names.statement(*site, trace))
}

fn statements(gate: &Gate, request: &Request, names: &dyn Names) -> Vec<StatementLine> {
    let about = gate.statements().filter(|(_, it)| it.action.verdict != Tri::False);
    let mut lines: Vec<StatementLine> = about
        .filter_map(|(site, trace)| {
            Some(StatementLine {
                site,
                name: names.statement(site, trace),
                effect: trace.effect()?,
                verdict: trace.verdict,
                parts: parts(trace),
                because: because(trace, request),
            })
        })
        .collect();
    lines.sort_by_key(|it| (std::cmp::Reverse(it.verdict), it.effect == Effect::Allow, it.site));
    lines.truncate(MOST_STATEMENTS);
    lines
}

impl GateLine {
    /// `✓ permissions boundary: allowed by "Most"`
    pub fn line(&self) -> String {
        format!("{} {}: {}", mark(self.passes), self.title, self.text)
    }
}

impl StatementLine {
    /// `✗ Allow "Invoke" – Action ✓ Resource ✗ – …`
    pub fn line(&self) -> String {
        let effect = if self.effect == Effect::Deny { "Deny" } else { "Allow" };
        let because = self.because.as_ref().map(|it| format!(" – {it}")).unwrap_or_default();
        format!("{} {effect} {} – {}{because}", mark(self.verdict), self.name, self.parts)
    }
}

/// The whole of a decision as Markdown. `link` gives the address of a statement that stands in a file.
pub fn markdown(reasons: &Reasons, link: &dyn Fn(&Place) -> Option<String>) -> String {
    let asked = &reasons.asked;
    let mut out = format!("# {}\n\n", reasons.line);
    let _ = writeln!(
        out,
        "`{}` asks for `{}` on `{}`.\n",
        asked.who.text,
        asked.asked_action(),
        asked.resource()
    );
    for gate in gates(&reasons.explanation, asked, &*reasons.layered) {
        let _ = writeln!(out, "## {} {}\n\n{}\n", mark(gate.passes), gate.title, gate.text);
        for it in &gate.statements {
            let place = reasons.layered.place(it.site);
            let line = match place.and_then(|it| link(&it)) {
                Some(url) => it.line().replacen(&it.name, &format!("[{}]({url})", it.name), 1),
                None => it.line(),
            };
            let _ = writeln!(out, "- {line}");
        }
        if !gate.statements.is_empty() {
            out.push('\n');
        }
    }
    let known: Vec<String> = asked
        .context
        .keys()
        .filter(|(_, it)| !matches!(it, Given::SomeValue | Given::Unknown))
        .map(|(key, it)| format!("- `{}`: {}", key_name(key), value(it)))
        .collect();
    if !known.is_empty() {
        let _ = writeln!(out, "## Known of the request\n\n{}\n", known.join("\n"));
    }
    for it in &reasons.explanation.ambiguous {
        let _ = writeln!(out, "Note: {}.\n", it.text());
    }
    let missing = not_given(&reasons.explanation, asked);
    if !missing.is_empty() && !reasons.explanation.always_allowed {
        let _ = writeln!(out, "Not given, and taken for absent: {}.", missing.join(", "));
    }
    out
}
