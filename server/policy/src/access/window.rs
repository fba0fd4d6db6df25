//! The window of time that a condition leaves open.

use chrono::NaiveDateTime;

use crate::date::DateValue;
use crate::model::{Condition, Test};

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
    let moments: Option<Vec<NaiveDateTime>> =
        test.values.texts().map(|it| DateValue::parse(&it.value).moment()).collect();
    let moments = moments.filter(|it| !it.is_empty() && test.values.all_texts())?;
    let from = moments.iter().min().copied().filter(|_| is_from);
    let until = moments.iter().max().copied().filter(|_| is_until);
    Some(Some((from, until)))
}
