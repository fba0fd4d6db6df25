//! All scenarios of a workspace, and what they say about the policies they use.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use policy::eval::{Site, StatementTrace, Tri};

use syntax::SourceFile;

use super::model::Scenario;
use super::run::{Case, Results};
use crate::decision;

/// A scenario file that was run.
#[derive(Debug)]
pub struct Ran {
    /// Its absolute path.
    pub location: String,
    /// The path it goes by.
    pub shown: String,
    /// Its text.
    pub file: SourceFile,
    /// What it says.
    pub scenario: Scenario,
    /// What that comes to.
    pub results: Results,
}

/// All scenarios, with the policies and statements they use.
#[derive(Debug, Default)]
pub struct Runs {
    /// The files.
    pub all: Vec<Ran>,
    by_policy: BTreeMap<(String, usize), Vec<CaseId>>,
    by_statement: BTreeMap<(String, usize, usize), Vec<CaseId>>,
}

/// A case of [`Runs`]: the file and the case in it.
pub type CaseId = (usize, usize);

/// For how many requests a hover says what a statement made of them.
const MOST_TOLD: usize = 5;

impl Runs {
    /// Puts scenarios together.
    pub fn of(all: Vec<Ran>) -> Runs {
        let mut out = Runs::default();
        for (file, ran) in all.iter().enumerate() {
            for (n, case) in ran.results.cases.iter().enumerate() {
                let Some(reasons) = &case.reasons else { continue };
                for (location, policy) in reasons.layered.policies() {
                    out.by_policy.entry((location.to_owned(), policy)).or_default().push((file, n));
                }
                for place in &reasons.places {
                    let key = (place.file.location.clone(), place.policy, place.statement);
                    out.by_statement.entry(key).or_default().push((file, n));
                }
            }
        }
        out.all = all;
        out
    }

