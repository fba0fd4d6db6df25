//! Denied requests in an editor: the line above one, its explanation, and the edit that grants it.

use policy::PolicyKind;
use policy::eval::{Decision, Layer};
use policy::model::{Form, Policy};
use syntax::{TextEdit, TextRange, TextSize};

use super::{Answer, Denied, Ending, Grant, Verdict, say};
use crate::fix::{indent, slice};
use crate::hover::Hover;
use crate::sentence::short;

/// The line above a request: what was asked, and which statement decides it.
pub fn title(denied: &Denied, verdict: &Verdict) -> String {
    let asked = asked(denied);
    match deciding(verdict) {
        Some(answer) => format!("{asked}: {}", answer.line),
        None => match denied.missing.first() {
            _ if denied.result == Ending::Passed => format!("{asked}: no error"),
            Some(it) if denied.checks.is_empty() => format!("{asked}: {} not known", it.part.name()),
            _ => format!("{asked}: denied; no policy that is open decides it"),
        },
    }
}

/// The request in a few words.
fn asked(denied: &Denied) -> String {
    let action = denied.checks.first().map(|it| &it.action.text);
    let what = action.or(denied.operation.as_ref().map(|it| &it.text));
    let what = what.cloned().unwrap_or_else(|| "A request".to_owned());
    let on = denied.checks.first().and_then(|it| it.resources.first()).filter(|it| it.arn != "*");
    let on = on.map(|it| format!(" on {}", short(tail(&it.arn)))).unwrap_or_default();
    let by = denied.principal.as_ref().map(|it| format!(" by {}", short(tail(&it.text)))).unwrap_or_default();
    format!("{what}{on}{by}")
}

/// An ARN without what comes before its resource.
fn tail(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or(arn)
}

/// The answer that says why: the first that is not allowed, else the first.
fn deciding(verdict: &Verdict) -> Option<&Answer> {
    let rank = |it: &&Answer| match it.outcomes.decided() {
        Some(Decision::ExplicitlyDenied) => 0,
        Some(Decision::ImplicitlyDenied) => 1,
        None => 2,
        Some(Decision::Allowed) => 3,
    };
    verdict.answers.iter().min_by_key(rank)
}

/// The explanation of the request at a place, where the text says something of it there.
pub fn hover(denied: &Denied, verdict: &Verdict, at: TextSize) -> Option<Hover> {
    let facts = [denied.principal.as_ref(), denied.operation.as_ref(), denied.service.as_ref()];
    let facts = facts.into_iter().flatten().filter_map(|it| it.range);
    let checks = denied
        .checks
        .iter()
        .flat_map(|it| it.resources.iter().filter_map(|it| it.range).chain(it.action.range));
    let reason = denied.reason.as_ref().and_then(|it| it.range);
    let start = TextRange::new(denied.range.start, denied.range.start + 1);
    let mut places = facts.chain(checks).chain(reason).chain([start]);
    let range = places.find(|it| it.touches(at))?;
    Some(Hover { range, markdown: markdown(denied, verdict) })
}

/// All there is to say of a request.
pub fn markdown(denied: &Denied, verdict: &Verdict) -> String {
    let mut out = String::new();
    for (name, text) in say::lines(denied) {
        match name {
            "result" => out.push_str(&format!("**{}**\n\n", say::capital(&text))),
            name => out.push_str(&format!("- {name}: {text}\n")),
        }
    }
    out.push('\n');
    for it in &verdict.answers {
        let on = it.resource.as_ref().map(|it| format!(" on `{it}`")).unwrap_or_default();
        out.push_str(&format!("`{}`{on}: {}\n\n", it.action, it.line));
    }
    if verdict.answers.is_empty() && !denied.checks.is_empty() {
        out.push_str("Open the policies of the principal to see which statement decides\n\n");
    }
    verdict.conclusions.iter().for_each(|it| out.push_str(&format!("{it}\n\n")));
    if let Some(grant) = &verdict.grant {
        out.push_str("The smallest grant:\n");
        for it in &grant.statements {
            out.push_str(&format!("```json\n{}\n```\n", it.json()));
        }
    }
    out.trim_end().to_owned()
}

/// The kind of policy that a grant goes into.
pub fn kind(grant: &Grant) -> PolicyKind {
    match grant.layer {
        Some(Layer::Boundary) => PolicyKind::Boundary,
        Some(Layer::Session) => PolicyKind::Session,
        Some(Layer::Scp(_)) => PolicyKind::Scp,
        Some(Layer::Rcp(_)) => PolicyKind::Rcp,
        Some(Layer::VpcEndpoint) => PolicyKind::VpcEndpoint,
        Some(Layer::Resource) => PolicyKind::Resource,
        Some(Layer::Identity) | None => PolicyKind::Identity,
    }
}

/// The edit that puts a grant behind the last statement of a policy. `None` where the policy has no statement to go
/// by, or is not sound.
pub fn add(text: &str, policy: &Policy, grant: &Grant) -> Option<TextEdit> {
    let last = policy.statements.last().filter(|_| policy.form == Form::Policy)?;
    if policy.statements.iter().any(|it| it.statement.has_errors) {
        return None;
    }
    let value = policy.statement_value?;
    let last = last.node.range_at(last.start);
    let is_list = slice(text, value).starts_with('[');
    let lead = indent(text, last.start);
    let statements: Vec<String> = grant
        .statements
        .iter()
        .map(|it| it.json().lines().collect::<Vec<_>>().join(&format!("\n{lead}")))
        .collect();
    let added: String = statements.iter().map(|it| format!(",\n{lead}{it}")).collect();
    Some(match is_list {
        true => TextEdit::insert(last.end, added),
        false => TextEdit::replace(last, format!("[{}{added}]", slice(text, last))),
    })
}
