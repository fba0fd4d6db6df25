//! The tests of `Condition`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;

use super::number;
use super::request::{Context, Given};
use super::template::Template;
use super::tri::Tri;
use crate::condition::{Operator, Quantifier};
use crate::model::{self, Item};
use crate::network;

/// One key under one operator.
#[derive(Debug, Clone)]
pub(super) struct Test {
    /// The key in lower case.
    pub(super) key: Box<str>,
    pub(super) quantifier: Option<Quantifier>,
    pub(super) if_exists: bool,
    /// Whether the operator holds when the comparison does not.
    pub(super) negated: bool,
    pub(super) base: Base,
    pub(super) values: Vec<Value>,
}

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    Text,
    TextIgnoreCase,
    Like,
    Numeric(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Arn,
    Null,
    /// AWS refuses it; it never holds.
    Unknown,
    /// A template fills in the keys.
    Open,
}

/// How the request's value must stand to the policy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value of the policy, read once.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(Template),
    Arn(Box<[Template; 6]>),
    Number(Box<str>),
    Moment(i128),
    Bool(bool),
    Net(IpNet),
    /// Not of the operator's type: it compares with nothing, also under the operator's negation.
    Wrong,
    /// A template fills it in.
    Open,
}

/// What one comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    Known(Tri),
    /// One side is not of the operator's type.
    WrongType,
}

/// All tests of a condition; none is true.
pub(super) fn compile(condition: &model::Condition, variables: bool) -> Vec<Test> {
    let test = |(block, test): (&model::Block, &model::Test)| {
        let compiled = Test::compile(&block.operator, test, variables);
        if block.is_dynamic { Test { base: Base::Open, ..compiled } } else { compiled }
    };
    condition.tests().map(test).collect()
}

impl Test {
    fn compile(operator: &Operator, test: &model::Test, variables: bool) -> Test {
        let (base, negated) = base(operator);
        Test {
            key: test.key.value.to_lowercase().into(),
            quantifier: operator.quantifier,
            if_exists: operator.if_exists,
            negated,
            base,
            values: test.values.items.iter().map(|it| Value::compile(base, it, variables)).collect(),
        }
    }

    /// Whether the test holds.
    pub(super) fn holds(&self, context: &Context) -> Tri {
        match self.base {
            Base::Unknown => return Tri::False,
            Base::Open => return Tri::Unknown,
            _ => {}
        }
        let given = context.get(&self.key);
        if self.base == Base::Null {
            return self.null(given);
        }
        match given {
            Given::SomeValue | Given::Unknown => Tri::Unknown,
            Given::Absent => self.absent(),
            Given::One(text) => self.single(text, context),
            Given::Many(texts) => self.many(texts, context),
        }
    }

    /// What it says when the request does not have the key.
    pub(super) fn absent(&self) -> Tri {
        if self.if_exists {
            return Tri::True;
        }
        match self.quantifier {
            Some(quantifier) => (quantifier == Quantifier::ForAllValues).into(),
            None => self.negated.into(),
        }
    }

    fn single(&self, text: &str, context: &Context) -> Tri {
        match self.quantifier {
            Some(quantifier) if text.is_empty() => (quantifier == Quantifier::ForAllValues).into(),
            _ => self.one(text, context),
        }
    }

    fn many(&self, texts: &[Box<str>], context: &Context) -> Tri {
        let Some(quantifier) = self.quantifier else {
            // A list without a set operator never compares, unless it is empty: then the key is as absent.
            return if texts.is_empty() { self.absent() } else { Tri::False };
        };
        let verdicts = texts.iter().filter(|it| !it.is_empty()).map(|it| self.one(it, context));
        match quantifier {
            Quantifier::ForAllValues => Tri::all(verdicts),
            Quantifier::ForAnyValue => Tri::any(verdicts),
        }
    }

    /// One value of the request against the values of the policy: any, or under negation none.
    fn one(&self, text: &str, context: &Context) -> Tri {
        let compared = self.values.iter().map(|it| self.compare(it, text, context));
        if self.negated {
            return Tri::all(compared.map(|it| match it {
                Compared::Known(it) => it.not(),
                Compared::WrongType => Tri::False,
            }));
        }
        Tri::any(compared.map(|it| match it {
            Compared::Known(it) => it,
            Compared::WrongType => Tri::False,
        }))
    }

