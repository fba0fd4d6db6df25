//! How a test of a condition comes out, by what a request has of its key.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use catalog::{Operator as Known, ValueType};
use policy::condition::{Operator, Quantifier};
use policy::model::Effect;

/// What a request has of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// No such key.
    Absent,
    /// One value that is as the policy says, or several that all are.
    Match,
    /// Several values, of which some are as the policy says.
    Mixed,
    /// One value that is not as the policy says, or several that all are not.
    Differ,
}

/// Whether a test holds. "As the policy says" means what the operator without its `Not` means. `wants_absent` is the
/// value of a `Null` test, and of no interest to others.
pub(super) fn holds(operator: &Operator, known: Known, wants_absent: bool, given: Given) -> bool {
    let is_null = known.value_type() == ValueType::Null;
    match (given, operator.quantifier) {
        (Given::Absent, _) if operator.if_exists => true,
        (Given::Absent, Some(Quantifier::ForAllValues)) => true,
        (Given::Absent, Some(Quantifier::ForAnyValue)) => false,
        (Given::Absent, None) => if is_null { wants_absent } else { known.negated() },
        (Given::Match | Given::Mixed | Given::Differ, _) if is_null => !wants_absent,
        (Given::Match, _) => !known.negated(),
        (Given::Differ, _) => known.negated(),
        // Several values under an operator for one never hold.
        (Given::Mixed, quantifier) => quantifier == Some(Quantifier::ForAnyValue),
    }
}

/// What follows from a test in its statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// The effect of the statement.
    pub(super) effect: Effect,
    /// Whether it is the statement's only test.
    pub(super) alone: bool,
}

/// What is known of the key and the values of a test.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides {
    /// What a `Null` test asks: absence, presence, or nothing clear.
    pub(super) wants_absent: Option<bool>,
    /// Whether there are requests without the key.
    pub(super) may_lack: bool,
    /// Whether some value is of the type that the operator compares.
    pub(super) comparable: bool,
}

impl Sides {
    /// Those of a test that nothing is known of.
    pub(super) const ANY: Sides = Sides { wants_absent: None, may_lack: true, comparable: true };
}

/// The table of a test: one line for each thing that a request may have of the key.
pub(super) fn table(operator: &Operator, known: Known, sides: Sides, outcome: Option<Outcome>) -> String {
    let effect = outcome.map(|it| match it.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    });
    let mut out = match effect {
        Some(effect) => format!("| in the request | test | {effect} |\n|---|---|---|\n"),
        None => "| in the request | test |\n|---|---|\n".to_owned(),
    };
    for (case, wants, given) in cases(operator, known, sides) {
        if given == Given::Absent && !sides.may_lack {
            continue;
        }
        // What cannot be compared neither matches nor differs.
        let compares = given == Given::Absent || sides.comparable;
        let holds = compares && holds(operator, known, wants, given);
        let truth = if holds { "true" } else { "false" };
        out.push_str(&format!("| {case} | {truth} |"));
        if let Some(outcome) = outcome {
            out.push_str(match (holds, outcome.alone) {
                (false, _) => " does not apply |",
                (true, true) => " applies |",
                (true, false) => " left to the other tests |",
            });
        }
        out.push('\n');
    }
    out
}

fn cases(operator: &Operator, known: Known, sides: Sides) -> Vec<(&'static str, bool, Given)> {
    if !sides.comparable {
        return vec![("no such key", false, Given::Absent), ("any value", false, Given::Match)];
    }
    if known.value_type() == ValueType::Null {
        return match sides.wants_absent {
            Some(wants) => vec![("no such key", wants, Given::Absent), ("the key", wants, Given::Match)],
            None => vec![
                ("no such key, policy says `true`", true, Given::Absent),
                ("no such key, policy says `false`", false, Given::Absent),
                ("the key, policy says `true`", true, Given::Match),
                ("the key, policy says `false`", false, Given::Match),
            ],
        };
    }
    let mut out = vec![("no such key", false, Given::Absent)];
    match operator.quantifier {
        None if known.ordering() => out.extend([
            ("a value for which it is so", false, Given::Match),
            ("another value", false, Given::Differ),
        ]),
        None => out.extend([
            ("a value that matches", false, Given::Match),
            ("a value that differs", false, Given::Differ),
        ]),
        Some(_) => out.extend([
            ("all values match", false, Given::Match),
            ("some match, some differ", false, Given::Mixed),
            ("all values differ", false, Given::Differ),
        ]),
    }
    out
}

#[cfg(test)]
mod tests {
    use catalog::catalog;

    use super::*;

    /// Absent, match, mixed, differ.
    fn row(name: &str, wants_absent: bool) -> String {
        let operator = Operator::parse(name);
        let known = catalog().operator(&operator.base).unwrap();
        let given = [Given::Absent, Given::Match, Given::Mixed, Given::Differ];
        given.map(|it| if holds(&operator, known, wants_absent, it) { 't' } else { 'f' }).into_iter().collect()
    }

    #[test]
    fn every_form_of_every_operator_holds_as_documented() {
        let mut n_tested = 0;
        for known in catalog().operators().filter(|it| it.value_type() != ValueType::Null) {
            for (form, positive, negated) in [
                ("{}", "ftff", "tfft"),
                ("{}IfExists", "ttff", "tfft"),
                ("ForAllValues:{}", "ttff", "tfft"),
                ("ForAllValues:{}IfExists", "ttff", "tfft"),
                ("ForAnyValue:{}", "fttf", "fftt"),
                ("ForAnyValue:{}IfExists", "tttf", "tftt"),
            ] {
                let name = form.replace("{}", known.name());
                let expected = if known.negated() { negated } else { positive };
                assert_eq!(row(&name, false), expected, "{name}");
                assert_eq!(row(&name, true), expected, "{name}");
                n_tested += 1;
            }
        }
        assert_eq!(n_tested, 6 * (catalog().operators().len() - 1));
        for (name, wants_absent, expected) in [
            ("Null", true, "tfff"),
            ("Null", false, "fttt"),
            ("ForAllValues:Null", true, "tfff"),
            ("ForAllValues:Null", false, "tttt"),
            ("ForAnyValue:Null", true, "ffff"),
            ("ForAnyValue:Null", false, "fttt"),
        ] {
            assert_eq!(row(name, wants_absent), expected, "{name} {wants_absent}");
        }
    }

    #[test]
    fn tables_say_what_follows() {
        let operator = Operator::parse("StringNotEquals");
        let known = catalog().operator(&operator.base).unwrap();
        let alone = Outcome { effect: Effect::Deny, alone: true };
        assert_eq!(
            table(&operator, known, Sides::ANY, Some(alone)),
            "| in the request | test | Deny |\n|---|---|---|\n\
             | no such key | true | applies |\n\
             | a value that matches | false | does not apply |\n\
             | a value that differs | true | applies |\n"
        );
        let among = Outcome { effect: Effect::Allow, alone: false };
        assert!(table(&operator, known, Sides::ANY, Some(among)).contains("| true | left to the other tests |"));
        assert!(!table(&operator, known, Sides { may_lack: false, ..Sides::ANY }, None).contains("no such key"));
        let wrong = table(&operator, known, Sides { comparable: false, ..Sides::ANY }, None);
        assert!(wrong.ends_with("| no such key | true |\n| any value | false |\n"), "{wrong}");
    }
}
