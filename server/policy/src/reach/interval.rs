//! Sets of numbers, moments and addresses as sorted intervals.
//!
//! Numbers and moments lie dense: each value has an even point, and the odd points between stand for all that lies
//! between two neighbours. So an open interval is never empty where a value fits.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, SecondsFormat};

use crate::date::DateValue;

/// A set of points.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Intervals(
    // Invariant: sorted, disjoint, no two adjacent.
    Vec<(u128, u128)>,
);

/// Digits behind the point that numbers are read with.
const DIGITS: u32 = 9;
/// Zero, in the middle of the points.
const ZERO: u128 = 1 << 127;

impl Intervals {
    /// No point.
    pub(super) fn none() -> Intervals {
        Intervals::default()
    }

    /// All points from `low` to `high`.
    pub(super) fn between(low: u128, high: u128) -> Intervals {
        if low > high { Intervals::none() } else { Intervals(vec![(low, high)]) }
    }

    /// The points of either.
    pub(super) fn or(&self, other: &Intervals) -> Intervals {
        let mut all: Vec<(u128, u128)> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        let mut out: Vec<(u128, u128)> = Vec::with_capacity(all.len());
        for (low, high) in all {
            match out.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => out.push((low, high)),
            }
        }
        Intervals(out)
    }

    /// The points of both.
    pub(super) fn and(&self, other: &Intervals) -> Intervals {
        let mut out = Vec::new();
        for a in &self.0 {
            for b in &other.0 {
                let (low, high) = (a.0.max(b.0), a.1.min(b.1));
                if low <= high {
                    out.push((low, high));
                }
            }
        }
        out.sort_unstable();
        Intervals(out)
    }

    /// The points up to `last` that are not in it.
    pub(super) fn not(&self, last: u128) -> Intervals {
        let mut out = Vec::new();
        let mut from = Some(0);
        for (low, high) in &self.0 {
            let Some(start) = from else { break };
            if start < *low {
                out.push((start, low - 1));
            }
            from = high.checked_add(1);
        }
        if let Some(start) = from.filter(|it| *it <= last) {
            out.push((start, last));
        }
        Intervals(out)
    }

    /// The intervals of at most `most` points.
    pub(super) fn up_to(&self, most: u128) -> Intervals {
        Intervals(self.0.iter().copied().filter(|(low, high)| high - low < most).collect())
    }

    /// The point nearest to `wish`, a whole number or a whole second if there is one.
    pub(super) fn near_whole(&self, wish: u128) -> Option<u128> {
        let unit = 2 * 10u128.pow(DIGITS);
        let each = self.0.iter().filter_map(|(low, high)| {
            let wish = wish.clamp(*low, *high);
            let over = (wish % unit + unit - ZERO % unit) % unit;
            let below = wish.checked_sub(over)?;
            [below, below.saturating_add(unit)].into_iter().find(|it| (low..=high).contains(&it))
        });
        each.min_by_key(|it| (it.abs_diff(wish), *it)).or_else(|| self.near(wish))
    }

    /// The point nearest to `wish`.
    pub(super) fn near(&self, wish: u128) -> Option<u128> {
        let each = self.0.iter().map(|(low, high)| wish.clamp(*low, *high));
        each.min_by_key(|it| (it.abs_diff(wish), *it))
    }
}

/// How a number or a moment of a request has to stand to one of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    /// The points that stand so to `point`.
    pub(super) fn points(self, point: u128) -> Intervals {
        match self {
            Order::Equal => Intervals::between(point, point),
            Order::Less => point.checked_sub(1).map_or_else(Intervals::none, |it| Intervals::between(0, it)),
            Order::LessOrEqual => Intervals::between(0, point),
            Order::Greater => {
                point.checked_add(1).map_or_else(Intervals::none, |it| Intervals::between(it, u128::MAX))
            }
            Order::GreaterOrEqual => Intervals::between(point, u128::MAX),
        }
    }
}

/// What reading a text as a point came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// The point.
    Point(u128),
    /// It is none.
    Wrong,
    /// It may be one, but not one that is read here.
    Unsure,
}

fn dense(scaled: i128) -> Option<u128> {
    let doubled = scaled.checked_mul(2)?;
    Some(if doubled < 0 { ZERO - doubled.unsigned_abs() } else { ZERO + doubled.unsigned_abs() })
}

/// The point of a decimal number.
pub(super) fn number(text: &str) -> Reading {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || (whole.is_empty() && fraction.is_empty()) {
        // An exponent, or a form that only some readers take.
        return if text.bytes().any(|it| it.is_ascii_digit()) { Reading::Unsure } else { Reading::Wrong };
    }
    let kept = fraction.trim_end_matches('0');
    if kept.len() > DIGITS as usize || whole.len() > 20 {
        return Reading::Unsure;
    }
    let Some(size) = format!("{whole}{kept:0<9}").parse::<i128>().ok() else { return Reading::Unsure };
    dense(if text.starts_with('-') { -size } else { size }).map_or(Reading::Unsure, Reading::Point)
}

/// A number at a point.
pub(super) fn number_text(point: u128) -> String {
    // The point is twice the number; half of it is written with one digit more, and trimmed.
    let (sign, size) = if point < ZERO { ("-", ZERO - point) } else { ("", point - ZERO) };
    let tenths = size.saturating_mul(5);
    let unit = 10u128.pow(DIGITS + 1);
    let fraction = format!("{:010}", tenths % unit);
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{dot}{fraction}", tenths / unit)
}

