//! See [`RULE`].
use catalog::{Certainty, Model, ModelStatus};
use chrono::{NaiveDate, TimeDelta};

use super::prelude::*;

rule! {
    /// A resource names a Bedrock model that has reached its end of life, or soon will.
    ///
    /// ## Why it matters
    /// From its end of life on, every call of a model fails, whatever IAM allows.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel",
    ///   "Resource": "arn:aws:bedrock:*::foundation-model/anthropic.claude-v2" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel",
    ///   "Resource": "arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html>
    name: "retired-model", since: "0.1.0",
    severity: Error, group: Reference,
    check: Statement(check)
}

/// How long before its end a model is worth a warning.
const SOON: TimeDelta = TimeDelta::days(90);

/// Words in the ids of models that do something other than write text; one of these stands in only for another.
const SPECIAL: [&str; 7] = ["embed", "rerank", "image", "canvas", "reel", "sonic", "upscale"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(values) = stmt.resource.as_ref().map(|it| &it.values) else { return };
    for (idx, item) in values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        let Some(start) = model_at(&text.value) else { continue };
        let id = text.value.get(start..).unwrap_or_default();
        let Some((model, skipped)) = model(cx, id) else { continue };
        let end = model.end_of_life().and_then(|it| NaiveDate::parse_from_str(it, "%Y-%m-%d").ok());
        let Some((severity, message)) = verdict(cx, model, end) else { continue };
        let range = text.part(start, text.value.len());
        let finding = acc.report(&RULE, range, message).severity(severity);
        if severity == Severity::Error {
            finding.tag(Tag::Deprecated);
        }
        for new in replacements(cx, model) {
            let edit = TextEdit::replace(text.part(start + skipped, text.value.len()), new.id());
            finding.fix(Fix::suggested(format!("Change to `{}`", new.id()), vec![edit]));
        }
        let removal = fix::remove_item(values, idx);
        finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
    }
}

/// Where the id of a model or of an inference profile starts in an ARN.
fn model_at(arn: &str) -> Option<usize> {
    if !arn.starts_with("arn:") || pattern::has_wildcard(arn.rsplit('/').next().unwrap_or_default()) {
        return None;
    }
    ["foundation-model/", ":inference-profile/"].iter().find_map(|it| Some(arn.find(it)? + it.len()))
}

/// The model of an id, and where its own id starts: behind the geography of an inference profile.
fn model(cx: &RuleCx<'_>, id: &str) -> Option<(Model, usize)> {
    if let Some(model) = cx.catalog.model(id) {
        return Some((model, 0));
    }
    let (geography, own) = id.split_once('.')?;
    cx.catalog.geography(geography)?;
    Some((cx.catalog.model(own)?, geography.len() + 1))
}

fn verdict(cx: &RuleCx<'_>, model: Model, end: Option<NaiveDate>) -> Option<(Severity, String)> {
    let id = model.id();
    let today = cx.now.date();
    if let Some(end) = end.filter(|it| *it <= today) {
        return Some((Severity::Error, format!("`{id}` reached its end of life on {end}; every call fails")));
    }
    match (model.status(), end) {
        (ModelStatus::Ended, _) => {
            let sure = model.certainty() > Certainty::Low;
            let severity = if sure { Severity::Error } else { Severity::Warning };
            Some((severity, format!("`{id}` has reached its end of life; every call fails")))
        }
        (ModelStatus::Legacy, Some(end)) => {
            let severity = if end - today <= SOON { Severity::Warning } else { Severity::Info };
            Some((severity, format!("`{id}` reaches its end of life on {end}")))
        }
        (ModelStatus::Legacy, None) | (ModelStatus::Active, _) => None,
    }
}

/// The models to use instead: the successors, else active ones of the same provider.
fn replacements(cx: &RuleCx<'_>, model: Model) -> Vec<Model> {
    let mut next = model;
    for _ in 0..8 {
        match next.successor() {
            Some(it) => next = it,
            None => break,
        }
    }
    if next != model && next.status() == ModelStatus::Active {
        return vec![next];
    }
    let fits = |it: &Model| {
        it.provider() == model.provider()
            && it.status() == ModelStatus::Active
            && SPECIAL.iter().all(|word| it.id().contains(word) == model.id().contains(word))
    };
    let mut all: Vec<Model> = cx.catalog.models().filter(fits).collect();
    all.reverse();
    all.truncate(3);
    all
}
