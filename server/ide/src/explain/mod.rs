//! Sentences about access: what lenses, hovers and the command line say a statement does.
//!
//! Short pieces between middle dots, the verdict first. Names stand as they are written.

mod condition;
mod net;

use catalog::{Action, Catalog};
use chrono::NaiveDateTime;
use policy::access::{self, Access, ActionSet, Idle, LEVELS, Never, Unmet};
use policy::arn::Arn;
use policy::model::{Condition, Effect, Element, Form, Policy, PrincipalValue};
use policy::pattern;

pub(crate) use condition::marked_test;
pub use condition::test;
pub use net::{policy, policy_and_dangers};

use crate::analysis::Analysis;
use crate::dead;

/// How many values of a list a line shows before it counts them.
const MAX_VALUES: usize = 3;
/// How many actions a line names before it counts them, if they fit into so many characters.
const MAX_ACTIONS: usize = 3;
const MAX_ACTIONS_LENGTH: usize = 90;
/// How many of the actions that a condition keeps out are named.
const MAX_UNMET: usize = 2;
/// How many characters of resources a line shows before it counts the rest.
const MAX_RESOURCES_LENGTH: usize = 120;

/// The Denies of a policy that leave nothing to chance, by the index of their statement.
pub type Denies = [(usize, ActionSet)];

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// In one line.
    pub line: String,
    /// Whether there are requests that it applies to, as far as can be told.
    pub applies: bool,
}

/// What a statement does; `None` while it says too little to tell.
pub fn statement(policy: &Policy, idx: usize, denies: &Denies, now: NaiveDateTime) -> Option<Verdict> {
    let dead = |line: String| Some(Verdict { line, applies: false });
    let catalog = catalog::catalog();
    let statement = policy.statements.get(idx)?.statement;
    if policy.form == Form::Condition {
        return statement.condition.as_ref().map(fragment_condition);
    }
    let access = Access::of(statement, now, catalog)?;
    let effect = match access.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    let mut parts = vec![effect.to_owned()];
    if let Some(never) = access.never {
        parts.push(match never {
            Never::UnknownOperator => format!("invalid: {}", refused(policy, idx).unwrap_or_default()),
            other => never_because(other, &access),
        });
        return dead(parts.join(" · "));
    }
    let own = access.effective(catalog);
    let mut left = own.clone();
    let mut by = Vec::new();
    if access.effect == Effect::Allow {
        for (n, denied) in denies.iter().filter(|(_, denied)| denied.meets(&own)) {
            left.subtract(denied);
            by.push(name_of(policy, *n));
        }
    }
    let (deny, by) = (if by.len() == 1 { "denies" } else { "deny" }, join(&by, "and"));
    if left.is_empty() && !by.is_empty() {
        parts.push(format!("never: {by} {deny} all of it"));
        return dead(parts.join(" · "));
    }
    let mut what = actions(&left, catalog);
    if let Some(place) = statement.resource.as_ref().map(resources) {
        what.push_str(&format!(" on {place}"));
    }
    if let Some(who) = statement.principal.as_ref().map(|it| principal(&it.value, it.negated)) {
        what.push_str(&format!(" to {who}"));
    }
    parts.push(what);
    // What limits the verdict comes before the conditions: an editor may cut the end of a long line.
    parts.extend(access.unmet.iter().map(|it| unmet(it, catalog)));
    match access::idle(statement, now, catalog) {
        Some(Idle::RetiredModels(1)) => parts.push("of no use: the model is retired".to_owned()),
        Some(Idle::RetiredModels(2)) => parts.push("of no use: both models are retired".to_owned()),
        Some(Idle::RetiredModels(n)) => parts.push(format!("of no use: all {n} models are retired")),
        Some(Idle::DocumentationAddresses) => {
            parts.push("of no use: only addresses reserved for documentation".to_owned());
        }
        Some(Idle::NoAccount) => parts.push("of no use: a placeholder stands for the account".to_owned()),
        None => {}
    }
    match own.len() - left.len() {
        0 => {}
        1 => parts.push(format!("1 other never: {by} {deny} it")),
        n => parts.push(format!("{} others never: {by} {deny} them", grouped(n))),
    }
    match access.actions.unmatched.len() {
        0 => {}
        1 => parts.push("1 name matches no action".to_owned()),
        n => parts.push(format!("{n} names match no action")),
    }
    parts.extend(statement.condition.as_ref().and_then(condition::conditions));
    Some(Verdict { line: parts.join(" · "), applies: true })
}

