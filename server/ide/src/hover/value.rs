//! Values of condition keys: what a text stands for, by its operator and its key.

use catalog::{ConditionKey, ValueKind, ValueType, catalog};
use chrono::{NaiveDateTime, TimeDelta};
use policy::access::of_element;
use policy::condition::{Operator, Quantifier};
use policy::date::DateValue;
use policy::model::{Block, Statement, Test};
use policy::{network, pattern};

use super::{address, code, count, element, model, operator, principal, resource, some_of};
use crate::explain::grouped;
use crate::id_form::IdForm;

/// Where a value stands.
pub(crate) struct Where<'a> {
    /// The operator and the key as they are written.
    pub(crate) operator: &'a str,
    pub(crate) key: &'a str,
    /// The same in the model, as far as it is there.
    pub(crate) statement: Option<&'a Statement>,
    pub(crate) test: Option<(&'a Block, &'a Test)>,
    /// The present moment.
    pub(crate) now: NaiveDateTime,
}

/// What a value means.
pub(crate) fn value(text: &str, at: &Where<'_>) -> Option<String> {
    let parts = Operator::parse(at.operator);
    let known = catalog().operator(&parts.base);
    let key = catalog().condition_key(at.key);
    let says = match known.map(|it| it.value_type()) {
        Some(ValueType::Null) => null(text, at.key),
        Some(ValueType::Bool) => bool(text, at.key),
        Some(ValueType::IpAddress) => address::address(text, at.key),
        Some(ValueType::Date) => date(text, at.now),
        Some(ValueType::Numeric) => number(text, key),
        Some(ValueType::Binary) => Some("Bytes in base64; they are compared as they are written.".to_owned()),
        Some(ValueType::Arn) => arn(text),
        Some(ValueType::String) => key.and_then(|it| string(text, it, at.statement)).or_else(|| form(text)),
        None => None,
    };
    let key_name = key.filter(|it| !it.is_template()).map_or(at.key, |it| it.name());
    let mut out = format!("**{}** · value of {}\n", code(text), code(key_name));
    let mut line = |text: String| out.push_str(&format!("\n{}\n", text.trim_end()));
    says.into_iter().for_each(&mut line);
    if let Some(known) = known.filter(|_| pattern::has_wildcard(text)) {
        if known.wildcards() {
            line("`*` stands for any run of characters, `?` for exactly one.".to_owned());
        } else if known.value_type() == ValueType::String {
            let name = if known.negated() { "StringNotLike" } else { "StringLike" };
            let name = if text.starts_with("arn:") { name.replace("String", "Arn") } else { name.to_owned() };
            let like = code(parts.with_base(&name));
            line(format!("`{}` compares the wildcard as a plain character; {like} takes it for one.", known.name()));
        }
    }
    if key.is_some_and(|it| it.multi_valued()) && parts.quantifier == Some(Quantifier::ForAllValues) {
        line("Each value in the request must match this one or another of the list.".to_owned());
    }
    let of_type = known.is_none_or(|it| fits(it.value_type(), text));
    if let Some((statement, (block, test))) = at.statement.zip(at.test).filter(|_| of_type) {
        operator::of_test(block, test, statement).into_iter().for_each(&mut line);
    }
    Some(out.trim_end().to_owned())
}

/// Whether a value is of the type that an operator compares. Templates may fill in anything.
pub(super) fn fits(of: ValueType, text: &str) -> bool {
    if ["{{", "<%", "%{"].iter().any(|it| text.contains(it)) {
        return true;
    }
    match of {
        ValueType::Bool | ValueType::Null => {
            text.contains("${") || ["true", "false"].iter().any(|it| text.eq_ignore_ascii_case(it))
        }
        ValueType::IpAddress => network::parse(text).is_some() || text.contains("${"),
        ValueType::Date => DateValue::parse(text).moment().is_some() || text.contains("${"),
        ValueType::Numeric => text.parse::<f64>().is_ok() || text.contains("${"),
        ValueType::String | ValueType::Arn | ValueType::Binary => true,
    }
}

fn null(text: &str, key: &str) -> Option<String> {
    Some(match text.to_ascii_lowercase().as_str() {
        "true" => format!("Holds when the request does not have {}.", code(key)),
        "false" => format!("Holds when the request has {}.", code(key)),
        _ => "`Null` takes `true` and `false` only.".to_owned(),
    })
}

fn bool(text: &str, key: &str) -> Option<String> {
    let is_bool = ["true", "false"].iter().any(|it| text.eq_ignore_ascii_case(it));
    let never = || format!("Neither `true` nor `false`: no value of {} matches.", code(key));
    (!is_bool && !text.contains("${")).then(never)
}