    /// How a value of the request compares with one of the policy, before negation.
    pub(super) fn compare(&self, value: &Value, text: &str, context: &Context) -> Compared {
        let known = |it: bool| Compared::Known(it.into());
        match (value, self.base) {
            (Value::Open, _) => Compared::Known(Tri::Unknown),
            (Value::Text(it), Base::Bool) => match it.expand(context) {
                Some(it) => read_bool(&it).map_or(Compared::WrongType, |it| known(it == is_true(text))),
                None => Compared::Known(it.resolved(context).and(Tri::Unknown)),
            },
            (Value::Text(it), Base::TextIgnoreCase) => Compared::Known(it.matches_ignore_case(text, context)),
            (Value::Text(it), _) => Compared::Known(it.matches(text, context)),
            (Value::Arn(fields), _) => compare_arn(fields, text, context),
            (Value::Number(it), Base::Numeric(order)) => match number::compare(text, it) {
                Some(is) => known(order.holds(is)),
                None => Compared::WrongType,
            },
            (Value::Moment(it), Base::Date(order)) => match number::moment(text) {
                Some(moment) => known(order.holds(moment.cmp(it))),
                None => Compared::WrongType,
            },
            (Value::Bool(it), _) => known(*it == is_true(text)),
            (Value::Net(net), _) => match text.parse::<IpAddr>() {
                Ok(address) => known(net.contains(&address)),
                Err(_) => Compared::WrongType,
            },
            (Value::Wrong | Value::Number(_) | Value::Moment(_), _) => Compared::WrongType,
        }
    }

    /// The keys that variables in its values name.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.values.iter().flat_map(Value::templates).flat_map(Template::keys)
    }

    /// Whether a value of the request cannot be compared with one of the policy.
    pub(super) fn is_wrong_type(&self, value: &Value, text: &str, context: &Context) -> bool {
        self.compare(value, text, context) == Compared::WrongType
    }

    /// `Null` asks whether the key is there, with a value that is not empty.
    fn null(&self, given: &Given) -> Tri {
        let absent = || match self.quantifier {
            Some(quantifier) => (quantifier == Quantifier::ForAllValues).into(),
            None => self.says(true),
        };
        let empty = match given {
            Given::Absent => true,
            Given::One(text) => text.is_empty(),
            Given::Many(texts) => texts.iter().all(|it| it.is_empty()),
            Given::SomeValue => false,
            Given::Unknown => {
                let (absent, present) = (absent(), self.says(false));
                return if absent == present { absent } else { Tri::Unknown };
            }
        };
        if empty { absent() } else { self.says(false) }
    }

    fn says(&self, absent: bool) -> Tri {
        Tri::any(self.values.iter().map(|it| match it {
            Value::Bool(it) => (*it == absent).into(),
            Value::Open => Tri::Unknown,
            _ => Tri::False,
        }))
    }
}

impl Value {
    fn compile(base: Base, item: &Item, variables: bool) -> Value {
        let text = match item {
            Item::Text(text) | Item::Literal(text, _) => &*text.value,
            Item::Dynamic(_) => return Value::Open,
            Item::Wrong(..) => return Value::Wrong,
        };
        match base {
            Base::Text | Base::TextIgnoreCase => Value::Text(Template::parse(text, variables, false)),
            Base::Like => Value::Text(Template::parse(text, variables, true)),
            Base::Arn => arn(text, variables),
            Base::Numeric(_) if number::is_number(text) => Value::Number(text.into()),
            Base::Date(_) => number::moment(text).map_or(Value::Wrong, Value::Moment),
            Base::Bool => {
                let template = Template::parse(text, variables, false);
                if template.is_plain() {
                    return read_bool(text).map_or(Value::Wrong, Value::Bool);
                }
                Value::Text(template)
            }
            Base::Null => read_bool(text).map_or(Value::Wrong, Value::Bool),
            Base::Binary => Value::Text(Template::parse(text, false, false)),
            Base::Ip => network::parse(text).map_or(Value::Wrong, Value::Net),
            Base::Numeric(_) | Base::Unknown | Base::Open => Value::Wrong,
        }
    }
}

