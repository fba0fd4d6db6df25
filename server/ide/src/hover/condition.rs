//! Condition operators, keys and values.

use catalog::{ConditionKey, Operator as Known, ValueKind, ValueType, catalog};
use policy::condition::{Operator, Quantifier};
use policy::model::Statement;

use super::{code, some_of};

const OPERATORS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";
const KEYS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html";

/// What an operator does, and what it says of an absent key.
pub(crate) fn operator(text: &str) -> Option<String> {
    let parts = Operator::parse(text);
    let Some(known) = catalog().operator(&parts.base) else {
        let near = catalog().nearest_operator(&parts.base)?;
        return Some(format!("IAM has no operator {}. The closest is {}.", code(text), code(near.name())));
    };
    let mut out = format!("**{}** · compares {}\n\n", code(text), values_of(known.value_type()));
    out.push_str(known.description());
    out.push('\n');
    match parts.quantifier {
        Some(Quantifier::ForAllValues) => out.push_str(
            "\n`ForAllValues`: each value in the request must pass. No value at all passes too, so an Allow needs \
             a `Null` test beside it.\n",
        ),
        Some(Quantifier::ForAnyValue) => {
            out.push_str("\n`ForAnyValue`: one value in the request that passes is enough; with no value at all the test fails.\n");
        }
        None => {}
    }
    if parts.if_exists {
        out.push_str(
            "\n`IfExists`: the test is skipped, and so passed, when the request does not have the key.\n",
        );
    }
    out.push_str(&truth_table(&parts, known));
    out.push_str(&format!("\n[Condition operators]({OPERATORS})"));
    Some(out)
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

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
fn truth_table(parts: &Operator, known: Known) -> String {
    let mut out = String::from("\n| in the request | result |\n|---|---|\n");
    let mut row = |case: &str, holds: bool| {
        out.push_str(&format!("| {case} | {} |\n", if holds { "true" } else { "false" }))
    };
    if known.value_type() == ValueType::Null {
        row("no such key, policy says `true`", true);
        row("no such key, policy says `false`", false);
        row("the key, policy says `true`", false);
        row("the key, policy says `false`", true);
        return out;
    }
    let negated = known.negated();
    let absent = parts.if_exists
        || match parts.quantifier {
            Some(Quantifier::ForAllValues) => true,
            Some(Quantifier::ForAnyValue) => false,
            None => negated,
        };
    row("no such key", absent);
    match parts.quantifier {
        None if known.ordering() => {
            row("a value for which it is so", true);
            row("another value", false);
        }
        None => {
            row("a value that matches", !negated);
            row("a value that differs", negated);
        }
        Some(quantifier) => {
            row("all values match", !negated);
            row("some match, some differ", quantifier == Quantifier::ForAnyValue);
            row("all values differ", negated);
        }
    }
    out
}

/// What a key holds and when it is there.
pub(crate) fn key(text: &str, statement: Option<&Statement>) -> Option<String> {
    let Some(key) = catalog().condition_key(text) else {
        let near = catalog().nearest_condition_key(text)?;
        return Some(format!("No such key is known. The closest is {}.", code(near.name())));
    };
    let many = if key.multi_valued() { ", several values" } else { "" };
    let mut out = format!("**{}** · {}{many}\n", code(key.name()), key.value_type().name());
    let mut line = |text: &str| out.push_str(&format!("\n{text}\n"));
    key.description().into_iter().for_each(&mut line);
    if let Some(other) = key.deprecated_by() {
        line(&format!("AWS no longer fills it. Use {}.", code(other.name())));
    }
    if key.values().len() > 0 {
        let open = if key.values_are_open() { ", and others" } else { "" };
        line(&format!("Values: {}{open}", some_of(key.values(), 12, |it| code(it))));
    } else if key.formats().len() > 0 {
        line(&format!("Values: {}", some_of(key.formats(), 4, |it| code(it))));
    } else if let Some((least, most, unit)) = key.range() {
        let most = most.map_or_else(|| "or more".to_owned(), |it| format!("to {it}"));
        line(&format!("Values: {least} {most} {unit}"));
    }
    if key.always_present() {
        line("Every request has it.");
    }
    key.absent_note().into_iter().for_each(&mut line);
    key.note().into_iter().for_each(&mut line);
    if let Some(carried) = statement.and_then(|it| carried(key, it)) {
        line(&carried);
    }
    if key.multi_valued() {
        line("A request may have several values, so it wants `ForAllValues:` or `ForAnyValue:`.");
    }
    out.push_str(&format!("\n{}", source(key)));
    Some(out)
}

/// Which actions of the statement have a key in their requests. Silent about global keys, which are not listed, and
/// about patterns.
fn carried(key: ConditionKey, statement: &Statement) -> Option<String> {
    let element = statement.action.as_ref().filter(|it| !it.negated && !key.is_global())?;
    let named = element.values.texts().take(200).filter_map(|it| catalog().find_action(&it.value));
    let (with, without): (Vec<_>, Vec<_>) = named.partition(|it| it.lists_key(key));
    let list = |actions: &[catalog::Action]| some_of(actions.iter(), 5, |it| code(it.full_name()));
    match (with.as_slice(), without.as_slice()) {
        ([], []) | (_, []) => None,
        ([], _) => Some("AWS does not list it for any action named in this statement.".to_owned()),
        (with, without) => {
            Some(format!("Requests for {} carry it, those for {} do not.", list(with), list(without)))
        }
    }
}

fn source(key: ConditionKey) -> String {
    match key.service() {
        Some(service) => {
            format!("[{} in AWS's reference]({})", service.title(), crate::links::reference_page(service))
        }
        None => {
            let name = key.name().split_once(':').map_or(key.name(), |(_, name)| name);
            let name = name.split('/').next().unwrap_or(name);
            let is_global = key.name().starts_with("aws:");
            let anchor = if is_global {
                format!("#condition-keys-{}", name.to_ascii_lowercase())
            } else {
                String::new()
            };
            format!("[Global condition keys]({KEYS}{anchor})")
        }
    }
}

/// What a value of a key means, where there is something to say.
pub(crate) fn value(key: &str, text: &str) -> Option<String> {
    let known = catalog().condition_key(key)?;
    let meaning = match known.value_kind()? {
        ValueKind::ServicePrincipal => super::element::service_principal(text)?,
        ValueKind::Region => super::resource::region(text)?,
        ValueKind::Model => super::resource::model(text)?,
        _ => return None,
    };
    Some(format!("**{}** · value of {}\n\n{meaning}", code(text), code(known.name())))
}
