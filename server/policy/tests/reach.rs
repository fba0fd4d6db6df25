//! Answers for all requests at once, for policies whose answer is known.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and may say what it did"
)]

use std::path::Path;
use std::sync::Arc;

use policy::PolicyKind;
use policy::eval::Given;
use policy::find;
use policy::reach::{self, Access, Answer, Dead, Document, Limits, Reason, Side, StatementRef};
use syntax::SourceFile;

fn compile(statements: &str, kind: PolicyKind) -> Document {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    let file = SourceFile::new(&text, find::LANDMARKS);
    let policy = find::root_policy(&file, &find::Hint::default()).unwrap();
    Document::of_kind(&policy, kind, &file, catalog::catalog())
}

fn identity(statements: &str) -> Document {
    compile(statements, PolicyKind::Identity)
}

/// An Allow of `s3:GetObject` with these elements besides.
fn get(rest: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": "s3:GetObject", {rest}}}"#)
}

fn on(resource: &str) -> String {
    get(&format!(r#""Resource": {resource:?}"#))
}

fn when(condition: &str) -> String {
    get(&format!(r#""Resource": "*", "Condition": {{{condition}}}"#))
}

fn wider(old: &str, new: &str) -> Answer {
    reach::wider(&identity(old), &identity(new), Limits::default(), catalog::catalog())
}

fn verdict(answer: &Answer) -> &'static str {
    match answer {
        Answer::Pass(_) => "PASS",
        Answer::Fail(_) => "FAIL",
        Answer::Unknown(reason) => reason.name(),
    }
}

#[test]
fn resources_include_each_other_as_patterns_do() {
    for (old, new, expected) in [
        ("*", "arn:aws:s3:::b/*", "PASS"),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/*", "PASS"),
        ("arn:aws:s3:::b/x/*", "arn:aws:s3:::b/*", "FAIL"),
        ("arn:aws:s3:::b/a*b", "arn:aws:s3:::b/a?*b", "PASS"),
        ("arn:aws:s3:::b/a?*b", "arn:aws:s3:::b/a*b", "FAIL"),
        ("arn:aws:s3*", "arn:aws:s3:::b", "PASS"),
        ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${aws:username}/x", "PASS"),
        ("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${aws:userid}/x", "FAIL"),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}", "PASS"),
        ("arn:aws:s3:::b/?", "arn:aws:s3:::b/${aws:username}", "FAIL"),
        ("arn:aws:s3:::B/*", "arn:aws:s3:::b/*", "FAIL"),
        // Only a star that runs past a colon covers it.
        ("arn:aws:s3:*:b:c", "arn:aws:s3:us-east-1:1:b:c", "star-past-colon"),
    ] {
        let answer = wider(&on(old), &on(new));
        assert_eq!(verdict(&answer), expected, "{old} {new} {answer:?}");
    }
}

#[test]
fn conditions_include_each_other_as_requests_do() {
    let cases = [
        // Key absent, IfExists, Null.
        (
            r#""StringEqualsIfExists": {"aws:SourceVpc": "v"}"#,
            r#""StringEquals": {"aws:SourceVpc": "v"}"#,
            "PASS",
        ),
        (
            r#""StringEquals": {"aws:SourceVpc": "v"}"#,
            r#""StringEqualsIfExists": {"aws:SourceVpc": "v"}"#,
            "FAIL",
        ),
        (r#""StringNotEquals": {"aws:SourceVpc": "v"}"#, r#""Null": {"aws:SourceVpc": "true"}"#, "PASS"),
        (
            r#""StringNotEquals": {"aws:SourceVpc": ["a", "b"]}"#,
            r#""StringNotEquals": {"aws:SourceVpc": "a"}"#,
            "FAIL",
        ),
        (
            r#""StringNotEquals": {"aws:SourceVpc": "a"}"#,
            r#""StringNotEquals": {"aws:SourceVpc": ["a", "b"]}"#,
            "PASS",
        ),
        (
            r#""StringEqualsIgnoreCase": {"aws:SourceVpc": "V"}"#,
            r#""StringEquals": {"aws:sourcevpc": "v"}"#,
            "PASS",
        ),
        // Lists.
        (
            r#""ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}"#,
            r#""ForAnyValue:StringEquals": {"aws:TagKeys": "a"}"#,
            "PASS",
        ),
        (
            r#""ForAllValues:StringEquals": {"aws:TagKeys": "a"}"#,
            r#""Null": {"aws:TagKeys": "true"}"#,
            "PASS",
        ),
        (
            r#""ForAnyValue:StringEquals": {"aws:TagKeys": "a"}"#,
            r#""ForAllValues:StringEquals": {"aws:TagKeys": "a"}"#,
            "FAIL",
        ),
        (
            r#""ForAnyValue:StringEquals": {"aws:TagKeys": "a"}"#,
            r#""ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:TagKeys": "false"}"#,
            "PASS",
        ),
        (r#""StringEquals": {"aws:TagKeys": "a"}"#, r#""StringEquals": {"aws:TagKeys": "a"}"#, "PASS"),
        (
            r#""StringEquals": {"aws:TagKeys": "a"}"#,
            r#""StringEquals": {"aws:TagKeys": ["a", "b"]}"#,
            "several-values",
        ),
        // Numbers, dates, addresses.
        (
            r#""NumericLessThanEquals": {"s3:max-keys": "10"}"#,
            r#""NumericLessThan": {"s3:max-keys": "10.0"}"#,
            "PASS",
        ),
        (
            r#""NumericLessThan": {"s3:max-keys": "10"}"#,
            r#""NumericLessThanEquals": {"s3:max-keys": "10"}"#,
            "FAIL",
        ),
        (
            r#""DateLessThan": {"aws:CurrentTime": "2026-01-02"}"#,
            r#""DateLessThan": {"aws:CurrentTime": "1767225600"}"#,
            "PASS",
        ),
        (
            r#""IpAddress": {"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]}"#,
            r#""IpAddress": {"aws:SourceIp": "10.0.0.0/8"}"#,
            "PASS",
        ),
        (
            r#""NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}"#,
            r#""IpAddress": {"aws:SourceIp": "2001:db8::/32"}"#,
            "PASS",
        ),
        (
            r#""IpAddress": {"aws:SourceIp": "10.0.0.0/8"}"#,
            r#""IpAddress": {"aws:SourceIp": "10.0.0.0/7"}"#,
            "FAIL",
        ),
        // ARNs in six fields, where a string has none.
        (
            r#""StringLike": {"aws:SourceArn": "arn:aws:sns:*:1:*"}"#,
            r#""ArnLike": {"aws:SourceArn": "arn:aws:sns:*:1:*"}"#,
            "PASS",
        ),
        (
            r#""ArnLike": {"aws:SourceArn": "arn:aws:sns:*:1:*"}"#,
            r#""StringLike": {"aws:SourceArn": "arn:aws:sns:*:1:*"}"#,
            "FAIL",
        ),
        // What is not read is the same as itself, and as nothing else.
        (r#""StringEqubls": {"aws:SourceVpc": "v"}"#, r#""StringEqubls": {"aws:SourceVpc": "v"}"#, "PASS"),
        (r#""StringEquals": {"aws:SourceVpc": "v"}"#, r#""StringEqubls": {"aws:SourceVpc": "v"}"#, "unread"),
    ];
    for (old, new, expected) in cases {
        let answer = wider(&when(old), &when(new));
        assert_eq!(verdict(&answer), expected, "{old} {new} {answer:?}");
    }
}

#[test]
fn several_statements_cover_one_together() {
    let old = [
        when(r#""Bool": {"aws:SecureTransport": "true"}"#),
        when(r#""Bool": {"aws:SecureTransport": "false"}"#),
    ];
    let answer = wider(&old.join(", "), &on("*"));
    let both = [0, 1].map(|index| StatementRef { side: Side::Old, index });
    assert_eq!(answer, Answer::Pass(both.to_vec()), "the key is in every request");
    let old = old.map(|it| it.replace("SecureTransport", "MultiFactorAuthPresent"));
    let Answer::Fail(witness) = wider(&old.join(", "), &on("*")) else { panic!("the key may be absent") };
    assert_eq!((witness.statement.index, witness.context.as_slice()), (0, [].as_slice()));
}

#[test]
fn a_request_says_which_deny_it_gets_past() {
    let deny = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:SourceVpc": "v"}}}"#;
    let old = format!("{}, {deny}", on("arn:aws:s3:::b/*"));
    let Answer::Fail(witness) = wider(&old, &on("arn:aws:s3:::b/*")) else { panic!("a Deny went") };
    assert_eq!(witness.denied_by, Some(StatementRef { side: Side::Old, index: 1 }));
    assert_eq!((&*witness.action, &*witness.resource), ("s3:GetObject", "arn:aws:s3:::b/example"));
    assert!(witness.is_typical);
    assert_eq!(verdict(&wider(&on("arn:aws:s3:::b/*"), &old)), "PASS");
}

#[test]
fn a_variable_meets_a_value() {
    let new = format!(
        r#"{}, {{"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::b/bob/*"}}"#,
        on("arn:aws:s3:::b/${aws:username}/*")
    );
    let Answer::Fail(witness) = wider(&on("arn:aws:s3:::c"), &new) else { panic!("bob can") };
    assert!(witness.context.contains(&("aws:username".to_owned(), Given::One("bob".into()))), "{witness:?}");
}

#[test]
fn equal_keys_have_one_value() {
    let (own, tag) = ("aws:PrincipalTag/t", "aws:ResourceTag/t");
    let equal = |key: &str, value: &str| format!(r#""StringEquals": {{"{key}": "{value}"}}"#);
    let both = |a: &str, b: &str| format!(r#""StringEquals": {{"{own}": "{a}", "{tag}": "{b}"}}"#);
    let is_own = equal(tag, "${aws:PrincipalTag/t}");
    for (old, new, expected) in [
        (is_own.clone(), both("a", "a"), "PASS"),
        (is_own.clone(), both("a", "b"), "FAIL"),
        (is_own.clone(), equal(own, "${aws:ResourceTag/t}"), "PASS"),
        (both("a", "${aws:PrincipalTag/t}"), both("${aws:ResourceTag/t}", "a"), "PASS"),
        (
            equal(tag, "${aws:ResourceTag/t}"),
            r#""StringLike": {"aws:ResourceTag/t": "?*"}"#.to_owned(),
            "PASS",
        ),
        (r#""Null": {"aws:ResourceTag/t": "true"}"#.to_owned(), equal(tag, "x${aws:ResourceTag/t}"), "PASS"),
    ] {
        let answer = wider(&when(&old), &when(&new));
        assert_eq!(verdict(&answer), expected, "{old} {new} {answer:?}");
    }
    let home = |tag: &str| {
        get(&format!(r#""Resource": "arn:aws:s3:::b/${{{own}}}/*", "Condition": {{{}}}"#, equal(own, tag)))
    };
    assert_eq!(verdict(&wider(&on("arn:aws:s3:::b/a/*"), &home("a"))), "PASS");
    assert_eq!(verdict(&wider(&on("arn:aws:s3:::b/a/*"), &home("b"))), "FAIL");
}

#[test]
fn values_of_examples_are_like_real_ones() {
    let value = |old: &str, new: &str, key: &str| -> String {
        let Answer::Fail(witness) = wider(old, new) else { panic!("{old} {new}") };
        match witness.context.iter().find(|it| it.0 == key) {
            Some((_, Given::One(it))) => it.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let address = value(&on("arn:aws:s3:::b"), &when(r#""Null": {"aws:SourceIp": "false"}"#), "aws:SourceIp");
    assert!(address.parse::<std::net::Ipv4Addr>().is_ok(), "{address}");
    let until = r#""DateLessThanEqualsIfExists": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}"#;
    assert_eq!(value(&when(until), &on("*"), "aws:TokenIssueTime"), "2026-01-01T00:00:01Z");
    let few = r#""NumericLessThanEqualsIfExists": {"s3:max-keys": "10"}"#;
    assert_eq!(value(&when(few), &on("*"), "s3:max-keys"), "11");
    // Every request carries it, so the Deny never applies.
    let deny = r#"{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Null": {"aws:SecureTransport": "true"}}}"#;
    let new = format!("{}, {deny}", on("*"));
    assert_eq!(value(&on("arn:aws:s3:::b"), &new, "aws:SecureTransport"), "true");
    // A user's name is rather absent than empty.
    let other = when(r#""StringNotEquals": {"aws:username": "${aws:username}"}"#);
    let Answer::Fail(witness) = wider(&on("arn:aws:s3:::b"), &other) else { panic!("without a name") };
    assert_eq!(witness.context, []);
}

#[test]
fn who_comes_by_a_provider_is_not_of_its_account() {
    let to = |principal: &str| get(&format!(r#""Resource": "*", "Principal": {{{principal}}}"#));
    let provider = r#""Federated": "arn:aws:iam::111122223333:saml-provider/p""#;
    let wider = |old: &str, new: &str| {
        let compiled = [old, new].map(|it| compile(&to(it), PolicyKind::Resource));
        verdict(&reach::wider(&compiled[0], &compiled[1], Limits::default(), catalog::catalog()))
    };
    let account = r#""AWS": "111122223333""#;
    assert_eq!(wider(account, provider), "FAIL");
    assert_eq!(wider(account, r#""AWS": "arn:aws:iam::111122223333:role/r""#), "PASS");
    assert_eq!(wider(account, r#""AWS": "arn:aws:sts::111122223333:assumed-role/r/s""#), "PASS");
    assert_eq!(
        wider(r#""AWS": "arn:aws:iam::111122223333:root""#, account),
        "PASS",
        "by its number or its root user"
    );
}

/// The verdict about any request, and about those that AWS sends where that is another.
fn verdicts(old: &str, new: &str) -> (&'static str, Option<&'static str>) {
    let (old, new) = (identity(old), identity(new));
    let ask = |limits| reach::wider(&old, &new, limits, catalog::catalog());
    let found = reach::opinions(Limits::default(), ask);
    (verdict(&found.answer), found.sent.as_ref().map(verdict))
}

#[test]
fn requests_that_aws_never_sends_are_told_apart() {
    let nothing = on("arn:aws:s3:::b/x").replace("Allow", "Deny");
    let both =
        |a: &str, b: &str| when(&format!(r#""StringLike": {{"{a}": "?*"}}, "Null": {{"{b}": "false"}}"#));
    for (new, expected) in [
        (on("*"), ("FAIL", None)),
        // Listing buckets is done on no bucket.
        (on("arn:aws:s3:::b").replace("GetObject", "ListAllMyBuckets"), ("FAIL", Some("PASS"))),
        (on("arn:aws:s3:::b"), ("FAIL", Some("PASS"))),
        (on("arn:aws:s3:::b/*").replace("GetObject", "NoSuchAction"), ("FAIL", Some("PASS"))),
        // The action does not send the key.
        (when(r#""StringEquals": {"s3:prefix": "a"}"#), ("FAIL", Some("PASS"))),
        // Through an endpoint there is no address of the internet.
        (both("aws:SourceVpce", "aws:SourceIp"), ("FAIL", Some("PASS"))),
        (both("aws:SourceVpce", "aws:SourceVpc"), ("FAIL", None)),
    ] {
        assert_eq!(verdicts(&nothing, &new), expected, "{new}");
    }
    let tagged = |keys: &str| {
        let condition = format!(r#""StringEquals": {{"aws:RequestTag/team": "a"}}, {keys}"#);
        when(&condition).replace("s3:GetObject", "sagemaker:CreateModel")
    };
    let other = tagged(r#""ForAllValues:StringEquals": {"aws:TagKeys": "stage"}"#);
    assert_eq!(verdicts(&nothing, &other), ("FAIL", Some("PASS")));
    let own = tagged(r#""ForAllValues:StringEquals": {"aws:TagKeys": "team"}"#);
    assert_eq!(verdicts(&nothing, &own), ("FAIL", None));
}

#[test]
fn actions_that_nobody_knows_count_when_they_are_named() {
    let unknown = on("*").replace("GetObject", "GetObjectNewly");
    let Answer::Fail(witness) = wider(&on("*"), &unknown) else { panic!("it may exist") };
    assert_eq!((&*witness.action, witness.is_typical), ("s3:getobjectnewly", false));
    assert_eq!(verdict(&wider(&on("*").replace("GetObject", "Get*"), &unknown)), "PASS");
}

#[test]
fn access_is_asked_for_by_actions_and_resources() {
    let document = identity(&on("arn:aws:s3:::b/*"));
    let ask = |actions: &[&str], resources: &[&str]| {
        let own = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
        let access = Access { actions: own(actions), resources: own(resources) };
        verdict(&reach::grants(&document, &[access], Limits::default(), catalog::catalog()))
    };
    assert_eq!(ask(&["s3:PutObject"], &[]), "PASS");
    assert_eq!(ask(&["s3:getobject"], &[]), "FAIL");
    assert_eq!(ask(&[], &["arn:aws:s3:::b/x"]), "FAIL");
    assert_eq!(ask(&[], &["arn:aws:s3:::c/x"]), "PASS");
    assert_eq!(ask(&["s3:GetObject"], &["arn:aws:s3:::*/x"]), "FAIL");
}

#[test]
fn dead_statements_say_why() {
    let deny = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}"#;
    let contradiction =
        r#""StringEquals": {"aws:SourceVpc": "a"}, "StringNotEquals": {"aws:SourceVpc": "a"}"#;
    let statements = [
        on("arn:aws:s3:::b/x"),
        deny.to_owned(),
        on("arn:aws:s3:::c/*"),
        on("arn:aws:s3:::c/x"),
        when(contradiction),
        on("*").replace("GetObject", "GetObjec"),
    ];
    let document = identity(&statements.join(", "));
    let dead = |index| reach::dead(&document, index, Limits::default(), catalog::catalog());
    let by = |index| vec![StatementRef { side: Side::New, index }];
    assert_eq!(dead(0), Some(Dead::Denied(by(1))));
    assert_eq!((dead(1), dead(2), dead(5)), (None, None, None));
    assert_eq!(dead(3), Some(Dead::Covered(by(2))));
    assert_eq!(dead(4), Some(Dead::Never));
    assert_eq!(dead(6), None, "there is no such statement");
}

#[test]
fn what_is_too_hard_is_given_up() {
    // The subsets of where the `a` may stand are 2^n.
    let hard = |n: usize| format!("arn:aws:s3:::b/*a{}", "?".repeat(n));
    let old: Vec<String> = (0..40).map(|n| on(&hard(n))).collect();
    let answer = wider(&old.join(", "), &on("arn:aws:s3:::b/*"));
    assert_eq!(verdict(&answer), "FAIL", "a name without `a`");
    let old = [on("arn:aws:s3:::b/?*a???????????????????*"), on("arn:aws:s3:::b/*b???????????????????")];
    let answer = wider(&old.join(", "), &on("arn:aws:s3:::b/*a*b????????????????????"));
    assert!(!matches!(answer, Answer::Pass(_)), "{answer:?}");
    let little = Limits::steps(10);
    let document = identity(&on("arn:aws:s3:::b/*"));
    let other = identity(&on("arn:aws:s3:::b/*/x"));
    assert_eq!(reach::wider(&document, &other, little, catalog::catalog()), Answer::Unknown(Reason::TooLong));
}

#[test]
fn every_policy_grants_what_it_grants() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/seeds");
    let mut n_proofs = 0;
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let file = SourceFile::new(&text, find::LANDMARKS);
        let mut lower = |node: &Arc<syntax::Node>, start| find::lower_statement(&file, node, start);
        for policy in find::policies(&file, &find::Hint::default(), &[], &mut lower) {
            let document = Document::of(&policy, &file, catalog::catalog());
            match reach::wider(&document, &document, Limits::default(), catalog::catalog()) {
                Answer::Pass(_) => n_proofs += 1,
                other => assert_eq!(other, Answer::Unknown(Reason::Unfinished), "{}", path.display()),
            }
        }
    }
    assert!(n_proofs > 20, "{n_proofs}");
}
