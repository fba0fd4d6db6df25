//! Deciding what a scenario asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::catalog;
use policy::arn::Arn;
use policy::eval::{Context, Explanation, Layer, Narrowed, Owner, Request};
use policy::model::Text;
use policy::pattern;
use syntax::TextRange;

use super::model::{
    FileRef, KeySpec, LayerFiles, PrincipalSpec, Problem, RequestSpec, ResourceSpec, Scenario,
};
use super::stack::Layered;
use super::stack::Place;
use crate::analysis::Analysis;
use crate::decision;
use crate::finding::Severity;

/// How many requests one file asks at most.
const MOST_CASES: usize = 20_000;

/// For how many of them the reasons are worked out; decisions alone are cheap.
const MOST_EXPLAINED: usize = 2_000;

/// How many principals build on each other at most.
const MOST_EXTENDED: usize = 16;

/// A file with policies.
#[derive(Debug)]
pub struct PolicyFile {
    /// The path it goes by.
    pub path: String,
    /// Its absolute path.
    pub location: String,
    /// What is in it.
    pub analysis: Arc<Analysis>,
}

/// Where policy files come from.
pub trait Files {
    /// The files that a path or glob means, relative to the scenario file; in the order of their paths.
    ///
    /// # Errors
    /// What cannot be read, and what to do about it, as a sentence for the user.
    fn find(&self, path: &str) -> Result<Vec<Arc<PolicyFile>>, String>;
}

/// What a scenario comes to.
#[derive(Debug, Default)]
pub struct Results {
    /// Every request that was decided, in the order of the file.
    pub cases: Vec<Case>,
    /// What is wrong, of the file itself and of what it names, by position.
    pub problems: Vec<Problem>,
    /// The paths and globs of the file, each with the files it means.
    pub files: Vec<(TextRange, Vec<Arc<PolicyFile>>)>,
}

/// One request that was decided.
#[derive(Debug)]
pub struct Case {
    /// The index of what asked it.
    pub request: usize,
    /// Who asks, by name.
    pub principal: Box<str>,
    /// What is asked.
    pub action: Box<str>,
    /// On what.
    pub resource: Box<str>,
    /// What was decided.
    pub narrowed: Narrowed,
    /// Whether it is what was expected; `None` when nothing was.
    pub met: Option<bool>,
    /// What decides it; `None` where there are too many requests.
    pub reasons: Option<Reasons>,
}

/// Why a request was decided as it was.
#[derive(Debug)]
pub struct Reasons {
    /// The decision in one line.
    pub line: String,
    /// The statements that decide it, or the one that is nearest to allowing it.
    pub places: Vec<Place>,
    /// All of it.
    pub explanation: Explanation,
    /// The policies.
    pub layered: Arc<Layered>,
    /// The request as it was put.
    pub asked: Request,
}

/// Decides everything that a scenario asks.
pub fn run(scenario: &Scenario, files: &dyn Files) -> Results {
    let mut run =
        Run { scenario, files, results: Results::default(), stacks: BTreeMap::new(), n_explained: 0 };
    run.results.problems.clone_from(&scenario.problems);
    for (idx, spec) in scenario.requests.iter().enumerate() {
        run.request(idx, spec);
    }
    run.unused();
    let mut results = run.results;
    results.problems.sort_by_key(|it| (it.range.start, it.range.end));
    results.problems.dedup();
    results.files.sort_by_key(|it| it.0.start);
    results.files.dedup_by_key(|it| it.0);
    results
}

struct Run<'a> {
    scenario: &'a Scenario,
    files: &'a dyn Files,
    results: Results,
    /// The policies of each principal, and of each with a resource.
    stacks: BTreeMap<(usize, Option<usize>), Arc<Layered>>,
    n_explained: usize,
}

