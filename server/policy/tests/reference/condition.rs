//! `Condition`: whether what a statement asks of the request's context holds.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;

use policy::eval::Given;
use serde_json::Value;

use super::asked::{Asked, Seen, is_template, list};
use super::logic::{Known, all, any, not};
use super::text::{Piece, Reading, pieces, says};
use super::values;

/// What one comparison says, before negation.
enum Compared {
    Is(Known),
    /// A side is not of the operator's type: it holds neither plain nor negated.
    WrongType,
}

/// An operator's name in its parts: `[ForAllValues:|ForAnyValue:]Base[IfExists]`, in lower case.
struct Operator {
    quantifier: Option<&'static str>,
    base: String,
    if_exists: bool,
}

/// The negated operators and what they negate.
const NEGATED: [(&str, &str); 8] = [
    ("stringnotequals", "stringequals"),
    ("stringnotequalsignorecase", "stringequalsignorecase"),
    ("stringnotlike", "stringlike"),
    ("numericnotequals", "numericequals"),
    ("datenotequals", "dateequals"),
    ("notipaddress", "ipaddress"),
    ("arnnotequals", "arnequals"),
    ("arnnotlike", "arnlike"),
];

/// The operators that are no negation.
const PLAIN: [&str; 18] = [
    "stringequals",
    "stringequalsignorecase",
    "stringlike",
    "numericequals",
    "numericlessthan",
    "numericlessthanequals",
    "numericgreaterthan",
    "numericgreaterthanequals",
    "dateequals",
    "datelessthan",
    "datelessthanequals",
    "dategreaterthan",
    "dategreaterthanequals",
    "bool",
    "binaryequals",
    "ipaddress",
    "arnequals",
    "arnlike",
];

/// All operators but `null`.
pub(crate) fn operators() -> impl Iterator<Item = &'static str> {
    PLAIN.into_iter().chain(NEGATED.into_iter().map(|(it, _)| it))
}

/// Blocks, keys within a block: all must hold. What is no condition never holds.
pub(crate) fn condition(condition: Option<&Value>, variables: bool, asked: &Asked, seen: &Seen) -> Known {
    let Some(condition) = condition else { return Some(true) };
    if is_template(condition) {
        return None;
    }
    let Some(blocks) = condition.as_object() else { return Some(false) };
    all(blocks.iter().map(|(operator, block)| {
        if is_template(block) {
            return None;
        }
        let Some(keys) = block.as_object() else { return Some(false) };
        all(keys.iter().map(|(key, values)| {
            let verdict = test(operator, key, &list(values), variables, asked);
            seen.note(format!("{} {verdict:?}", operator.to_lowercase()));
            verdict
        }))
    }))
}

fn test(operator: &str, key: &str, wanted: &[&Value], variables: bool, asked: &Asked) -> Known {
    let Some(operator) = Operator::read(operator) else { return Some(false) };
    let state = asked.key(key);
    if operator.base == "null" {
        return null(&operator, wanted, &state);
    }
    let one = |value: &str| operator.one(wanted, value, variables, asked);
    let absent = || {
        if operator.if_exists {
            return Some(true);
        }
        match operator.quantifier {
            None => Some(operator.is_negated()),
            Some(it) => Some(it == "forallvalues"),
        }
    };
    match (state, operator.quantifier) {
        (Given::Unknown | Given::SomeValue, _) => None,
        (Given::Absent, _) => absent(),
        (Given::One(value), None) => one(&value),
        (Given::Many(values), None) if values.is_empty() => absent(),
        // A list under an operator without quantifier compares with nothing.
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
        (Given::Many(_), None) => Some(false),
        (Given::One(value), Some(quantifier)) => quantified(quantifier, &[value], one),
        (Given::Many(values), Some(quantifier)) => quantified(quantifier, &values, one),
    }
}

