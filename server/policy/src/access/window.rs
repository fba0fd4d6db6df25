//! Points in time in conditions, and the window that they leave open.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use crate::model::{Condition, Test};

/// A point in time as conditions write it: ISO 8601 (`2026-01-31T08:00:00Z`, down to the year), or seconds since
/// 1970. UTC where no offset is given. `None` for anything else, a time of day included.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>
pub fn parse_moment(text: &str) -> Option<NaiveDateTime> {
    if let Ok(seconds) = text.parse::<i64>() {
        // Four digits are a year.
        if text.len() == 4 {
            return NaiveDate::from_ymd_opt(i32::try_from(seconds).ok()?, 1, 1)?.and_hms_opt(0, 0, 0);
        }
        return DateTime::from_timestamp(seconds, 0).map(|it| it.naive_utc());
    }
    let offset = DateTime::parse_from_rfc3339(text).or_else(|_| {
        // Minutes without seconds, and the offset without its colon, are ISO 8601 too.
        let formats = ["%Y-%m-%dT%H:%M%:z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%.f%z"];
        let zulu = text.strip_suffix('Z').map(|it| format!("{it}+00:00"));
        let text = zulu.as_deref().unwrap_or(text);
        let mut parsed = formats.iter().map(|it| DateTime::parse_from_str(text, it));
        parsed.find_map(Result::ok).ok_or(())
    });
    if let Ok(moment) = offset {
        return Some(moment.naive_utc());
    }
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    if let Some(moment) = local.iter().find_map(|it| NaiveDateTime::parse_from_str(text, it).ok()) {
        return Some(moment);
    }
    let month = format!("{text}-01");
    let day = [text, &month].into_iter().find_map(|it| NaiveDate::parse_from_str(it, "%Y-%m-%d").ok())?;
    day.and_hms_opt(0, 0, 0)
}

/// Whether the text is a time without a day: IAM has no such condition.
pub fn is_time_of_day(text: &str) -> bool {
    let time = text.trim_start_matches('T').trim_end_matches('Z');
    ["%H:%M:%S", "%H:%M"].iter().any(|it| chrono::NaiveTime::parse_from_str(time, it).is_ok())
}

/// The span of time in which a condition on the current time can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Not before this.
    pub from: Option<NaiveDateTime>,
    /// Not after this.
    pub until: Option<NaiveDateTime>,
}

impl Window {
    /// The window of a condition; `None` when it does not speak of the current time, or when a value of it is
    /// not a date.
    pub fn of(condition: &Condition) -> Option<Window> {
        let mut window = Window::default();
        let mut found = false;
        for block in &condition.blocks {
            let base = block.operator.base.to_ascii_lowercase();
            for test in block.tests.iter().filter(|it| is_current_time(&it.key.value)) {
                let Some((from, until)) = bounds(&base, test)? else { continue };
                window.from = window.from.max(from);
                window.until = match (window.until, until) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
                found = true;
            }
        }
        found.then_some(window)
    }

    /// Whether no moment lies in it.
    pub fn is_empty(&self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if from > until)
    }

    /// Whether it is over at `now`.
    pub fn is_closed(&self, now: NaiveDateTime) -> bool {
        self.until.is_some_and(|it| it < now)
    }
}

fn is_current_time(key: &str) -> bool {
    key.eq_ignore_ascii_case("aws:CurrentTime") || key.eq_ignore_ascii_case("aws:EpochTime")
}

type Bounds = (Option<NaiveDateTime>, Option<NaiveDateTime>);

/// The bounds a test sets; the inner `None` when it sets none, the outer when a value of it is not a date. Any of
/// several values will do, so the widest counts.
fn bounds(base: &str, test: &Test) -> Option<Option<Bounds>> {
    let direction = base.strip_prefix("date").or_else(|| base.strip_prefix("numeric"));
    let (is_from, is_until) = match direction {
        Some("lessthan" | "lessthanequals") => (false, true),
        Some("greaterthan" | "greaterthanequals") => (true, false),
        Some("equals") => (true, true),
        _ => return Some(None),
    };
    let moments: Option<Vec<NaiveDateTime>> = test.values.texts().map(|it| parse_moment(&it.value)).collect();
    let moments = moments.filter(|it| !it.is_empty() && test.values.all_texts())?;
    let from = moments.iter().min().copied().filter(|_| is_from);
    let until = moments.iter().max().copied().filter(|_| is_until);
    Some(Some((from, until)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_documented() {
        for (text, expected) in [
            ("2026-01-31T08:00:00Z", Some("2026-01-31 08:00:00")),
            ("2026-01-31T08:00Z", Some("2026-01-31 08:00:00")),
            ("2026-01-31T08:00:00.250+02:00", Some("2026-01-31 06:00:00.250")),
            ("2026-01-31", Some("2026-01-31 00:00:00")),
            ("2026-01", Some("2026-01-01 00:00:00")),
            ("2026", Some("2026-01-01 00:00:00")),
            ("1769846400", Some("2026-01-31 08:00:00")),
            ("08:00:00Z", None),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(parse_moment(text).map(|it| it.to_string()).as_deref(), expected, "{text}");
        }
        assert!(is_time_of_day("08:00:00Z") && is_time_of_day("18:30") && !is_time_of_day("2026-01-31"));
    }
}