impl Value {
    /// The texts with variables that it is made of.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        let (one, six) = match self {
            Value::Text(it) => (Some(it), None),
            Value::Arn(fields) => (None, Some(fields.iter())),
            Value::Number(_)
            | Value::Moment(_)
            | Value::Bool(_)
            | Value::Net(_)
            | Value::Wrong
            | Value::Open => (None, None),
        };
        one.into_iter().chain(six.into_iter().flatten())
    }
}

impl Order {
    fn holds(self, is: Ordering) -> bool {
        match self {
            Order::Equal => is == Ordering::Equal,
            Order::Less => is == Ordering::Less,
            Order::LessOrEqual => is != Ordering::Greater,
            Order::Greater => is == Ordering::Greater,
            Order::GreaterOrEqual => is != Ordering::Less,
        }
    }
}

/// What an operator compares, and whether it is negated.
fn base(operator: &Operator) -> (Base, bool) {
    if operator.unknown_prefix.is_some() {
        return (Base::Unknown, false);
    }
    let lower = operator.base.to_ascii_lowercase();
    let order = |text: &str| {
        Some(match text {
            "equals" => (Order::Equal, false),
            "notequals" => (Order::Equal, true),
            "lessthan" => (Order::Less, false),
            "lessthanequals" => (Order::LessOrEqual, false),
            "greaterthan" => (Order::Greater, false),
            "greaterthanequals" => (Order::GreaterOrEqual, false),
            _ => return None,
        })
    };
    match &*lower {
        "stringequals" => (Base::Text, false),
        "stringnotequals" => (Base::Text, true),
        "stringequalsignorecase" => (Base::TextIgnoreCase, false),
        "stringnotequalsignorecase" => (Base::TextIgnoreCase, true),
        "stringlike" => (Base::Like, false),
        "stringnotlike" => (Base::Like, true),
        "bool" => (Base::Bool, false),
        "binaryequals" => (Base::Binary, false),
        "ipaddress" => (Base::Ip, false),
        "notipaddress" => (Base::Ip, true),
        "arnequals" | "arnlike" => (Base::Arn, false),
        "arnnotequals" | "arnnotlike" => (Base::Arn, true),
        "null" if !operator.if_exists => (Base::Null, false),
        _ => {
            let numeric = lower.strip_prefix("numeric").and_then(order);
            let date = lower.strip_prefix("date").and_then(order);
            numeric
                .map(|(it, negated)| (Base::Numeric(it), negated))
                .or(date.map(|(it, negated)| (Base::Date(it), negated)))
                .unwrap_or((Base::Unknown, false))
        }
    }
}

/// An ARN pattern in six fields. A colon inside a variable separates nothing.
fn arn(text: &str, variables: bool) -> Value {
    let mut fields: Vec<&str> = Vec::with_capacity(6);
    let (mut start, mut inside) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'$' if variables && !inside => {
                inside = text.get(at..).is_some_and(|it| it.starts_with("${") && it.contains('}'));
            }
            b'}' => inside = false,
            b':' if !inside && fields.len() < 5 => {
                fields.push(text.get(start..at).unwrap_or(""));
                start = at + 1;
            }
            _ => {}
        }
    }
    fields.push(text.get(start..).unwrap_or(""));
    let fields: Vec<Template> = fields.into_iter().map(|it| Template::parse(it, variables, true)).collect();
    fields.try_into().map_or(Value::Wrong, Value::Arn)
}

fn compare_arn(fields: &[Template; 6], text: &str, context: &Context) -> Compared {
    if !text.starts_with("arn:") || text.bytes().filter(|it| *it == b':').count() < 5 {
        return Compared::WrongType;
    }
    let each = fields.iter().zip(text.splitn(6, ':')).map(|(field, part)| field.matches(part, context));
    Compared::Known(Tri::all(each))
}

fn read_bool(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}

/// A value of a request that is not `true` counts as false.
fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}
