//! The cost of one typed character in documents of three sizes.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use syntax::{SourceFile, TextEdit, TextSize};

const LANDMARKS: &[&str] = &["Statement", "Effect", "Condition"];

fn policy(n_statements: usize) -> String {
    let statement = |n: usize| {
        format!(
            r#"    {{
      "Sid": "S{n:05}",
      "Effect": "Allow",
      "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "s3:Get*"],
      "Resource": "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-{n}",
      "Condition": {{ "StringEquals": {{ "aws:RequestedRegion": ["us-east-1", "us-west-2"] }} }}
    }}"#
        )
    };
    let statements: Vec<String> = (0..n_statements).map(statement).collect();
    format!("{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n{}\n  ]\n}}\n", statements.join(",\n"))
}

fn one_character(c: &mut Criterion) {
    for (place, needle, shift) in
        [("string", "GetX", 0), ("white space", "\n    {", 1), ("bracket", "\n    }", 5)]
    {
        let mut group = c.benchmark_group(format!("one character in {place}"));
        for n_statements in [10usize, 1_000, 10_000] {
            let text = policy(n_statements);
            let needle = needle.replace("GetX", "s3:Get");
            let places: Vec<usize> = text.match_indices(&needle).map(|it| it.0 + shift).collect();
            let at = *places.get(places.len() / 2).unwrap_or(&0) as TextSize;
            let inserted = if place == "bracket" { "}" } else { "\n" };
            let inserted = if place == "string" { "x" } else { inserted };
            let file = SourceFile::new(&text, LANDMARKS);
            group.bench_function(format!("{n_statements} statements"), |b| {
                b.iter_batched_ref(
                    || file.clone(),
                    |file| file.edit(&TextEdit::insert(at, inserted)),
                    BatchSize::SmallInput,
                );
            });
        }
        group.finish();
    }
}

fn whole(c: &mut Criterion) {
    let mut group = c.benchmark_group("parse");
    group.sample_size(10);
    for n_statements in [10usize, 1_000, 10_000] {
        let text = policy(n_statements);
        group.bench_function(format!("{n_statements} statements"), |b| {
            b.iter(|| SourceFile::new(&text, LANDMARKS));
        });
    }
    group.finish();
}

criterion_group!(benches, one_character, whole);
criterion_main!(benches);
