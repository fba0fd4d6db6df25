//! The first analysis of a policy with its findings, and that after one typed character, in documents of three sizes;
//! before, what an editor asks for after each character with everything switched on, in a policy of 160 statements: the
//! median, the 99th percentile and the longest of many. Once `cargo xtask corpus` has fetched them, the policy is one of
//! AWS's.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench without its subject has nothing to measure, and says what it measured"
)]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ide::{Analysis, Cancel, Config, hints, lens};
use policy::find::Hint;
use syntax::{TextEdit, TextRange, TextSize};

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

/// One of AWS's policies with as many statements as a policy is likely to have, laid out in lines.
const LONG: &str = "target/corpus/SageMakerStudioProjectProvisioningRolePolicy.json";

/// How many characters are typed, and how much text an editor shows of a file.
const KEYS: usize = 600;
const VIEW: TextSize = 3_000;

/// What an editor asks for, by step.
const STEPS: [&str; 5] =
    ["analysis and single statements", "whole policies", "lenses in view", "hints in view", "all of it"];

fn ask(analysis: &Analysis, at: TextSize) -> [Duration; 4] {
    let started = Instant::now();
    let mut times = [Duration::ZERO; 4];
    black_box(found(analysis));
    times[0] = started.elapsed();
    let never = Cancel::default();
    let wide = analysis.wide_findings(&never).expect("nobody cancels");
    black_box(wide.count());
    times[1] = started.elapsed();
    let end = analysis.file().text().len();
    let view = TextRange::new(at.saturating_sub(VIEW / 2), (at + VIEW / 2).min(end));
    for it in lens::lenses(analysis).iter().filter(|it| it.range.start == 0 || view.touches(it.range.start)) {
        black_box(lens::title(analysis, it.subject));
    }
    times[2] = started.elapsed();
    black_box(hints::hints(analysis, view, &never).expect("nobody cancels"));
    times[3] = started.elapsed();
    times
}

/// Types a letter into words all over the policy and takes it away again.
fn typing(_: &mut Criterion) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(LONG);
    let text = std::fs::read_to_string(path).unwrap_or_else(|_| policy(160));
    let config = Arc::new(Config { inlay_hints: true, lens: true, ..Config::default() });
    let started = Instant::now();
    let mut analysis = Analysis::of(&text, Hint::default(), Arc::clone(&config));
    ask(&analysis, 0);
    let first = started.elapsed();
    let letters = text.char_indices().filter(|(_, it)| it.is_ascii_lowercase()).map(|it| it.0);
    let letters: Vec<usize> = letters.collect();
    let mut times: [Vec<Duration>; STEPS.len()] = Default::default();
    for key in 0..KEYS {
        // The same letters in every run, and far apart.
        let n = (key / 2).wrapping_mul(7_919) % letters.len().max(1);
        let at = letters.get(n).and_then(|it| TextSize::try_from(*it).ok()).expect("a letter");
        let mut file = analysis.file().clone();
        let edit = match key % 2 {
            0 => TextEdit::insert(at, "x"),
            _ => TextEdit::replace(TextRange::new(at, at + 1), ""),
        };
        let started = Instant::now();
        file.edit(&edit);
        let next = analysis.next(file, Hint::default(), Arc::clone(&config));
        let built = started.elapsed();
        let steps = ask(&next, at);
        let mut before = Duration::ZERO;
        for (n, it) in steps.into_iter().enumerate() {
            let own = it - before + if n == 0 { built } else { Duration::ZERO };
            before = it;
            if let Some(all) = times.get_mut(n) {
                all.push(own);
            }
        }
        if let Some(all) = times.last_mut() {
            all.push(before + built);
        }
        analysis = next;
    }
    let n_statements = analysis.policies().first().map_or(0, |it| it.statements.len());
    let ms = |it: Duration| it.as_secs_f64() * 1e3;
    println!("{KEYS} keys in a policy of {n_statements} statements; opened in {:.3} ms", ms(first));
    println!("milliseconds after a key: median, 99th percentile, longest");
    for (step, all) in STEPS.iter().zip(&mut times) {
        all.sort();
        let at = |percent: usize| all.get((all.len() * percent / 100).min(all.len() - 1)).copied();
        let [median, most, last] = [50, 99, 100].map(|it| ms(at(it).unwrap_or_default()));
        println!("  {median:8.3} {most:8.3} {last:8.3}  {step}");
    }
}

criterion_group!(benches, typing, analyses);
criterion_main!(benches);