/// The point of a date. Digits alone are seconds since 1970.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>
pub(super) fn date(text: &str) -> Reading {
    let numeric = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !numeric.is_empty() && numeric.bytes().all(|it| it.is_ascii_digit() || it == b'.') {
        // Four digits are a year as well as seconds.
        return if numeric.len() == 4 { Reading::Unsure } else { number(text) };
    }
    let Some(moment) = DateValue::parse(text).moment() else {
        return if text.bytes().any(|it| it.is_ascii_digit()) { Reading::Unsure } else { Reading::Wrong };
    };
    let nanos = moment.and_utc().timestamp_nanos_opt().map(i128::from);
    nanos.and_then(dense).map_or(Reading::Unsure, Reading::Point)
}

/// A date at a point.
pub(super) fn date_text(point: u128) -> String {
    let size = i128::try_from(point.abs_diff(ZERO) / 2).unwrap_or(0);
    let nanos = if point < ZERO { -size } else { size };
    let fits = point.is_multiple_of(2);
    let moment = i64::try_from(nanos).ok().filter(|_| fits).map(DateTime::from_timestamp_nanos);
    moment.map_or_else(|| number_text(point), |it| it.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// The point of a moment that stands for any other, for samples.
pub(super) fn some_day() -> u128 {
    match date("2026-01-01T00:00:00Z") {
        Reading::Point(it) => it,
        Reading::Wrong | Reading::Unsure => ZERO,
    }
}

/// The point of the number 1, for samples.
pub(super) fn one() -> u128 {
    ZERO + 2 * 10u128.pow(DIGITS)
}

/// The addresses of a range, IPv4 and IPv6 apart.
pub(super) fn addresses(text: &str) -> Option<(Intervals, Intervals)> {
    let net = crate::network::parse(text)?;
    let range = Intervals::between(address_point(net.network()), address_point(net.broadcast()));
    Some(match net.network() {
        IpAddr::V4(_) => (range, Intervals::none()),
        IpAddr::V6(_) => (Intervals::none(), range),
    })
}

fn address_point(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(it) => u128::from(u32::from(it)),
        IpAddr::V6(it) => u128::from(it),
    }
}

/// The last IPv4 address.
pub(super) const LAST_V4: u128 = u32::MAX as u128;

/// The address at a point.
pub(super) fn address_text(point: u128, v6: bool) -> String {
    if v6 {
        return Ipv6Addr::from(point).to_string();
    }
    Ipv4Addr::from(u32::try_from(point).unwrap_or(u32::MAX)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(of: &Intervals) -> u128 {
        of.0.iter().map(|(low, high)| high - low + 1).sum()
    }

    fn point(reading: Reading) -> u128 {
        match reading {
            Reading::Point(it) => it,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn points_come_back_as_they_were_written() {
        for text in ["0", "10", "-3.25", "0.000000001", "99999999999999999999"] {
            assert_eq!(number_text(point(number(text))), text);
        }
        assert_eq!(number("10.0"), number("10"));
        assert_eq!((number("ten"), number("1e3")), (Reading::Wrong, Reading::Unsure));
        assert_eq!(date_text(point(date("2026-03-04T05:06:07.5Z"))), "2026-03-04T05:06:07.500Z");
        assert_eq!(date("1767225600"), date("2026-01-01"));
        assert_eq!((date("2026"), date("soon")), (Reading::Unsure, Reading::Wrong));
    }

    #[test]
    fn something_lies_between_any_two_numbers() {
        let gap = |low: &str, high: &str| {
            Order::Greater.points(point(number(low))).and(&Order::Less.points(point(number(high))))
        };
        let between = gap("5", "5.000000001").near(0).unwrap();
        assert_eq!(number_text(between), "5.0000000005");
        assert_eq!(gap("5", "5"), Intervals::none());
    }

    #[test]
    fn whole_numbers_come_first() {
        let above = |low: &str| Order::Greater.points(point(number(low)));
        let near = |of: &Intervals| number_text(of.near_whole(one()).unwrap());
        assert_eq!(near(&above("5")), "6");
        assert_eq!(near(&above("-3.5")), "1");
        assert_eq!(near(&Order::Less.points(point(number("-3.5")))), "-4");
        assert_eq!(near(&above("5.25").and(&Order::Less.points(point(number("5.5"))))), "5.2500000005");
        assert_eq!(near(&Intervals::between(0, 1)), near(&Intervals::between(1, 1)));
    }

    #[test]
    fn sets_complement_and_count() {
        let (v4, v6) = addresses("10.0.0.0/8").unwrap();
        assert_eq!((count(&v4), count(&v6)), (1 << 24, 0));
        assert_eq!(count(&v4.not(LAST_V4)), (1 << 32) - (1 << 24));
        assert_eq!(v4.not(LAST_V4).or(&v4), Intervals::between(0, LAST_V4));
        assert_eq!(v4.not(LAST_V4).and(&v4), Intervals::none());
        assert_eq!(Intervals::none().not(u128::MAX).not(u128::MAX), Intervals::none());
        let (_, all) = addresses("::/0").unwrap();
        assert_eq!(all.not(u128::MAX), Intervals::none());
    }
}
