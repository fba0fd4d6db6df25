//! One server with one document, from its start to its end.

use std::error::Error;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Client, position};
use super::document::{Document, Place};

/// What is measured, in the order of the tables.
pub(super) const FIGURES: [&str; 12] = [
    "start, to the answer to `initialize`",
    "open, to the first diagnostics",
    "key near the start, to its diagnostics",
    "key in the middle, to its diagnostics",
    "key near the end, to its diagnostics",
    "key in white space, to its diagnostics",
    "completion",
    "hover",
    "code lenses of the document",
    "inlay hints of 60 lines",
    "memory at the end",
    "memory at most",
];

/// What of [`FIGURES`] is memory in MB; the rest is time in ms.
pub(super) const FIRST_OF_MEMORY: usize = 10;

/// For each of [`FIGURES`], what was measured of it.
pub(super) type Samples = [Vec<f64>; FIGURES.len()];

/// How often something is done in one session.
#[derive(Clone, Copy)]
pub(super) struct Effort {
    /// At least so often, unless it takes [`PATIENCE`] times as long as `time`.
    pub(super) at_least: usize,
    /// At most so often.
    pub(super) at_most: usize,
    /// In between, as often as fits into this time.
    pub(super) time: Duration,
}

/// A server that answers a key after half a minute is not asked four times each round.
const PATIENCE: u32 = 10;

/// What is asked at a place of a document that ends at another.
type Asked = fn(Place, Place) -> Value;

/// Measures everything once through, into `samples`.
pub(super) fn run(
    command: &[String],
    document: &Document,
    effort: Effort,
    samples: &mut Samples,
) -> Result<(), Box<dyn Error>> {
    let [start, open, first, middle, last, space, completion, hover, lenses, hints, memory, peak] = samples;
    let (mut client, took) = Client::start(command)?;
    start.push(ms(took));
    open.push(ms(client.open(document)?));
    let [at_first, at_middle, at_last] = document.strings;
    let keys = [
        (first, at_first, 'x'),
        (middle, at_middle, 'x'),
        (last, at_last, 'x'),
        (space, document.space, ' '),
    ];
    for (figure, place, typed) in keys {
        let mut is_typed = false;
        repeat(effort, figure, || {
            is_typed = !is_typed;
            client.edit(place, is_typed.then_some(typed))
        })?;
        if is_typed {
            figure.push(ms(client.edit(place, None)?));
        }
    }
    let asked: [(_, _, _, Asked); 4] = [
        (
            completion,
            "completionProvider",
            "textDocument/completion",
            |at, _| json!({ "position": position(at) }),
        ),
        (hover, "hoverProvider", "textDocument/hover", |at, _| json!({ "position": position(at) })),
        (lenses, "codeLensProvider", "textDocument/codeLens", |_, _| json!({})),
        (hints, "inlayHintProvider", "textDocument/inlayHint", |(line, _), end| {
            let view = [(line.saturating_sub(30), 0), end.min((line + 30, 0))].map(position);
            let [start, end] = view;
            json!({ "range": { "start": start, "end": end } })
        }),
    ];
    for (figure, capability, method, params) in asked {
        if client.provides(capability) {
            let mut places = document.strings.iter().cycle();
            repeat(effort, figure, || {
                let at = places.next().copied().unwrap_or_default();
                client.ask(method, &params(at, document.end()))
            })?;
        }
    }
    for (figure, name) in [(memory, "VmRSS:"), (peak, "VmHWM:")] {
        figure.extend(megabytes(client.pid(), name));
    }
    Ok(())
}

fn repeat(
    effort: Effort,
    figure: &mut Vec<f64>,
    mut once: impl FnMut() -> Result<Duration, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    for n in 0..effort.at_most {
        let enough = if n >= effort.at_least { effort.time } else { effort.time * PATIENCE };
        if n > 0 && started.elapsed() >= enough {
            break;
        }
        figure.push(ms(once()?));
    }
    Ok(())
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// What Linux says of the memory of a process; nothing elsewhere.
fn megabytes(pid: u32, name: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix(name))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}