fn arn(text: &str) -> Option<String> {
    if pattern::is_everything(text) {
        return Some("No ARN: `Arn…` operators compare six parts. Use `arn:*:*:*:*:*` or `StringLike`.".to_owned());
    }
    let wrong = "Not the six parts of an ARN, which `Arn…` operators compare one by one.";
    let says = resource::fields(text, None);
    says.or_else(|| (!text.starts_with("${")).then(|| wrong.to_owned()))
}

/// A moment, in words.
fn date(text: &str, now: NaiveDateTime) -> Option<String> {
    let parsed = DateValue::parse(text);
    let Some(at) = parsed.moment() else {
        return Some(match parsed {
            DateValue::TimeOfDay(_) => "A time without a date, which no `Date…` operator takes.".to_owned(),
            DateValue::Moment(_) | DateValue::Epoch(_) | DateValue::Other => {
                "No date: IAM takes `2026-01-31`, `2026-01-31T08:00:00Z` and seconds since 1970.".to_owned()
            }
        });
    };
    let written = at.format("%A, %-d %B %Y, %H:%M:%S UTC").to_string();
    let written = written.replace(":00 UTC", " UTC");
    let mut out = format!("{written}, {}", distance(at - now));
    if matches!(parsed, DateValue::Epoch(_)) {
        out.push_str("\n\nSeconds since 1970.");
        if at.and_utc().timestamp() > 100_000_000_000 {
            out.push_str(" These look like milliseconds.");
        }
    } else if text.len() == 4 {
        out.push_str("\n\nFour digits may be read as seconds since 1970 as well; write the whole date.");
    }
    Some(out)
}

/// How far a moment is from the present.
fn distance(from_now: TimeDelta) -> String {
    let ahead = from_now > TimeDelta::zero();
    let far = from_now.abs();
    let days = far.num_days();
    let amount = match (days, far.num_hours(), far.num_minutes()) {
        (730.., _, _) => count(usize::try_from(days / 365).unwrap_or(0), "year"),
        (60.., _, _) => count(usize::try_from(days / 30).unwrap_or(0), "month"),
        (2.., _, _) => count(usize::try_from(days).unwrap_or(0), "day"),
        (_, hours @ 2.., _) => count(usize::try_from(hours).unwrap_or(0), "hour"),
        (_, _, minutes @ 1..) => count(usize::try_from(minutes).unwrap_or(0), "minute"),
        (_, _, _) => return "this very minute".to_owned(),
    };
    let about = if days >= 60 { "about " } else { "" };
    if ahead { format!("in {about}{amount}") } else { format!("{about}{amount} ago") }
}

fn number(text: &str, key: Option<ConditionKey>) -> Option<String> {
    let Ok(number) = text.parse::<f64>() else {
        let filled = text.contains("${");
        return Some(if filled {
            "`Numeric…` operators do not fill in variables: unless a template does, this is no number.".to_owned()
        } else {
            "No number: it matches nothing.".to_owned()
        });
    };
    let (least, most, unit) = key?.range()?;
    let shown = text.parse::<usize>().map_or_else(|_| text.to_owned(), grouped);
    let mut out = format!("{shown} {unit}");
    if unit.starts_with("second") && number >= 120.0 {
        out.push_str(&format!(" = {}", seconds(number)));
    }
    let below = number < f64::from(least);
    if below || most.is_some_and(|it| number > f64::from(it)) {
        let most = most.map_or_else(|| "or more".to_owned(), |it| format!("to {it}"));
        out.push_str(&format!("\n\nIts values go from {least} {most}."));
    }
    Some(out)
}

fn seconds(number: f64) -> String {
    let (amount, unit) = match number {
        it if it >= 2.0 * 86400.0 => (it / 86400.0, "days"),
        it if it >= 2.0 * 3600.0 => (it / 3600.0, "hours"),
        it => (it / 60.0, "minutes"),
    };
    let amount = format!("{amount:.1}");
    format!("{} {unit}", amount.strip_suffix(".0").unwrap_or(&amount))
}

/// A text under a key whose values are known.
fn string(text: &str, key: ConditionKey, statement: Option<&Statement>) -> Option<String> {
    if let Some(form) = key.pattern().and_then(IdForm::of) {
        return id(text, form);
    }
    match key.value_kind() {
        Some(ValueKind::ServicePrincipal) => principal::service(text),
        Some(ValueKind::Region) => regions(text),
        Some(ValueKind::Model) => model::model(text),
        Some(ValueKind::Arn) => resource::fields(text, None),
        Some(ValueKind::Cidr | ValueKind::Ip) => address::address(text, key.name()),
        Some(ValueKind::Bool) => bool(text, key.name()),
        Some(ValueKind::Enum) => listed(text, key, statement),
        Some(ValueKind::Date | ValueKind::Range | ValueKind::Presence) => None,
        Some(ValueKind::Free | ValueKind::Pattern | ValueKind::Url | ValueKind::Path) | None => {
            let tag = key.name().contains("Tag/").then(|| tag(text));
            let known = (key.values().len() > 0).then(|| listed(text, key, statement)).flatten();
            known.or(tag.flatten()).or_else(|| form(text))
        }
    }
}

