//! Holds the answers for all requests against the evaluator's answers for single ones, over random policies.
//!
//! A run asks more than a million requests of proofs. `ACCESSLENS_FUZZ=20 cargo test --release -p accesslens-policy --test
//! reach_fuzz` asks twenty times as many, and `ACCESSLENS_SEED=7` others.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and may say what it did"
)]
use std::fmt::Write;
use std::sync::Arc;

use policy::PolicyKind;
use policy::eval::{self, Context, Given, Owner, Request, Tri};
use policy::find;
use policy::reach::{self, Answer, Document, Limits};
use syntax::SourceFile;

/// Pairs of policies in one run, and requests for each.
const PAIRS: usize = 4_000;
const REQUESTS: usize = 500;

/// Numbers that look random and are the same in every run: splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ it >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ it >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ it >> 31
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn some(&mut self, from: &[&str]) -> String {
        let n = 1 + self.below(3);
        let items: Vec<String> = (0..n).map(|_| format!("{:?}", self.pick(from))).collect();
        if items.len() == 1 && self.one_in(2) { items.concat() } else { format!("[{}]", items.join(", ")) }
    }
}

const ACTIONS: &[&str] = &[
    "*",
    "s3:*",
    "s3:Get*",
    "s3:GetObject",
    "s3:PutObject",
    "S3:getobject*",
    "s3:*Object",
    "bedrock:InvokeModel",
    "bedrock:Invoke*",
    "s3:NoSuchAction",
    "s3:NoSuch*",
    "sagemaker:CreateTrainingJob",
];
const ASKED: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "s3:GetObjectAcl",
    "bedrock:InvokeModel",
    "sagemaker:CreateTrainingJob",
];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:s3:::b/a?/*",
    "arn:aws:s3:::b/${aws:username}",
    "arn:aws:s3:::b/ab",
    "arn:aws:s3:::b/a*b",
    "arn:aws:bedrock:*:*:agent/*",
    "arn:aws:bedrock:us-*:111122223333:*",
    "arn:aws:bedrock:*::foundation-model/*",
    "arn:aws:bedrock:*:a",
    "arn:aws:s3:*:*:b/*",
    "arn:aws:s3:::b/${aws:username, 'ab'}",
    "arn:aws:s3:::${aws:PrincipalTag/t}/*",
    "arn:aws:s3*",
];
const ON: &[&str] = &[
    "*",
    "arn:aws:s3:::b/ab",
    "arn:aws:s3:::b/ab/x",
    "arn:aws:s3:::b/a/x",
    "arn:aws:s3:::b/bob/x",
    "arn:aws:s3:::b/bob",
    "arn:aws:s3:::b/",
    "arn:aws:s3:::c",
    "arn:aws:bedrock:us-east-1:111122223333:agent/A",
    "arn:aws:bedrock:us-east-1::foundation-model/m:0",
    "arn:aws:bedrock:eu-west-1:444455556666:agent/A:b/x",
    "arn:aws:s3:r:a:b/x",
    "arn:aws:s3:x:b/y:z:b/w",
];
const TEXTS: &[&str] = &[
    "a",
    "ab",
    "abc",
    "b",
    "A",
    "AB",
    "*",
    "a*",
    "?b",
    "*b",
    "${aws:username}",
    "",
    "${*}",
    "a${aws:username}",
];
const VALUES: &[&str] = &["a", "ab", "abc", "b", "A", "AB", "*", "bob", "abob", "x", ""];
const NUMBERS: &[&str] = &["1", "5", "5.0", "5.5", "10", "-3"];
const DATES: &[&str] =
    &["2026-01-01", "2026-01-01T00:00:00Z", "2026-06-01T08:00:00Z", "1767225600", "2020-01-01"];
const NETS: &[&str] =
    &["10.0.0.0/8", "10.1.0.0/16", "203.0.113.0/24", "0.0.0.0/0", "2001:db8::/32", "203.0.113.7"];
const ADDRESSES: &[&str] =
    &["10.1.2.3", "10.2.0.1", "203.0.113.7", "203.0.113.8", "8.8.8.8", "2001:db8::1", "::1"];
const ARNS: &[&str] = &[
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::*:role/a",
    "arn:aws:iam::${aws:PrincipalAccount}:*",
    "*",
    "arn:*:*:*:*:*",
    "arn:aws:iam::111122223333:role/${aws:username}",
];
const ARN_VALUES: &[&str] = &[
    "arn:aws:iam::111122223333:role/a",
    "arn:aws:iam::444455556666:role/a",
    "arn:aws:iam::111122223333:role/bob",
    "arn:aws:iam::111122223333:user/a",
];
const PRINCIPALS: &[&str] = &[
    r#""*""#,
    r#"{"AWS": "*"}"#,
    r#"{"AWS": "111122223333"}"#,
    r#"{"AWS": "arn:aws:iam::111122223333:root"}"#,
    r#"{"AWS": "arn:aws:iam::111122223333:role/p/R"}"#,
    r#"{"AWS": "arn:aws:iam::111122223333:user/bob"}"#,
    r#"{"Service": "s3.amazonaws.com"}"#,
    r#"{"AWS": "arn:aws:sts::111122223333:assumed-role/R/s"}"#,
    r#"{"AWS": ["arn:aws:iam::444455556666:root", "arn:aws:iam::111122223333:user/bob"]}"#,
    r#"{"Federated": "arn:aws:iam::111122223333:saml-provider/p"}"#,
    r#"{"Federated": "*"}"#,
];
const WHO: &[&str] = &[
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:iam::111122223333:root",
    "arn:aws:sts::111122223333:assumed-role/r/s",
    "arn:aws:sts::444455556666:assumed-role/R/s",
    "arn:aws:sts::111122223333:federated-user/bob",
    "s3.amazonaws.com",
    "anonymous",
    "arn:aws:iam::444455556666:root",
    "arn:aws:iam::111122223333:saml-provider/p",
    "arn:aws-cn:iam::111122223333:user/bob",
];

fn condition(random: &mut Random) -> String {
    let exists = if random.one_in(4) { "IfExists" } else { "" };
    let prefix = random.pick(&["ForAllValues:", "ForAnyValue:"]);
    let text = random.pick(&[
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
    ]);
    let (operator, key, values) = match random.below(12) {
        0 | 1 => {
            (format!("{text}{exists}"), random.pick(&["s3:prefix", "aws:ResourceTag/t"]), random.some(TEXTS))
        }
        2 => (format!("{text}{exists}"), "aws:username", random.some(TEXTS)),
        3 | 4 => (format!("{prefix}{text}{exists}"), "aws:TagKeys", random.some(TEXTS)),
        5 => (format!("{prefix}{text}{exists}"), "s3:prefix", random.some(TEXTS)),
        6 => {
            let base = random.pick(&[
                "Equals",
                "NotEquals",
                "LessThan",
                "LessThanEquals",
                "GreaterThan",
                "GreaterThanEquals",
            ]);
            (format!("Numeric{base}{exists}"), "s3:max-keys", random.some(NUMBERS))
        }
        7 => {
            let base = random.pick(&[
                "Equals",
                "NotEquals",
                "LessThan",
                "LessThanEquals",
                "GreaterThan",
                "GreaterThanEquals",
            ]);
            (format!("Date{base}{exists}"), "aws:TokenIssueTime", random.some(DATES))
        }
        8 => (
            format!("{}{exists}", random.pick(&["IpAddress", "NotIpAddress"])),
            "aws:SourceIp",
            random.some(NETS),
        ),
        9 => (format!("Bool{exists}"), "aws:MultiFactorAuthPresent", random.some(&["true", "false"])),
        10 => {
            let base = random.pick(&["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"]);
            (format!("{base}{exists}"), "aws:SourceArn", random.some(ARNS))
        }
        _ => {
            let key = random.pick(&["s3:prefix", "aws:TagKeys", "aws:username", "aws:SourceIp"]);
            ("Null".to_owned(), key, random.some(&["true", "false"]))
        }
    };
    format!("{operator:?}: {{{key:?}: {values}}}")
}

/// A statement. `narrow`: about few actions and resources, so that conditions decide.
fn statement(random: &mut Random, kind: PolicyKind, narrow: bool) -> String {
    let (actions, resources): (&[&str], &[&str]) =
        if narrow { (&["s3:GetObject", "s3:*"], &["*", "arn:aws:s3:::b/*"]) } else { (ACTIONS, RESOURCES) };
    let effect = if random.one_in(3) { "Deny" } else { "Allow" };
    let mut out = format!("{{\"Effect\": {effect:?}");
    let not = if !narrow && random.one_in(5) { "Not" } else { "" };
    let _ = write!(out, ", \"{not}Action\": {}", random.some(actions));
    let not = if !narrow && random.one_in(4) { "Not" } else { "" };
    let _ = write!(out, ", \"{not}Resource\": {}", random.some(resources));
    if kind.has_principal() {
        let not = if effect == "Deny" && random.one_in(3) { "Not" } else { "" };
        let _ = write!(out, ", \"{not}Principal\": {}", random.pick(PRINCIPALS));
    }
    let mut operators: Vec<String> = (0..random.below(3)).map(|_| condition(random)).collect();
    operators.sort();
    operators.dedup_by(|a, b| a.split(':').next() == b.split(':').next());
    if !operators.is_empty() {
        let _ = write!(out, ", \"Condition\": {{{}}}", operators.join(", "));
    }
    out + "}"
}

fn document(random: &mut Random, statements: &[String]) -> String {
    let version = if random.one_in(6) { "2008-10-17" } else { "2012-10-17" };
    format!("{{\"Version\": {version:?}, \"Statement\": [{}]}}", statements.join(", "))
}

/// A policy, and one that has much in common with it.
fn pair(random: &mut Random, kind: PolicyKind) -> (String, String) {
    let narrow = random.one_in(2);
    let n = 1 + random.below(4);
    let mut statements: Vec<String> = (0..n).map(|_| statement(random, kind, narrow)).collect();
    let old = document(random, &statements);
    for _ in 0..1 + random.below(2) {
        let at = random.below(statements.len().max(1));
        match random.below(4) {
            0 if statements.len() > 1 => {
                statements.remove(at);
            }
            1 => statements.insert(at, statement(random, kind, narrow)),
            2 => statements[at] = statement(random, kind, narrow),
            _ => {}
        }
    }
    (old, document(random, &statements))
}

fn request(random: &mut Random) -> Request {
    let mut keys: Vec<(String, Given)> = Vec::new();
    let mut one = |random: &mut Random, key: &str, values: &[&str]| {
        if !random.one_in(3) {
            keys.push((key.to_owned(), Given::One(random.pick(values).into())));
        }
    };
    one(random, "s3:prefix", VALUES);
    one(random, "aws:ResourceTag/t", VALUES);
    one(random, "aws:PrincipalTag/t", &["a", "b"]);
    one(random, "aws:username", &["bob", "ab", "a", "*"]);
    one(random, "s3:max-keys", &["0", "1", "5", "5.2", "7", "100"]);
    one(
        random,
        "aws:TokenIssueTime",
        &["2026-01-01T00:00:00Z", "2026-06-01T08:00:00Z", "2019-01-01T00:00:00Z", "2030-01-01T00:00:00Z"],
    );
    one(random, "aws:SourceIp", ADDRESSES);
    one(random, "aws:MultiFactorAuthPresent", &["true", "false"]);
    one(random, "aws:SourceArn", ARN_VALUES);
    one(random, "aws:PrincipalAccount", &["111122223333", "444455556666"]);
    if !random.one_in(3) {
        let tags = (0..random.below(4)).map(|_| random.pick(VALUES).into());
        keys.push(("aws:TagKeys".to_owned(), Given::Many(tags.collect())));
    }
    let (who, action, on) = (random.pick(WHO), random.pick(ASKED), random.pick(ON));
    Request::new(who, action, on, Owner::Unknown, Context::closed(keys))
}

struct Both {
    reach: Document,
    eval: eval::Document,
}

fn compile(text: &str, kind: PolicyKind) -> Both {
    let file = SourceFile::new(text, find::LANDMARKS);
    let policy = find::root_policy(&file, &find::Hint::default()).unwrap();
    Both {
        reach: Document::of_kind(&policy, kind, &file, catalog::catalog()),
        eval: eval::Document::compile(&policy, kind),
    }
}

fn from_environment(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn no_proof_has_a_counterexample() {
    let times = from_environment("ACCESSLENS_FUZZ", 1);
    let mut random = Random(from_environment("ACCESSLENS_SEED", 20_261_125) as u64);
    let (mut pass, mut fail, mut unknown) = (0, 0, 0);
    for _ in 0..PAIRS * times {
        let kind = if random.one_in(3) { PolicyKind::Resource } else { PolicyKind::Identity };
        let (old_text, new_text) = pair(&mut random, kind);
        let (old, new) = (compile(&old_text, kind), compile(&new_text, kind));
        let is_gained = |it: &Request| new.eval.grants(it).and(old.eval.grants(it).not());
        match reach::wider(&old.reach, &new.reach, Limits::default(), catalog::catalog()) {
            Answer::Pass(_) => {
                pass += 1;
                for _ in 0..REQUESTS {
                    let request = request(&mut random);
                    assert_ne!(
                        is_gained(&request),
                        Tri::True,
                        "a proof is wrong\nold {old_text}\nnew {new_text}\nrequest {request:?}"
                    );
                }
            }
            Answer::Fail(witness) => {
                fail += 1;
                assert_eq!(is_gained(&witness.request()), Tri::True, "{old_text}\n{new_text}\n{witness:#?}");
            }
            Answer::Unknown(_) => unknown += 1,
        }
        // Whatever a policy grants, it grants.
        let own = reach::wider(&new.reach, &new.reach, Limits::default(), catalog::catalog());
        assert!(matches!(own, Answer::Pass(_)), "{own:?}\n{new_text}");
    }
    let all = pass + fail + unknown;
    let n_requests = pass * REQUESTS;
    println!("{pass} proofs held against {n_requests} requests, {fail} examples, {unknown} open");
    assert!(n_requests > 1_000_000 * times, "{n_requests}");
    assert!(pass > all / 10 && fail > all / 4 && unknown < all / 5, "{pass} {fail} {unknown}");
}

#[test]
fn a_dead_statement_can_be_left_out() {
    let mut random = Random(7);
    let mut n_dead = 0;
    for _ in 0..PAIRS / 16 {
        let kind = if random.one_in(3) { PolicyKind::Resource } else { PolicyKind::Identity };
        let statements: Vec<String> = (0..4).map(|n| statement(&mut random, kind, n % 2 == 0)).collect();
        let text = document(&mut random, &statements);
        let whole = compile(&text, kind);
        for index in 0..statements.len() {
            if reach::dead(&whole.reach, index, Limits::default(), catalog::catalog()).is_none() {
                continue;
            }
            n_dead += 1;
            let rest: Vec<Arc<eval::Statement>> = whole.eval.statements().to_vec();
            let rest = rest.into_iter().enumerate().filter(|it| it.0 != index).map(|it| it.1);
            let rest = eval::Document::of(rest.collect());
            for _ in 0..REQUESTS {
                let request = request(&mut random);
                let (with, without) = (whole.eval.grants(&request), rest.grants(&request));
                assert_eq!(with, without, "statement {index} is not dead\n{text}\n{request:?}");
            }
        }
    }
    assert!(n_dead > 50, "{n_dead}");
}
