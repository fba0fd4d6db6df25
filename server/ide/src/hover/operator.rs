//! Condition operators, and the tests and conditions they make.

use catalog::{Operator as Known, ValueType, catalog};
use policy::condition::{Operator, Quantifier};
use policy::model::{Block, Condition, Effect, Item, Statement, Test};

use super::truth::{self, Given, Outcome, Sides};
use super::{code, value};
use crate::explain;

const OPERATORS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";

/// How many tests are written out.
const MOST_TESTS: usize = 8;

/// What an operator does, and what it says of an absent key. `block` is what stands under it, in its statement.
pub(crate) fn operator(text: &str, block: Option<(&Block, &Statement)>) -> Option<String> {
    let parts = Operator::parse(text);
    let Some(known) = catalog().operator(&parts.base) else { return Some(unknown(text, &parts)) };
    let mut out = format!("**{}** · compares {}\n\n", code(text), values_of(known.value_type()));
    let refused = parts.if_exists && known.value_type() == ValueType::Null || parts.unknown_prefix.is_some();
    if let Some((block, statement)) = block.filter(|(it, _)| !it.tests.is_empty() && !refused) {
        out.push_str(&format!("{}\n\n", sentence(block, statement)));
    }
    out.push_str(known.description());
    out.push_str("\n\n");
    match parts.quantifier {
        Some(Quantifier::ForAllValues) => {
            let guard = if block.is_none() { ", so an Allow needs a `Null` test beside it" } else { "" };
            let text = "`ForAllValues`: each value in the request must pass. No value at all passes too";
            out.push_str(&format!("{text}{guard}.\n\n"));
        }
        Some(Quantifier::ForAnyValue) => {
            out.push_str("`ForAnyValue`: one value in the request that passes is enough; with no value at all the test fails.\n\n");
        }
        None => {}
    }
    if let Some(prefix) = &parts.unknown_prefix {
        let sets = "IAM knows `ForAllValues:` and `ForAnyValue:`.";
        out.push_str(&format!("{} is no prefix of operators. {sets}\n\n", code(format!("{prefix}:"))));
    }
    let is_null = known.value_type() == ValueType::Null;
    if parts.if_exists && is_null {
        out.push_str("IAM refuses `IfExists` here: `Null` already asks whether the key is there.\n\n");
    } else if parts.if_exists {
        out.push_str(
            "`IfExists`: the test is skipped, and so passed, when the request does not have the key.\n\n",
        );
    }
    if !refused {
        let tests = block.map(|(it, _)| it.tests.as_slice()).unwrap_or_default();
        match (tests, block) {
            ([test], Some((block, statement))) => {
                out.extend(table(block, test, statement));
                out.extend(without_key(block, test, statement).map(|it| format!("\n{it}\n")));
            }
            (tests, _) => {
                let mut sides = tests.iter().map(wants_absent);
                let first = sides.next().flatten();
                let wants_absent = first.filter(|_| sides.all(|it| it == first));
                out.push_str(&truth::table(&parts, known, Sides { wants_absent, ..Sides::ANY }, None));
            }
        }
        out.push('\n');
    }
    out.push_str(&format!("[Condition operators]({OPERATORS})"));
    Some(out)
}

fn unknown(text: &str, parts: &Operator) -> String {
    let near = catalog().nearest_operator(&parts.base);
    let near = near.map(|it| format!(" The closest is {}.", code(parts.with_base(it.name()))));
    format!("IAM has no operator {}.{}", code(text), near.unwrap_or_default())
}

fn values_of(of: ValueType) -> &'static str {
    match of {
        ValueType::String => "texts",
        ValueType::Arn => "ARNs",
        ValueType::Bool => "`true` and `false`",
        ValueType::Numeric => "numbers",
        ValueType::Date => "dates",
        ValueType::IpAddress => "IP addresses",
        ValueType::Binary => "bytes",
        ValueType::Null => "nothing: it asks whether a key is there",
    }
}

/// What the tests under an operator ask, in words.
fn sentence(block: &Block, statement: &Statement) -> String {
    if let [test] = block.tests.as_slice() {
        return format!("{}: {}", opening(statement), clause(block, test));
    }
    let lines = block.tests.iter().take(MOST_TESTS).map(|it| format!("\n- {}", clause(block, it)));
    let more = match block.tests.len().saturating_sub(MOST_TESTS) {
        0 => String::new(),
        n => format!("\n- and {n} more"),
    };
    format!("{} all of these hold:\n{}{more}", opening(statement), lines.collect::<String>())
}

fn opening(statement: &Statement) -> &'static str {
    match statement.effect() {
        Some(Effect::Allow) => "Allowed only if",
        Some(Effect::Deny) => "Denied only if",
        None => "Only if",
    }
}

/// One test as a clause, its names marked.
pub(super) fn clause(block: &Block, test: &Test) -> String {
    explain::marked_test(block, test, |it| code(it))
}

