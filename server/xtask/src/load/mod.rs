//! The server under more edits than anybody makes: none is lost, no diagnostics are late, and it does not grow.

mod mirror;
mod session;

use std::path::PathBuf;

use session::{Done, Plan};

use crate::{Outcome, build_server, say};

/// How much of its memory a server may gain from the middle to the end.
const GROWTH: f64 = 1.2;
/// Megabytes that an allocator may keep or give back at will.
const SLACK: f64 = 16.0;

/// Edits, asks, cancels and compares, prints what it did, and fails when something was lost, late or wrong, or when the
/// server's memory grew from the middle to the end.
pub(crate) fn run(args: &[String]) -> Outcome {
    let mut plan = Plan { documents: 200, edits: 600_000, seed: 1, rate: Some(10_000.0) };
    let mut server = None;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("`{arg}` wants a value"));
        match arg.as_str() {
            "--documents" => plan.documents = value()?.parse()?,
            "--edits" => plan.edits = value()?.parse()?,
            "--seed" => plan.seed = value()?.parse()?,
            "--rate" => plan.rate = Some(value()?.parse()?).filter(|it| *it > 0.0),
            "--server" => server = Some(PathBuf::from(value()?)),
            other => {
                return Err(format!(
                    "unknown option `{other}`; options: --documents N, --edits N, --rate EDITS A SECOND (0: as fast as it \
                     goes), --seed N, --server PROGRAM"
                )
                .into());
            }
        }
    }
    let server = match server {
        Some(it) => it,
        None => build_server()?,
    };
    let done = session::run(&server, &plan)?;
    say(&told(&plan, &done));
    let [_, Some(middle), Some(end)] = done.memory else { return Ok(()) };
    if end > middle * GROWTH + SLACK {
        return Err(format!("the server grew from {middle:.0} MB to {end:.0} MB").into());
    }
    Ok(())
}

fn told(plan: &Plan, done: &Done) -> String {
    let [start, middle, end] =
        done.memory.map(|it| it.map_or_else(|| "unknown".to_owned(), |it| format!("{it:.1} MB")));
    let a_second = |took: std::time::Duration| plan.edits as f64 / took.as_secs_f64().max(0.001);
    format!(
        "{} edits of {} documents, seed {}\n\
         sent in {:.1} s, {:.0} a second; all taken after {:.1} s, {:.0} a second\n\
         {} requests between them, {} cancellations, {} answers in all\n\
         {} texts compared, all equal\n\
         {} sets of diagnostics, none behind those of a newer version, the last of every document's last version\n\
         memory: {start} with all open, {middle} after half of the edits, {end} after all",
        plan.edits,
        plan.documents,
        plan.seed,
        done.sent.as_secs_f64(),
        a_second(done.sent),
        done.taken.as_secs_f64(),
        a_second(done.taken),
        done.n_requests,
        done.n_cancelled,
        done.n_answers,
        done.n_compared,
        done.n_diagnostics,
    )
}
