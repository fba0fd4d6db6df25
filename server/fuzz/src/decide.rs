//! Decisions against those of the reference, and answers for all requests against decisions.

use policy::PolicyKind;
use policy::eval::{Context, Request, Tri};
use policy::find;
use policy::reach::{self, Answer, Document, Limits};
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;
use syntax::SourceFile;

use crate::reference::asked::{Asked, Policies, Seen};
use crate::reference::generate::{self, Openness};
use crate::reference::{decision, subject};

/// A source of what proptest generates, seeded by bytes. They are not what it draws from: once they end it would draw
/// zeros, and what draws again until it likes a number would never end.
fn runner(data: &[u8]) -> TestRunner {
    let mut seed = [0; 32];
    for (n, byte) in data.iter().enumerate() {
        let slot: &mut u8 = &mut seed[n % 32];
        *slot = slot.rotate_left(3) ^ byte;
    }
    let config = Config { failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

fn case(strategy: &BoxedStrategy<(Policies, Asked)>, runner: &mut TestRunner) -> Option<(Policies, Asked)> {
    strategy.new_tree(runner).ok().map(|it| it.current())
}

/// Two evaluators that share no code come to the same decision.
pub fn decide(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let open = [Openness::Closed, Openness::Request, Openness::Both][usize::from(*first) % 3];
    let strategy = if first & 0x80 == 0 { generate::case(open) } else { generate::small_case(open) };
    let Some((policies, asked)) = case(&strategy, &mut runner(rest)) else { return };
    let expected = decision::decide(&policies, &asked, &Seen::default());
    assert_eq!(subject::decide(&policies, &asked), expected, "{policies:?} {asked:?}");
}

/// A proof has no counterexample among some requests, and an example is one.
pub fn reach(data: &[u8]) {
    const REQUESTS: usize = 12;
    let mut runner = runner(data);
    let strategy = generate::case(Openness::Closed);
    let mut asked = Vec::new();
    let mut identity = Vec::new();
    for _ in 0..REQUESTS {
        let Some((policies, one)) = case(&strategy, &mut runner) else { return };
        identity.extend(policies.identity);
        asked.push(one);
    }
    let [old, new, ..] = identity.as_slice() else { return };
    let (old, new) = (compile(old), compile(new));
    let is_gained = |it: &Request| new.1.grants(it).and(old.1.grants(it).not());
    match reach::wider(&old.0, &new.0, Limits::default(), catalog::catalog()) {
        Answer::Pass(_) => {
            for it in &asked {
                let context = Context::closed(it.keys.iter().cloned());
                let request =
                    Request::new(&it.principal, &it.action, &it.resource, it.owner.clone(), context);
                assert_ne!(is_gained(&request), Tri::True, "{identity:?} {request:?}");
            }
        }
        Answer::Fail(it) => assert_eq!(is_gained(&it.request()), Tri::True, "{identity:?} {it:?}"),
        Answer::Unknown(_) => {}
    }
    let own = reach::wider(&new.0, &new.0, Limits::default(), catalog::catalog());
    assert!(!matches!(own, Answer::Fail(_)), "{identity:?}");
}

fn compile(policy: &Value) -> (Document, policy::eval::Document) {
    let file = SourceFile::new(&policy.to_string(), find::LANDMARKS);
    let policy = find::root_policy(&file, &find::Hint::default()).expect("a policy is an object");
    let kind = PolicyKind::Identity;
    (
        Document::of_kind(&policy, kind, &file, catalog::catalog()),
        policy::eval::Document::compile(&policy, kind),
    )
}
