//! See [`RULE`].
use chrono::{NaiveDate, NaiveDateTime};
use policy::date::DateValue;

use super::prelude::*;

rule! {
    /// A `Date` operator compares with something that is not a date.
    ///
    /// ## Why it matters
    /// Dates are written as in 2026-01-31 or 2026-01-31T08:00:00Z. IAM has no condition on the time of day: it compares
    /// moments, not hours. With any other text the condition cannot hold.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "DateGreaterThan": { "aws:CurrentTime": "08:00:00Z" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "DateGreaterThan": { "aws:CurrentTime": "2026-01-31T08:00:00Z" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>
    name: "invalid-date", since: "0.1.0",
    severity: Error, group: Reference,
    access_analyzer: "TYPE_MISMATCH_DATE",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block, test) in stmt.condition.iter().flat_map(Condition::tests) {
        if cx
            .catalog
            .operator(&block.operator.base)
            .is_none_or(|it| it.value_type() != catalog::ValueType::Date)
        {
            continue;
        }
        for item in &test.values.items {
            let (Item::Text(text) | Item::Literal(text, _)) = item else { continue };
            if !is_filled_in(&text.value) {
                value(cx, item, text, acc);
            }
        }
    }
}

fn value(cx: &RuleCx<'_>, item: &Item, text: &Text, acc: &mut Findings) {
    let quoted = |new: &str| match item {
        Item::Text(_) => fix::replace_text(text, new),
        Item::Literal(..) | Item::Dynamic(_) | Item::Wrong(..) => {
            TextEdit::replace(text.range, format!("\"{new}\""))
        }
    };
    let written = short(&text.value);
    let (message, new) = match DateValue::parse(&text.value) {
        DateValue::Moment(_) => return,
        DateValue::Epoch(moment) => {
            let new = written_out(moment);
            let message = format!("`{written}` counts seconds; a date says the same and can be read");
            acc.report(&RULE, text.range, message)
                .severity(Severity::Info)
                .code(Some("INVALID_DATE_VALUE"))
                .fix(Fix::suggested(format!("Change to `{new}`"), vec![quoted(&new)]));
            return;
        }
        DateValue::TimeOfDay(time) => {
            let today = cx.now.date().and_time(time);
            (format!("`{written}` is a time of day, and IAM compares only dates"), Some(today))
        }
        DateValue::Other => (format!("`{written}` is not a date"), repaired(&text.value)),
    };
    let finding = acc.report(&RULE, text.range, message);
    finding
        .fixes(new.map(written_out).map(|it| Fix::suggested(format!("Change to `{it}`"), vec![quoted(&it)])));
}

fn written_out(moment: NaiveDateTime) -> String {
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What a date means whose fields are all there, in the order of ISO 8601 but not in its form.
fn repaired(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim().trim_end_matches(['Z', 'z']);
    let fields: Vec<u32> =
        text.split(|it: char| !it.is_ascii_digit()).map(str::parse).collect::<Result<_, _>>().ok()?;
    let (year, month, day) = (fields.first()?, fields.get(1)?, fields.get(2)?);
    let time = |idx: usize| fields.get(idx).copied().unwrap_or(0);
    if *year < 1000 || fields.len() > 6 {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, *month, *day)?;
    date.and_hms_opt(time(3), time(4), time(5))
}