/// What a statement of an analysed file does beside the others of its policy; `None` while it says too little to tell.
pub fn statement_of(analysis: &Analysis, policy_idx: usize, idx: usize) -> Option<Verdict> {
    let policy = analysis.policies().get(policy_idx)?;
    let own = statement(policy, idx, analysis.denies(policy_idx), analysis.config().now)?;
    let why = analysis.dead(policy_idx).get(idx).and_then(Option::as_ref);
    let Some((more, applies)) = why.filter(|_| own.applies).and_then(|it| dead::addition(policy, idx, it))
    else {
        return Some(own);
    };
    // The verdict comes first: an editor may cut the end of a long line.
    let line = match own.line.split_once(" · ") {
        Some((effect, _)) if !applies => format!("{effect} · {more}"),
        Some((effect, rest)) => format!("{effect} · {more} · {rest}"),
        None => format!("{} · {more}", own.line),
    };
    Some(Verdict { line, applies })
}

/// How a statement is spoken of: by its `Sid`, else by its number from 1.
pub fn name_of(policy: &Policy, idx: usize) -> String {
    let sid = policy.statements.get(idx).and_then(|it| it.statement.sid.as_ref());
    match sid {
        Some(sid) if !sid.value.is_empty() => format!("\"{}\"", sid.value),
        _ => format!("statement {}", idx + 1),
    }
}

/// The actions of a statement that lack a key.
fn unmet(unmet: &Unmet, catalog: Catalog) -> String {
    let n = unmet.actions.len();
    let few = unmet.actions.iter(catalog).take(MAX_UNMET).map(|it| it.name().to_owned());
    let which =
        if n <= MAX_UNMET { join(&few.collect::<Vec<_>>(), "and") } else { format!("{} others", grouped(n)) };
    format!("{which} never: {} not send {}", if n == 1 { "it does" } else { "they do" }, unmet.key)
}

/// Why IAM refuses a statement.
fn refused(policy: &Policy, idx: usize) -> Option<String> {
    let catalog = catalog::catalog();
    let condition = policy.statements.get(idx)?.statement.condition.as_ref()?;
    let block = condition.blocks.iter().find(|it| catalog.operator(&it.operator.base).is_none())?;
    Some(format!("IAM refuses the operator {}", block.name.value))
}

fn never_because(never: Never, access: &Access) -> String {
    match never {
        Never::NoAction => "never: no action has these names".to_owned(),
        Never::Closed(until) => format!("never: ended {}", moment(until)),
        Never::EmptyWindow => "never: it would end before it begins".to_owned(),
        Never::NotADate => "never: it compares the time with what is no date".to_owned(),
        Never::UnknownOperator => "invalid: IAM refuses this operator".to_owned(),
        Never::KeyNeverSent => {
            let keys: Vec<String> = access.unmet.iter().map(|it| it.key.clone()).collect();
            let n = access.actions.set.len();
            let whose = if n == 1 { "its action does" } else { "its actions do" };
            format!("never: {whose} not send {}", join(&keys, "or"))
        }
    }
}

fn fragment_condition(condition: &Condition) -> Verdict {
    let catalog = catalog::catalog();
    let verdict = |text: &str, applies| Verdict { line: format!("Condition · {text}"), applies };
    match access::condition_never(condition, catalog) {
        Some(Never::UnknownOperator) => verdict("invalid: IAM refuses this operator", false),
        Some(_) => verdict("never true: it compares the time with what is no date", false),
        None => {
            let asks = condition::conditions(condition);
            verdict(&asks.unwrap_or_else(|| "always true".to_owned()), true)
        }
    }
}

fn actions(set: &ActionSet, catalog: Catalog) -> String {
    let n = set.len();
    if n == catalog.action_count() {
        return format!("every action of AWS ({})", grouped(n));
    }
    let service = set.iter(catalog).next().map(|it| it.service());
    if let Some(service) = service
        && service.actions().len() == n
        && n > MAX_ACTIONS
        && service.actions().all(|it| set.contains(it.id()))
    {
        return format!("all {}", counted(set, catalog));
    }
    named(set, catalog)
}