    /// A number that changes with what is shown of the results.
    pub fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for ran in &self.all {
            ran.location.hash(&mut hasher);
            for case in &ran.results.cases {
                (case.request, case.met, case.narrowed.outcomes).hash(&mut hasher);
                if let Some(reasons) = &case.reasons {
                    reasons.line.hash(&mut hasher);
                    reasons.places.iter().for_each(|it| it.text().hash(&mut hasher));
                }
            }
        }
        hasher.finish()
    }

    /// The scenario file at a path.
    pub fn at(&self, location: &str) -> Option<&Ran> {
        self.all.iter().find(|it| it.location == location)
    }

    /// The requests that a policy of a file is among the policies of.
    pub fn of_policy(&self, location: &str, policy: usize) -> &[CaseId] {
        self.by_policy.get(&(location.to_owned(), policy)).map_or(&[], Vec::as_slice)
    }

    /// The requests that a statement decides or is nearest to allowing.
    pub fn of_statement(&self, location: &str, policy: usize, statement: usize) -> &[CaseId] {
        self.by_statement.get(&(location.to_owned(), policy, statement)).map_or(&[], Vec::as_slice)
    }

    /// A case with the file it is in.
    pub fn case(&self, id: CaseId) -> Option<(&Ran, &Case)> {
        let ran = self.all.get(id.0)?;
        Some((ran, ran.results.cases.get(id.1)?))
    }

    /// What scenarios say of a policy, in a line: `2 scenarios: 12 as expected, 1 not`.
    pub fn policy_title(&self, location: &str, policy: usize) -> Option<String> {
        let ids = self.of_policy(location, policy);
        let mut files: Vec<usize> = ids.iter().map(|it| it.0).collect();
        files.dedup();
        let n = files.len();
        (n > 0).then(|| format!("{n} scenario{}: {}", if n == 1 { "" } else { "s" }, self.count(ids)))
    }

    /// What scenarios say of a statement, in a line: `decides 3 requests: 2 as expected, 1 not`.
    pub fn statement_title(&self, location: &str, policy: usize, statement: usize) -> Option<String> {
        let ids = self.of_statement(location, policy, statement);
        let decides = |id: &&CaseId| {
            let reasons = self.case(**id).and_then(|(_, it)| it.reasons.as_ref());
            reasons.is_some_and(|it| !it.explanation.deciding().is_empty())
        };
        let (decided, near): (Vec<CaseId>, Vec<CaseId>) = ids.iter().partition(|it| decides(it));
        let requests = |n: usize| format!("{n} request{}", if n == 1 { "" } else { "s" });
        let mut parts = Vec::new();
        if !decided.is_empty() {
            parts.push(format!("decides {}: {}", requests(decided.len()), self.count(&decided)));
        }
        if !near.is_empty() {
            parts.push(format!(
                "nearest to {} that {} denied",
                requests(near.len()),
                if near.len() == 1 { "is" } else { "are" }
            ));
        }
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    fn count(&self, ids: &[CaseId]) -> String {
        let cases = || ids.iter().filter_map(|it| self.case(*it)).map(|it| it.1);
        let met = cases().filter(|it| it.met == Some(true)).count();
        let not = cases().filter(|it| it.met == Some(false)).count();
        let open = cases().filter(|it| it.met.is_none()).count();
        let mut parts = Vec::new();
        parts.extend((met > 0 || not > 0).then(|| format!("{met} as expected")));
        parts.extend((not > 0).then(|| format!("{not} not")));
        parts.extend((open > 0).then(|| format!("{open} without an expectation")));
        parts.join(", ")
    }

    /// What a statement made of the requests that its policy is asked in, those that are not as expected first, as
    /// Markdown. `None` when no scenario uses the policy.
    pub fn statement_docs(&self, location: &str, policy: usize, statement: usize) -> Option<String> {
        let mut ids: Vec<CaseId> = self.of_policy(location, policy).to_vec();
        let own = self.of_statement(location, policy, statement);
        let rank = |id: &CaseId| {
            let not_met = self.case(*id).is_some_and(|(_, it)| it.met == Some(false));
            (!own.contains(id), !not_met, *id)
        };
        ids.sort_by_key(rank);
        let told: Vec<String> =
            ids.iter().take(MOST_TOLD).filter_map(|it| self.told(*it, location, policy, statement)).collect();
        if told.is_empty() {
            return None;
        }
        let more = match ids.len().saturating_sub(MOST_TOLD) {
            0 => String::new(),
            n => format!("\n- and {n} more"),
        };
        Some(format!("**In scenarios**\n\n{}{more}", told.join("\n")))
    }

    fn told(&self, id: CaseId, location: &str, policy: usize, statement: usize) -> Option<String> {
        let (ran, case) = self.case(id)?;
        let reasons = case.reasons.as_ref()?;
        let is_here = |site: &Site| {
            reasons.layered.place(*site).is_some_and(|it| {
                it.file.location == location && it.policy == policy && it.statement == statement
            })
        };
        let all = reasons.explanation.gates.iter().flat_map(|it| it.statements());
        let (_, trace) = all.into_iter().find(|(site, _)| is_here(site))?;
        let mark = match case.met {
            Some(true) => "✓",
            Some(false) => "✗",
            None => "·",
        };
        let name = ran.scenario.requests.get(case.request).and_then(|it| it.name.as_ref());
        let name = name.map(|it| format!("{}: ", it.value)).unwrap_or_default();
        let because =
            decision::because(trace, &reasons.asked).map(|it| format!(" – {it}")).unwrap_or_default();
        Some(format!("- {mark} {name}`{}` {} – {}{because}", case.principal, case.action, parts(trace),))
    }
}

/// `Action ✓ Resource ✗ Condition ?`
pub fn parts(trace: &StatementTrace) -> String {
    let part = |name: &str, it: Option<Tri>| it.map(|it| format!("{name} {}", decision::mark(it)));
    let all = [
        part("Principal", trace.principal.map(|it| it.verdict)),
        part("Action", Some(trace.action.verdict)),
        part("Resource", trace.resource.map(|it| it.verdict)),
        part("Condition", trace.condition().map(|it| it.verdict)),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
