//! `accesslens explain-denied`: what an AccessDenied message or an event of CloudTrail tells, and which statement
//! decides.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use ide::Analysis;
use ide::denied::{self, Answer, Denied, Grant, Policies, Told, Verdict};
use ide::scenario::PolicyFile;
use policy::eval::Decision;
use serde_json::{Value, json};

use super::check::Configurations;
use super::{Exit, complain, print};
use crate::workspace::{self, Failure};

/// Explain why a call was denied: an AccessDenied message, or an event of CloudTrail
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file with the message or the events; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "message", conflicts_with = "message")]
    file: Option<OsString>,
    /// The message itself
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// Policies to hold the request against: files, folders, globs. All are taken to apply to it
    #[arg(long, value_name = "PATH", num_args = 1..)]
    policies: Vec<OsString>,
    /// The Region, where an event does not say
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The account of the resources, where an event does not say
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// The configuration; without it, the nearest accesslens.json or .accesslens.jsonc around each policy
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// JSON; schemas/denied-output.schema.json describes it
    Json,
}

/// A request with what the policies say of it, and the line of the text it starts on.
struct Explained {
    line: usize,
    denied: Denied,
    verdict: Verdict,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let text = text(args)?;
    let mut failures = Vec::new();
    let files = policy_files(args, &mut failures);
    let policies = Policies::of(&files);
    if !args.policies.is_empty() && policies.is_empty() && failures.is_empty() {
        failures
            .push(Failure("the files given with --policies hold no policy; check their paths".to_owned()));
    }
    let told = Told { region: args.region.clone(), account: args.account.clone() };
    let found = denied::read(&text, &told);
    if found.is_empty() {
        return Err(Failure(
            "the text holds neither an AccessDenied message nor an event of CloudTrail; give the whole of either"
                .to_owned(),
        ));
    }
    let explained: Vec<Explained> = found
        .into_iter()
        .map(|denied| {
            let before = text.get(..denied.range.start as usize).unwrap_or_default();
            let verdict = denied::verdict(&denied, &policies);
            Explained { line: before.matches('\n').count() + 1, denied, verdict }
        })
        .collect();
    print(|out| match args.format {
        Format::Human => human(&explained, policies.is_empty(), out),
        Format::Json => writeln!(out, "{:#}", to_json(&explained)),
    })?;
    for failure in &failures {
        complain("error", &failure.0);
    }
    Ok(if failures.is_empty() { Exit::Clean } else { Exit::Failed })
}

fn text(args: &Args) -> Result<String, Failure> {
    if let Some(message) = &args.message {
        return Ok(message.clone());
    }
    let (inputs, failures) = workspace::inputs(args.file.as_slice(), Path::new("stdin"));
    if let Some(failure) = failures.into_iter().next() {
        return Err(failure);
    }
    let [input] = inputs.as_slice() else {
        return Err(Failure("name one file with messages or events".to_owned()));
    };
    Ok(workspace::read(input)?.unwrap_or_default())
}

fn policy_files(args: &Args, failures: &mut Vec<Failure>) -> Vec<Arc<PolicyFile>> {
    let now = chrono::Utc::now().naive_utc();
    let (inputs, unread) = workspace::inputs(&args.policies, Path::new("stdin.json"));
    failures.extend(unread);
    let mut configurations = Configurations::new(args.config.as_deref(), failures);
    let mut out = Vec::new();
    for input in &inputs {
        let path = input.origin.path();
        let absolute = std::path::absolute(path).unwrap_or(path.to_owned());
        let (config, hint) = configurations.of(&absolute, failures).config_for(&absolute, now);
        match workspace::read(input) {
            Ok(Some(text)) => out.push(Arc::new(PolicyFile {
                path: path.display().to_string(),
                location: absolute.display().to_string(),
                analysis: Arc::new(Analysis::of(&text, hint, config)),
            })),
            Ok(None) => {}
            Err(failure) => failures.push(failure),
        }
    }
    out
}

fn human(explained: &[Explained], without_policies: bool, out: &mut dyn Write) -> io::Result<()> {
    let (bold, faint) = (Style::new().bold(), Style::new().dimmed());
    for (n, it) in explained.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        for (name, text) in denied::lines(&it.denied) {
            match name {
                "result" => writeln!(out, "{faint}line {}{faint:#} {bold}{text}{bold:#}", it.line)?,
                name => writeln!(out, "  {faint}{name:9}{faint:#}  {text}")?,
            }
        }
        if !it.verdict.answers.is_empty() || !it.verdict.conclusions.is_empty() {
            writeln!(out)?;
        }
        for answer in &it.verdict.answers {
            write_answer(answer, it.verdict.answers.len() > 1, out)?;
        }
        for line in &it.verdict.conclusions {
            writeln!(out, "  {line}")?;
        }
        if let Some(grant) = &it.verdict.grant {
            write_grant(grant, without_policies, out)?;
        }
    }
    Ok(())
}