/// A few actions by name, more by number: `s3:GetObject and PutObject`, `5 sagemaker actions (4 Write, 1 Read)`.
pub fn named(set: &ActionSet, catalog: Catalog) -> String {
    let few: Vec<Action> = set.iter(catalog).take(MAX_ACTIONS + 1).collect();
    let is_shared = few.iter().all(|it| few.first().is_some_and(|first| it.service() == first.service()));
    // The service stands once where all are of it.
    let name = |(n, it): (usize, &Action)| {
        if is_shared && n > 0 { it.name().to_owned() } else { it.full_name() }
    };
    let names: Vec<String> = few.iter().enumerate().map(name).collect();
    let length: usize = names.iter().map(String::len).sum();
    let fits = names.len() <= MAX_ACTIONS && length <= MAX_ACTIONS_LENGTH;
    if !names.is_empty() && fits { join(&names, "and") } else { counted(set, catalog) }
}

/// `5 sagemaker actions (4 Write, 1 Read)`, `2 actions (Read)` of more than one service.
pub fn counted(set: &ActionSet, catalog: Catalog) -> String {
    let levels = set.by_level(catalog);
    let shown: Vec<_> = levels.into_iter().zip(LEVELS).filter(|(n, _)| *n > 0).collect();
    let levels = match shown.as_slice() {
        [] => String::new(),
        [(_, only)] => format!(" ({})", only.name()),
        some => {
            let some: Vec<String> =
                some.iter().map(|(n, level)| format!("{} {}", grouped(*n), level.name())).collect();
            format!(" ({})", some.join(", "))
        }
    };
    let mut all = set.iter(catalog).map(|it| it.service());
    let service = all.next().filter(|first| all.all(|it| it == *first));
    let service = service.map(|it| format!("{} ", it.prefix())).unwrap_or_default();
    let noun = if set.len() == 1 { "action" } else { "actions" };
    format!("{} {service}{noun}{levels}", grouped(set.len()))
}

/// A number with a comma between thousands.
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

pub(crate) fn resources(element: &Element) -> String {
    let values = &element.values;
    let texts: Vec<&str> = values.texts().map(|it| &*it.value).collect();
    if texts.iter().any(|it| pattern::is_everything(it)) {
        return if element.negated { "no resource".to_owned() } else { "any resource".to_owned() };
    }
    if !values.all_texts() {
        let listed = "resources that the template fills in";
        return if element.negated { format!("everything but {listed}") } else { listed.to_owned() };
    }
    let listed = some_resources(&texts);
    if element.negated { format!("everything but {listed}") } else { listed }
}

/// As many resources by name as a line bears, and how many others there are.
pub(crate) fn some_resources(texts: &[&str]) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut length = 0;
    for text in texts {
        let name = resource(text);
        length += name.chars().count();
        if !shown.is_empty() && (length > MAX_RESOURCES_LENGTH || shown.len() == MAX_VALUES) {
            break;
        }
        shown.push(name);
    }
    if let Some(more) = texts.len().checked_sub(shown.len()).filter(|it| *it > 0) {
        shown.push(format!("{more} more"));
    }
    join(&shown, "and")
}

/// An ARN by what tells it from others: its resource, and its Region when it names one.
fn resource(text: &str) -> String {
    let Some(arn) = Arn::parse(text) else { return text.to_owned() };
    let region = if arn.region.is_empty() || arn.region == "*" {
        String::new()
    } else {
        format!(" in {}", arn.region)
    };
    let resource =
        if arn.resource == "*" { format!("any {} resource", arn.service) } else { arn.resource.to_owned() };
    format!("{resource}{region}")
}

fn principal(value: &PrincipalValue, negated: bool) -> String {
    let who = match value {
        PrincipalValue::Text(text) if &*text.value == "*" => "anyone".to_owned(),
        PrincipalValue::Text(text) => text.value.to_string(),
        PrincipalValue::Dynamic => "whom the template fills in".to_owned(),
        PrincipalValue::Wrong(_) => "nobody".to_owned(),
        PrincipalValue::Typed(entries) => {
            let texts: Vec<String> =
                entries.iter().flat_map(|it| it.values.texts()).map(|it| it.value.to_string()).collect();
            match texts.len() {
                0 => "nobody".to_owned(),
                _ if texts.iter().any(|it| it == "*") => "anyone".to_owned(),
                n if n > MAX_VALUES => format!("{n} principals"),
                _ => join(&texts, "and"),
            }
        }
    };
    if negated { format!("everyone but {who}") } else { who }
}

/// `a, b and c`.
pub(crate) fn join(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} {word} {last}", head.join(", ")),
    }
}

/// A moment as people read it: the day, and the time when it is not midnight.
pub fn moment(at: NaiveDateTime) -> String {
    let midnight = at.time() == chrono::NaiveTime::MIN;
    at.format(if midnight { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M UTC" }).to_string()
}
