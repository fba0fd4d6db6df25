//! Documents with thousands of statements and findings.

use serde_json::{Value, json};

use crate::ACCESSLENS;
use crate::client::Client;

const URI: &str = "file:///tmp/large.json";

fn server() -> Client {
    let capabilities = json!({"textDocument": {"publishDiagnostics": {"relatedInformation": true}}});
    Client::initialized(ACCESSLENS, &[], capabilities).0
}

/// A policy with a statement a line.
fn policy(statements: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines = vec![r#"{ "Version": "2012-10-17", "Statement": ["#.to_owned()];
    lines.extend(statements.map(|it| it + ","));
    if let Some(last) = lines.last_mut() {
        last.pop();
    }
    lines.push("]}".to_owned());
    lines
}

fn statement(sid: &str, action: &str, bucket: &str) -> String {
    format!(r#"{{"Sid":"{sid}","Effect":"Allow","Action":"{action}","Resource":"arn:aws:s3:::{bucket}/*"}}"#)
}

/// Diagnostics without what tells two documents apart.
fn plain(mut diagnostics: Vec<Value>, uri: &str) -> Vec<String> {
    for related in diagnostics.iter_mut().filter_map(|it| it["relatedInformation"].as_array_mut()).flatten() {
        assert_eq!(related["location"]["uri"], uri);
        related["location"]["uri"] = Value::Null;
    }
    let mut out: Vec<String> = diagnostics.iter().map(Value::to_string).collect();
    out.sort();
    out
}

#[test]
fn after_each_edit_the_diagnostics_are_those_of_the_text_opened_anew() {
    let mut client = server();
    let each = (0..2500).map(|n| match n % 100 {
        // An error of its own, two that say the same, two that share a name.
        7 => statement(&format!("S{n}"), "s3:GetObjekt", "b"),
        20 | 21 => statement(&format!("S{n}"), "s3:GetObject", &format!("twin{}", n / 100)),
        40 | 41 => statement(&format!("Name{}", n / 100), "s3:GetObject", &format!("b{n}")),
        _ => statement(&format!("S{n}"), "s3:GetObject", &format!("b{n}")),
    });
    let mut lines = policy(each);
    client.open(URI, "json", &lines.join("\n"));
    let first = client.diagnostics(URI, 1);
    assert!(first.len() > 50 && first.len() < 1000, "{} diagnostics", first.len());

    // A line, and the text that replaces it.
    let edits: [(usize, Vec<String>); 9] = [
        (1, vec![String::new(), statement("First", "s3:GetObject", "b0") + ","]),
        (1300, vec![statement("S1298", "s3:GetObjekt", "b1298") + ","]),
        (2400, vec![statement("S3", "s3:GetObject", "b2398") + ","]),
        (2450, vec![]),
        (900, vec![statement("New", "s3:GetObject", "twin3") + ","]),
        (600, vec![r#"{"Sid":"Half","Effect":"Allow","Action":"s3:"#.to_owned()]),
        (600, vec![statement("Whole", "s3:GetObject", "b") + ","]),
        (0, vec![r#"{ "Version": "2012-10-17","#.to_owned(), r#""Statement": ["#.to_owned()]),
        (1223, vec!["{},".to_owned(), "7,".to_owned()]),
    ];
    for (version, (line, new)) in (2..).zip(edits) {
        let at = u32::try_from(line).unwrap();
        let text: String = new.iter().map(|it| format!("{it}\n")).collect();
        lines.splice(line..=line, new);
        client.change(URI, version, Some([at, 0, at + 1, 0]), &text);
        let other = format!("file:///tmp/anew{version}.json");
        client.open(&other, "json", &lines.join("\n"));
        let expected = plain(client.diagnostics(&other, 1), &other);
        let found = client.settled(URI, version, |it| plain(it.to_vec(), URI) == expected);
        let found = plain(found, URI);
        let only =
            |a: &[String], b: &[String]| a.iter().filter(|it| !b.contains(it)).cloned().collect::<Vec<_>>();
        assert_eq!((only(&found, &expected), only(&expected, &found)), (vec![], vec![]), "version {version}");
    }
    assert_eq!(client.shutdown(), Some(0));
}

#[test]
fn of_many_findings_those_near_the_edit_and_the_gravest_are_sent() {
    let mut client = server();
    // An unknown action is an error; that statements share a name is one too, and one finding.
    let each = (0..2500).map(|n| {
        let action = if n % 2 == 0 { "s3:GetObjekt" } else { "s3:GetObject" };
        statement("Same", action, &format!("b{n}"))
    });
    let lines = policy(each);
    client.open(URI, "json", &lines.join("\n"));
    let all = client.diagnostics(URI, 1);
    assert_eq!(all.len(), 1000);
    let is_notice = |it: &&Value| it["message"].as_str().is_some_and(|it| it.contains("more findings"));
    assert_eq!(all.iter().filter(is_notice).count(), 1);
    let n_errors = all.iter().filter(|it| it["severity"] == 1).count();
    assert!(n_errors > 950, "the gravest come first: {n_errors}");

    let line = 2498;
    assert!(lines[line].contains("s3:GetObject\""));
    let is_here = |it: &Value| it["range"]["start"]["line"] == line && it["code"] == "unknown-action";
    assert!(!all.iter().any(is_here));
    let column = u32::try_from(lines[line].find("GetObject").unwrap()).unwrap();
    let at = u32::try_from(line).unwrap();
    client.change(URI, 2, Some([at, column, at, column]), "X");
    let after = client.diagnostics(URI, 2);
    assert!(after.len() <= 1000, "{}", after.len());
    assert!(after.iter().any(is_here), "what was just written is told");
    assert_eq!(client.shutdown(), Some(0));
}