fn write_answer(answer: &Answer, with_resource: bool, out: &mut dyn Write) -> io::Result<()> {
    let colour = match answer.outcomes.decided() {
        Some(Decision::Allowed) => AnsiColor::Green,
        Some(Decision::ImplicitlyDenied | Decision::ExplicitlyDenied) => AnsiColor::Magenta,
        None => AnsiColor::Yellow,
    };
    let colour = colour.on_default();
    if with_resource {
        let on = answer.resource.as_ref().map(|it| format!(" on {it}")).unwrap_or_default();
        writeln!(out, "  {}{on}", answer.action)?;
        return writeln!(out, "    {colour}{}{colour:#}", answer.line);
    }
    writeln!(out, "  {colour}{}{colour:#}", answer.line)
}

fn write_grant(grant: &Grant, without_policies: bool, out: &mut dyn Write) -> io::Result<()> {
    let place = match grant.layer {
        Some(layer) => format!(", for the {}", ide::decision::layer(layer)),
        None if without_policies => ", if no policy allows it yet".to_owned(),
        None => String::new(),
    };
    writeln!(out, "\n  Smallest grant{place}:")?;
    for statement in &grant.statements {
        for line in statement.json().lines() {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}

fn to_json(explained: &[Explained]) -> Value {
    let requests: Vec<Value> = explained.iter().map(request_json).collect();
    json!({"requests": requests, "catalogue": {"date": catalog::catalog().date()}})
}

fn request_json(it: &Explained) -> Value {
    use ide::denied::{Ending, Form, Known};
    let denied = &it.denied;
    let (result, code) = match &denied.result {
        Ending::Denied(code) => ("denied", code.as_deref()),
        Ending::Passed => ("passed", None),
        Ending::Failed(code) => ("failed", Some(code.as_str())),
    };
    let form = match denied.form {
        Form::Message => "message",
        Form::Event => "event",
        Form::Decoded => "decoded",
    };
    let checks: Vec<Value> = denied
        .checks
        .iter()
        .map(|it| {
            let resources: Vec<Value> = it
                .resources
                .iter()
                .map(|it| {
                    let context: serde_json::Map<String, Value> =
                        it.keys.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
                    json!({"arn": it.arn, "context": context})
                })
                .collect();
            json!({"action": it.action.text, "resources": resources, "alternatives": it.alternatives})
        })
        .collect();
    let context: serde_json::Map<String, Value> = denied
        .keys
        .iter()
        .map(|(key, known)| {
            let value = match known {
                Known::Value(value) => json!(value),
                Known::Values(values) => json!(values),
                Known::Absent => Value::Null,
            };
            (key.clone(), value)
        })
        .collect();
    let reason = denied.reason.as_ref().map(|it| {
        json!({
            "explicit": it.explicit,
            "kind": it.kind.map(|it| it.name()),
            "through": it.through.map(|it| it.name()),
            "policy": it.policy,
        })
    });
    let missing: Vec<Value> =
        denied.missing.iter().map(|it| json!({"what": it.part.name(), "why": it.why})).collect();
    json!({
        "line": it.line,
        "form": form,
        "result": result,
        "code": code,
        "operation": denied.operation.as_ref().map(|it| &it.text),
        "service": denied.service.as_ref().map(|it| &it.text),
        "principal": denied.principal.as_ref().map(|it| &it.text),
        "role": denied.role,
        "account": denied.account,
        "region": denied.region,
        "checks": checks,
        "context": context,
        "reason": reason,
        "notes": denied.notes,
        "missing": missing,
        "answers": it.verdict.answers.iter().map(answer_json).collect::<Vec<Value>>(),
        "conclusions": it.verdict.conclusions,
        "grant": it.verdict.grant.as_ref().map(grant_json),
    })
}

fn answer_json(it: &Answer) -> Value {
    let place = |site: &policy::eval::Site| {
        let place = it.policies.place(*site)?;
        Some(json!({
            "layer": ide::decision::layer(site.layer),
            "place": place.text(),
            "statement": place.statement,
        }))
    };
    json!({
        "action": it.action,
        "resource": it.resource,
        "decision": it.outcomes.decided().map_or("Unknown", Decision::name),
        "because": it.line,
        "statements": it.sites.iter().filter_map(place).collect::<Vec<Value>>(),
        "stoppedBy": it.stopped_by.map(ide::decision::layer),
    })
}

fn grant_json(grant: &Grant) -> Value {
    let statements: Vec<Value> =
        grant.statements.iter().filter_map(|it| serde_json::from_str(&it.json()).ok()).collect();
    json!({"layer": grant.layer.map(ide::decision::layer), "statements": statements})
}
