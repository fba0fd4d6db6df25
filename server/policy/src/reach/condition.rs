//! The tests of a `Condition` as literals.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::sync::Arc;

use catalog::{Catalog, ValueType};

use super::glob::Glob;
use super::interval::{self, Intervals, Order, Reading};
use super::literal::{Literal, Quantifier, Subject, Values};
use super::text::{self, Manner};
use super::token::Token;
use super::union::Union;
use crate::condition;
use crate::model::{Block, Item, Test};

/// A test as a literal. `variables`: whether the policy has them. `written`: the text that stands for a test that is
/// not read.
pub(super) fn literal(
    block: &Block,
    test: &Test,
    variables: bool,
    catalog: Catalog,
    written: &dyn Fn() -> String,
) -> Literal {
    let operator = &block.operator;
    let known = catalog.operator(&operator.base).filter(|_| operator.unknown_prefix.is_none());
    let Some(known) = known else { return Literal::opaque(&written()) };
    let subject = Subject::Key(test.key.value.to_lowercase().into());
    if known.value_type() == ValueType::Null {
        return null(subject, block, test).unwrap_or_else(|| Literal::opaque(&written()));
    }
    let quantifier = match operator.quantifier {
        None => Quantifier::One,
        Some(condition::Quantifier::ForAllValues) => Quantifier::All,
        Some(condition::Quantifier::ForAnyValue) => Quantifier::Any,
    };
    let negated = known.negated();
    let absent = operator.if_exists
        || match quantifier {
            Quantifier::One => negated,
            Quantifier::All => true,
            Quantifier::Any => false,
        };
    let multi_valued = catalog.condition_key(&test.key.value).map(|it| it.multi_valued());
    let texts = test.values.items.iter().map(value);
    let texts: Option<Vec<Option<&str>>> = texts.collect();
    let base = operator.base.to_ascii_lowercase();
    let set = texts.and_then(|it| values(&base, known.value_type(), &it, variables));
    let set = set.map(|(values, wrong)| (values.without_own_variable(&subject, multi_valued), wrong));
    let (values, inside) = match set {
        // A value that cannot be compared makes a negated test false for every value.
        Some((set, true)) if negated => (set.emptied(), true),
        Some((set, _)) => (set, !negated),
        None => (Values::Opaque(written().into()), true),
    };
    let literal = Literal::new(subject, quantifier, values).holding(inside).when_absent(absent);
    match quantifier {
        Quantifier::One => literal,
        Quantifier::Any => literal.when_empty(false),
        Quantifier::All => literal.when_empty(true),
    }
}

/// The text of a value; an inner `None` is of the wrong type, an outer one is filled in by a template.
fn value(item: &Item) -> Option<Option<&str>> {
    match item {
        Item::Text(it) | Item::Literal(it, _) => Some(Some(&it.value)),
        Item::Wrong(..) => Some(None),
        Item::Dynamic(_) => None,
    }
}

fn null(subject: Subject, block: &Block, test: &Test) -> Option<Literal> {
    if block.operator.if_exists || block.operator.quantifier.is_some() {
        return None;
    }
    let (mut absent, mut present) = (false, false);
    for item in &test.values.items {
        match read_bool(value(item)?.unwrap_or("")) {
            Some(true) => absent = true,
            Some(false) => present = true,
            None => {}
        }
    }
    let literal = Literal::new(subject, Quantifier::One, Values::Any).holding(present);
    Some(literal.when_absent(absent).when_empty(absent))
}

