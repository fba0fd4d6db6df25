//! Policies that grant a little more than they did, made from those of AWS: what they gain has to be seen.
//!
//! Each change is one that widens access for certain: the services of its statement occur in no other one, so nothing
//! else can grant the same.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{Outcome, say};

/// What was done to a policy, and how the policies before and after compare.
#[derive(Default)]
struct Count {
    /// A request was found that only the wider one grants; that was left open.
    gained: [usize; 2],
    /// It was proven that the narrower one grants nothing else; that was left open.
    lost: [usize; 2],
}

#[derive(Deserialize)]
struct Answer {
    verdict: String,
}

/// A question, what it is about, and the answer that would be wrong.
struct Asked {
    policy: String,
    change: &'static str,
    wrong: &'static str,
    line: String,
}

/// A way to widen a statement. `None` where it would not, or where that is not certain.
type Widen = fn(&Map<String, Value>, &Services) -> Option<Map<String, Value>>;

const WIDENINGS: [(&str, Widen); 6] = [
    ("all actions of its service", all_actions),
    ("all resources", all_resources),
    ("a resource with a star at its end", star_behind),
    ("without its conditions", without_conditions),
    ("a condition that holds without its key", if_exists),
    ("a condition with a value more", one_value_more),
];
const SELF: &str = "itself";
const WITHOUT_DENY: &str = "without a Deny";

/// The names of the actions of each service.
type Services = BTreeMap<String, Vec<String>>;

/// Asks `binary` how each policy compares with itself and with wider ones.
pub(crate) fn check(policies: &BTreeMap<String, Value>, root: &Path, binary: &Path) -> Outcome {
    let services = services(root)?;
    let mut asked = Vec::new();
    for (name, policy) in policies {
        let Some(document) = policy.get("Document") else { continue };
        ask(&mut asked, name, SELF, document, document);
        for (change, wider) in wider(document, &services) {
            ask(&mut asked, name, change, document, &wider);
        }
    }
    let questions = root.join("target/corpus-questions.jsonl");
    fs::write(&questions, asked.iter().map(|it| it.line.as_str()).collect::<String>())?;
    let output = Command::new(binary).args(["access", "--batch"]).arg(&questions).output()?;
    let answers = String::from_utf8(output.stdout)?;
    let answers: Vec<Answer> = answers.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    if answers.len() != asked.len() {
        return Err(format!("{} of {} comparisons were answered", answers.len(), asked.len()).into());
    }
    judge(&asked, &answers)
}

/// Adds the two questions about a policy and one that is wider, or the one about a policy and itself.
fn ask(asked: &mut Vec<Asked>, policy: &str, change: &'static str, document: &Value, wider: &Value) {
    let mut add = |existing: &Value, new: &Value, wrong: &'static str| {
        let question = json!({"kind": "no-new-access", "existing": existing, "new": new});
        asked.push(Asked { policy: policy.to_owned(), change, wrong, line: format!("{question}\n") });
    };
    if change != SELF {
        add(document, wider, "PASS");
    }
    add(wider, document, "FAIL");
}

