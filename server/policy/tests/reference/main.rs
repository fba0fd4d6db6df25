//! The evaluator against a second one, on random policies and requests.
//!
//! The reference is written from AWS's documentation for clarity, over JSON, and shares no matching code with
//! `policy::eval`. Every difference is a fault in one of the two. `ACCESSLENS_CASES` sets how many cases are tried.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]
#![expect(clippy::indexing_slicing, clippy::string_slice, reason = "the reference is written to be read")]

mod asked;
mod complete;
mod condition;
mod decision;
mod families;
mod generate;
mod logic;
mod principal;
mod resource;
mod statement;
mod subject;
mod text;
mod values;
mod vocabulary;

use std::collections::BTreeSet;
use std::fmt::Debug;

use asked::{Asked, Policies, Seen};
use generate::Openness;
use policy::PolicyKind;
use policy::eval::{Decision, Given};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use proptest::{prop_assert, prop_assert_eq, prop_oneof};

/// How many cases are tried of each sort, unless `ACCESSLENS_CASES` says more.
const CASES: u32 = 2_000;

fn cases() -> u32 {
    let said = std::env::var("ACCESSLENS_CASES").ok().and_then(|it| it.parse().ok());
    said.unwrap_or(CASES).max(CASES)
}

/// Runs a test on random cases, the same ones each time.
fn on_each<T: Debug>(
    cases: u32,
    strategy: &impl Strategy<Value = T>,
    test: impl Fn(T) -> TestCaseResult,
) -> Result<(), String> {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner.run(strategy, test).map_err(|it| it.to_string())
}

fn agrees(policies: &Policies, asked: &Asked, seen: &Seen) -> TestCaseResult {
    let expected = decision::decide(policies, asked, seen);
    seen.note(names(&expected));
    prop_assert_eq!(subject::decide(policies, asked), expected);
    Ok(())
}

fn names(decisions: &BTreeSet<Decision>) -> String {
    decisions.iter().map(|it| it.name()).collect::<Vec<_>>().join(" or ")
}

#[test]
fn whole_stacks_decide_as_the_reference() {
    let seen = Seen::default();
    for open in [Openness::Closed, Openness::Request, Openness::Both] {
        on_each(cases(), &generate::case(open), |(policies, asked)| agrees(&policies, &asked, &seen))
            .unwrap();
    }
    let layers = PolicyKind::ALL.into_iter().flat_map(|kind| {
        let verdicts = ["Some(true)", "Some(false)", "None"];
        let effects = ["denies", "allows"].into_iter();
        effects.flat_map(move |effect| verdicts.map(|it| format!("{} {effect} {it}", kind.name())))
    });
    assert_eq!(seen.lacking(layers, 3), [""; 0]);
    let outcomes = [
        "Allowed",
        "ImplicitlyDenied",
        "ExplicitlyDenied",
        "Allowed or ImplicitlyDenied",
        "Allowed or ExplicitlyDenied",
        "ImplicitlyDenied or ExplicitlyDenied",
        "Allowed or ImplicitlyDenied or ExplicitlyDenied",
    ];
    assert_eq!(seen.lacking(outcomes.map(str::to_owned), 10), [""; 0]);
}

#[test]
fn single_statements_decide_as_the_reference() {
    let seen = Seen::default();
    for open in [Openness::Closed, Openness::Both] {
        let strategy = generate::small_case(open);
        on_each(cases() * 4, &strategy, |(policies, asked)| agrees(&policies, &asked, &seen)).unwrap();
    }
    let forms = condition::operators().chain(["null"]).flat_map(|base| {
        let quantifiers = ["", "forallvalues:", "foranyvalue:"].into_iter();
        quantifiers.flat_map(move |quantifier| ["", "ifexists"].map(|it| format!("{quantifier}{base}{it}")))
    });
    let forms: Vec<String> = forms.filter(|it| !it.ends_with("nullifexists")).collect();
    let open = condition::operators().chain(["null"]).map(|it| format!("{it} None"));
    let verdict = |it: &'static str| forms.iter().map(move |form| format!("{form} {it}"));
    assert_eq!(seen.lacking(verdict("Some(true)").chain(verdict("Some(false)")), 1), [""; 0]);
    assert_eq!(seen.lacking(open, 1), [""; 0]);
}

#[test]
fn whatever_turns_out_is_within_the_answer() {
    let seen = Seen::default();
    for open in [Openness::Request, Openness::Both] {
        on_each(cases() / 4, &generate::case(open), |(policies, asked)| {
            let possible = subject::decide(&policies, &asked);
            let mut found = BTreeSet::new();
            for (policies, asked) in complete::each(&policies, &asked) {
                let decided = subject::decide(&policies, &asked);
                prop_assert!(
                    decided.is_subset(&possible),
                    "{decided:?} of {possible:?}: {policies:?} {asked:?}"
                );
                found.extend(decided);
            }
            seen.note(if found == possible { "reached" } else { "open" });
            seen.note(format!("{} possible", possible.len()));
            Ok(())
        })
        .unwrap();
    }
    let wanted = ["reached", "1 possible", "2 possible", "3 possible"].map(str::to_owned);
    assert_eq!(seen.lacking(wanted, 3), [""; 0]);
}

#[test]
fn what_narrowing_leaves_out_never_turns_out() {
    let seen = Seen::default();
    let strategy = prop_oneof![1 => generate::case(Openness::Request), 3 => generate::opposed()];
    on_each(cases(), &strategy, |(policies, asked)| {
        let possible = subject::decide(&policies, &asked);
        let narrowed = subject::narrow(&policies, &asked);
        let left: BTreeSet<Decision> = narrowed.outcomes.each().collect();
        prop_assert!(left.is_subset(&possible), "{left:?} of {possible:?}");
        for (decision, values) in &narrowed.witnesses {
            let mut witness = asked.clone();
            witness.keys.retain(|(name, _)| !values.iter().any(|(it, _)| **it == *name.to_lowercase()));
            witness.keys.extend(values.iter().map(|(name, it)| (name.to_string(), it.clone())));
            prop_assert_eq!(decision::decide(&policies, &witness, &seen), BTreeSet::from([*decision]));
        }
        let is_open = |key: &str| matches!(asked.key(key), Given::Unknown | Given::SomeValue);
        for (policies, whole) in complete::each(&policies, &asked) {
            if whole.keys.iter().any(|(key, it)| is_open(key) && !complete::is_real(key, it)) {
                continue;
            }
            let decided = subject::decide(&policies, &whole);
            prop_assert!(decided.is_subset(&left), "{decided:?} of {left:?} with {:?}", whole.keys);
            seen.note("completed");
        }
        if left.len() < possible.len() {
            seen.note("narrowed");
        }
        if possible.len() > 1 && narrowed.is_exact {
            seen.note("exact");
        }
        Ok(())
    })
    .unwrap();
    assert_eq!(seen.lacking(["completed", "narrowed", "exact"].map(str::to_owned), 10), [""; 0]);
}
