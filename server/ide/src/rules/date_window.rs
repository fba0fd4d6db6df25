//! See [`RULE`].
use chrono::{Months, NaiveDateTime};
use policy::date::DateValue;

use super::prelude::*;

rule! {
    /// A statement is limited to a time that has passed, or to no time at all.
    ///
    /// ## Why it matters
    /// All date tests of a statement must hold at once. When the end lies in the past, or before the start, the
    /// statement cannot apply.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "DateLessThan": { "aws:CurrentTime": "2020-12-31T23:59:59Z" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "DateGreaterThan": { "aws:CurrentTime": "2020-12-31T23:59:59Z" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date>
    name: "date-window", since: "0.1.0",
    severity: Warning, group: Effect,
    check: Statement(check)
}

/// A bound of the window and the value it comes from.
#[derive(Clone, Copy)]
struct Bound<'a> {
    at: NaiveDateTime,
    included: bool,
    text: &'a Text,
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(condition) = &stmt.condition else { return };
    let (start, end) = window(condition);
    let Some(end) = end else { return };
    if let Some(start) =
        start.filter(|it| it.at > end.at || (it.at == end.at && !(it.included && end.included)))
    {
        let finding = acc.report(
            &RULE,
            end.text.range,
            format!("This window ends before it starts, on {}", written_out(start.at)),
        );
        finding.severity(Severity::Error).related(start.text.range, "It starts here");
        if start.at > end.at && start.text.range != end.text.range {
            let edits = vec![
                fix::replace_text(start.text, &end.text.value),
                fix::replace_text(end.text, &start.text.value),
            ];
            finding.fix(Fix::suggested("Swap start and end", edits));
        }
        return;
    }
    if end.at >= cx.now {
        return;
    }
    let what = match stmt.effect() {
        Some(Effect::Allow) => "this statement allows nothing",
        Some(Effect::Deny) => "this statement denies nothing",
        None => "this never holds",
    };
    let message = format!("This window closed on {}; {what}", written_out(end.at));
    let finding = acc.report(&RULE, end.text.range, message);
    if let Some(later) = cx.now.checked_add_months(Months::new(12)) {
        let new = renewed(&end.text.value, later);
        finding.fix(Fix::suggested(format!("Change to `{new}`"), vec![fix::replace_text(end.text, &new)]));
    }
}

/// The latest start and the earliest end of all tests of the clock.
fn window(condition: &Condition) -> (Option<Bound<'_>>, Option<Bound<'_>>) {
    let (mut start, mut end): (Option<Bound<'_>>, Option<Bound<'_>>) = (None, None);
    for (block, test) in condition.tests() {
        if !test.is("aws:CurrentTime") && !test.is("aws:EpochTime") {
            continue;
        }
        let Some((is_end, included)) = direction(block) else { continue };
        let Some(bound) = widest(test, is_end, included) else { continue };
        let slot = if is_end { &mut end } else { &mut start };
        let is_tighter =
            slot.is_none_or(|it: Bound<'_>| if is_end { bound.at < it.at } else { bound.at > it.at });
        if is_tighter {
            *slot = Some(bound);
        }
    }
    (start, end)
}

/// Whether an operator sets the end of a window, and whether the moment itself belongs to it.
fn direction(block: &Block) -> Option<(bool, bool)> {
    let base = block.operator.base.to_ascii_lowercase();
    let order = base.strip_prefix("date").or_else(|| base.strip_prefix("numeric"))?;
    match order {
        "lessthan" => Some((true, false)),
        "lessthanequals" => Some((true, true)),
        "greaterthan" => Some((false, false)),
        "greaterthanequals" => Some((false, true)),
        _ => None,
    }
}

/// Any of the values will do, so the one that leaves the window widest counts. `None` when one is not a date.
fn widest(test: &Test, is_end: bool, included: bool) -> Option<Bound<'_>> {
    let mut out: Option<Bound<'_>> = None;
    for item in &test.values.items {
        let (Item::Text(text) | Item::Literal(text, _)) = item else { return None };
        let at = DateValue::parse(&text.value).moment()?;
        if out.is_none_or(|it| if is_end { at > it.at } else { at < it.at }) {
            out = Some(Bound { at, included, text });
        }
    }
    out
}

/// A later moment in the form that the value is written in.
fn renewed(old: &str, later: NaiveDateTime) -> String {
    match DateValue::parse(old) {
        DateValue::Epoch(_) => later.and_utc().timestamp().to_string(),
        DateValue::Moment(_) if !old.contains(['T', 't']) => later.format("%Y-%m-%d").to_string(),
        DateValue::Moment(_) | DateValue::TimeOfDay(_) | DateValue::Other => {
            later.format("%Y-%m-%dT%H:%M:%SZ").to_string()
        }
    }
}

fn written_out(moment: NaiveDateTime) -> String {
    moment.format("%Y-%m-%d %H:%M UTC").to_string()
}
