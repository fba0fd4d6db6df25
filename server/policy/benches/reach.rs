//! What a question about all requests costs, over the seeds and, once `cargo xtask corpus` has fetched them, AWS's
//! managed policies and the pairs of their versions: for each question the median, the 99th percentile and the longest,
//! then a few in depth. `ACCESSLENS_POLICIES=FOLDER` takes other policies, without versions.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench says what it measured, and needs a subject"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use catalog::catalog;
use criterion::{Criterion, criterion_group, criterion_main};
use policy::PolicyKind;
use policy::find;
use policy::model::StatementAt;
use policy::reach::{self, DeadStatements, Document, Limits, Requests, Statement};
use syntax::{SourceFile, TextRange};

/// How often each question is asked; the quickest counts, as other work on the machine only makes it slower.
const TIMES: usize = 5;

/// A policy, and the same with another statement.
struct Pair {
    name: String,
    document: Document,
    more: Document,
    /// The policy with another action in the statement in the middle.
    edited: Document,
    /// What is dead in it before the edit.
    dead: Option<DeadStatements>,
}

type Question<T> = (&'static str, fn(&T));

const FOR_DEAD: Limits = Limits::steps(200_000);

fn wider(old: &Document, new: &Document) {
    black_box(reach::wider(old, new, Limits::default(), catalog()));
}

fn wider_of_sent(old: &Document, new: &Document) {
    let limits = Limits { requests: Requests::Sent, ..Limits::default() };
    black_box(reach::wider(old, new, limits, catalog()));
}

const QUESTIONS: [Question<Pair>; 8] = [
    ("itself", |it| wider(&it.document, &it.document)),
    ("a statement more", |it| wider(&it.document, &it.more)),
    ("a statement less", |it| wider(&it.more, &it.document)),
    ("more, of requests sent", |it| wider_of_sent(&it.document, &it.more)),
    ("public", |it| {
        black_box(reach::public(&it.document, Limits::default(), catalog()));
    }),
    ("its first statement dead", |it| {
        black_box(reach::dead(&it.document, 0, FOR_DEAD, catalog()));
    }),
    ("each statement dead", |it| {
        black_box(DeadStatements::of(&it.document, None, FOR_DEAD, catalog()));
    }),
    ("each statement dead, after an edit", |it| {
        black_box(DeadStatements::of(&it.edited, it.dead.as_ref(), FOR_DEAD, catalog()));
    }),
];

/// Two versions of a policy.
struct Versions {
    name: String,
    old: Document,
    new: Document,
}

const OF_VERSIONS: [Question<Versions>; 4] = [
    ("the new version grants no more", |it| wider(&it.old, &it.new)),
    ("the old version grants no more", |it| wider(&it.new, &it.old)),
    ("the new version, of requests sent", |it| wider_of_sent(&it.old, &it.new)),
    ("the old version, of requests sent", |it| wider_of_sent(&it.new, &it.old)),
];

fn statements(text: &str) -> Option<Vec<Arc<Statement>>> {
    let file = SourceFile::new(text, find::LANDMARKS);
    let policy = find::root_policy(&file, &find::Hint::default())?;
    let compile = |at: StatementAt<'_>| {
        let written = |range: TextRange| file.text().slice(range + at.start).into_owned();
        let (variables, kind) = (policy.has_variables(), PolicyKind::Identity);
        Arc::new(Statement::compile(at.statement, &written, variables, kind, catalog()))
    };
    policy.wrong_statements.is_empty().then(|| policy.statements.iter().map(compile).collect())
}

fn of(statements: &[Arc<Statement>]) -> Option<Document> {
    let document = Document::of_statements(statements.to_vec(), PolicyKind::Identity, false);
    (!document.is_unfinished()).then_some(document)
}

fn read(path: &Path) -> Option<Document> {
    of(&statements(&std::fs::read_to_string(path).ok()?)?)
}

