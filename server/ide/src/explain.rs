//! Sentences about access: what lenses, hovers and the command line say a statement does.
//!
//! Short pieces between middle dots, the verdict first. Names stand as they are written.

use catalog::{Action, Catalog};
use chrono::NaiveDateTime;
use policy::access::{self, Access, ActionSet, Idle, LEVELS, Never};
use policy::arn::Arn;
use policy::condition::Quantifier;
use policy::model::{
    Block, Condition, Effect, Element, Form, Policy, PrincipalValue, Statement, Test, Values,
};
use policy::pattern;

use crate::analysis::Analysis;
use crate::dead;

/// How many conditions a line shows before it counts the rest.
const MAX_CONDITIONS: usize = 2;
/// How many values of a list a line shows before it counts them.
const MAX_VALUES: usize = 3;
/// How many actions a line names before it counts them.
const MAX_ACTIONS: usize = 2;

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
        parts.push(never_because(never, &access));
        return dead(parts.join(" · "));
    }
    let own = access.effective(catalog);
    let mut left = own.clone();
    let mut by = None;
    if access.effect == Effect::Allow {
        for (n, denied) in denies.iter().filter(|(_, denied)| denied.meets(&own)) {
            left.subtract(denied);
            by = by.or(Some(*n));
        }
    }
    if left.is_empty()
        && let Some(by) = by
    {
        parts.push(format!("never: {} denies all of it", name_of(policy, by)));
        return dead(parts.join(" · "));
    }
    let mut what = actions(statement, &left, own.len() - left.len(), catalog);
    if let Some(place) = statement.resource.as_ref().map(resources) {
        what.push_str(&format!(" on {place}"));
    }
    if let Some(who) = statement.principal.as_ref().map(|it| principal(&it.value, it.negated)) {
        what.push_str(&format!(" to {who}"));
    }
    parts.push(what);
    // What limits the verdict comes before the conditions: an editor may cut the end of a long line.
    for unmet in &access.unmet {
        let n = unmet.actions.len();
        let (which, they) = if n == 1 {
            (list_actions(&unmet.actions, catalog), "it does")
        } else {
            (format!("{n} others"), "they do")
        };
        parts.push(format!("{which} never: {they} not send {}", unmet.key));
    }
    match access::idle(statement, now, catalog) {
        Some(Idle::RetiredModels(1)) => parts.push("of no use: the model is retired".to_owned()),
        Some(Idle::RetiredModels(2)) => parts.push("of no use: both models are retired".to_owned()),
        Some(Idle::RetiredModels(n)) => parts.push(format!("of no use: all {n} models are retired")),
        Some(Idle::DocumentationAddresses) => {
            parts.push("of no use: only addresses reserved for documentation".to_owned());
        }
        None => {}
    }
    if let Some(by) = by {
        parts.push(format!("less what {} denies", name_of(policy, by)));
    }
    match access.actions.unmatched.len() {
        0 => {}
        1 => parts.push("1 name is no action".to_owned()),
        n => parts.push(format!("{n} names are no actions")),
    }
    parts.extend(statement.condition.as_ref().and_then(conditions));
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

/// What a policy does as a whole, in one line.
pub fn policy(policy: &Policy, denies: &Denies, now: NaiveDateTime) -> String {
    let catalog = catalog::catalog();
    let mut allowed = ActionSet::new(catalog);
    let mut denied = ActionSet::new(catalog);
    let mut unknown = false;
    for at in &policy.statements {
        match Access::of(at.statement, now, catalog) {
            Some(access) => match access.effect {
                Effect::Allow => allowed.add(&access.effective(catalog)),
                Effect::Deny => denied.add(&access.effective(catalog)),
            },
            None => unknown = true,
        }
    }
    let mut always = ActionSet::new(catalog);
    for (_, set) in denies {
        always.add(set);
    }
    let meant = allowed.len();
    allowed.subtract(&always);
    let kind = policy.kind.title();
    let mut parts = vec![format!(
        "{}{}",
        kind.get(..1).unwrap_or_default().to_uppercase(),
        kind.get(1..).unwrap_or_default()
    )];
    if policy.form != Form::Policy {
        let part = match policy.form {
            Form::Statement => "one statement",
            Form::Statements => "a list of statements",
            Form::Condition | Form::Policy => "a condition",
        };
        parts = vec![format!("Fragment of a policy: {part}")];
        if policy.form == Form::Condition {
            return parts.join(" · ");
        }
    }
    if always.len() == catalog.action_count() {
        let by =
            denies.iter().find(|(_, it)| it.len() == catalog.action_count()).map(|it| name_of(policy, it.0));
        parts.push(format!("denies everything{}", by.map(|it| format!(" ({it})")).unwrap_or_default()));
    } else if allowed.is_empty() && meant > 0 {
        parts.push("allows nothing: all of it is denied".to_owned());
    } else if allowed.is_empty() && !denied.is_empty() {
        parts.push(format!("grants nothing by itself · denies {}", counted(&denied, catalog)));
    } else if allowed.is_empty() {
        parts.push("allows nothing".to_owned());
    } else {
        parts.push(format!("allows {}", counted(&allowed, catalog)));
        match intersection(&allowed, &denied) {
            0 => {}
            1 => parts.push("1 of them is denied in some cases".to_owned()),
            n => parts.push(format!("{} of them are denied in some cases", grouped(n))),
        }
    }
    if unknown {
        parts.push("unfinished statements are not counted".to_owned());
    }
    parts.join(" · ")
}

