//! One request against the policy under the cursor: what can be asked, and the answer.

use std::sync::Arc;

use catalog::{Action, catalog};
use policy::PolicyKind;
use policy::eval::{Context, Given, Layer, Narrowed, Request, SOME_OTHER};
use policy::model::{Item, Policy};
use policy::pattern;
use syntax::TextSize;

use crate::analysis::Analysis;
use crate::decision;
use crate::scenario::{self, Layered, PolicyFile, Reasons};
use crate::seen::Seen;

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is taken when it is chosen.
    pub value: String,
    /// What it is.
    pub detail: String,
}

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Who asks.
    pub principal: String,
    /// What.
    pub action: String,
    /// On what; `*` for actions without a resource.
    pub resource: String,
    /// Condition keys as far as they are known.
    pub context: Vec<(String, Given)>,
}

/// The answer.
#[derive(Debug)]
pub struct Answer {
    /// What was decided.
    pub narrowed: Narrowed,
    /// Why.
    pub reasons: Reasons,
    /// What was taken for granted beside the policy, for the reader.
    pub assumed: Option<&'static str>,
    /// The keys that are not known and matter, with values that make a difference.
    pub open: Vec<(String, Vec<Given>)>,
}

/// How many choices there are at most.
const MOST_CHOICES: usize = 300;

/// The index of the policy at an offset, or of the first.
pub fn policy_at(analysis: &Analysis, at: TextSize) -> Option<usize> {
    let found = analysis.policies().iter().position(|it| it.range.touches(at));
    found.or((!analysis.policies().is_empty()).then_some(0))
}

/// Who may ask: principals that policies name, and the forms of others.
pub fn principals(seen: &Seen) -> Vec<Choice> {
    let account = seen.accounts().first().map_or_else(|| "111122223333".to_owned(), |it| (*it).to_owned());
    let choice = |value: String, detail: &str| Choice { value, detail: detail.to_owned() };
    let named = seen.principals("AWS").filter(|it| it.starts_with("arn:") && !it.contains(['*', '$']));
    let mut out: Vec<Choice> = named.map(|it| choice(it.to_owned(), "named in this workspace")).collect();
    out.extend([
        choice(format!("arn:aws:iam::{account}:role/NAME"), "some session of a role"),
        choice(format!("arn:aws:sts::{account}:assumed-role/NAME/SESSION"), "one session of a role"),
        choice(format!("arn:aws:iam::{account}:user/NAME"), "a user"),
        choice(format!("arn:aws:iam::{account}:root"), "the root user of an account"),
        choice("sagemaker.amazonaws.com".to_owned(), "a service"),
        choice("anonymous".to_owned(), "nobody in particular"),
    ]);
    out
}

/// What may be asked: the actions of the statement at `at`, then those of the policy; patterns stand for what they
/// match.
pub fn actions(analysis: &Analysis, at: TextSize) -> Vec<Choice> {
    let Some(policy) = policy_at(analysis, at).and_then(|it| analysis.policies().get(it)) else {
        return Vec::new();
    };
    let here = analysis.statement_at(at).map(|(_, idx, _)| idx);
    let rest = (0..policy.statements.len()).filter(|it| Some(*it) != here);
    let mut out: Vec<Choice> = Vec::new();
    for idx in here.into_iter().chain(rest) {
        let Some(statement) = policy.statements.get(idx) else { continue };
        let element = statement.statement.action.iter().filter(|it| !it.negated);
        for text in element.flat_map(|it| it.values.texts()) {
            for action in catalog().actions_matching(&text.value).take(MOST_CHOICES) {
                let value = action.full_name();
                if out.len() < MOST_CHOICES && !out.iter().any(|it| it.value == value) {
                    out.push(Choice { value, detail: action.access_level().name().to_owned() });
                }
            }
        }
    }
    out
}

/// On what an action can be asked: resources that the policy names for it, and the forms that it takes.
pub fn resources(analysis: &Analysis, at: TextSize, action: &str, seen: &Seen) -> Vec<Choice> {
    let Some(action) = catalog().find_action(action) else { return Vec::new() };
    if action.requires_wildcard_resource() {
        return vec![Choice { value: "*".to_owned(), detail: "this action takes no resource".to_owned() }];
    }
    let mut out: Vec<Choice> = Vec::new();
    let policy = policy_at(analysis, at).and_then(|it| analysis.policies().get(it));
    for text in policy.into_iter().flat_map(|it| named(it, action)) {
        if !out.iter().any(|it| it.value == text) {
            out.push(Choice { value: text, detail: "named in this policy".to_owned() });
        }
    }
    let account = seen.accounts().first().map_or("111122223333", |it| *it).to_owned();
    let region = seen.regions().first().map_or("us-east-1", |it| *it).to_owned();
    for kind in action.resource_types() {
        for format in kind.arn_formats().take(2) {
            let value = fill(format, &region, &account);
            if !out.iter().any(|it| it.value == value) {
                out.push(Choice { value, detail: kind.name().to_owned() });
            }
        }
    }
    out.truncate(MOST_CHOICES);
    out
}

