//! Examples of numbers, moments, addresses and booleans.

use catalog::ValueType;

use super::interval::{self, Intervals};
use super::literal::{Literal, Values};

/// A value of a type that is in all sets.
pub(super) fn sample(of: ValueType, facts: &[&Literal]) -> Option<String> {
    let last = u128::MAX;
    let meet = |last: u128, set: &dyn Fn(&Values) -> Option<Intervals>| {
        facts.iter().fold(Intervals::between(0, last), |all, it| match set(&it.values) {
            Some(set) => all.and(&if it.inside { set } else { set.not(last) }),
            None => all,
        })
    };
    match of {
        ValueType::Numeric => {
            let all = meet(last, &|it| match it {
                Values::Number(it) => Some(it.clone()),
                _ => None,
            });
            all.near_whole(interval::one()).map(interval::number_text)
        }
        ValueType::Date => {
            let all = meet(last, &|it| match it {
                Values::Date(it) => Some(it.clone()),
                _ => None,
            });
            all.near_whole(interval::some_day()).map(interval::date_text)
        }
        ValueType::IpAddress => {
            let four = meet(interval::LAST_V4, &|it| match it {
                Values::Address { v4, .. } => Some(v4.clone()),
                _ => None,
            });
            let six = meet(last, &|it| match it {
                Values::Address { v6, .. } => Some(v6.clone()),
                _ => None,
            });
            let example = interval::addresses("203.0.113.7").and_then(|it| it.0.near(0)).unwrap_or(0);
            let four = four.near(example).map(|it| interval::address_text(it, false));
            four.or_else(|| six.near(1 << 64).map(|it| interval::address_text(it, true)))
        }
        ValueType::Bool => {
            let fits = |value: bool| {
                facts.iter().all(|it| match &*it.values {
                    Values::Bool { yes, no } => (if value { *yes } else { *no }) == it.inside,
                    _ => true,
                })
            };
            [true, false].into_iter().find(|it| fits(*it)).map(|it| it.to_string())
        }
        ValueType::String | ValueType::Arn | ValueType::Binary | ValueType::Null => None,
    }
}
