//! Decisions a second: every Bedrock and SageMaker action of the catalogue against a stack of every layer
//! (`stack.json`), and one small policy. `ACCESSLENS_DECISIONS=FILE` takes policies and requests from a file
//! instead, `{"policies": …, "requests": […]}` as `accesslens simulate --batch` has them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench without its subject has nothing to measure; JSON gives null for what it has not"
)]

use std::hint::black_box;
use std::sync::Arc;

use catalog::catalog;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use policy::PolicyKind;
use policy::eval::{Context, Document, Given, Outcomes, Owner, Request, Stack};
use policy::find;
use serde_json::Value;
use syntax::SourceFile;

const ACCOUNT: &str = "111122223333";

fn document(policy: &Value, kind: PolicyKind) -> Arc<Document> {
    let file = SourceFile::new(&policy.to_string(), find::LANDMARKS);
    let policy = find::root_policy(&file, &find::Hint::default()).expect("a policy");
    Arc::new(Document::compile(&policy, kind))
}

fn documents(policies: &Value, kind: PolicyKind) -> Vec<Arc<Document>> {
    policies.as_array().into_iter().flatten().map(|it| document(it, kind)).collect()
}

fn stack(policies: &Value) -> Stack {
    let levels = |name: &str, kind| -> Vec<_> {
        policies[name].as_array().into_iter().flatten().map(|it| documents(it, kind)).collect()
    };
    Stack {
        identity: documents(&policies["identity"], PolicyKind::Identity),
        boundary: policies["boundary"]
            .is_array()
            .then(|| documents(&policies["boundary"], PolicyKind::Boundary)),
        scps: levels("scps", PolicyKind::Scp),
        rcps: levels("rcps", PolicyKind::Rcp),
        ..Stack::default()
    }
}

fn context(keys: impl IntoIterator<Item = (String, Value)>) -> Context {
    Context::closed(keys.into_iter().map(|(name, value)| {
        let text = |it: &Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned).into();
        let given = match &value {
            Value::Array(items) => Given::Many(items.iter().map(text).collect()),
            other => Given::One(text(other)),
        };
        (name, given)
    }))
}

/// Each action of the services with one resource of its first type.
fn every_request() -> Vec<Request> {
    let keys = serde_json::json!({
        "aws:PrincipalArn": format!("arn:aws:iam::{ACCOUNT}:role/ml/loader"),
        "aws:PrincipalAccount": ACCOUNT, "aws:PrincipalOrgID": "o-exampleorgid",
        "aws:PrincipalOrgPaths": ["o-exampleorgid/r-1/ou-ml/"], "aws:PrincipalType": "AssumedRole",
        "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false",
        "aws:RequestedRegion": "us-east-1", "aws:SourceVpc": "vpc-0a1b2c3d", "aws:SecureTransport": "true",
        "aws:CurrentTime": "2026-05-01T10:00:00Z", "aws:ResourceAccount": ACCOUNT,
        "aws:ResourceOrgID": "o-exampleorgid", "aws:PrincipalTag/team": "search",
        "aws:ResourceTag/team": "search", "aws:userid": "AROAEXAMPLE:run-7",
    });
    let keys = context(keys.as_object().expect("an object").clone());
    let services = catalog()
        .services()
        .filter(|it| it.prefix().starts_with("bedrock") || it.prefix().starts_with("sagemaker"));
    let request = |action: catalog::Action| {
        let arn = action
            .resource_types()
            .find_map(|it| it.arn_formats().next())
            .map_or_else(|| "*".to_owned(), fill);
        let principal = format!("arn:aws:sts::{ACCOUNT}:assumed-role/loader/run-7");
        let name = format!("{}:{}", action.service().prefix(), action.name());
        Request::new(&principal, &name, &arn, Owner::Account(ACCOUNT.into()), keys.clone())
    };
    services.flat_map(|it| it.actions().map(request).collect::<Vec<_>>()).collect()
}

/// An ARN of a template: `arn:${Partition}:bedrock:${Region}:${Account}:agent/${AgentId}`.
fn fill(template: &str) -> String {
    let mut out = String::new();
    for (n, part) in template.split("${").enumerate() {
        let Some((name, rest)) = part.split_once('}').filter(|_| n > 0) else {
            out.push_str(part);
            continue;
        };
        out.push_str(match name {
            "Partition" => "aws",
            "Region" => "us-east-1",
            "Account" => ACCOUNT,
            _ => "abc123",
        });
        out.push_str(rest);
    }
    out
}

fn given() -> (Stack, Vec<Request>) {
    let Ok(path) = std::env::var("ACCESSLENS_DECISIONS") else {
        let policies = serde_json::from_str(include_str!("stack.json")).expect("stack.json is JSON");
        return (stack(&policies), every_request());
    };
    let text = std::fs::read_to_string(path).expect("the file can be read");
    let set: Value = serde_json::from_str(&text).expect("the file is JSON");
    let request = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
        let keys = context(it["context"].as_object().cloned().unwrap_or_default());
        let owner = Owner::Account(text("resourceAccount").into());
        Request::new(&text("principal"), &text("action"), &text("resource"), owner, keys)
    };
    let requests = set["requests"].as_array().into_iter().flatten().map(request).collect();
    (stack(&set["policies"]), requests)
}

fn decisions(c: &mut Criterion) {
    let (stack, requests) = given();
    let mut group = c.benchmark_group("decide");
    group.throughput(Throughput::Elements(requests.len() as u64));
    group.bench_function("every layer", |b| {
        b.iter(|| {
            let all = requests.iter().map(|it| stack.decide(black_box(it)));
            all.fold(Outcomes::NONE, Outcomes::or)
        });
    });
    let small = serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
         "Resource": "arn:aws:bedrock:*::foundation-model/anthropic.*"},
        {"Effect": "Allow", "Action": "sagemaker:Describe*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "us-west-2"]}}}
    ]});
    let small = Stack { identity: vec![document(&small, PolicyKind::Identity)], ..Stack::default() };
    group.bench_function("one small policy", |b| {
        b.iter(|| {
            let all = requests.iter().map(|it| small.decide(black_box(it)));
            all.fold(Outcomes::NONE, Outcomes::or)
        });
    });
    group.finish();
}

criterion_group!(benches, decisions);
criterion_main!(benches);