impl Run<'_> {
    fn problem(&mut self, at: &Text, severity: Severity, message: String) {
        self.results.problems.push(Problem { range: at.range, severity, message });
    }

    fn request(&mut self, idx: usize, spec: &RequestSpec) {
        let actions = self.actions(spec);
        for name in &spec.principals {
            let Some(principal) = self.principal(name) else { continue };
            for action in &actions {
                for resource in self.resources(spec, action) {
                    if self.results.cases.len() >= MOST_CASES {
                        let message =
                            format!("More than {MOST_CASES} requests; the rest is left out. Split the file");
                        let range = spec.label;
                        self.results.problems.push(Problem { range, severity: Severity::Warning, message });
                        return;
                    }
                    self.case(idx, spec, (principal, name), action, &resource);
                }
            }
        }
    }

    fn principal(&mut self, name: &Text) -> Option<usize> {
        let found = self.scenario.principals.iter().position(|it| it.name.value == name.value);
        if found.is_none() {
            let names = self.scenario.principals.iter().map(|it| &*it.name.value);
            let nearest =
                crate::nearest::nearest(&name.value, names).map(|it| format!("; did you mean `{it}`?"));
            let message = format!("`principals` has no `{}`{}", name.value, nearest.unwrap_or_default());
            self.problem(name, Severity::Error, message);
        }
        found
    }

    /// The actions that a request names; patterns stand for all that they match.
    fn actions(&mut self, spec: &RequestSpec) -> Vec<String> {
        let mut out = Vec::new();
        for text in &spec.actions {
            if pattern::has_wildcard(&text.value) {
                let found: Vec<String> =
                    catalog().actions_matching(&text.value).map(|it| it.full_name()).collect();
                if found.is_empty() {
                    self.problem(text, Severity::Error, format!("No action matches `{}`", text.value));
                }
                out.extend(found);
                continue;
            }
            match catalog().find_action(&text.value) {
                Some(it) => out.push(it.full_name()),
                None => {
                    self.unknown_action(text);
                    out.push(text.value.to_string());
                }
            }
        }
        out.dedup();
        out
    }

    fn unknown_action(&mut self, text: &Text) {
        let service = text.value.split_once(':').and_then(|(it, _)| catalog().service(it));
        let name = text.value.split_once(':').map_or("", |it| it.1);
        let nearest = service.and_then(|it| it.nearest_action(name)).map(|it| it.full_name());
        let nearest = nearest.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
        self.problem(text, Severity::Warning, format!("AWS has no action `{}`{nearest}", text.value));
    }

    /// The resources to try an action with. Actions without resource types take `*`; others are not tried without one.
    fn resources(&mut self, spec: &RequestSpec, action: &str) -> Vec<String> {
        let known = catalog().find_action(action);
        if known.is_some_and(|it| it.requires_wildcard_resource()) {
            return vec!["*".to_owned()];
        }
        if spec.resources.is_empty() {
            self.lacks_resource(spec, action);
        }
        spec.resources.iter().map(|it| it.value.to_string()).collect()
    }

    /// Says, once for each text, that an action needs a resource.
    fn lacks_resource(&mut self, spec: &RequestSpec, action: &str) {
        let stands_for = |it: &&Text| pattern::matches_ignore_case(&it.value, action);
        let Some(text) = spec.actions.iter().find(stands_for).or(spec.actions.first()) else { return };
        if self.results.problems.iter().any(|it| it.range == text.range) {
            return;
        }
        let mut types: Vec<_> =
            catalog().find_action(action).into_iter().flat_map(|it| it.resource_types()).collect();
        types.sort_by_key(|it| std::cmp::Reverse(it.weight()));
        let formats = types.iter().filter_map(|it| it.arn_formats().next()).take(2);
        let formats: Vec<String> =
            formats.map(|it| format!("`{}`", it.replace("${Partition}", "aws"))).collect();
        let like = match formats.is_empty() {
            true => String::new(),
            false => format!(", as {}", formats.join(" or ")),
        };
        let message = format!("`{action}` acts on a resource: add `resource`{like}");
        self.problem(text, Severity::Error, message);
    }

    fn case(
        &mut self,
        idx: usize,
        spec: &RequestSpec,
        (principal, name): (usize, &Text),
        action: &str,
        resource: &str,
    ) {
        let of = self.scenario.resources.iter().position(|it| covers(&it.arn.value, resource));
        let layered = self.layered(principal, of);
        let layered = Arc::new(layered.for_action(action));
        let Some(asked) = self.asked(spec, principal, of, action, resource) else { return };
        let asked = asked.with_known_facts(&layered.stack);
        let narrowed = layered.stack.narrow(&asked);
        let met = spec.expect.map(|(it, _)| it.is_met(narrowed.outcomes));
        self.n_explained += 1;
        let reasons = (self.n_explained <= MOST_EXPLAINED).then(|| reasons(&layered, asked, &narrowed));
        self.results.cases.push(Case {
            request: idx,
            principal: name.value.clone(),
            action: action.into(),
            resource: resource.into(),
            narrowed,
            met,
            reasons,
        });
    }

    fn asked(
        &self,
        spec: &RequestSpec,
        principal: usize,
        of: Option<usize>,
        action: &str,
        resource: &str,
    ) -> Option<Request> {
        let chain = self.chain(principal).0;
        let arn = chain.iter().find_map(|it| it.arn.as_ref())?;
        let absent = spec.others_absent.unwrap_or(self.scenario.others_absent);
        let mut context = if absent { Context::closed([]) } else { Context::open([]) };
        // What is written nearer to the request goes before what stands further away.
        let inherited = chain.iter().rev().flat_map(|it| &it.context);
        for KeySpec { name, given } in self.scenario.context.iter().chain(inherited).chain(&spec.context) {
            context.set(&name.value, given.clone());
        }
        let told = of.and_then(|it| self.scenario.resources.get(it)).and_then(|it| it.account.as_ref());
        let owner = match told {
            Some(it) => Owner::Account(it.value.clone()),
            None => owner(resource),
        };
        Some(Request::new(&arn.value, action, resource, owner, context))
    }

    /// A principal and those it builds on, and where that goes in a circle or to nothing.
    fn chain(&self, principal: usize) -> (Vec<&PrincipalSpec>, Option<(&Text, &'static str)>) {
        let mut chain: Vec<&PrincipalSpec> = self.scenario.principals.get(principal).into_iter().collect();
        while let Some(base) = chain.last().and_then(|it| it.extends.as_ref()) {
            if chain.len() > MOST_EXTENDED || chain.iter().any(|it| it.name.value == base.value) {
                return (chain, Some((base, "circle")));
            }
            match self.scenario.principals.iter().find(|it| it.name.value == base.value) {
                Some(it) => chain.push(it),
                None => return (chain, Some((base, "nothing"))),
            }
        }
        (chain, None)
    }

    fn layered(&mut self, principal: usize, of: Option<usize>) -> Arc<Layered> {
        if let Some(it) = self.stacks.get(&(principal, of)) {
            return Arc::clone(it);
        }
        let layered = match of {
            None => Arc::new(self.of_principal(principal)),
            Some(of) => {
                let mut layered = (*self.layered(principal, None)).clone();
                let policy = self.scenario.resources.get(of).and_then(|it: &ResourceSpec| it.policy.clone());
                if let Some(file) = policy {
                    self.add(&mut layered, Layer::Resource, &file);
                }
                Arc::new(layered)
            }
        };
        self.stacks.insert((principal, of), Arc::clone(&layered));
        layered
    }

    fn of_principal(&mut self, principal: usize) -> Layered {
        let (chain, fault) = self.chain(principal);
        let chain: Vec<Vec<LayerFiles>> = chain.iter().map(|it| it.layers.clone()).collect();
        if let Some((at, what)) = fault.map(|(at, what)| (at.clone(), what)) {
            let message = match what {
                "circle" => format!("`extends` goes in a circle through `{}`", at.value),
                _ => {
                    let names = self.scenario.principals.iter().map(|it| &*it.name.value);
                    let nearest = crate::nearest::nearest(&at.value, names);
                    let nearest = nearest.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
                    format!("`principals` has no `{}` to build on{nearest}", at.value)
                }
            };
            self.problem(&at, Severity::Error, message);
        }
        let mut layered = Layered::default();
        let mut written: Vec<std::mem::Discriminant<Layer>> = Vec::new();
        for layers in &chain {
            // Identity policies add up; another layer that is written takes the place of the same further away.
            let here: Vec<&LayerFiles> = layers
                .iter()
                .filter(|it| {
                    it.layer == Layer::Identity || !written.contains(&std::mem::discriminant(&it.layer))
                })
                .collect();
            for it in &here {
                layered.reserve(it.layer);
                for file in &it.files {
                    self.add(&mut layered, it.layer, file);
                }
            }
            written.extend(layers.iter().map(|it| std::mem::discriminant(&it.layer)));
        }
        layered
    }

    /// Adds the policies that a path means to a layer.
    fn add(&mut self, layered: &mut Layered, layer: Layer, file: &FileRef) {
        let (path, pointer) = file.parts();
        let found = match self.files.find(path) {
            Ok(it) => it,
            Err(message) => return self.problem(&file.text, Severity::Error, message),
        };
        self.results.files.push((file.text.range, found.clone()));
        for it in &found {
            let policies = it.analysis.policies().iter().enumerate();
            let chosen =
                policies.filter(|(_, it)| pointer.is_none_or(|pointer| is_at(&it.place.path, pointer)));
            let chosen: Vec<usize> = chosen.map(|(n, _)| n).collect();
            if chosen.is_empty() {
                let message = match pointer {
                    Some(pointer) => format!("`{}` has no policy at `#{pointer}`", it.path),
                    None => format!("`{}` holds no policy", it.path),
                };
                self.problem(&file.text, Severity::Error, message);
            }
            if layer == Layer::Resource && chosen.len() > 1 {
                let message = format!(
                    "`{}` holds {} policies, and a resource has one: say which by `#` and a JSON pointer",
                    it.path,
                    chosen.len()
                );
                self.problem(&file.text, Severity::Error, message);
            }
            for n in chosen {
                layered.add(layer, it, n);
                self.refused(&file.text, it, n, layer);
            }
        }
    }

    /// Says that AWS would refuse a policy, so that nothing decided with it can be relied on.
    fn refused(&mut self, at: &Text, file: &Arc<PolicyFile>, policy: usize, layer: Layer) {
        let document = file.analysis.document(policy, super::stack::kind(layer));
        let Some((statement, fault)) = document.faults().next() else { return };
        let place = Place { file: Arc::clone(file), policy, statement };
        let message = format!(
            "AWS refuses this policy: statement {} ({}) {}",
            statement + 1,
            place.text(),
            fault.text()
        );
        self.problem(at, Severity::Error, message);
    }

    /// Reads the policies of principals that nobody asks as, so that what is wrong with them is said too.
    fn unused(&mut self) {
        for n in 0..self.scenario.principals.len() {
            self.layered(n, None);
        }
    }
}