fn intersection(a: &ActionSet, b: &ActionSet) -> usize {
    let mut rest = a.clone();
    rest.subtract(b);
    a.len() - rest.len()
}

/// How a statement is spoken of: by its `Sid`, else by its number from 1.
pub fn name_of(policy: &Policy, idx: usize) -> String {
    let sid = policy.statements.get(idx).and_then(|it| it.statement.sid.as_ref());
    match sid {
        Some(sid) if !sid.value.is_empty() => format!("\"{}\"", sid.value),
        _ => format!("statement {}", idx + 1),
    }
}

fn never_because(never: Never, access: &Access) -> String {
    match never {
        Never::NoAction => "never: no action has these names".to_owned(),
        Never::Closed(until) => format!("never: ended {}", moment(until)),
        Never::EmptyWindow => "never: it would end before it begins".to_owned(),
        Never::NotADate => "never: it compares the time with what is no date".to_owned(),
        Never::UnknownOperator => "invalid: IAM refuses this operator".to_owned(),
        Never::KeyNeverSent => {
            let keys: Vec<String> = access.unmet.iter().map(|it| format!("`{}`", it.key)).collect();
            format!("never: its actions do not send {}", keys.join(" or "))
        }
    }
}

fn fragment_condition(condition: &Condition) -> Verdict {
    let catalog = catalog::catalog();
    let verdict = |text: &str, applies| Verdict { line: format!("Condition · {text}"), applies };
    match access::condition_never(condition, catalog) {
        Some(Never::UnknownOperator) => verdict("invalid: IAM refuses this operator", false),
        Some(_) => verdict("never true: it compares the time with what is no date", false),
        None => verdict(&conditions(condition).unwrap_or_else(|| "always true".to_owned()), true),
    }
}

fn actions(statement: &Statement, set: &ActionSet, n_gone: usize, catalog: Catalog) -> String {
    let n = set.len();
    if n + n_gone == catalog.action_count() && n_gone == 0 {
        return format!("every action of AWS ({})", grouped(n));
    }
    let named: Vec<Action> = set.iter(catalog).take(MAX_ACTIONS + 1).collect();
    if named.len() <= MAX_ACTIONS && statement.action.as_ref().is_some_and(|it| !it.negated) {
        let names: Vec<String> = named.iter().map(|it| it.full_name()).collect();
        return names.join(" and ");
    }
    if let Some(service) = named.first().map(|it| it.service())
        && service.actions().len() == n
        && service.actions().all(|it| set.contains(it.id()))
    {
        return format!("all {}", counted_as(set, &format!("{} actions", service.prefix()), catalog));
    }
    counted(set, catalog)
}

fn list_actions(set: &ActionSet, catalog: Catalog) -> String {
    let named: Vec<String> = set.iter(catalog).take(MAX_VALUES + 1).map(|it| it.name().to_owned()).collect();
    if named.len() > MAX_VALUES { format!("{} of them", set.len()) } else { join(&named, "and") }
}

/// `5 actions (4 Write, 1 Read)`
pub fn counted(set: &ActionSet, catalog: Catalog) -> String {
    counted_as(set, if set.len() == 1 { "action" } else { "actions" }, catalog)
}

