//! Explanations and open decisions, from policies as text.

use std::sync::Arc;

use syntax::SourceFile;

use super::*;
use crate::find;
use crate::kind::PolicyKind;

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
const MODEL: &str = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";

fn document(statements: &str, kind: PolicyKind) -> Arc<Document> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    let file = SourceFile::new(&text, find::LANDMARKS);
    let policy = find::root_policy(&file, &find::Hint::default()).unwrap();
    Arc::new(Document::compile(&policy, kind))
}

fn identity(statements: &str) -> Stack {
    Stack { identity: vec![document(statements, PolicyKind::Identity)], ..Stack::default() }
}

fn ask(action: &str, resource: &str, context: Context) -> Request {
    Request::new(ALICE, action, resource, Owner::Same, context)
}

fn closed(keys: &[(&str, &str)]) -> Context {
    Context::closed(keys.iter().map(|(key, it)| ((*key).to_owned(), Given::One((*it).into()))))
}

fn decisions(it: Outcomes) -> Vec<&'static str> {
    it.each().map(Decision::name).collect()
}

fn witness(it: &Narrowed, decision: Decision, key: &str) -> Given {
    let (_, keys) = it.witnesses.iter().find(|(of, _)| *of == decision).unwrap();
    keys.iter().find(|(name, _)| **name == *key).unwrap().1.clone()
}

