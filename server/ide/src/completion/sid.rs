//! A `Sid` made from what the statement says.

use std::collections::BTreeSet;

use policy::model::Statement;

use super::{Acc, Cx, Draft};

/// How many services are named.
const MOST_SERVICES: usize = 3;

pub(super) fn sids(cx: &Cx<'_>, acc: &mut Acc) {
    let Some(at) = cx.statement() else { return };
    let statements = cx.place.policy(cx.analysis).into_iter().flat_map(|it| &it.statements);
    let others = statements.filter(|it| it.start != at.start);
    let taken: BTreeSet<&str> =
        others.filter_map(|it| it.statement.sid.as_ref()).map(|it| &*it.value).collect();
    for name in names(at.statement) {
        let numbered = (2..).map(|n| format!("{name}{n}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|it| !taken.contains(it.as_str()));
        let Some(label) = free.filter(|it| acc.drafts.iter().all(|draft| draft.label != *it)) else {
            continue;
        };
        acc.add(Draft { label, detail: "from what the statement says".into(), ..Draft::default() });
    }
}

/// Names for a statement, the most telling first. Letters and digits only, as identity policies want it.
fn names(statement: &Statement) -> Vec<String> {
    let effect = statement.effect().map_or("", |it| match it {
        policy::model::Effect::Allow => "Allow",
        policy::model::Effect::Deny => "Deny",
    });
    let Some(element) = &statement.action else { return Vec::new() };
    let texts = element.values.texts().filter_map(|it| it.value.split_once(':'));
    let named: Vec<(&str, &str)> = texts.collect();
    let mut services: Vec<&str> = Vec::new();
    for (service, _) in &named {
        if !services.contains(service) {
            services.push(service);
        }
    }
    let shown: String = services.iter().take(MOST_SERVICES).map(|it| capitalised(it)).collect();
    let but = if element.negated { "AllBut" } else { "" };
    let words: Vec<Vec<String>> = named.iter().map(|(_, name)| words(name)).collect();
    let mut stem = words.first().cloned().unwrap_or_default();
    for other in &words {
        let shared = stem.iter().zip(other).take_while(|(a, b)| a == b).count();
        stem.truncate(shared);
    }
    let stem = stem.concat();
    let mut out = Vec::new();
    if !stem.is_empty() && services.len() == 1 {
        out.push(format!("{effect}{but}{stem}"));
        out.push(format!("{effect}{but}{shown}{stem}"));
    }
    if !shown.is_empty() {
        out.push(format!("{effect}{but}{shown}"));
    }
    out
}

/// The words of a name in camel case, without wildcards.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for c in name.chars().take_while(char::is_ascii_alphanumeric) {
        match out.last_mut().filter(|_| !c.is_ascii_uppercase()) {
            Some(word) => word.push(c),
            None => out.push(c.to_string()),
        }
    }
    out
}

/// `bedrock-agentcore` as `BedrockAgentcore`.
fn capitalised(prefix: &str) -> String {
    let parts = prefix.split(|c: char| !c.is_ascii_alphanumeric());
    let part = |it: &str| {
        let mut chars = it.chars();
        let first = chars.next().map(|it| it.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    };
    parts.map(part).collect()
}
