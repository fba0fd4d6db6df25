//! A report on the policies of a file.

use catalog::Catalog;
use chrono::NaiveDateTime;
use policy::PolicyKind;
use policy::access::ActionSet;
use policy::model::{self, Effect, KindSource};
use policy::reach::{self, Answer, Dead, Limits};

use super::matrix::Sums;
use super::statement::{self, Built, Cx};
use super::{Findings, Policy, Public, danger};
use crate::analysis::Analysis;
use crate::cancel::{Cancel, Cancelled};
use crate::config::Level;
use crate::explain;
use crate::finding::Severity;
use crate::kept::FindingAt;

/// Reports on each policy of a file.
pub fn of(analysis: &Analysis, cancel: &Cancel) -> Result<Vec<Policy>, Cancelled> {
    let findings = analysis.findings(cancel)?;
    let policies = analysis.policies().iter().enumerate();
    policies.map(|(idx, it)| policy(analysis, idx, it, &findings, cancel)).collect()
}

fn policy(
    analysis: &Analysis,
    idx: usize,
    policy: &model::Policy,
    findings: &[FindingAt<'_>],
    cancel: &Cancel,
) -> Result<Policy, Cancelled> {
    let catalog = catalog::catalog();
    let document = reach::Document::of(policy, analysis.file(), catalog);
    let denies = analysis.denies(idx);
    let cx = Cx { analysis, policy, denies, document: &document, catalog };
    let mut all = Vec::with_capacity(policy.statements.len());
    for (idx, at) in policy.statements.iter().enumerate() {
        cancel.check()?;
        let mut built = cx.statement(idx, at);
        built.statement.parts.extend(statement::idle(&cx, at.statement));
        all.push(built);
    }
    let cuts: Vec<Vec<String>> = all.iter().map(|it| cut_by(it, &all)).collect();
    let sums = Sums::of(&all, catalog);
    for (built, cuts) in all.iter_mut().zip(cuts) {
        built.statement.cut_by = cuts;
    }
    Ok(Policy {
        start: policy.range.start,
        kind: policy.kind,
        is_kind_assumed: policy.kind_source == KindSource::Assumed,
        net: net(policy, (denies, analysis.dead(idx)), &sums, analysis.config().now, catalog),
        public: public(policy, &document, catalog),
        dangers: danger::dangers(&sums.always, &sums.conditional, catalog),
        rows: sums.rows(catalog),
        services: sums.services(catalog),
        statements: all.into_iter().map(|it| it.statement).collect(),
        findings: count(analysis, policy, findings),
    })
}

/// What a policy does, in one line, by the same numbers as the rest of the report.
fn net(
    policy: &model::Policy,
    (denies, dead): (&[(usize, ActionSet)], &[Option<Dead>]),
    sums: &Sums,
    now: NaiveDateTime,
    catalog: Catalog,
) -> String {
    let line = explain::policy(policy, denies, dead, now);
    let (start, said) = line.split_once(" · ").unwrap_or((&line, ""));
    if !said.starts_with("allows ") {
        return line;
    }
    let mut parts = vec![start.to_owned()];
    let all = sums.all();
    if all.is_empty() {
        // The shorter line has a reason where it says so itself.
        let own = said.split(" · ").next().filter(|it| it.starts_with("allows nothing"));
        parts.push(own.unwrap_or("allows nothing").to_owned());
    } else {
        parts.push(format!("allows {}", explain::named(&all, catalog)));
        let conditional = sums.conditional.len();
        if conditional == all.len() {
            parts.push("under conditions only".to_owned());
        } else if conditional > 0 {
            parts.push(format!("{} of them under conditions only", explain::grouped(conditional)));
        }
        match sums.denied.len() {
            0 => {}
            n if n == all.len() => parts.push("denied in some cases".to_owned()),
            1 => parts.push("1 of them is denied in some cases".to_owned()),
            n => parts.push(format!("{} of them are denied in some cases", explain::grouped(n))),
        }
    }
    parts.extend(said.split(" · ").filter(|it| it.starts_with("unfinished")).map(str::to_owned));
    parts.join(" · ")
}

/// The statements that deny some of what a statement allows in some cases, as far as can be told.
fn cut_by(built: &Built, all: &[Built]) -> Vec<String> {
    if built.statement.effect != Some(Effect::Allow) {
        return Vec::new();
    }
    let Some(own) = &built.grants else { return Vec::new() };
    let cuts = |deny: &&Built| {
        let theirs = deny.grants.iter().flat_map(|it| &it.list);
        let is_deny = deny.statement.effect == Some(Effect::Deny);
        is_deny
            && theirs.into_iter().any(|deny| {
                own.list.iter().any(|it| it.actions.meets(&deny.actions) && it.group.meets(&deny.group))
            })
    };
    all.iter().filter(cuts).map(|it| it.statement.name.clone()).collect()
}

fn public(policy: &model::Policy, document: &reach::Document, catalog: Catalog) -> Option<Public> {
    if !matches!(policy.kind, PolicyKind::Resource | PolicyKind::Trust) {
        return None;
    }
    Some(match reach::public(document, Limits::default(), catalog) {
        Answer::Pass(_) => Public::No,
        Answer::Unknown(reason) => Public::Unknown(reason.text()),
        Answer::Fail(witness) => Public::Yes {
            statement: explain::name_of(policy, witness.statement.index),
            principal: witness.principal.clone(),
            action: witness.action.clone(),
            resource: witness.resource.clone(),
        },
    })
}

fn count(analysis: &Analysis, policy: &model::Policy, findings: &[FindingAt<'_>]) -> Findings {
    let mut out = Findings::default();
    for it in findings.iter().filter(|it| policy.range.contains_range(it.range())) {
        match analysis.level(it.finding) {
            Level::Off => {}
            Level::At(Severity::Error) => out.errors += 1,
            Level::At(Severity::Warning) => out.warnings += 1,
            Level::At(Severity::Info | Severity::Hint) => out.others += 1,
        }
    }
    out
}
