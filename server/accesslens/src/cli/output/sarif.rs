//! SARIF 2.1.0, for code scanning.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeMap;
use std::io::{self, Write};

use ide::{Fix, Rule, Severity};
use serde_json::{Value, json};
use syntax::{Encoding, Text, TextRange};

use super::{Report, with_line_ending};
use crate::cli::check::{Checked, Found};
use crate::docs::markdown;
use crate::docs::pages::url;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let found = report.files.iter().flat_map(|it| &it.findings);
    let used: BTreeMap<&str, &Rule> = found.map(|it| (it.finding.rule.name, it.finding.rule)).collect();
    let names: Vec<&str> = used.keys().copied().collect();
    let results = report.files.iter().flat_map(|file| file.findings.iter().map(move |it| (file, it)));
    let results: Vec<Value> = results.map(|(file, it)| result(file, it, &names)).collect();
    let notifications = report.failures.iter().map(|it| json!({"level": "error", "message": {"text": it.0}}));
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "accesslens",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": used.values().map(|it| described(it)).collect::<Vec<_>>(),
                    "properties": {"catalogueDate": catalog::catalog().date()},
                },
            },
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": report.failures.is_empty(),
                "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    });
    serde_json::to_writer(&mut *out, &log)?;
    out.write_all(b"\n")
}

fn described(rule: &Rule) -> Value {
    let docs = markdown(rule);
    json!({
        "id": rule.name,
        "shortDescription": {"text": rule.summary()},
        "helpUri": url(rule),
        "help": {"text": docs, "markdown": docs},
        "defaultConfiguration": {"enabled": rule.is_default, "level": level(rule.severity)},
        "properties": {"tags": [rule.group.name()]},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

fn result(file: &Checked, found: &Found, rules: &[&str]) -> Value {
    let finding = &found.finding;
    let related = finding.related.iter().enumerate().map(|(id, it)| {
        let mut place = location(file, it.range);
        if let Some(place) = place.as_object_mut() {
            place.insert("id".to_owned(), json!(id));
            place.insert("message".to_owned(), json!({"text": it.message}));
        }
        place
    });
    let mut properties = json!({"pointer": found.pointer});
    if let (Some(properties), Some(code)) = (properties.as_object_mut(), finding.access_analyzer) {
        properties.insert("accessAnalyzer".to_owned(), json!(code));
    }
    json!({
        "ruleId": finding.rule.name,
        "ruleIndex": rules.iter().position(|it| *it == finding.rule.name),
        "level": level(finding.severity),
        "message": {"text": finding.message},
        "locations": [location(file, finding.range)],
        "relatedLocations": related.collect::<Vec<_>>(),
        "fixes": finding.fixes.iter().map(|it| fix(file, it)).collect::<Vec<_>>(),
        "properties": properties,
    })
}

fn location(file: &Checked, range: TextRange) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(&file.path)},
            "region": region(&file.text, range),
        },
    })
}

fn fix(file: &Checked, fix: &Fix) -> Value {
    let replacements = fix.edits.iter().map(|it| {
        json!({
            "deletedRegion": region(&file.text, it.range),
            "insertedContent": {"text": with_line_ending(&it.text, file.text.line_ending())},
        })
    });
    json!({
        "description": {"text": fix.title},
        "artifactChanges": [{
            "artifactLocation": {"uri": uri(&file.path)},
            "replacements": replacements.collect::<Vec<_>>(),
        }],
    })
}

/// Lines and columns from one; the end is behind the last character.
fn region(text: &Text, range: TextRange) -> Value {
    let (start, end) =
        (text.line_col(range.start, Encoding::Utf16), text.line_col(range.end, Encoding::Utf16));
    json!({
        "startLine": start.line + 1,
        "startColumn": start.column + 1,
        "endLine": end.line + 1,
        "endColumn": end.column + 1,
    })
}

/// A path as a URI reference: relative paths stay so.
fn uri(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let mut out = String::new();
    let has_drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with('/') || (cfg!(windows) && has_drive) {
        out.push_str(if has_drive { "file:///" } else { "file://" });
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            b':' if cfg!(windows) => out.push(':'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(unix)]
    fn paths_are_uris() {
        assert_eq!(super::uri("a b/ü#1.json"), "a%20b/%C3%BC%231.json");
        assert_eq!(super::uri("/tmp/a:b"), "file:///tmp/a%3Ab");
    }
}