/// Why a request is decided as it is. `narrowed` is what was decided.
pub fn reasons(layered: &Arc<Layered>, asked: Request, narrowed: &Narrowed) -> Reasons {
    let explanation = layered.stack.explain(&asked);
    let line = decision::summary(&explanation, narrowed, &asked, &**layered);
    let mut places: Vec<Place> =
        explanation.deciding().into_iter().filter_map(|it| layered.place(it)).collect();
    if places.is_empty() {
        let nearest = explanation.stopping().and_then(|it| it.nearest());
        places.extend(nearest.and_then(|(site, _)| layered.place(site)));
    }
    Reasons { line, places, explanation, layered: Arc::clone(layered), asked }
}

/// Who owns a resource, as far as its ARN tells. AWS owns models; a bucket's owner is not in its ARN.
pub fn owner(resource: &str) -> Owner {
    match Arn::parse(resource) {
        Some(it) if it.account.len() == 12 => Owner::Account(it.account.into()),
        Some(it) if it.service == "s3" => Owner::Unknown,
        _ => Owner::Same,
    }
}

/// Whether a resource is the one that a pattern means, or an object in that bucket.
fn covers(pattern: &str, resource: &str) -> bool {
    pattern::matches(pattern, resource)
        || (pattern.starts_with("arn:")
            && pattern.contains(":s3:::")
            && pattern::matches(&format!("{pattern}/*"), resource))
}

/// Whether a JSON pointer means the place of a policy.
fn is_at(path: &[Box<str>], pointer: &str) -> bool {
    let parts = pointer.split('/').skip(1).map(|it| it.replace("~1", "/").replace("~0", "~"));
    parts.eq(path.iter().map(|it| it.to_string()))
}

impl Results {
    /// The cases of one request.
    pub fn of_request(&self, request: usize) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(move |it| it.request == request)
    }
}