fn counted_as(set: &ActionSet, noun: &str, catalog: Catalog) -> String {
    let levels = set.by_level(catalog);
    let shown = levels.iter().zip(LEVELS).filter(|(n, _)| **n > 0);
    let levels: Vec<String> = shown.map(|(n, level)| format!("{} {}", grouped(*n), level.name())).collect();
    let n = grouped(set.len());
    if levels.is_empty() { format!("{n} {noun}") } else { format!("{n} {noun} ({})", levels.join(", ")) }
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

fn resources(element: &Element) -> String {
    let values = &element.values;
    let texts: Vec<&str> = values.texts().map(|it| &*it.value).collect();
    if texts.iter().any(|it| pattern::is_everything(it)) {
        return if element.negated { "no resource".to_owned() } else { "any resource".to_owned() };
    }
    let listed = if !values.all_texts() {
        "resources that the template fills in".to_owned()
    } else if texts.len() <= 2 && texts.iter().map(|it| it.len()).sum::<usize>() <= 160 {
        let named: Vec<String> = texts.iter().map(|it| resource(it)).collect();
        join(&named, "and")
    } else {
        format!("{} resources", texts.len())
    };
    if element.negated { format!("everything but {listed}") } else { listed }
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

fn conditions(condition: &Condition) -> Option<String> {
    let tests = condition.blocks.iter().flat_map(|block| block.tests.iter().map(move |test| (block, test)));
    let all: Vec<String> = tests.map(|(block, test)| self::test(block, test)).collect();
    if all.is_empty() {
        return None;
    }
    let shown = all.iter().take(MAX_CONDITIONS).cloned().collect::<Vec<_>>().join(" and ");
    let more = match all.len().saturating_sub(MAX_CONDITIONS) {
        0 => String::new(),
        1 => " and 1 more condition".to_owned(),
        n => format!(" and {n} more conditions"),
    };
    Some(format!("if {shown}{more}"))
}

/// One test of a condition as a clause: `aws:SourceIp is in 10.0.0.0/8`.
pub fn test(block: &Block, test: &Test) -> String {
    marked_test(block, test, str::to_owned)
}

/// The same with keys and values as `mark` writes them.
pub(crate) fn marked_test(block: &Block, test: &Test, mark: fn(&str) -> String) -> String {
    let key = mark(&test.key.value);
    let base = block.operator.base.to_ascii_lowercase();
    if base == "null" {
        let absent = test.values.texts().all(|it| it.value.eq_ignore_ascii_case("true"));
        return if absent { format!("no {key} is given") } else { format!("{key} is given") };
    }
    let values = values(&test.values, mark);
    let relation = match &*base {
        "stringequals"
        | "stringequalsignorecase"
        | "numericequals"
        | "dateequals"
        | "bool"
        | "binaryequals" => "is",
        "stringnotequals" | "stringnotequalsignorecase" | "numericnotequals" | "datenotequals" => "is not",
        "stringlike" | "arnlike" | "arnequals" => "matches",
        "stringnotlike" | "arnnotlike" | "arnnotequals" => "does not match",
        "numericlessthan" => "<",
        "numericlessthanequals" => "≤",
        "numericgreaterthan" => ">",
        "numericgreaterthanequals" => "≥",
        "datelessthan" => "is before",
        "datelessthanequals" => "is not after",
        "dategreaterthan" => "is after",
        "dategreaterthanequals" => "is not before",
        "ipaddress" => "is in",
        "notipaddress" => "is not in",
        _ => return format!("{key} {} {values}", block.name.value),
    };
    let or_none = if block.operator.if_exists { ", or not given" } else { "" };
    match block.operator.quantifier {
        Some(Quantifier::ForAllValues) => format!("every {key} {relation} {values}, or none is given"),
        Some(Quantifier::ForAnyValue) => format!("some {key} {relation} {values}{or_none}"),
        None => format!("{key} {relation} {values}{or_none}"),
    }
}

fn values(values: &Values, mark: fn(&str) -> String) -> String {
    let texts: Vec<String> = values
        .items
        .iter()
        .map(|it| match it {
            policy::model::Item::Text(text) | policy::model::Item::Literal(text, _) => mark(&text.value),
            policy::model::Item::Dynamic(_) => "what the template fills in".to_owned(),
            policy::model::Item::Wrong(..) => "something invalid".to_owned(),
        })
        .collect();
    match texts.len() {
        0 => "nothing".to_owned(),
        n if n > MAX_VALUES => format!("one of {n} values"),
        _ => join(&texts, "or"),
    }
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