#[test]
fn two_halves_of_one_question_leave_two_decisions() {
    let stack = identity(
        r#"{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}},
           {"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}}"#,
    );
    let request = ask("bedrock:InvokeModel", MODEL, Context::open([])).with_known_facts(&stack);
    assert_eq!(decisions(stack.decide(&request)), ["Allowed", "ImplicitlyDenied", "ExplicitlyDenied"]);
    let narrowed = stack.narrow(&request);
    assert_eq!(decisions(narrowed.outcomes), ["Allowed", "ExplicitlyDenied"]);
    assert!(narrowed.is_exact);
    assert_eq!(narrowed.keys, ["aws:sourcevpc".into()]);
    assert_eq!(witness(&narrowed, Decision::Allowed, "aws:sourcevpc"), Given::One("vpc-1".into()));
}

#[test]
fn addresses_on_both_sides_of_a_range_are_tried() {
    let stack = identity(
        r#"{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}, "NotIpAddress": {"aws:SourceIp": "10.0.0.0/9"}}}"#,
    );
    let request = ask("bedrock:InvokeModel", MODEL, Context::open([]));
    let narrowed = stack.narrow(&request);
    assert_eq!(decisions(narrowed.outcomes), ["Allowed", "ImplicitlyDenied"]);
    let Given::One(address) = witness(&narrowed, Decision::Allowed, "aws:sourceip") else {
        panic!("no address")
    };
    assert!(address.starts_with("10.128.") || address.starts_with("10.255."), "{address}");
}

#[test]
fn patterns_that_overlap_leave_the_answer_open_rather_than_wrong() {
    let stack = identity(
        r#"{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"StringLike": {"aws:UserAgent": "*a"}, "StringNotLike": {"aws:UserAgent": "b*"}}}"#,
    );
    let narrowed = stack.narrow(&ask("bedrock:InvokeModel", MODEL, Context::open([])));
    assert_eq!(decisions(narrowed.outcomes), ["Allowed", "ImplicitlyDenied"]);
    assert!(!narrowed.is_exact);
}

#[test]
fn a_variable_in_a_resource_is_tried_with_the_parts_of_the_name() {
    let stack = identity(
        r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/team}/*"}"#,
    );
    let narrowed = stack.narrow(&ask("s3:GetObject", "arn:aws:s3:::b/search/x", Context::open([])));
    assert_eq!(decisions(narrowed.outcomes), ["Allowed", "ImplicitlyDenied"]);
    assert_eq!(witness(&narrowed, Decision::Allowed, "aws:principaltag/team"), Given::One("search".into()));
}

#[test]
fn keys_that_an_action_never_sends_are_absent() {
    let stack = identity(
        r#"{"Effect": "Allow", "Action": "sagemaker:AddTags", "Resource": "*",
            "Condition": {"StringEquals": {"sagemaker:InstanceTypes": "ml.m5.large"}}}"#,
    );
    let arn = "arn:aws:sagemaker:us-east-1:111122223333:endpoint/e";
    let request = ask("sagemaker:AddTags", arn, Context::open([])).with_known_facts(&stack);
    assert_eq!(decisions(stack.decide(&request)), ["ImplicitlyDenied"]);
}

#[test]
fn the_nearest_statement_fails_by_its_region() {
    let stack = identity(
        r#"{"Sid": "Other", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
           {"Sid": "Invoke", "Effect": "Allow", "Action": "bedrock:InvokeModel",
            "Resource": ["arn:aws:bedrock:us-west-2::foundation-model/*", "arn:aws:bedrock:*:111122223333:*"]}"#,
    );
    let explanation = stack.explain(&ask("bedrock:InvokeModel", MODEL, closed(&[])));
    let gate = explanation.stopping().unwrap();
    assert_eq!(gate.layer, Layer::Identity);
    let (site, trace) = gate.nearest().unwrap();
    assert_eq!((site.statement, trace.matched()), (1, (1, 2)));
    let failing = trace.failing().unwrap();
    assert_eq!(failing.reason, Some(Reason::ResourceRegion));
    let range = failing.range.unwrap();
    let element = trace.statement.model().resource.as_ref().unwrap();
    assert_eq!(range, element.values.items[0].range());
}

#[test]
fn conditions_say_why() {
    let why = |condition: &str, keys: &[(&str, &str)]| {
        let stack = identity(&format!(
            r#"{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {condition}}}"#
        ));
        let explanation = stack.explain(&ask("bedrock:InvokeModel", MODEL, closed(keys)));
        let part = explanation.gates[0].documents[0][0].tests[0].part;
        (part.verdict, part.reason.map(Reason::code))
    };
    for (condition, keys, expected) in [
        (r#"{"StringEquals": {"aws:SourceVpc": "a"}}"#, &[][..], (Tri::False, Some("cond.missing"))),
        (r#"{"StringNotEquals": {"aws:SourceVpc": "a"}}"#, &[], (Tri::True, Some("cond.missing_true"))),
        (
            r#"{"StringEquals": {"aws:SourceVpc": "a"}}"#,
            &[("aws:SourceVpc", "b")],
            (Tri::False, Some("cond.value")),
        ),
        (
            r#"{"StringNotEquals": {"aws:SourceVpc": ["x", "b"]}}"#,
            &[("aws:SourceVpc", "b")],
            (Tri::False, Some("cond.value")),
        ),
        (r#"{"StringEquals": {"aws:SourceVpc": "a"}}"#, &[("aws:sourcevpc", "a")], (Tri::True, None)),
        (r#"{"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}"#, &[], (Tri::True, Some("cond.vacuous"))),
        (
            r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": "soon"}}"#,
            &[("aws:MultiFactorAuthAge", "1")],
            (Tri::False, Some("cond.type_policy")),
        ),
        (
            r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": "1"}}"#,
            &[("aws:MultiFactorAuthAge", "x")],
            (Tri::False, Some("cond.type_request")),
        ),
        (
            r#"{"StringEquals": {"aws:SourceVpc": "${aws:PrincipalTag/vpc}"}}"#,
            &[("aws:SourceVpc", "b")],
            (Tri::False, Some("cond.variable_without_value")),
        ),
        (
            r#"{"StringSame": {"aws:SourceVpc": "a"}}"#,
            &[("aws:SourceVpc", "a")],
            (Tri::False, Some("cond.operator")),
        ),
        (r#"{"Null": {"aws:SourceVpc": "false"}}"#, &[], (Tri::False, Some("cond.missing"))),
    ] {
        assert_eq!(why(condition, keys), expected, "{condition}");
    }
}

#[test]
fn a_silent_key_policy_stops_the_account() {
    let stack = Stack {
        resource: Some(document(
            r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/bob"}, "Action": "kms:*", "Resource": "*"}"#,
            PolicyKind::Resource,
        )),
        ..identity(r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}"#)
    };
    let request = ask("kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/k", closed(&[]));
    let explanation = stack.explain(&request);
    assert_eq!(decisions(explanation.outcomes), ["ImplicitlyDenied"]);
    let stops: Vec<_> = explanation.gates.iter().filter(|it| it.stops).map(|it| it.layer).collect();
    assert_eq!(stops, [Layer::Resource]);
}

#[test]
fn readings_that_aws_leaves_open_are_named() {
    let named = |resource: &str, asked: &str| {
        let statement = format!(r#"{{"Effect": "Allow", "Action": "lambda:*", "Resource": "{resource}"}}"#);
        let explanation = identity(&statement).explain(&ask("lambda:InvokeFunction", asked, closed(&[])));
        (decisions(explanation.outcomes)[0], explanation.ambiguous)
    };
    let function = "arn:aws:lambda:us-east-1:111122223333:function:app-1";
    assert_eq!(
        named("arn:aws:lambda:*:function:app-*", function),
        ("Allowed", vec![Ambiguity::StarPastColon])
    );
    assert_eq!(named("arn:aws:lambda:*:*:*:app-*", function), ("Allowed", vec![Ambiguity::WildcardType]));
    assert_eq!(named("arn:aws:lambda:*:*:function:app-*", function), ("Allowed", vec![]));
}

#[test]
fn what_aws_refuses_is_named() {
    let faults =
        |statement: &str, kind| document(statement, kind).faults().map(|(_, it)| it).collect::<Vec<_>>();
    for (statement, kind, expected) in [
        (r#"{"Effect": "Allow", "Action": "s3:*"}"#, PolicyKind::Identity, vec![Fault::Resource]),
        (
            r#"{"Effect": "allow", "Action": "s3:*", "Resource": "*"}"#,
            PolicyKind::Identity,
            vec![Fault::Effect],
        ),
        (
            r#"{"Effect": "Allow", "Action": "a:b", "NotAction": "a:b", "Resource": "*"}"#,
            PolicyKind::Scp,
            vec![Fault::Action],
        ),
        (r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}"#, PolicyKind::Trust, vec![]),
        (
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#,
            PolicyKind::Resource,
            vec![Fault::Principal],
        ),
        (
            r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "NotPrincipal": "*"}"#,
            PolicyKind::Resource,
            vec![Fault::AllowNotPrincipal],
        ),
        (r#""x""#, PolicyKind::Identity, vec![Fault::Syntax]),
    ] {
        assert_eq!(faults(statement, kind), expected, "{statement}");
    }
}
