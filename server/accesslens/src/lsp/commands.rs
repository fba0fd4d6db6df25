//! What clients can ask by `workspace/executeCommand`, each with one object as its argument.
//!
//! - `accesslens.server.changes` `{uri, position}`: what the edits of the policy change about access since the last
//!   commit or save, `{title, markdown}`; `null` when nothing was edited.
//! - `accesslens.server.report` `{uri}`: effective access of the document's policies as a document, `{markdown}`.
//! - `accesslens.server.choices` `{uri, position, of: "principal" | "action" | "resource" | "key", action?}`:
//!   what can be chosen, `[{value, detail}]`.
//! - `accesslens.server.simulate` `{uri, position, principal, action, resource, context?}`: the answer,
//!   `{decision, reason, markdown, open: [{key, values: [{value, label}]}]}`. A key's value, here and there, is a text, a
//!   list of texts, or `null` when the request does not have it.
//! - `accesslens.server.explainDenied` `{uri, text, region?, account?}`: what a text tells of denied requests, held
//!   against the policies that are open, `{requests, markdown}`.

use std::path::Path;
use std::sync::Arc;

use ide::Cancel;
use ide::decision::{self, report as reasons};
use ide::denied::{self, Told};
use ide::scenario::{Place, PolicyFile};
use ide::simulate::{self, Choice, Question};
use policy::eval::{Decision, Given};
use serde_json::{Value, json};
use syntax::Encoding;
use tower_lsp::ls_types as lsp;

use crate::lsp::scenarios::path_of;
use crate::lsp::snapshot::Snapshot;
use crate::lsp::{denied_handlers, from_proto};

/// The commands.
pub(crate) const COMMANDS: [&str; 5] = [CHANGES, REPORT, CHOICES, SIMULATE, EXPLAIN_DENIED];

pub(crate) const CHANGES: &str = "accesslens.server.changes";
pub(crate) const REPORT: &str = "accesslens.server.report";
pub(crate) const CHOICES: &str = "accesslens.server.choices";
pub(crate) const SIMULATE: &str = "accesslens.server.simulate";
pub(crate) const EXPLAIN_DENIED: &str = "accesslens.server.explainDenied";

/// What a document without a file goes by.
const UNNAMED: &str = "this document";

const NO_POLICY: &str = "the document holds no policy";

/// The answer to a command about a document.
///
/// # Errors
/// What is wrong with the argument, and what it should be.
pub(crate) fn run(snapshot: &Snapshot, command: &str, argument: &Value) -> Result<Value, String> {
    if command == EXPLAIN_DENIED {
        return explain_denied(snapshot, argument);
    }
    if command == REPORT {
        return report(snapshot);
    }
    let position: lsp::Position = argument
        .get("position")
        .and_then(|it| serde_json::from_value(it.clone()).ok())
        .ok_or("`position` is a position, {line, character}")?;
    let at = from_proto::offset(snapshot.text(), position, snapshot.support.encoding);
    match command {
        CHANGES => Ok(changes(snapshot, at)),
        CHOICES => choices(snapshot, at, argument),
        SIMULATE => simulate(snapshot, at, argument),
        other => Err(format!("there is no command {other}")),
    }
}

fn changes(snapshot: &Snapshot, at: syntax::TextSize) -> Value {
    let analysis = snapshot.analysis();
    let compared = snapshot.baseline.as_ref().and_then(|it| {
        let policy = simulate::policy_at(analysis, at)?;
        Some((ide::change::compare(&it.analysis, analysis, policy)?, it.since))
    });
    compared
        .map_or(Value::Null, |(it, since)| json!({"title": it.title(since), "markdown": it.markdown(since)}))
}

fn report(snapshot: &Snapshot) -> Result<Value, String> {
    let name = file_name(snapshot);
    let found = crate::report::of_file(snapshot.analysis(), &name, &Cancel::default());
    let markdown = found.ok().flatten().ok_or(NO_POLICY)?;
    Ok(json!({"markdown": markdown}))
}

/// What the document goes by.
fn file_name(snapshot: &Snapshot) -> String {
    let path = path_of(&snapshot.uri);
    let name = path.as_deref().and_then(Path::file_name).map(|it| it.to_string_lossy().into_owned());
    name.unwrap_or_else(|| UNNAMED.to_owned())
}