fn tag(text: &str) -> Option<String> {
    (!text.contains("${")).then(|| "The value of a tag; its case counts.".to_owned())
}

/// Regions by name or pattern.
pub(super) fn regions(text: &str) -> Option<String> {
    if !pattern::has_wildcard(text) {
        return resource::region(text);
    }
    let found: Vec<_> = catalog().regions().filter(|it| pattern::matches(text, it)).collect();
    match found.len() {
        0 => Some("No Region has such a name.".to_owned()),
        n => Some(format!("{}: {}", count(n, "Region"), some_of(found.iter(), 6, |it| code(it)))),
    }
}

/// One of the values that a key is known to take, or several by a pattern.
fn listed(text: &str, key: ConditionKey, statement: Option<&Statement>) -> Option<String> {
    let actions = statement.and_then(|it| it.action.as_ref()).filter(|it| !it.negated);
    let set = actions.map(|it| of_element(it, catalog()).set);
    let mut values: Vec<&str> = Vec::new();
    for action in set.iter().flat_map(|it| it.iter(catalog())).filter(|it| it.lists_key(key)).take(100) {
        values.extend(key.values_for(action).filter(|it| !values.contains(it)).collect::<Vec<_>>());
    }
    let for_actions = if values.is_empty() { "" } else { " for these actions" };
    if values.is_empty() {
        values = key.values().collect();
    }
    let matching: Vec<_> = values.iter().filter(|it| pattern::matches(text, it)).collect();
    if pattern::has_wildcard(text) {
        let n = grouped(matching.len());
        let of = values.len();
        let list = some_of(matching.iter(), 8, |it| code(it));
        let colon = if matching.is_empty() { "" } else { ": " };
        return Some(format!("Matches {n} of {of} known values{for_actions}{colon}{list}"));
    }
    match (matching.is_empty(), key.values_are_open()) {
        (false, _) => Some(format!("One of {} known values{for_actions}.", values.len())),
        (true, true) => Some(format!("Not among the {} known values{for_actions}; others are possible.", values.len())),
        (true, false) => {
            let known = some_of(values.iter(), 8, |it| code(it));
            Some(format!("Not among the known values{for_actions}: {known}"))
        }
    }
}

/// An id whose form is known.
fn id(text: &str, form: IdForm) -> Option<String> {
    if text.contains("${") || pattern::has_wildcard(text) {
        return None;
    }
    if !form.fits(text) {
        return Some(format!("Not {}.", form.description()));
    }
    match form {
        IdForm::Account => Some(element::account(text)),
        IdForm::Organization | IdForm::Hex(_) => self::form(text),
    }
}

/// What a text is by its looks alone.
fn form(text: &str) -> Option<String> {
    let ids = [
        ("vpce-", "The id of a VPC endpoint."),
        ("vpc-", "The id of a VPC."),
        ("subnet-", "The id of a subnet."),
        ("sg-", "The id of a security group."),
        ("fs-", "The id of a file system."),
        ("ou-", "The id of an organizational unit."),
        ("r-", "The id of the root of an organization."),
    ];
    if let Some(path) = text.strip_prefix("o-").filter(|it| it.contains('/')) {
        let n_units = path.split('/').filter(|it| it.starts_with("ou-")).count();
        let units = if n_units == 0 { String::new() } else { format!(", {} deep", count(n_units, "unit")) };
        let below = if text.ends_with("/*") { " `/*` at the end takes in all accounts below." } else { "" };
        return Some(format!("A path in an organization: organization, root and units{units}.{below}"));
    }
    if text.starts_with("o-") {
        return Some("The id of an organization.".to_owned());
    }
    if text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit()) {
        return Some(element::account(text));
    }
    if text.starts_with("arn:") {
        return resource::fields(text, None);
    }
    if catalog().partition_of(text).is_some() {
        return resource::region(text);
    }
    let unique = principal::unique_id(text);
    let named = || ids.iter().find(|(prefix, _)| text.starts_with(prefix)).map(|(_, it)| (*it).to_owned());
    unique.or_else(named).or_else(|| principal::service(text).filter(|_| text.ends_with(".amazonaws.com")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_read_well() {
        for (from_now, expected) in [
            (TimeDelta::days(1000), "in about 2 years"),
            (TimeDelta::days(-90), "about 3 months ago"),
            (TimeDelta::days(-5), "5 days ago"),
            (TimeDelta::hours(30), "in 30 hours"),
            (TimeDelta::minutes(1), "in 1 minute"),
            (TimeDelta::seconds(-3), "this very minute"),
        ] {
            assert_eq!(distance(from_now), expected);
        }
        assert_eq!(seconds(3600.0 * 12.0), "12 hours");
        assert_eq!(seconds(5400.0), "90 minutes");
    }
}
