//! JSON as `schemas/check-output.schema.json` describes it. Names are a promise to other programs; new ones may
//! come, old ones stay.

use std::io::{self, Write};

use policy::model::KindSource;
use serde::Serialize;
use syntax::{Encoding, Text, TextRange};

use super::Report;
use crate::cli::check::{Checked, Fixed, Found};
use crate::docs::pages::url;

#[derive(Serialize)]
struct Output<'a> {
    files: Vec<File<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<&'a str>,
    catalogue: Catalogue,
}

#[derive(Serialize)]
struct Catalogue {
    date: &'static str,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    /// Of the first policy; `null` when the file holds none.
    kind: Option<&'static str>,
    policies: Vec<Policy>,
    findings: Vec<Finding<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fixed: &'a [Fixed],
}

#[derive(Serialize)]
struct Policy {
    kind: &'static str,
    kind_source: &'static str,
    pointer: String,
    range: Range,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_analyzer: Option<&'static str>,
    url: String,
    severity: &'static str,
    message: &'a str,
    pointer: &'a str,
    range: Range,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    safety: &'static str,
}

/// Lines from zero, characters from zero in UTF-16 code units: as the Language Server Protocol has them.
#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    character: u32,
}

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let shown = report.files.iter().filter(|it| it.named || !it.policies.is_empty());
    let output = Output {
        files: shown.map(file).collect(),
        errors: report.failures.iter().map(|it| &*it.0).collect(),
        catalogue: Catalogue { date: catalog::catalog().date() },
    };
    serde_json::to_writer(&mut *out, &output)?;
    out.write_all(b"\n")
}

fn file(checked: &Checked) -> File<'_> {
    File {
        path: &checked.path,
        kind: checked.policies.first().map(|it| it.kind.name()),
        policies: checked.policies.iter().map(|it| policy(&checked.text, it)).collect(),
        findings: checked.findings.iter().map(|it| finding(&checked.text, it)).collect(),
        fixed: &checked.fixed,
    }
}

fn policy(text: &Text, policy: &policy::model::Policy) -> Policy {
    let steps = policy.place.path.iter();
    Policy {
        kind: policy.kind.name(),
        kind_source: match policy.kind_source {
            KindSource::Said => "said",
            KindSource::Place => "place",
            KindSource::Content => "content",
            KindSource::Assumed => "assumed",
        },
        pointer: steps.map(|it| format!("/{}", it.replace('~', "~0").replace('/', "~1"))).collect(),
        range: range(text, policy.range),
    }
}

fn finding<'a>(text: &Text, found: &'a Found) -> Finding<'a> {
    let it = &found.finding;
    let related = |it: &'a ide::Related| Related { message: &it.message, range: range(text, it.range) };
    Finding {
        rule: it.rule.name,
        access_analyzer: it.access_analyzer,
        url: url(it.rule),
        severity: it.severity.name(),
        message: &it.message,
        pointer: &found.pointer,
        range: range(text, it.range),
        related: it.related.iter().map(related).collect(),
        fixes: it.fixes.iter().map(|it| Fix { title: &it.title, safety: it.safety.name() }).collect(),
    }
}

fn range(text: &Text, range: TextRange) -> Range {
    let position = |at| {
        let it = text.line_col(at, Encoding::Utf16);
        Position { line: it.line, character: it.column }
    };
    Range { start: position(range.start), end: position(range.end) }
}
