//! `accesslens simulate`: would this call be allowed?

mod flags;
mod wire;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use ide::decision::{self, report};
use ide::scenario::{self, Layered, Reasons};
use policy::eval::{Decision, Narrowed, Tri};
use serde_json::{Value, json};

use super::{Exit, batch, print};
use crate::workspace::{Failure, reason};

/// Say whether a request is allowed, and which statement decides
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit code: 0 allowed, 1 denied or depending on what is not given, 2 not answered.\n\nLayers that are \
                  not given are taken for absent, and the answer says so. Condition keys that are not given follow \
                  from the principal and the resource, or are unknown."
)]
pub(crate) struct Args {
    #[command(flatten)]
    flags: flags::Flags,
    /// Answer one question a line from this file, `-` is standard input: `{"id", "policies", "request"}`
    #[arg(long, value_name = "FILE", exclusive = true)]
    batch: Option<PathBuf>,
    /// How to write the answer
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The chain of gates, for people
    Human,
    /// JSON; schemas/simulate-output.schema.json describes it
    Json,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    if let Some(path) = &args.batch {
        return run_batch(path);
    }
    let (layered, asked) = args.flags.read()?;
    let layered = Arc::new(layered.for_action(asked.action()));
    let asked = asked.with_known_facts(&layered.stack);
    let narrowed = layered.stack.narrow(&asked);
    let reasons = scenario::reasons(&layered, asked, &narrowed);
    print(|out| match args.format {
        Format::Human => human(&reasons, out),
        Format::Json => writeln!(out, "{:#}", to_json(&reasons, &narrowed)),
    })?;
    Ok(match narrowed.outcomes.decided() {
        Some(Decision::Allowed) => Exit::Clean,
        Some(_) | None => Exit::Findings,
    })
}

fn human(reasons: &Reasons, out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    writeln!(out, "{bold}{}{bold:#}", reasons.line)?;
    for fault in faults(&reasons.layered) {
        let red = AnsiColor::Red.on_default();
        writeln!(
            out,
            "  {red}not evaluable{red:#} {fault}: AWS refuses this policy, and the answer reads what is left"
        )?;
    }
    for gate in report::gates(&reasons.explanation, &reasons.asked, &*reasons.layered) {
        let colour = match gate.passes {
            Tri::True => AnsiColor::Green,
            Tri::False => AnsiColor::Red,
            Tri::Unknown => AnsiColor::Yellow,
        };
        let colour = colour.on_default();
        writeln!(out, "  {colour}{}{colour:#}", gate.line())?;
        for it in &gate.statements {
            writeln!(out, "      {}", it.line())?;
        }
    }
    for it in &reasons.explanation.ambiguous {
        writeln!(out, "  note: {}", it.text())?;
    }
    let missing = report::not_given(&reasons.explanation, &reasons.asked);
    if !missing.is_empty() && !reasons.explanation.always_allowed {
        writeln!(out, "  Not given, and taken for absent: {}", missing.join(", "))?;
    }
    Ok(())
}

/// The statements for which AWS refuses their policy.
fn faults(layered: &Layered) -> Vec<String> {
    let documents = layered.stack.documents();
    let named = |(layer, it): (_, &Arc<policy::eval::Document>)| {
        let fault = it.faults().next()?;
        Some(format!("{}: statement {} {}", decision::layer(layer), fault.0 + 1, fault.1.text()))
    };
    documents.filter_map(named).collect()
}

fn to_json(reasons: &Reasons, narrowed: &Narrowed) -> Value {
    let gates = report::gates(&reasons.explanation, &reasons.asked, &*reasons.layered);
    let gate = |it: &report::GateLine| {
        let statements = it.statements.iter().map(|it| {
            let place = reasons.layered.place(it.site);
            json!({
                "name": it.name,
                "effect": if it.effect == policy::model::Effect::Deny { "Deny" } else { "Allow" },
                "applies": tri(it.verdict),
                "elements": it.parts,
                "because": it.because,
                "at": place.map(|it| it.text()),
            })
        });
        json!({
            "layer": it.title,
            "passes": tri(it.passes),
            "text": it.text,
            "statements": statements.collect::<Vec<_>>(),
        })
    };
    json!({
        "decision": narrowed.outcomes.decided().map_or("Unknown", Decision::name),
        "possible": narrowed.outcomes.each().map(Decision::name).collect::<Vec<_>>(),
        "reason": reasons.line,
        "unknownKeys": narrowed.keys.iter().map(|it| decision::key_name(it)).collect::<Vec<_>>(),
        "gates": gates.iter().map(gate).collect::<Vec<_>>(),
        "invalid": faults(&reasons.layered),
        "ambiguous": reasons.explanation.ambiguous.iter().map(|it| it.code()).collect::<Vec<_>>(),
        "notGiven": report::not_given(&reasons.explanation, &reasons.asked),
    })
}

/// `true`, `false`, or `null` when it is not known.
fn tri(it: Tri) -> Option<bool> {
    match it {
        Tri::True => Some(true),
        Tri::False => Some(false),
        Tri::Unknown => None,
    }
}

fn run_batch(path: &Path) -> Result<Exit, Failure> {
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let failed = |it| Failure(format!("cannot read {}: {}", path.display(), reason(&it)));
        Box::new(File::open(path).map_err(failed)?)
    };
    let bad = std::sync::atomic::AtomicBool::new(false);
    let worker = || {
        let mut compiled = wire::Compiled::default();
        let bad = &bad;
        move |line: &[u8]| match answer(line, &mut compiled) {
            Ok(it) => it.to_string(),
            Err(error) => {
                bad.store(true, std::sync::atomic::Ordering::Relaxed);
                json!({"id": wire::id(line), "decision": "Unknown", "error": error}).to_string()
            }
        }
    };
    batch::run(source, io::stdout(), worker).map_err(|it| Failure(format!("the batch broke off: {it}")))?;
    Ok(if bad.into_inner() { Exit::Failed } else { Exit::Clean })
}

fn answer(line: &[u8], compiled: &mut wire::Compiled) -> Result<Value, String> {
    let question: wire::Question = serde_json::from_slice(line).map_err(|it| it.to_string())?;
    let stack = compiled.stack(&question.policies);
    let asked = question.request.request();
    let outcomes = stack.decide(&asked);
    let mut out =
        json!({"id": question.id, "decision": outcomes.decided().map_or("Unknown", Decision::name)});
    let Some(object) = out.as_object_mut() else { return Ok(out) };
    if outcomes.decided().is_none() {
        object.insert("possible".to_owned(), outcomes.each().map(Decision::name).collect());
    }
    let ambiguous: Value = stack.ambiguities(&asked).iter().map(|it| it.code()).collect();
    if ambiguous != json!([]) {
        object.insert("ambiguous".to_owned(), ambiguous);
    }
    let invalid: Value = stack.documents().flat_map(|(_, it)| it.faults()).map(|(_, it)| it.text()).collect();
    if invalid != json!([]) {
        object.insert("invalid".to_owned(), invalid);
    }
    Ok(out)
}
