//! Numbers and moments as conditions compare them: exactly.

use std::cmp::Ordering;

use chrono::{NaiveDate, NaiveTime};

/// A decimal number, borrowed from a text.
#[derive(Debug, Clone, Copy)]
struct Number<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

/// How two numbers compare; `None` when one of the texts is none. Decimals compare exactly, at any length.
pub(super) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (Number::parse(a)?, Number::parse(b)?);
    let (sign_a, sign_b) = (a.sign(), b.sign());
    if sign_a != sign_b || sign_a == 0 {
        return Some(sign_a.cmp(&sign_b));
    }
    let size = a.magnitude().cmp(&b.magnitude()).then_with(|| compare_digits(a.digits(), b.digits()));
    Some(if sign_a < 0 { size.reverse() } else { size })
}

/// Whether a text is a number.
pub(super) fn is_number(text: &str) -> bool {
    Number::parse(text).is_some()
}

impl<'a> Number<'a> {
    fn parse(text: &'a str) -> Option<Number<'a>> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let ok = digits_only(whole) && digits_only(fraction) && !(whole.is_empty() && fraction.is_empty());
        ok.then_some(Number { negative: text.starts_with('-'), whole, fraction, exponent })
    }

    /// The digits from the first that is not zero.
    fn digits(self) -> impl Iterator<Item = u8> + 'a {
        self.whole.bytes().chain(self.fraction.bytes()).skip_while(|it| *it == b'0')
    }

    fn sign(self) -> i8 {
        match (self.digits().next(), self.negative) {
            (None, _) => 0,
            (Some(_), true) => -1,
            (Some(_), false) => 1,
        }
    }

    /// How many digits stand before the point, the first of them not zero.
    fn magnitude(self) -> i64 {
        let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let zeros = self.whole.bytes().chain(self.fraction.bytes()).take_while(|it| *it == b'0').count();
        (length(self.whole.len()) - length(zeros)).saturating_add(self.exponent)
    }
}

fn digits_only(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_digit())
}

fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits_only(digits) {
        return None;
    }
    text.parse().ok()
}

fn compare_digits(mut a: impl Iterator<Item = u8>, mut b: impl Iterator<Item = u8>) -> Ordering {
    loop {
        let (x, y) = (a.next(), b.next());
        if x.is_none() && y.is_none() {
            return Ordering::Equal;
        }
        let order = x.unwrap_or(b'0').cmp(&y.unwrap_or(b'0'));
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Nanoseconds of a second.
pub(super) const NANOS: i128 = 1_000_000_000;

/// Nanoseconds since 1970 of a date or of a number of seconds. Digits alone are seconds, four of them too.
pub(super) fn moment(text: &str) -> Option<i128> {
    if let Some(seconds) = seconds(text) {
        return Some(seconds);
    }
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)),
        None => (text, None),
    };
    let year = number(date.get(..4)?)?;
    let (month, day) = match date.len() {
        4 => (1, 1),
        7 => (number(date.get(4..)?.strip_prefix('-')?)?, 1),
        10 => (number(date.get(4..7)?.strip_prefix('-')?)?, number(date.get(7..)?.strip_prefix('-')?)?),
        _ => return None,
    };
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let Some(time) = time else { return Some(at(day, 0, 0)) };
    if date.len() != 10 {
        return None;
    }
    clock(day, time)
}

fn seconds(text: &str) -> Option<i128> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if whole.is_empty() || fraction.is_empty() || !digits_only(whole) || !digits_only(fraction) {
        return None;
    }
    let size = i128::from(whole.parse::<u64>().ok()?) * NANOS + nanos(fraction)?;
    Some(if text.starts_with('-') { -size } else { size })
}

fn clock(day: NaiveDate, text: &str) -> Option<i128> {
    let zone_at = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (time, zone) = text.split_at_checked(zone_at)?;
    let part = |from: usize| number(time.get(from..from + 2)?);
    if time.get(2..3) != Some(":") {
        return None;
    }
    let (second, fraction) = match time.get(5..) {
        Some("") => (0, 0),
        Some(rest) => {
            let rest = rest.strip_prefix(':')?;
            let fraction = match rest.get(2..)? {
                "" => 0,
                it => nanos(it.strip_prefix('.')?)?,
            };
            (number(rest.get(..2)?)?, fraction)
        }
        None => return None,
    };
    let time = NaiveTime::from_hms_opt(part(0)?, part(3)?, second)?;
    let seconds = chrono::Timelike::num_seconds_from_midnight(&time);
    Some(at(day, i64::from(seconds) - offset(zone)?, fraction))
}

fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z" | "z") {
        return Some(0);
    }
    let digits = zone.get(1..)?;
    let minutes = digits.get(2..)?;
    let minutes = number(minutes.strip_prefix(':').unwrap_or(minutes))?;
    if !matches!(digits.len(), 4 | 5) {
        return None;
    }
    let seconds = (i64::from(number(digits.get(..2)?)?) * 60 + i64::from(minutes)) * 60;
    Some(if zone.starts_with('-') { -seconds } else { seconds })
}

fn at(day: NaiveDate, seconds: i64, nanos: i128) -> i128 {
    let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp();
    i128::from(midnight + seconds) * NANOS + nanos
}

/// A fraction's first nine digits.
fn nanos(digits: &str) -> Option<i128> {
    if digits.is_empty() || !digits_only(digits) {
        return None;
    }
    let padded = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(padded.fold(0, |sum, it| sum * 10 + i128::from(it - b'0')))
}

fn number(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits_only(digits) {
        return None;
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_exactly() {
        for (a, b, expected) in [
            ("10", "10.0", Some(Ordering::Equal)),
            ("1e2", "100", Some(Ordering::Equal)),
            ("-1", "1", Some(Ordering::Less)),
            ("0", "-0.0", Some(Ordering::Equal)),
            ("9007199254740993", "9007199254740992", Some(Ordering::Greater)),
            ("0.001", "1e-4", Some(Ordering::Greater)),
            ("-2", "-10", Some(Ordering::Greater)),
            ("1e999999999999", "2", Some(Ordering::Greater)),
            ("", "1", None),
            ("1,000", "1", None),
            (" 1", "1", None),
            ("0x10", "1", None),
        ] {
            assert_eq!(compare(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn moments_read_as_w3c_has_them() {
        let second = |it: i128| Some(it * NANOS);
        for (text, expected) in [
            ("1970-01-01T00:00:01Z", second(1)),
            ("1970-01-01T01:00+01:00", second(0)),
            ("1970-01", second(0)),
            ("2026", second(2026)),
            ("1767225600", second(1_767_225_600)),
            ("2026-01-01", second(1_767_225_600)),
            ("1970-01-01T00:00:00.5Z", Some(NANOS / 2)),
            ("1.5", Some(NANOS + NANOS / 2)),
            ("1970-02-30", None),
            ("1970-01T00:00Z", None),
            ("1970-01-01T00:00:", None),
            ("é970-01-01", None),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(moment(text), expected, "{text}");
        }
    }
}