/// The ARNs of a policy's statements about an action, without wildcards in them.
fn named(policy: &Policy, action: Action) -> Vec<String> {
    let about = |it: &policy::model::StatementAt<'_>| {
        let patterns = it.statement.action.iter().filter(|it| !it.negated).flat_map(|it| it.values.texts());
        patterns.into_iter().any(|it| pattern::matches_ignore_case(&it.value, &action.full_name()))
    };
    let elements = policy.statements.iter().filter(about).filter_map(|it| it.statement.resource.as_ref());
    let items = elements.flat_map(|it| &it.values.items);
    let text = |it: &Item| match it {
        Item::Text(it) if it.value.starts_with("arn:") && !it.value.contains(['*', '?', '$']) => {
            Some(it.value.to_string())
        }
        _ => None,
    };
    items.filter_map(text).collect()
}

fn fill(format: &str, region: &str, account: &str) -> String {
    let mut out = String::new();
    for (n, part) in format.split("${").enumerate() {
        let Some((name, rest)) = part.split_once('}').filter(|_| n > 0) else {
            out.push_str(part);
            continue;
        };
        out.push_str(match name {
            "Partition" => "aws",
            "Region" => region,
            "Account" => account,
            _ => "NAME",
        });
        out.push_str(rest);
    }
    out
}

/// Holds a question against the policy number `policy` of a file. Layers besides the policy's own are absent, but that
/// what only limits, as a boundary, is tried with an identity policy that allows everything.
pub fn answer(file: &Arc<PolicyFile>, policy: usize, question: &Question) -> Option<Answer> {
    let kind = file.analysis.policies().get(policy)?.kind;
    let layer = layer(kind);
    let mut layered = Layered::default();
    layered.add(layer, file, policy);
    let limits = matches!(
        layer,
        Layer::Boundary | Layer::Session | Layer::Scp(_) | Layer::Rcp(_) | Layer::VpcEndpoint
    );
    if limits {
        layered.add(Layer::Identity, &everything(), 0);
    }
    let layered = Arc::new(layered.for_action(&question.action));
    let context = Context::open(question.context.iter().cloned());
    let owner = scenario::owner(&question.resource);
    let asked = Request::new(&question.principal, &question.action, &question.resource, owner, context);
    let asked = asked.with_known_facts(&layered.stack);
    let narrowed = layered.stack.narrow(&asked);
    let open =
        narrowed.keys.iter().map(|it| (decision::key_name(it), values(&layered, &asked, it))).collect();
    let assumed = limits.then_some("an identity-based policy that allows everything");
    let reasons = scenario::reasons(&layered, asked, &narrowed);
    Some(Answer { narrowed, reasons, assumed, open })
}

/// Values of a key that make a difference, those that the policies name first.
fn values(layered: &Layered, asked: &Request, key: &str) -> Vec<Given> {
    let stated = |it: &Given| matches!(it, Given::One(_) | Given::Many(_) | Given::Absent);
    let candidates = layered.stack.candidates(asked, key).unwrap_or_else(|| vec![Given::Absent]);
    let mut out: Vec<Given> = candidates.into_iter().filter(stated).collect();
    out.sort_by_key(|it| match it {
        Given::One(text) if **text == *SOME_OTHER => 1,
        Given::Absent => 2,
        _ => 0,
    });
    out
}

fn layer(kind: PolicyKind) -> Layer {
    match kind {
        PolicyKind::Identity => Layer::Identity,
        PolicyKind::Resource | PolicyKind::Trust => Layer::Resource,
        PolicyKind::Boundary => Layer::Boundary,
        PolicyKind::Session => Layer::Session,
        PolicyKind::Scp => Layer::Scp(0),
        PolicyKind::Rcp => Layer::Rcp(0),
        PolicyKind::VpcEndpoint => Layer::VpcEndpoint,
    }
}

fn everything() -> Arc<PolicyFile> {
    let text = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Everything", "Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    let analysis = Analysis::of(text, policy::find::Hint::default(), Arc::default());
    Arc::new(PolicyFile {
        path: "taken for granted".to_owned(),
        location: String::new(),
        analysis: Arc::new(analysis),
    })
}

/// The condition keys that matter for an action: those that the policy tests, then those that the action sends.
pub fn keys(analysis: &Analysis, at: TextSize, action: &str) -> Vec<Choice> {
    let mut out: Vec<Choice> = Vec::new();
    let mut add = |value: String, detail: &str| {
        if !out.iter().any(|it| it.value.eq_ignore_ascii_case(&value)) {
            out.push(Choice { value, detail: detail.to_owned() });
        }
    };
    let policy = policy_at(analysis, at).and_then(|it| analysis.policies().get(it));
    for at in policy.into_iter().flat_map(|it| &it.statements) {
        for (_, test) in at.statement.condition.iter().flat_map(|it| it.tests()) {
            add(test.key.value.to_string(), "tested in this policy");
        }
    }
    for key in catalog().find_action(action).into_iter().flat_map(|it| it.condition_keys()) {
        add(key.name().to_owned(), "sent by this action");
    }
    out.truncate(MOST_CHOICES);
    out
}