fn pair(path: &Path) -> Option<Pair> {
    let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
    let list = json.get("Statement")?.as_array()?;
    let one = |statement: &serde_json::Value| {
        let version = json.get("Version").cloned().unwrap_or_default();
        let text = serde_json::json!({"Version": version, "Statement": [statement]}).to_string();
        statements(&text)?.pop()
    };
    let own: Vec<Arc<Statement>> = list.iter().map(one).collect::<Option<_>>()?;
    let another = one(&serde_json::json!({
        "Effect": "Allow",
        "Action": ["s3:GetObject", "iam:PassRole", "bedrock:InvokeModel"],
        "Resource": ["arn:aws:s3:::example-*/${aws:username}/*", "arn:aws:iam::111122223333:role/example"],
        "Condition": {"StringEquals": {"aws:RequestedRegion": ["us-east-1", "us-west-2"]}}
    }))?;
    let middle = own.len() / 2;
    let mut changed = list.get(middle)?.clone();
    if let Some(actions) = changed.get_mut("Action") {
        let all = match actions.take() {
            serde_json::Value::Array(all) => all,
            one => vec![one],
        };
        *actions = [all, vec!["s3:GetObject".into()]].concat().into();
    }
    let mut edited = own.clone();
    *edited.get_mut(middle)? = one(&changed)?;
    let document = of(&own)?;
    Some(Pair {
        name: path.file_stem()?.to_string_lossy().into_owned(),
        more: of(&[own, vec![another]].concat())?,
        edited: of(&edited)?,
        dead: DeadStatements::of(&document, None, FOR_DEAD, catalog()),
        document,
    })
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut all: Vec<PathBuf> = entries.map(|it| it.expect("a readable folder").path()).collect();
    all.sort();
    all
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn pairs() -> Vec<Pair> {
    let own = || vec![root().join("tests/fixtures/seeds"), root().join("target/corpus")];
    let folders = std::env::var_os("ACCESSLENS_POLICIES").map_or_else(own, |it| vec![PathBuf::from(it)]);
    let mut paths: Vec<PathBuf> = folders.iter().flat_map(|it| files(it)).collect();
    paths.sort();
    paths.iter().filter_map(|it| pair(it)).collect()
}

/// Each version of each managed policy with each later one that is written differently.
fn versions() -> Vec<Versions> {
    if std::env::var_os("ACCESSLENS_POLICIES").is_some() {
        return Vec::new();
    }
    let folders: Vec<PathBuf> = files(&root().join("target/corpus-older"))
        .into_iter()
        .chain([root().join("target/corpus")])
        .collect();
    let mut out = Vec::new();
    for (n, later) in folders.iter().enumerate() {
        for (earlier, path) in
            folders.iter().take(n).flat_map(|it| files(later).into_iter().map(move |path| (it, path)))
        {
            let Some(name) = path.file_name() else { continue };
            let text = |path: &Path| std::fs::read_to_string(path).ok();
            if text(&earlier.join(name)).is_none_or(|it| Some(it) == text(&path)) {
                continue;
            }
            let versions = read(&earlier.join(name)).zip(read(&path));
            out.extend(versions.map(|(old, new)| Versions {
                name: name.to_string_lossy().into_owned(),
                old,
                new,
            }));
        }
    }
    out
}

/// What a question costs for each policy.
fn overview<T>(all: &[T], questions: &[Question<T>], name: fn(&T) -> &str) {
    for (question, ask) in questions {
        let cost = |it: &T| {
            let once = |_| {
                let started = Instant::now();
                ask(it);
                started.elapsed()
            };
            (0..TIMES).map(once).min().unwrap_or_default()
        };
        let mut costs: Vec<(Duration, &str)> = all.iter().map(|it| (cost(it), name(it))).collect();
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
    println!("{} policies; milliseconds: median, 99th percentile, longest", pairs.len());
    overview(&pairs, &QUESTIONS, |it| &it.name);
    let versions = versions();
    println!("{} pairs of versions", versions.len());
    overview(&versions, &OF_VERSIONS, |it| &it.name);
    // The policy in the middle by its size, and the largest.
    let mut by_size: Vec<&Pair> = pairs.iter().collect();
    by_size.sort_by_key(|it| it.document.len());
    let some = [by_size.get(by_size.len() / 2), by_size.last()];
    let mut group = c.benchmark_group("reach");
    group.sample_size(20).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    for pair in some.into_iter().flatten() {
        for (question, ask) in QUESTIONS {
            group.bench_function(format!("{}/{question}", pair.name), |b| b.iter(|| ask(pair)));
        }
    }
    group.finish();
}

criterion_group!(benches, questions);
criterion_main!(benches);
