//! Values of conditions by their type; `None` is a text that is not of the type.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;
use std::net::IpAddr;

use chrono::DateTime;

/// Compares two decimals, exactly: sign, digits, an optional fraction and an optional exponent.
pub(crate) fn numbers(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (Decimal::read(a)?, Decimal::read(b)?);
    let shared = a.exponent.min(b.exponent);
    let (a, b) = (a.digits_at(shared), b.digits_at(shared));
    let size = |it: &str| (it.len(), it.to_owned());
    Some(match (a.strip_prefix('-'), b.strip_prefix('-')) {
        (None, None) => size(&a).cmp(&size(&b)),
        (Some(a), Some(b)) => size(b).cmp(&size(a)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
    })
}

/// `digits` times ten to the power of `exponent`.
struct Decimal {
    is_negative: bool,
    digits: String,
    exponent: i32,
}

impl Decimal {
    fn read(text: &str) -> Option<Decimal> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (&unsigned[..at], unsigned[at + 1..].parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.chars().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let exponent = exponent - i32::try_from(fraction.len()).ok()?;
        Some(Decimal { is_negative: text.starts_with('-'), digits, exponent })
    }

    /// All digits when the last of them stands for ten to the power of `exponent`, with a minus below zero.
    fn digits_at(&self, exponent: i32) -> String {
        let zeros = usize::try_from(self.exponent - exponent).unwrap();
        let digits = format!("{}{}", self.digits, "0".repeat(zeros));
        let digits = digits.trim_start_matches('0');
        if self.is_negative && !digits.is_empty() { format!("-{digits}") } else { digits.to_owned() }
    }
}

/// Compares two dates: ISO 8601 as the W3C's profile has it, or seconds since 1970. Digits alone are seconds.
pub(crate) fn dates(a: &str, b: &str) -> Option<Ordering> {
    Some(nanoseconds(a)?.cmp(&nanoseconds(b)?))
}

fn nanoseconds(text: &str) -> Option<i128> {
    if let Some(seconds) = seconds(text) {
        return Some(seconds);
    }
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let date = match (shape(date).as_str(), time) {
        ("0000-00-00", _) => date.to_owned(),
        ("0000-00", None) => format!("{date}-01"),
        _ => return None,
    };
    let full = format!("{date}T{}", time.map_or_else(|| Some("00:00:00Z".to_owned()), whole_time)?);
    let moment = DateTime::parse_from_rfc3339(&full).ok()?;
    Some(i128::from(moment.timestamp()) * 1_000_000_000 + i128::from(moment.timestamp_subsec_nanos()))
}

/// A time with the parts that may be left out: seconds, and the zone, which is UTC then.
fn whole_time(time: &str) -> Option<String> {
    let at = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(at);
    let clock = match shape(clock).as_str() {
        "00:00" => format!("{clock}:00"),
        "00:00:00" => clock.to_owned(),
        it if it
            .strip_prefix("00:00:00.")
            .is_some_and(|it| !it.is_empty() && it.replace('0', "").is_empty()) =>
        {
            clock.to_owned()
        }
        _ => return None,
    };
    let zone = match shape(zone).as_str() {
        "" | "Z" | "z" => "Z".to_owned(),
        "+00:00" | "-00:00" => zone.to_owned(),
        "+0000" | "-0000" => format!("{}:{}", &zone[..3], &zone[3..]),
        _ => return None,
    };
    Some(clock + &zone)
}

/// A text with each digit a zero.
fn shape(text: &str) -> String {
    text.chars().map(|it| if it.is_ascii_digit() { '0' } else { it }).collect()
}

fn seconds(text: &str) -> Option<i128> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let is_digits = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let nanos: i128 = format!("{fraction:0<9}")[..9].parse().ok()?;
    let size = whole.parse::<i128>().ok()? * 1_000_000_000 + nanos;
    Some(if text.starts_with('-') { -size } else { size })
}

/// Whether a range of addresses, or one address, holds an address. The two families never meet.
pub(crate) fn holds(range: &str, address: &str) -> Option<bool> {
    let (base, length) = match range.split_once('/') {
        Some((base, length)) => (base.parse::<IpAddr>().ok()?, Some(length.parse::<u32>().ok()?)),
        None => (range.parse::<IpAddr>().ok()?, None),
    };
    let width = if base.is_ipv4() { 32 } else { 128 };
    let length = length.unwrap_or(width);
    if length > width {
        return None;
    }
    let address: IpAddr = address.parse().ok()?;
    let network = |it: IpAddr| bits(it).checked_shr(width - length).unwrap_or(0);
    Some(base.is_ipv4() == address.is_ipv4() && network(base) == network(address))
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(it) => u128::from(u32::from(it)),
        IpAddr::V6(it) => u128::from(it),
    }
}

/// `true` or `false` in any case.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