/// What a whole condition asks.
pub(crate) fn condition(condition: &Condition, statement: &Statement) -> Option<String> {
    let tests: Vec<_> = condition.tests().collect();
    if tests.is_empty() {
        return None;
    }
    let mut out = format!("{} all of these hold:\n\n", opening(statement));
    if let [(block, test)] = tests.as_slice() {
        out = format!("{}: {}\n\n", opening(statement), clause(block, test));
        out.push_str(&table(block, test, statement)?);
    }
    if tests.len() > 1 {
        for (block, test) in tests.iter().take(MOST_TESTS) {
            out.push_str(&format!("- {}\n", clause(block, test)));
        }
        if let Some(n) = tests.len().checked_sub(MOST_TESTS).filter(|it| *it > 0) {
            out.push_str(&format!("- and {n} more\n"));
        }
    }
    let lines = tests.iter().filter_map(|(block, test)| without_key(block, test, statement));
    let lines: Vec<String> = lines.take(3).collect();
    if !lines.is_empty() {
        out.push_str(&format!("\n{}\n", lines.join("\n\n")));
    }
    Some(out)
}

/// The table of one test in its statement, and what to mind about it.
pub(super) fn of_test(block: &Block, test: &Test, statement: &Statement) -> Option<String> {
    let known = catalog().operator(&block.operator.base)?;
    if block.operator.unknown_prefix.is_some() || is_refused(block, known) {
        return None;
    }
    let mut out = format!("{}: {}\n\n", opening(statement), clause(block, test));
    out.push_str(&table(block, test, statement)?);
    out.extend(without_key(block, test, statement).map(|it| format!("\n{it}\n")));
    Some(out)
}

/// The table of a test, with a line before it when its values are of the wrong type.
fn table(block: &Block, test: &Test, statement: &Statement) -> Option<String> {
    let known = catalog().operator(&block.operator.base)?;
    let of = known.value_type();
    let comparable = of == ValueType::Null || is_comparable(test, of);
    let sides = Sides { wants_absent: wants_absent(test), may_lack: may_lack(&test.key.value), comparable };
    let table = truth::table(&block.operator, known, sides, outcome(statement));
    let wrong = "None of its values is of the type that the operator compares.\n\n";
    Some(if comparable { table } else { format!("{wrong}{table}") })
}

/// Whether there are requests without a key, as far as is known.
fn may_lack(key: &str) -> bool {
    !catalog().condition_key(key).is_some_and(|it| it.always_present())
}

/// Whether a value of the request can be compared with some value of a test.
fn is_comparable(test: &Test, of: ValueType) -> bool {
    let items = &test.values.items;
    items.is_empty()
        || items.iter().any(|it| match it {
            Item::Text(text) | Item::Literal(text, _) => value::fits(of, &text.value),
            Item::Dynamic(_) | Item::Wrong(..) => true,
        })
}

fn is_refused(block: &Block, known: Known) -> bool {
    known.value_type() == ValueType::Null && block.operator.if_exists
}

/// Whether a test holds for a request without the key.
fn absent(block: &Block, test: &Test) -> Option<bool> {
    let known = catalog().operator(&block.operator.base)?;
    if is_refused(block, known) || block.operator.unknown_prefix.is_some() {
        return None;
    }
    let wants = wants_absent(test);
    if known.value_type() == ValueType::Null && wants.is_none() {
        return None;
    }
    Some(truth::holds(&block.operator, known, wants.unwrap_or(false), Given::Absent))
}

/// What happens to a request without the key, where authors tend to forget it.
fn without_key(block: &Block, test: &Test, statement: &Statement) -> Option<String> {
    if block.is("Null") {
        return None;
    }
    if !may_lack(&test.key.value) {
        return None;
    }
    let guarded = |value| statement.condition.as_ref().is_some_and(|it| it.has_null(&test.key.value, value));
    let name = code(&test.key.value);
    match (statement.effect()?, absent(block, test)?) {
        (Effect::Allow, true) if !guarded(false) => {
            Some(format!("Mind: this test also lets through requests that do not have {name} at all."))
        }
        (Effect::Deny, false) => Some(format!("Mind: requests that do not have {name} are not denied.")),
        (Effect::Allow, _) | (Effect::Deny, true) => None,
    }
}

/// What a `Null` test asks: absence, presence, or nothing clear.
fn wants_absent(test: &Test) -> Option<bool> {
    let mut said = test.values.items.iter().map(|it| match it {
        Item::Text(text) | Item::Literal(text, _) => text.value.to_ascii_lowercase().parse::<bool>().ok(),
        Item::Dynamic(_) | Item::Wrong(..) => None,
    });
    let first = said.next()??;
    said.all(|it| it == Some(first)).then_some(first)
}

fn outcome(statement: &Statement) -> Option<Outcome> {
    let n_tests = statement.condition.as_ref().map_or(0, |it| it.tests().count());
    Some(Outcome { effect: statement.effect()?, alone: n_tests == 1 })
}
