//! The dates of `Date…` operators: the W3C profile of ISO 8601, or seconds since 1970.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// What a value of a `Date…` operator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateValue {
    /// A date, or a date and a time, as this moment in UTC.
    Moment(NaiveDateTime),
    /// Seconds since 1970, as this moment in UTC.
    Epoch(NaiveDateTime),
    /// A time without a date, which no `Date…` operator takes.
    TimeOfDay(NaiveTime),
    /// Nothing of these.
    Other,
}

impl DateValue {
    /// Reads a value. Total.
    pub fn parse(text: &str) -> DateValue {
        if let Some(moment) = epoch(text) {
            return DateValue::Epoch(moment);
        }
        if let Some(moment) = iso(text) {
            return DateValue::Moment(moment);
        }
        time_of_day(text).map_or(DateValue::Other, DateValue::TimeOfDay)
    }

    /// The moment it means.
    pub fn moment(self) -> Option<NaiveDateTime> {
        match self {
            DateValue::Moment(it) | DateValue::Epoch(it) => Some(it),
            DateValue::TimeOfDay(_) | DateValue::Other => None,
        }
    }
}

/// Seconds since 1970, with a fraction or not. Four digits are a year.
fn epoch(text: &str) -> Option<NaiveDateTime> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() <= 4 {
        return None;
    }
    DateTime::from_timestamp(whole.parse().ok()?, 0).map(|it| it.naive_utc())
}

/// `2026`, `2026-01`, `2026-01-31`, `2026-01-31T08:00Z`, `…T08:00:00Z`, `…T08:00:00.5+01:00`. A missing zone is
/// taken for UTC.
fn iso(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let shape: Vec<usize> = date.split('-').map(str::len).collect();
    let padded = match (shape.as_slice(), time) {
        ([4], None) => format!("{date}-01-01"),
        ([4, 2], None) => format!("{date}-01"),
        ([4, 2, 2], _) => date.to_owned(),
        _ => return None,
    };
    let date = NaiveDate::parse_from_str(&padded, "%Y-%m-%d").ok()?;
    let Some(time) = time else { return date.and_hms_opt(0, 0, 0) };
    let (time, offset) = zone(time)?;
    date.and_time(clock(time)?).checked_sub_signed(offset)
}

/// A time and its offset from UTC.
fn zone(text: &str) -> Option<(&str, TimeDelta)> {
    if let Some(time) = text.strip_suffix(['Z', 'z']) {
        return Some((time, TimeDelta::zero()));
    }
    let Some(at) = text.find(['+', '-']) else { return Some((text, TimeDelta::zero())) };
    let (time, offset) = text.split_at_checked(at)?;
    let (sign, digits) = offset.split_at_checked(1)?;
    let compact: String = digits.chars().filter(|it| *it != ':').collect();
    if compact.len() != 4 || digits.len() > 5 {
        return None;
    }
    let (hours, minutes) = compact.split_at_checked(2)?;
    let minutes: i64 = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    Some((time, TimeDelta::minutes(if sign == "-" { -minutes } else { minutes })))
}

fn clock(text: &str) -> Option<NaiveTime> {
    let shape: Vec<usize> = text.split(':').map(str::len).collect();
    match shape.as_slice() {
        [2, 2] => NaiveTime::parse_from_str(text, "%H:%M").ok(),
        [2, 2, 2] => NaiveTime::parse_from_str(text, "%H:%M:%S").ok(),
        [2, 2, it] if *it > 3 => NaiveTime::parse_from_str(text, "%H:%M:%S%.f").ok(),
        _ => None,
    }
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (time, _) = zone(text)?;
    let padded = if time.find(':') == Some(1) { format!("0{time}") } else { time.to_owned() };
    clock(&padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_w3c_has_them() {
        let moment = |text: &str| DateValue::parse(text).moment().map(|it| it.to_string());
        for (text, expected) in [
            ("2026", Some("2026-01-01 00:00:00")),
            ("2026-03", Some("2026-03-01 00:00:00")),
            ("2026-03-04", Some("2026-03-04 00:00:00")),
            ("2026-03-04T05:06Z", Some("2026-03-04 05:06:00")),
            ("2026-03-04T05:06:07.5+01:00", Some("2026-03-04 04:06:07.500")),
            ("2026-03-04T05:06:07-0130", Some("2026-03-04 06:36:07")),
            ("1767225600", Some("2026-01-01 00:00:00")),
            ("2026-02-30", None),
            ("2026-1-5", None),
            ("2026/01/05", None),
            ("2026-01-05 08:00", None),
            ("08:00:00Z", None),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(moment(text).as_deref(), expected, "{text}");
        }
        let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
        for text in ["08:00:00Z", "8:00", "08:00+08:00"] {
            assert_eq!(DateValue::parse(text), DateValue::TimeOfDay(eight), "{text}");
        }
    }
}