/// The set of values, and whether one of the texts cannot be compared. `None` when it is not read.
fn values(base: &str, of: ValueType, texts: &[Option<&str>], variables: bool) -> Option<(Values, bool)> {
    let plain = Manner { wildcards: false, variables: variables && of == ValueType::String, folded: false };
    let text_set = |manner: Manner| {
        let globs = texts.iter().flatten().map(|it| text::glob(it, manner));
        (Values::Text(Union::new(globs.collect())), texts.iter().any(Option::is_none))
    };
    Some(match of {
        ValueType::Binary => text_set(plain),
        ValueType::String => {
            let wildcards = base.ends_with("like");
            text_set(Manner { wildcards, folded: base.ends_with("ignorecase"), ..plain })
        }
        ValueType::Arn => {
            let globs: Vec<Option<Glob>> =
                texts.iter().map(|it| it.and_then(|it| arn(it, variables))).collect();
            let wrong = globs.iter().any(Option::is_none);
            (Values::Arn(Union::new(globs.into_iter().flatten().collect())), wrong)
        }
        ValueType::Numeric => {
            let order = order(base.strip_prefix("numeric")?)?;
            points(texts, order, interval::number).map(|(it, wrong)| (Values::Number(it), wrong))?
        }
        ValueType::Date => {
            let order = order(base.strip_prefix("date")?)?;
            points(texts, order, interval::date).map(|(it, wrong)| (Values::Date(it), wrong))?
        }
        ValueType::IpAddress => {
            let (mut v4, mut v6, mut wrong) = (Intervals::none(), Intervals::none(), false);
            for text in texts {
                match text.and_then(interval::addresses) {
                    Some((four, six)) => (v4, v6) = (v4.or(&four), v6.or(&six)),
                    None => wrong = true,
                }
            }
            (Values::Address { v4, v6 }, wrong)
        }
        ValueType::Bool => {
            if variables && texts.iter().flatten().any(|it| it.contains("${")) {
                return None;
            }
            let read: Vec<Option<bool>> = texts.iter().map(|it| it.and_then(read_bool)).collect();
            let has = |wanted: bool| read.contains(&Some(wanted));
            (Values::Bool { yes: has(true), no: has(false) }, read.contains(&None))
        }
        ValueType::Null => return None,
    })
}

fn points(texts: &[Option<&str>], order: Order, read: fn(&str) -> Reading) -> Option<(Intervals, bool)> {
    let (mut out, mut wrong) = (Intervals::none(), false);
    for text in texts {
        match text.map_or(Reading::Wrong, read) {
            Reading::Point(it) => out = out.or(&order.points(it)),
            Reading::Wrong => wrong = true,
            Reading::Unsure => return None,
        }
    }
    Some((out, wrong))
}

fn order(name: &str) -> Option<Order> {
    Some(match name {
        "equals" | "notequals" => Order::Equal,
        "lessthan" => Order::Less,
        "lessthanequals" => Order::LessOrEqual,
        "greaterthan" => Order::Greater,
        "greaterthanequals" => Order::GreaterOrEqual,
        _ => return None,
    })
}

fn read_bool(text: &str) -> Option<bool> {
    [true, false].into_iter().find(|it| text.eq_ignore_ascii_case(&it.to_string()))
}

/// The glob of an ARN pattern, field by field; `None` with fewer than six.
pub(super) fn arn(text: &str, variables: bool) -> Option<Glob> {
    let fields = text::fields(text, variables);
    let (last, first) = fields.split_last().filter(|(_, first)| first.len() == 5)?;
    let manner = Manner { wildcards: true, variables, folded: false };
    let mut out = Vec::new();
    for field in first {
        text::tokens(field, manner, true, &mut out);
        out.push(Token::Char(':'));
    }
    text::tokens(last, manner, false, &mut out);
    Some(Glob::new(out))
}

/// The texts that are ARNs.
pub(super) fn arns() -> Union {
    Union::new(arn("arn:*:*:*:*:*", false).into_iter().collect())
}

impl Values {
    /// The same set for a key that policies may name as a variable: where the key's own value is held against it, the
    /// variable is that value. A key with several values is none.
    fn without_own_variable(self, subject: &Subject, multi_valued: Option<bool>) -> Values {
        let (Subject::Key(key), Some(multi_valued)) = (subject, multi_valued) else { return self };
        let without = |union: &Union| {
            let globs = union.globs().iter();
            Union::new(globs.filter_map(|it| it.without_own_variable(key, multi_valued)).collect())
        };
        match self {
            Values::Text(union) => Values::Text(without(&union)),
            Values::Arn(union) => Values::Arn(without(&union)),
            other => other,
        }
    }

    /// The empty set of the same type.
    fn emptied(self) -> Values {
        match self {
            Values::Text(_) => Values::Text(Union::new(Vec::new())),
            Values::Arn(_) => Values::Arn(Union::new(Vec::new())),
            Values::Number(_) => Values::Number(Intervals::none()),
            Values::Date(_) => Values::Date(Intervals::none()),
            Values::Address { .. } => Values::Address { v4: Intervals::none(), v6: Intervals::none() },
            Values::Bool { .. } => Values::Bool { yes: false, no: false },
            Values::Any | Values::Opaque(_) => Values::Opaque(Arc::from("nothing")),
        }
    }
}