/// Empty texts are no values for a set operator.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
fn quantified(quantifier: &str, values: &[Box<str>], one: impl Fn(&str) -> Known) -> Known {
    let verdicts: Vec<Known> = values.iter().filter(|it| !it.is_empty()).map(|it| one(it)).collect();
    if quantifier == "forallvalues" { all(verdicts) } else { any(verdicts) }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null>
fn null(operator: &Operator, wanted: &[&Value], state: &Given) -> Known {
    let wants = |is_absent: bool| {
        any(wanted.iter().map(|it| {
            if is_template(it) {
                return None;
            }
            let wanted = text(it).and_then(|it| values::boolean(&it));
            Some(wanted == Some(is_absent))
        }))
    };
    let absent = match operator.quantifier {
        Some(it) => Some(it == "forallvalues"),
        None => wants(true),
    };
    match state {
        Given::Absent => absent,
        Given::One(it) if it.is_empty() => absent,
        Given::Many(values) if values.iter().all(|it| it.is_empty()) => absent,
        Given::One(_) | Given::Many(_) | Given::SomeValue => wants(false),
        Given::Unknown if absent == wants(false) => absent,
        Given::Unknown => None,
    }
}

impl Operator {
    /// `None` for an operator that does not exist, `NullIfExists` among them.
    fn read(name: &str) -> Option<Operator> {
        let name = name.to_lowercase();
        let (quantifier, rest) = match name.split_once(':') {
            Some(("forallvalues", rest)) => (Some("forallvalues"), rest),
            Some(("foranyvalue", rest)) => (Some("foranyvalue"), rest),
            Some(_) => return None,
            None => (None, name.as_str()),
        };
        let (base, if_exists) = match rest.strip_suffix("ifexists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let exists = operators().any(|it| it == base) || (base == "null" && !if_exists);
        exists.then(|| Operator { quantifier, base: base.to_owned(), if_exists })
    }

    fn is_negated(&self) -> bool {
        NEGATED.iter().any(|(it, _)| *it == self.base)
    }

    /// One value of the request: one value of the policy compares, or under negation none does.
    fn one(&self, wanted: &[&Value], value: &str, variables: bool, asked: &Asked) -> Known {
        let positive =
            NEGATED.iter().find(|(it, _)| *it == self.base).map_or(self.base.as_str(), |(_, it)| it);
        let compared = wanted.iter().map(|it| compare(positive, it, value, variables, asked));
        if self.is_negated() {
            return all(compared.map(|it| match it {
                Compared::Is(it) => not(it),
                Compared::WrongType => Some(false),
            }));
        }
        any(compared.map(|it| match it {
            Compared::Is(it) => it,
            Compared::WrongType => Some(false),
        }))
    }
}

fn compare(base: &str, wanted: &Value, value: &str, variables: bool, asked: &Asked) -> Compared {
    if is_template(wanted) {
        return Compared::Is(None);
    }
    let Some(wanted) = text(wanted) else { return Compared::WrongType };
    let known = |it: Option<bool>| it.map_or(Compared::WrongType, |it| Compared::Is(Some(it)));
    let ordered = |order: Option<Ordering>| known(order.map(|it| fits_order(base, it)));
    match base {
        "stringequals" => Compared::Is(says_text(&wanted, value, variables, false, asked)),
        "stringlike" => Compared::Is(says_text(&wanted, value, variables, true, asked)),
        "stringequalsignorecase" => Compared::Is(says_in_any_case(&wanted, value, variables, asked)),
        "bool" => bool_is(&wanted, value, variables, asked),
        "binaryequals" => Compared::Is(Some(wanted == value)),
        "ipaddress" => known(values::holds(&wanted, value)),
        "arnequals" | "arnlike" => arn_is(&wanted, value, variables, asked),
        _ if base.starts_with("numeric") => ordered(values::numbers(value, &wanted)),
        _ => ordered(values::dates(value, &wanted)),
    }
}

/// The request's value stands on the left.
fn fits_order(base: &str, order: Ordering) -> bool {
    match base.trim_start_matches("numeric").trim_start_matches("date") {
        "equals" => order.is_eq(),
        "lessthan" => order.is_lt(),
        "lessthanequals" => order.is_le(),
        "greaterthan" => order.is_gt(),
        _ => order.is_ge(),
    }
}

/// A variable without value is null: it equals nothing, and so a negated operator holds.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
fn says_text(wanted: &str, value: &str, variables: bool, wildcards: bool, asked: &Asked) -> Known {
    pieces(wanted, Reading { variables, wildcards }, asked).map_or(Some(false), |it| says(&it, value))
}

fn says_in_any_case(wanted: &str, value: &str, variables: bool, asked: &Asked) -> Known {
    let Some(wanted) = pieces(wanted, Reading { variables, wildcards: false }, asked) else {
        return Some(false);
    };
    let lower = |it: Piece| match it {
        Piece::Char(it) => it.to_lowercase().map(Piece::Char).collect(),
        other => vec![other],
    };
    let value: String = value.chars().flat_map(char::to_lowercase).collect();
    says(&wanted.into_iter().flat_map(lower).collect::<Vec<_>>(), &value)
}

/// A value of the request that is not `true` counts as false.
fn bool_is(wanted: &str, value: &str, variables: bool, asked: &Asked) -> Compared {
    let Some(wanted) = pieces(wanted, Reading { variables, wildcards: false }, asked) else {
        return Compared::Is(Some(false));
    };
    if wanted.contains(&Piece::Unknown) {
        return Compared::Is(None);
    }
    let wanted: String =
        wanted.iter().filter_map(|it| if let Piece::Char(it) = it { Some(it) } else { None }).collect();
    match values::boolean(&wanted) {
        Some(it) => Compared::Is(Some(it == (values::boolean(value) == Some(true)))),
        None => Compared::WrongType,
    }
}

/// Field by field; a colon in a variable parts no fields.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>
fn arn_is(wanted: &str, value: &str, variables: bool, asked: &Asked) -> Compared {
    let values: Vec<&str> = value.splitn(6, ':').collect();
    let wanted = arn_fields(wanted, variables);
    if values.len() < 6 || values[0] != "arn" || wanted.len() < 6 {
        return Compared::WrongType;
    }
    let each =
        wanted.iter().zip(values).map(|(field, value)| says_text(field, value, variables, true, asked));
    Compared::Is(all(each))
}

fn arn_fields(text: &str, variables: bool) -> Vec<&str> {
    let mut fields = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() && fields.len() < 5 {
        let rest = &text[at..];
        let variable = rest.find('}').filter(|_| variables && rest.starts_with("${"));
        let first = rest.chars().next().unwrap();
        if first == ':' {
            fields.push(&text[start..at]);
            start = at + 1;
        }
        at += variable.map_or(first.len_utf8(), |it| it + 1);
    }
    fields.push(&text[start..]);
    fields
}

/// Strings, and numbers and booleans as they are written.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(it) => Some(it.clone()),
        Value::Number(it) => Some(it.to_string()),
        Value::Bool(it) => Some(it.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
