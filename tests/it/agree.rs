//! An editor, the command line and the library never disagree: all fixtures through all three.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use chrono::NaiveDateTime;
use ide::{Analysis, Cancel};
use policy::PolicyKind;
use policy::find::Hint;
use serde_json::{Value, json};
use syntax::{Encoding, TextSize};

use crate::ACCESSLENS;
use crate::client::Client;
use crate::runner;
use crate::runner::format::Options;

/// A file of a fixture.
struct Case {
    fixture: String,
    options: Options,
    text: String,
}

/// What the settings must say for a file, besides its kind: they are written, or sent, once for all alike.
fn settings(options: &Options) -> Value {
    let mut out = json!({});
    if let Some(account) = &options.trusted {
        out["trustedAccounts"] = json!([account]);
    }
    if let Some(organization) = &options.org {
        out["organization"] = json!(organization);
    }
    if options.pack != ide::config::Pack::Default {
        out["pack"] = json!(options.pack.name());
    }
    out
}

/// A finding in the words of the command line's JSON.
type Said = Value;

fn cases() -> Vec<Case> {
    let mut out = Vec::new();
    for path in runner::paths() {
        let fixture = runner::name(&path);
        for file in runner::read(&path).unwrap().files {
            let case = |fixture, text| Case { fixture, options: file.options.clone(), text };
            out.push(case(fixture.clone(), file.text.clone()));
            out.push(case(format!("{fixture} with CRLF"), file.text.replace('\n', "\r\n")));
        }
    }
    assert!(out.len() > 60);
    out
}

fn by_library(case: &Case, now: NaiveDateTime) -> Vec<Said> {
    let hint = Hint { kind: case.options.kind, file_name: Some(case.options.name.clone()) };
    let config = runner::check::config(&case.options, now);
    let analysis = Analysis::of(&case.text, hint, Arc::new(config));
    let position = |at: TextSize| {
        let it = analysis.file().text().line_col(at, Encoding::Utf16);
        json!({"line": it.line, "character": it.column})
    };
    let say = |it: &ide::FindingAt<'_>| {
        let ide::Level::At(severity) = analysis.level(it.finding) else { panic!("it is off") };
        let fixes = analysis.fixes(it).map(|it| json!({"title": it.title, "safety": it.safety.name()}));
        let mut said = json!({
            "rule": it.finding.rule.name,
            "severity": severity.name(),
            "message": it.finding.message,
            "range": {"start": position(it.range().start), "end": position(it.range().end)},
            "fixes": fixes.collect::<Vec<_>>(),
        });
        if let Some(code) = it.finding.access_analyzer {
            said["access_analyzer"] = json!(code);
        }
        said
    };
    analysis.findings(&Cancel::default()).unwrap().iter().map(say).collect()
}

/// Runs the command line once for each kind and moment that fixtures ask for.
fn by_command_line(cases: &[Case]) -> Vec<Vec<Said>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("agree");
    let _ = std::fs::remove_dir_all(&folder);
    let path = |idx: usize, case: &Case| folder.join(idx.to_string()).join(&case.options.name);
    let mut alike: BTreeMap<(Option<PolicyKind>, NaiveDateTime), Vec<PathBuf>> = BTreeMap::new();
    for (idx, case) in cases.iter().enumerate() {
        let path = path(idx, case);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &case.text).unwrap();
        let configuration = path.with_file_name("accesslens.json");
        std::fs::write(configuration, settings(&case.options).to_string()).unwrap();
        alike.entry((case.options.kind, case.options.now)).or_default().push(path);
    }
    let mut found: BTreeMap<PathBuf, Vec<Said>> = BTreeMap::new();
    for ((kind, now), paths) in alike {
        let mut command = Command::new(ACCESSLENS);
        command.args(["check", "--format", "json"]).args(paths);
        command.arg(format!("--now={}", now.format("%Y-%m-%dT%H:%M:%S")));
        command.args(kind.map(|it| format!("--kind={}", it.name())));
        let output = command.output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
        let output: Value = serde_json::from_slice(&output.stdout).unwrap();
        for file in output["files"].as_array().unwrap() {
            let findings = file["findings"].as_array().unwrap().iter().cloned().map(|mut it| {
                it.as_object_mut()
                    .unwrap()
                    .retain(|key, _| !matches!(key.as_str(), "pointer" | "related" | "url"));
                it
            });
            found.insert(file["path"].as_str().unwrap().into(), findings.collect());
        }
    }
    let take = |(idx, case)| found.remove(&path(idx, case)).unwrap();
    cases.iter().enumerate().map(take).collect()
}

#[test]
fn the_command_line_says_what_the_library_says() {
    let cases = cases();
    for (case, said) in cases.iter().zip(by_command_line(&cases)) {
        assert_eq!(said, by_library(case, case.options.now), "{}", case.fixture);
    }
}

#[test]
fn the_server_says_what_the_library_says() {
    let cases = cases();
    // A kind reaches the server by its settings, for all files of a name; here names come again and again.
    let mut alike: BTreeMap<String, Vec<(usize, &Case)>> = BTreeMap::new();
    for (idx, case) in cases.iter().enumerate() {
        let mut settings = settings(&case.options);
        if let Some(kind) = case.options.kind {
            settings["policyKinds"] = json!({"*": kind.name()});
        }
        alike.entry(settings.to_string()).or_default().push((idx, case));
    }
    assert!(alike.len() > 3, "fixtures of several kinds");
    for (settings, cases) in alike {
        by_server(&serde_json::from_str(&settings).unwrap(), &cases);
    }
}

/// Holds a server with these settings to what the library says.
fn by_server(settings: &Value, cases: &[(usize, &Case)]) {
    let capabilities = json!({"textDocument": {"publishDiagnostics": {"versionSupport": true}}});
    let params = json!({"processId": null, "capabilities": capabilities, "initializationOptions": settings});
    let (mut client, _) = Client::initialized_with(ACCESSLENS, &["serve", "--stdio"], params);
    for (idx, case) in cases {
        let uri = format!("file:///agree/{idx}/{}", case.options.name);
        // A document in which nothing was found yet is not worth a message; so begin with one that has a fault.
        client.open(&uri, "json", r#"{"Statement": [{"Effect": "Grant"}]}"#);
        assert!(!client.diagnostics(&uri, 1).is_empty());
        client.change(&uri, 2, None, &case.text);
        let severities = ["", "error", "warning", "info", "hint"];
        let say = |it: &Value| {
            let severity = severities[usize::try_from(it["severity"].as_u64().unwrap()).unwrap()];
            json!([it["code"], severity, it["message"], it["range"]])
        };
        // Diagnostics have no order.
        let sorted = |found: &[Value]| -> Vec<Value> {
            let mut said: Vec<Value> = found.iter().map(say).collect();
            said.sort_by_key(Value::to_string);
            said
        };
        // The server reads the clock. Messages name days at most.
        let expected = by_library(case, chrono::Utc::now().naive_utc()).into_iter();
        let expected = expected.map(|it| json!([it["rule"], it["severity"], it["message"], it["range"]]));
        let mut expected: Vec<Value> = expected.collect();
        expected.sort_by_key(Value::to_string);
        let found = client.settled(&uri, 2, |it| sorted(it) == expected);
        assert_eq!(sorted(&found), expected, "{}", case.fixture);
        client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
    assert_eq!(client.shutdown(), Some(0));
}
