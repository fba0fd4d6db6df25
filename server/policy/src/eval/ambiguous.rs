//! Where a decision rests on a reading that AWS's documentation does not settle.

use super::condition::{Base, Test, Value};
use super::decide::Stack;
use super::reason::Ambiguity;
use super::request::{Given, Request};
use super::resource::Pattern;
use super::statement::Statement;
use super::tri::Tri;
use crate::condition::Quantifier;
use crate::kind::PolicyKind;
use crate::model::Item;

/// The readings that a decision rests on, each once: only those of statements that say something about the action.
pub(super) fn of(stack: &Stack, request: &Request) -> Vec<Ambiguity> {
    let mut out = Vec::new();
    for statement in stack.documents().flat_map(|(_, it)| it.statements()) {
        if statement.action(request) == Tri::False {
            continue;
        }
        in_action(statement, &mut out);
        if statement.condition(request) != Tri::False {
            in_resource(statement, request, &mut out);
        }
        if statement.resource(request) != Tri::False {
            statement.tests.iter().for_each(|it| in_test(it, statement, request, &mut out));
        }
    }
    out.sort();
    out.dedup();
    out
}

fn in_action(statement: &Statement, out: &mut Vec<Ambiguity>) {
    let texts = statement.model().action.iter().flat_map(|it| it.values.texts());
    out.extend(texts.filter(|it| &*it.value == "*:*").map(|_| Ambiguity::StarColonStar));
}

fn in_resource(statement: &Statement, request: &Request, out: &mut Vec<Ambiguity>) {
    let (Some(own), Some(written)) = (&statement.resource, &statement.model().resource) else { return };
    // What matches without doubt makes the doubtful ones beside it irrelevant.
    let certain = |it: &Pattern| it.matches(request) == Tri::True && !it.only_past_colon(request);
    if !own.negated && own.patterns.iter().any(|it| certain(it) && !it.has_wildcard_type()) {
        return;
    }
    for (pattern, item) in own.patterns.iter().zip(&written.values.items) {
        if pattern.only_past_colon(request) {
            out.push(Ambiguity::StarPastColon);
        } else if pattern.has_wildcard_type() && pattern.matches(request) == Tri::True {
            out.push(Ambiguity::WildcardType);
        }
        if own.negated && pattern.lacks_value(request) {
            out.push(Ambiguity::NotResourceVariable);
        }
        let is_short = matches!(item, Item::Text(it)
            if it.value.starts_with("arn:") && it.value.bytes().filter(|it| *it == b':').count() < 5);
        if is_short && !matches!(statement.kind(), PolicyKind::Identity | PolicyKind::Boundary) {
            out.push(Ambiguity::ShortArn);
        }
    }
}

fn in_test(test: &Test, statement: &Statement, request: &Request, out: &mut Vec<Ambiguity>) {
    let given = request.context.get(&test.key);
    match given {
        Given::Absent if test.if_exists && test.quantifier == Some(Quantifier::ForAnyValue) => {
            out.push(Ambiguity::ForAnyValueIfExists);
        }
        Given::Many(texts) if test.quantifier.is_none() && test.base != Base::Null && !texts.is_empty() => {
            out.push(Ambiguity::PlainList);
        }
        Given::One(text) if test.base == Base::Null && text.is_empty() => out.push(Ambiguity::NullEmpty),
        Given::Many(texts) if test.base == Base::Null && texts.iter().all(|it| it.is_empty()) => {
            out.push(Ambiguity::NullEmpty);
        }
        Given::One(text) if test.negated => {
            let wrong = |it: &Value| test.is_wrong_type(it, text, &request.context);
            out.extend(test.values.iter().any(wrong).then_some(Ambiguity::NegatedType));
        }
        _ => {}
    }
    if matches!(test.base, Base::Date(_)) {
        let is_year = |it: &str| it.len() == 4 && it.bytes().all(|it| it.is_ascii_digit());
        let tests = statement.model().condition.iter().flat_map(|it| it.tests());
        let years = tests.filter(|(_, it)| it.is(&test.key)).flat_map(|(_, it)| it.values.texts());
        out.extend(years.filter(|it| is_year(&it.value)).map(|_| Ambiguity::BareYear));
    }
}