fn judge(asked: &[Asked], answers: &[Answer]) -> Outcome {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut faults = Vec::new();
    for (it, answer) in asked.iter().zip(answers) {
        let count = counts.entry(it.change).or_default();
        let row = if it.wrong == "PASS" { &mut count.gained } else { &mut count.lost };
        let is_open = answer.verdict == "UNKNOWN";
        if answer.verdict == it.wrong || is_open && it.change == SELF {
            faults.push(format!("{}, {}: {}", it.policy, it.change, answer.verdict));
        }
        if let Some(slot) = row.get_mut(usize::from(is_open)) {
            *slot += 1;
        }
    }
    say("compared with what they were: gain found, left open; loss excluded, left open");
    for (change, Count { gained, lost }) in &counts {
        let [found, open, none, open_back] = [gained[0], gained[1], lost[0], lost[1]];
        say(&format!("  {found:5} {open:3}  {none:5} {open_back:3}  {change}"));
    }
    let missing = WIDENINGS.iter().map(|it| it.0).chain([SELF, WITHOUT_DENY]);
    faults.extend(missing.filter(|it| !counts.contains_key(it)).map(|it| format!("no policy: {it}")));
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

/// Policies that grant more than this one, by what was changed: of each kind the first that can be made.
fn wider(document: &Value, services: &Services) -> Vec<(&'static str, Value)> {
    let statements = statements(document);
    let mut out = Vec::new();
    let mut add = |change, statements: Vec<Value>| {
        let mut wider = document.clone();
        if let Some(it) = wider.get_mut("Statement") {
            *it = Value::Array(statements);
            out.push((change, wider));
        }
    };
    let alone = (0..statements.len()).filter(|it| is_alone(&statements, *it));
    let alone: Vec<usize> = alone.filter(|it| has_action(&statements, *it, services)).collect();
    for (change, widen) in WIDENINGS {
        let found = alone.iter().find_map(|at| {
            let wider = widen(statements.get(*at)?.as_object()?, services)?;
            Some((*at, Value::Object(wider)))
        });
        if let Some((at, wider)) = found {
            let mut statements = statements.clone();
            if let Some(slot) = statements.get_mut(at) {
                *slot = wider;
            }
            add(change, statements);
        }
    }
    if let Some(at) = deny_that_matters(&statements, services) {
        let mut statements = statements.clone();
        statements.remove(at);
        add(WITHOUT_DENY, statements);
    }
    out
}

fn statements(document: &Value) -> Vec<Value> {
    match document.get("Statement") {
        Some(Value::Array(all)) => all.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    }
}

/// The texts of an element, which may be one or a list.
fn texts(statement: &Map<String, Value>, name: &str) -> Vec<String> {
    let text = |it: &Value| it.as_str().map(str::to_owned);
    match statement.get(name) {
        Some(Value::Array(all)) => all.iter().filter_map(text).collect(),
        Some(one) => text(one).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The prefixes of the services of a statement; `None` when it is about every service.
fn prefixes(statement: &Map<String, Value>) -> Option<BTreeSet<String>> {
    let actions = texts(statement, "Action");
    let prefix = |it: &String| it.split_once(':').map(|it| it.0.to_ascii_lowercase());
    actions.iter().map(prefix).collect::<Option<BTreeSet<String>>>().filter(|it| !it.is_empty())
}

/// Whether a statement allows something and no other one is about its services.
fn is_alone(statements: &[Value], at: usize) -> bool {
    let own = statements.get(at).and_then(Value::as_object).filter(|it| allows(it)).and_then(prefixes);
    let Some(own) = own else { return false };
    statements
        .iter()
        .enumerate()
        .filter(|it| it.0 != at)
        .all(|(_, other)| other.as_object().and_then(prefixes).is_some_and(|other| other.is_disjoint(&own)))
}

/// Whether one of the patterns is about an action.
fn covers(patterns: &[String], action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    patterns.iter().any(|it| matches(&it.to_ascii_lowercase(), &action))
}

fn allows(statement: &Map<String, Value>) -> bool {
    statement.get("Effect").and_then(Value::as_str) == Some("Allow")
}

/// Whether a statement is about an action that AWS still has.
fn has_action(statements: &[Value], at: usize, services: &Services) -> bool {
    let Some(own) = statements.get(at).and_then(Value::as_object) else { return false };
    let (actions, prefixes) = (texts(own, "Action"), prefixes(own).unwrap_or_default());
    services.iter().filter(|it| prefixes.contains(it.0)).flat_map(|it| it.1).any(|it| covers(&actions, it))
}

fn with(statement: &Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    let mut out = statement.clone();
    out.insert(name.to_owned(), value);
    out
}

fn all_actions(statement: &Map<String, Value>, services: &Services) -> Option<Map<String, Value>> {
    let actions = texts(statement, "Action");
    let (prefix, _) = services.iter().find(|(prefix, names)| {
        let own = prefixes(statement).is_some_and(|it| it.contains(*prefix));
        own && names.iter().any(|name| !covers(&actions, name))
    })?;
    Some(with(statement, "Action", json!([actions, vec![format!("{prefix}:*")]].concat())))
}

fn all_resources(statement: &Map<String, Value>, _: &Services) -> Option<Map<String, Value>> {
    let resources = texts(statement, "Resource");
    let is_bounded = !resources.is_empty() && resources.iter().all(|it| !it.trim_matches('*').is_empty());
    is_bounded.then(|| with(statement, "Resource", json!("*")))
}

fn star_behind(statement: &Map<String, Value>, _: &Services) -> Option<Map<String, Value>> {
    let resources = texts(statement, "Resource");
    let at = resources.iter().position(|it| {
        let longer = format!("{}-and-something-else", it.replace(['*', '?'], "x"));
        it.split(':').count() > 5 && !it.contains('$') && !resources.iter().any(|it| matches(it, &longer))
    })?;
    let with_star = |(n, it): (usize, &String)| if n == at { format!("{it}*") } else { it.clone() };
    let resources: Vec<String> = resources.iter().enumerate().map(with_star).collect();
    Some(with(statement, "Resource", json!(resources)))
}

fn without_conditions(statement: &Map<String, Value>, _: &Services) -> Option<Map<String, Value>> {
    statement.get("Condition").and_then(Value::as_object).filter(|it| !it.is_empty())?;
    let mut out = statement.clone();
    out.remove("Condition");
    Some(out)
}

/// The conditions of a statement, and a test in them for a text on a key that has no other: its operator and key.
fn text_test(statement: &Map<String, Value>) -> Option<(&Map<String, Value>, &str, &str)> {
    let condition = statement.get("Condition")?.as_object()?;
    let is_key = |key: &str| condition.values().filter(|it| it.get(key).is_some()).count() == 1;
    condition.iter().filter(|it| ["StringEquals", "StringLike"].contains(&it.0.as_str())).find_map(
        |(operator, keys)| {
            // A request always carries some of the global keys.
            let key = keys.as_object()?.keys().find(|it| !it.starts_with("aws:") && is_key(it))?;
            Some((condition, operator.as_str(), key.as_str()))
        },
    )
}

fn if_exists(statement: &Map<String, Value>, _: &Services) -> Option<Map<String, Value>> {
    let (condition, operator, key) = text_test(statement)?;
    let mut condition = condition.clone();
    let test = condition.get_mut(operator)?.as_object_mut()?.remove(key)?;
    if condition.get(operator).and_then(Value::as_object).is_some_and(Map::is_empty) {
        condition.remove(operator);
    }
    condition.insert(format!("{operator}IfExists"), json!({key: test}));
    Some(with(statement, "Condition", Value::Object(condition)))
}

fn one_value_more(statement: &Map<String, Value>, _: &Services) -> Option<Map<String, Value>> {
    const MORE: &str = "something-else";
    let (condition, operator, key) = text_test(statement)?;
    let values = texts(condition.get(operator)?.as_object()?, key);
    if values.iter().any(|it| matches(it, MORE)) {
        return None;
    }
    let mut condition = condition.clone();
    let keys = condition.get_mut(operator)?.as_object_mut()?;
    keys.insert(key.to_owned(), json!([values, vec![MORE.to_owned()]].concat()));
    Some(with(statement, "Condition", Value::Object(condition)))
}

/// A `Deny` that is alone in taking away an action which a statement allows on everything and always.
fn deny_that_matters(statements: &[Value], services: &Services) -> Option<usize> {
    let covers = |statement: &Value, action: &str| {
        let Some(it) = statement.as_object() else { return true };
        it.contains_key("NotAction") || covers(&texts(it, "Action"), action)
    };
    let is_free = |it: &&Value| {
        let Some(it) = it.as_object() else { return false };
        allows(it)
            && !it.contains_key("Condition")
            && texts(it, "Resource") == ["*"]
            && it.contains_key("Action")
    };
    let denies = |it: &Value| it.as_object().is_some_and(|it| !allows(it));
    (0..statements.len()).find(|at| {
        let Some(deny) = statements.get(*at).filter(|it| denies(it) && it.get("Action").is_some()) else {
            return false;
        };
        let others = || statements.iter().enumerate().filter(|it| it.0 != *at).map(|it| it.1);
        let prefixes = deny.as_object().and_then(prefixes).unwrap_or_default();
        let own = services.iter().filter(|it| prefixes.contains(it.0));
        own.flat_map(|it| it.1).any(|action| {
            covers(deny, action)
                && statements.iter().filter(is_free).any(|it| covers(it, action))
                && !others().filter(|it| denies(it)).any(|it| covers(it, action))
        })
    })
}

/// Whether a text matches a pattern with `*` and `?`; case matters.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    // Where the last star stands, and where the text goes on if it takes one letter more.
    let mut back: Option<(usize, usize)> = None;
    while from < text.len() {
        match (pattern.get(at), text.get(from)) {
            (Some(b'*'), _) => {
                back = Some((at, from + 1));
                at += 1;
            }
            (Some(own), Some(it)) if *own == b'?' || own == it => (at, from) = (at + 1, from + 1),
            _ => match back {
                Some((star, next)) => {
                    (at, from) = (star + 1, next);
                    back = Some((star, next + 1));
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).is_none_or(|it| it.iter().all(|it| *it == b'*'))
}

fn services(root: &Path) -> Result<Services, Box<dyn Error>> {
    #[derive(Deserialize)]
    struct Service {
        prefix: String,
        actions: Vec<Action>,
    }
    #[derive(Deserialize)]
    struct Action {
        name: String,
    }
    let mut out = Services::new();
    for entry in fs::read_dir(root.join("schemas/catalog/services"))? {
        let it: Service = serde_json::from_str(&fs::read_to_string(entry?.path())?)?;
        let names = it.actions.iter().map(|action| format!("{}:{}", it.prefix, action.name));
        out.insert(it.prefix.clone(), names.collect());
    }
    Ok(out)
}
