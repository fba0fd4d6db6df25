//! Results as JSON: `schemas/test-output.schema.json`.

use std::io::{self, Write};

use ide::scenario::{Case, Place};
use policy::eval::Decision;
use serde_json::{Value, json};
use syntax::Encoding;

use super::Ran;

pub(super) fn write(ran: &[Ran], out: &mut dyn Write) -> io::Result<()> {
    let files: Vec<Value> = ran.iter().map(file).collect();
    writeln!(out, "{:#}", json!({ "files": files }))
}

fn file(ran: &Ran) -> Value {
    let line_col = |at| ran.file.text().line_col(at, Encoding::Utf32);
    let problems = ran.results.problems.iter().map(|it| {
        let at = line_col(it.range.start);
        json!({"severity": it.severity.name(), "line": at.line + 1, "column": at.column + 1, "message": it.message})
    });
    let cases = ran.results.cases.iter().map(|it| {
        let spec = ran.scenario.requests.get(it.request);
        let mut out = case(it);
        if let (Some(spec), Some(object)) = (spec, out.as_object_mut()) {
            object.insert("line".to_owned(), json!(line_col(spec.range.start).line + 1));
            object.insert("name".to_owned(), json!(spec.name.as_ref().map(|it| &it.value)));
            object.insert("expect".to_owned(), json!(spec.expect.map(|(it, _)| it.name())));
        }
        out
    });
    json!({
        "path": ran.path,
        "problems": problems.collect::<Vec<_>>(),
        "requests": cases.collect::<Vec<_>>(),
    })
}

fn case(case: &Case) -> Value {
    let outcomes = case.narrowed.outcomes;
    json!({
        "as": case.principal,
        "action": case.action,
        "resource": case.resource,
        "decision": outcomes.decided().map_or("Unknown", Decision::name),
        "possible": outcomes.each().map(Decision::name).collect::<Vec<_>>(),
        "met": case.met,
        "reason": case.reasons.as_ref().map(|it| &it.line),
        "statements": case.reasons.iter().flat_map(|it| &it.places).map(place).collect::<Vec<_>>(),
    })
}

fn place(place: &Place) -> Value {
    let text = place.file.analysis.file().text();
    let line = place.range().map(|it| text.line_col(it.start, Encoding::Utf32).line + 1);
    json!({"path": place.file.path, "line": line})
}
