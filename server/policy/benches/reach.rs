//! What a question about all requests costs, over the seeds and, once `cargo xtask corpus` has fetched them, AWS's
//! managed policies: for each question the median, the 99th percentile and the longest, then a few in depth.
//! `ACCESSLENS_POLICIES=FOLDER` takes other policies.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench says what it measured, and needs a subject"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use catalog::catalog;
use criterion::{Criterion, criterion_group, criterion_main};
use policy::PolicyKind;
use policy::find;
use policy::reach::{self, Document, Limits, Requests};
use syntax::SourceFile;

/// How often each question is asked; the quickest counts, as other work on the machine only makes it slower.
const TIMES: usize = 3;

/// A policy, and the same with another statement.
struct Pair {
    name: String,
    document: Document,
    more: Document,
}

type Question = (&'static str, fn(&Pair));

const QUESTIONS: [Question; 6] = [
    ("itself", |it| {
        black_box(reach::wider(&it.document, &it.document, Limits::default(), catalog()));
    }),
    ("a statement more", |it| {
        black_box(reach::wider(&it.document, &it.more, Limits::default(), catalog()));
    }),
    ("a statement less", |it| {
        black_box(reach::wider(&it.more, &it.document, Limits::default(), catalog()));
    }),
    ("more, of requests sent", |it| {
        let limits = Limits { requests: Requests::Sent, ..Limits::default() };
        black_box(reach::wider(&it.document, &it.more, limits, catalog()));
    }),
    ("public", |it| {
        black_box(reach::public(&it.document, Limits::default(), catalog()));
    }),
    ("its first statement dead", |it| {
        black_box(reach::dead(&it.document, 0, Limits::steps(200_000), catalog()));
    }),
];

fn compile(text: &str) -> Option<Document> {
    let file = SourceFile::new(text, find::LANDMARKS);
    let policy = find::root_policy(&file, &find::Hint::default())?;
    let document = Document::of_kind(&policy, PolicyKind::Identity, &file, catalog());
    (!document.is_unfinished()).then_some(document)
}

fn pair(path: &Path) -> Option<Pair> {
    let text = std::fs::read_to_string(path).ok()?;
    let mut json: serde_json::Value = serde_json::from_str(&text).ok()?;
    let statements = json.get_mut("Statement")?.as_array_mut()?;
    statements.push(serde_json::json!({
        "Effect": "Allow",
        "Action": ["s3:GetObject", "iam:PassRole", "bedrock:InvokeModel"],
        "Resource": ["arn:aws:s3:::example-*/${aws:username}/*", "arn:aws:iam::111122223333:role/example"],
        "Condition": {"StringEquals": {"aws:RequestedRegion": ["us-east-1", "us-west-2"]}}
    }));
    let name = path.file_stem()?.to_string_lossy().into_owned();
    Some(Pair { name, document: compile(&text)?, more: compile(&json.to_string())? })
}

fn pairs() -> Vec<Pair> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = || vec![root.join("tests/fixtures/seeds"), root.join("target/corpus")];
    let folders = std::env::var_os("ACCESSLENS_POLICIES").map_or_else(own, |it| vec![PathBuf::from(it)]);
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in folders.iter().filter_map(|it| std::fs::read_dir(it).ok()).flatten() {
        paths.push(entry.expect("a readable folder").path());
    }
    paths.sort();
    paths.iter().filter_map(|it| pair(it)).collect()
}

/// What a question costs for each policy.
fn overview(pairs: &[Pair]) {
    println!("{} policies; milliseconds: median, 99th percentile, longest", pairs.len());
    for (question, ask) in QUESTIONS {
        let cost = |pair: &Pair| {
            let once = |_| {
                let started = Instant::now();
                ask(pair);
                started.elapsed()
            };
            (0..TIMES).map(once).min().unwrap_or_default()
        };
        let mut costs: Vec<(Duration, &str)> = pairs.iter().map(|it| (cost(it), it.name.as_str())).collect();
        costs.sort();
        let at = |percent: usize| costs.get((costs.len() * percent / 100).min(costs.len().saturating_sub(1)));
        let ms = |it: Option<&(Duration, &str)>| it.map_or(0.0, |it| it.0.as_secs_f64() * 1e3);
        let last = costs.last();
        println!(
            "  {:8.3} {:8.3} {:8.3}  {question} ({})",
            ms(at(50)),
            ms(at(99)),
            ms(last),
            last.map_or("", |it| it.1)
        );
    }
}

fn questions(c: &mut Criterion) {
    let pairs = pairs();
    overview(&pairs);
    // The policy in the middle by its size, and the largest.
    let mut by_size: Vec<&Pair> = pairs.iter().collect();
    by_size.sort_by_key(|it| it.document.len());
    let some = [by_size.get(by_size.len() / 2), by_size.last()];
    let mut group = c.benchmark_group("reach");
    for pair in some.into_iter().flatten() {
        for (question, ask) in QUESTIONS {
            group.bench_function(format!("{}/{question}", pair.name), |b| b.iter(|| ask(pair)));
        }
    }
    group.finish();
}

criterion_group!(benches, questions);
criterion_main!(benches);
