//! What a keystroke asks of the catalogue. The first lookup in a process is the same work as any other, as nothing
//! is unpacked or cached; `first` measures it through all layers.

#![expect(clippy::expect_used, reason = "a bench without its subject has nothing to measure")]

use catalog::catalog;
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

fn lookups(c: &mut Criterion) {
    c.bench_function("first: action, its resource types and keys", |b| {
        b.iter(|| {
            let action = catalog().find_action(black_box("sagemaker:CreateTrainingJob"));
            action.map(|it| (it.resource_types().count(), it.condition_keys().count()))
        });
    });
    c.bench_function("find action", |b| b.iter(|| catalog().find_action(black_box("s3:getobject"))));
    c.bench_function("find key, exact", |b| b.iter(|| catalog().condition_key(black_box("aws:SourceIp"))));
    c.bench_function("find key, template", |b| {
        b.iter(|| catalog().condition_key(black_box("s3:ExistingObjectTag/team")));
    });
    c.bench_function("action supports key", |b| {
        let action = catalog().find_action("bedrock:InvokeModel").expect("InvokeModel");
        b.iter(|| action.supports_key(black_box("bedrock:GuardrailIdentifier")));
    });
}

fn near(c: &mut Criterion) {
    c.bench_function("nearest action", |b| {
        let service = catalog().service("sagemaker").expect("sagemaker");
        b.iter(|| service.nearest_action(black_box("CreateFlowDefiniton")));
    });
    c.bench_function("nearest action, none", |b| {
        let service = catalog().service("ec2").expect("ec2");
        b.iter(|| service.nearest_action(black_box("FrobnicateEverything")));
    });
    c.bench_function("nearest service", |b| b.iter(|| catalog().nearest_service(black_box("sagemkaer"))));
    c.bench_function("nearest key", |b| {
        b.iter(|| catalog().nearest_condition_key(black_box("aws:SourceIP4")))
    });
}

fn scans(c: &mut Criterion) {
    c.bench_function("match one service", |b| {
        b.iter(|| catalog().actions_matching(black_box("s3:Get*Object*")).count());
    });
    c.bench_function("match every name", |b| {
        b.iter(|| catalog().actions_matching(black_box("*:*Tag*")).count());
    });
    c.bench_function("search every name", |b| b.iter(|| catalog().search(black_box("model"), 50)));
}

criterion_group!(benches, lookups, near, scans);
criterion_main!(benches);
