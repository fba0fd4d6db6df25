//! Completion and hover in a policy of ten thousand statements, at each kind of place.

#![expect(clippy::expect_used, reason = "a bench without its subject has nothing to measure")]

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use ide::{Analysis, Config, Seen, completion, hover};
use policy::find::Hint;

const N_STATEMENTS: usize = 10_000;

/// A policy whose middle statement has a `$` at the cursor, without it, and where it was.
fn document(middle: &str) -> (Analysis, u32) {
    let mut text = String::from("{\"Version\": \"2012-10-17\", \"Statement\": [\n");
    for n in 0..N_STATEMENTS {
        if n == N_STATEMENTS / 2 {
            text.push_str(middle);
        } else {
            let _ = write!(
                text,
                "{{\"Effect\": \"Allow\", \"Action\": [\"bedrock:InvokeModel\", \"s3:Get*\"], \"Resource\": \
                 \"arn:aws:s3:::bucket-{n}/*\", \"Condition\": {{\"StringEquals\": \
                 {{\"aws:ResourceTag/team\": \"t{n}\"}}}}}}"
            );
        }
        text.push_str(if n + 1 < N_STATEMENTS { ",\n" } else { "\n]}" });
    }
    let at = text.find('$').expect("a cursor");
    text.remove(at);
    let analysis = Analysis::of(&text, Hint::default(), Arc::new(Config::default()));
    (analysis, u32::try_from(at).expect("a small text"))
}

fn places(c: &mut Criterion) {
    const ACTION: &str = "\"Action\": [\"bedrock:InvokeModel\", \"sagemaker:CreateTrainingJob\"]";
    for (name, inner) in [
        ("action, nothing typed", "\"Action\": \"$\"".to_owned()),
        ("action, a word", "\"Action\": \"inv$\"".to_owned()),
        ("action of a service", "\"Action\": \"bedrock:$\"".to_owned()),
        ("action, begun", "\"Action\": \"sagemaker:Cre$\"".to_owned()),
        ("resource", format!("{ACTION}, \"Resource\": \"$\"")),
        ("model", format!("{ACTION}, \"Resource\": \"arn:aws:bedrock:us-east-1::foundation-model/$\"")),
        ("condition operator", format!("{ACTION}, \"Condition\": {{\"$\": {{}}}}")),
        ("condition key", format!("{ACTION}, \"Condition\": {{\"StringEquals\": {{\"$\": \"\"}}}}")),
        (
            "condition value",
            format!("{ACTION}, \"Condition\": {{\"StringLike\": {{\"sagemaker:InstanceTypes\": \"$\"}}}}"),
        ),
    ] {
        let (analysis, at) = document(&format!("{{\"Effect\": \"Allow\", {inner}}}"));
        let elsewhere = Seen::default();
        c.bench_function(&format!("complete: {name}"), |b| {
            b.iter(|| completion::complete(black_box(&analysis), at, &elsewhere).items.len());
        });
    }
    for (name, inner) in [
        ("a pattern of actions", "\"Action\": \"sagemaker:$Create*\"".to_owned()),
        ("every action", "\"Action\": \"$*\"".to_owned()),
        ("name of a statement", "\"Sid\": \"$All\", \"Action\": \"*\", \"Resource\": \"*\"".to_owned()),
        ("resource", format!("{ACTION}, \"Resource\": \"arn:aws:bedrock:*::foundation-model/$*\"")),
        (
            "condition value",
            format!(
                "{ACTION}, \"Condition\": {{\"StringLike\": {{\"sagemaker:InstanceTypes\": \"$ml.*\"}}}}"
            ),
        ),
    ] {
        let (analysis, at) = document(&format!("{{\"Effect\": \"Allow\", {inner}}}"));
        c.bench_function(&format!("hover: {name}"), |b| {
            b.iter(|| hover::hover(black_box(&analysis), at).map(|it| it.markdown.len()));
        });
    }
}

criterion_group!(benches, places);
criterion_main!(benches);
