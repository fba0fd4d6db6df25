//! The first analysis of a policy with its findings, and that after one typed character, in documents of three sizes.

#![expect(clippy::expect_used, reason = "a bench without its subject has nothing to measure")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ide::{Analysis, Cancel, Config};
use policy::find::Hint;
use syntax::{TextEdit, TextSize};

fn policy(n_statements: usize) -> String {
    let statement = |n: usize| {
        format!(
            "{{\"Sid\": \"S{n}\", \"Effect\": \"Allow\", \"Action\": [\"bedrock:InvokeModel\", \"s3:Get*\"], \
             \"Resource\": \"arn:aws:s3:::bucket-{n}/*\", \"Condition\": {{\"StringEquals\": \
             {{\"aws:ResourceTag/team\": \"t{n}\"}}}}}}"
        )
    };
    let statements: Vec<String> = (0..n_statements).map(statement).collect();
    format!("{{\"Version\": \"2012-10-17\", \"Statement\": [\n{}\n]}}\n", statements.join(",\n"))
}

/// How many findings there are in single statements.
fn found(analysis: &Analysis) -> usize {
    let kept = analysis.kept(&Cancel::default()).expect("nobody cancels");
    let statements = kept.iter().flat_map(|it| it.statements());
    statements.map(|(start, it)| it.reported(start, &[]).count()).sum()
}

fn analyses(c: &mut Criterion) {
    for n_statements in [10usize, 1_000, 10_000] {
        let text = policy(n_statements);
        let config = Arc::new(Config::default());
        c.bench_function(&format!("first analysis: {n_statements} statements"), |b| {
            b.iter(|| found(&Analysis::of(black_box(&text), Hint::default(), Arc::clone(&config))));
        });

        let before = Analysis::of(&text, Hint::default(), Arc::clone(&config));
        found(&before);
        let middle = format!("\"S{}\"", n_statements / 2);
        let sid = text.find(&middle).expect("a middle statement");
        let action = text.get(sid..).and_then(|it| it.find("InvokeModel")).expect("an action");
        let at = TextSize::try_from(sid + action).expect("a small text");
        let file = before.file();
        c.bench_function(&format!("after one character: {n_statements} statements"), |b| {
            b.iter_batched(
                || file.clone(),
                |mut file| {
                    file.edit(&TextEdit::insert(at, "x"));
                    let next = before.next(file, Hint::default(), Arc::clone(&config));
                    (found(&next), next)
                },
                BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, analyses);
criterion_main!(benches);