fn choices(snapshot: &Snapshot, at: syntax::TextSize, argument: &Value) -> Result<Value, String> {
    let analysis = snapshot.analysis();
    if analysis.policies().is_empty() {
        return Err(NO_POLICY.to_owned());
    }
    let action = text(argument, "action").unwrap_or_default();
    let mut seen = snapshot.elsewhere();
    seen.merge(analysis.seen());
    let found = match text(argument, "of").as_deref() {
        Ok("principal") => simulate::principals(&seen),
        Ok("action") => simulate::actions(analysis, at),
        Ok("resource") => simulate::resources(analysis, at, &action, &seen),
        Ok("key") => simulate::keys(analysis, at, &action),
        _ => return Err("`of` is one of principal, action, resource and key".to_owned()),
    };
    Ok(found.into_iter().map(|Choice { value, detail }| json!({"value": value, "detail": detail})).collect())
}

fn simulate(snapshot: &Snapshot, at: syntax::TextSize, argument: &Value) -> Result<Value, String> {
    let analysis = snapshot.analysis();
    let policy = simulate::policy_at(analysis, at).ok_or(NO_POLICY)?;
    let question = Question {
        principal: text(argument, "principal")?,
        action: text(argument, "action")?,
        resource: text(argument, "resource")?,
        context: context(argument.get("context"))?,
    };
    let file = Arc::new(PolicyFile {
        path: file_name(snapshot),
        location: path_of(&snapshot.uri).map(|it| it.to_string_lossy().into_owned()).unwrap_or_default(),
        analysis: Arc::clone(analysis),
    });
    let answer = simulate::answer(&file, policy, &question).ok_or(NO_POLICY)?;
    let uri = snapshot.uri.as_str();
    let link = |place: &Place| {
        let here = !place.file.location.is_empty() || place.file.path == UNNAMED;
        let line = place.file.analysis.file().text().line_col(place.range()?.start, Encoding::Utf32).line + 1;
        here.then(|| format!("{uri}#L{line}"))
    };
    let mut markdown = reasons::markdown(&answer.reasons, &link);
    if let Some(assumed) = answer.assumed {
        markdown.push_str(&format!("\nThis policy only limits, so it was tried beside {assumed}.\n"));
    }
    let open = answer.open.iter().map(|(key, values)| {
        let shown = |it| json!({"value": value(it), "label": decision::value(it)});
        let values: Vec<Value> = values.iter().map(shown).collect();
        json!({"key": key, "values": values})
    });
    Ok(json!({
        "decision": answer.narrowed.outcomes.decided().map_or("Unknown", Decision::name),
        "reason": answer.reasons.line,
        "markdown": markdown,
        "open": open.collect::<Vec<_>>(),
    }))
}

fn explain_denied(snapshot: &Snapshot, argument: &Value) -> Result<Value, String> {
    let told = Told { region: text(argument, "region").ok(), account: text(argument, "account").ok() };
    let found = denied::read(&text(argument, "text")?, &told);
    let markdown = denied_handlers::explained(snapshot, &found);
    Ok(json!({"requests": found.len(), "markdown": markdown}))
}

fn text(argument: &Value, name: &str) -> Result<String, String> {
    let found = argument.get(name).and_then(Value::as_str).filter(|it| !it.trim().is_empty());
    found.map(|it| it.trim().to_owned()).ok_or_else(|| format!("`{name}` is missing"))
}

fn value(given: &Given) -> Value {
    match given {
        Given::One(it) => json!(it),
        Given::Many(each) => json!(each),
        Given::Absent | Given::SomeValue | Given::Unknown => Value::Null,
    }
}

fn context(value: Option<&Value>) -> Result<Vec<(String, Given)>, String> {
    let Some(value) = value.filter(|it| !it.is_null()) else { return Ok(Vec::new()) };
    let object = value.as_object().ok_or("`context` is an object of condition keys")?;
    let given = |value: &Value| match value {
        Value::Null => Some(Given::Absent),
        Value::String(it) => Some(Given::One(it.as_str().into())),
        Value::Number(it) => Some(Given::One(it.to_string().into())),
        Value::Bool(it) => Some(Given::One(it.to_string().into())),
        Value::Array(items) => {
            items.iter().map(|it| it.as_str().map(Box::from)).collect::<Option<_>>().map(Given::Many)
        }
        Value::Object(_) => None,
    };
    let each = object.iter().map(|(key, value)| {
        let given = given(value)
            .ok_or_else(|| format!("the value of `{key}` is a text, a list of texts, or null"))?;
        Ok((key.clone(), given))
    });
    each.collect()
}
