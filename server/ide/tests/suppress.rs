//! What is kept quiet stays quiet from one version of a text to the next, and nothing else does.

#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test fails by panicking")]

use std::sync::Arc;

use ide::config::Ignored;
use ide::{Analysis, Cancel, Config};
use policy::find::{Hint, LANDMARKS};
use syntax::{SourceFile, TextEdit, TextRange, TextSize};

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "One", "Effect": "Allow", "Action": "s3:GetObjet", "Resource": "arn:aws:s3:::a/*" },
    {
      "Sid": "Two",
      "Effect": "Allow",
      "Action": ["s3:PutObjet", "s3:GetObjekt"],
      "Resource": "arn:aws:s3:::b/*"
    },
    { "Sid": "Two", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::c/*" }
  ]
}
"#;

fn said(analysis: &Analysis) -> Vec<String> {
    let found = analysis.findings(&Cancel::default()).unwrap();
    found
        .iter()
        .map(|it| format!("{:?} {} {}", it.range(), it.finding.rule.name, it.finding.message))
        .collect()
}

fn rules(text: &str, ignores: &[Ignored]) -> Vec<&'static str> {
    let config = Config { ignores: ignores.to_vec(), ..Config::default() };
    let analysis = Analysis::of(text, Hint::default(), Arc::new(config));
    analysis.findings(&Cancel::default()).unwrap().iter().map(|it| it.finding.rule.name).collect()
}

#[test]
fn an_edit_anywhere_comes_to_the_same_as_reading_the_text_anew() {
    let comments = [
        "// accesslens-ignore unknown-action\n",
        "// accesslens-ignore-file unknown-action, duplicate-sid: why\n",
        "/* accesslens-ignore duplicate-sid */",
        "// accesslens-ignore no-such-rule\n",
        "\n",
        "x",
    ];
    let config = Arc::new(Config::default());
    let mut analysis = Analysis::of(POLICY, Hint::default(), Arc::clone(&config));
    said(&analysis);
    let places = (0..POLICY.len()).step_by(7).map(|it| TextSize::try_from(it).unwrap());
    for (n, at) in places.enumerate() {
        let comment = comments[n % comments.len()];
        let len = TextSize::try_from(comment.len()).unwrap();
        let there = [TextEdit::insert(at, comment), TextEdit::delete(TextRange::new(at, at + len))];
        for edit in there {
            let mut file: SourceFile = analysis.file().clone();
            assert!(file.edit(&edit));
            let anew = Analysis::of(&file.text().to_string(), Hint::default(), Arc::clone(&config));
            analysis = analysis.next(file, Hint::default(), Arc::clone(&config));
            assert_eq!(said(&analysis), said(&anew), "{}", analysis.file().text());
        }
    }
    assert_eq!(analysis.file().text().to_string(), POLICY);
    assert_eq!(SourceFile::new(POLICY, LANDMARKS).tree(), analysis.file().tree());
}

#[test]
fn settings_keep_a_file_or_a_statement_quiet() {
    let ignored =
        |rule: &str, sid: Option<&str>| Ignored { rules: vec![rule.to_owned()], sid: sid.map(str::to_owned) };
    let all = ["unknown-action", "unknown-action", "unknown-action", "duplicate-sid"];
    assert_eq!(rules(POLICY, &[]), all);
    assert_eq!(rules(POLICY, &[ignored("unknown-action", None)]), ["duplicate-sid"]);
    assert_eq!(rules(POLICY, &[ignored("unknown-action", Some("One"))]), all[1..]);
    assert_eq!(rules(POLICY, &[ignored("unknown-action", Some("Three"))]), all);
    assert_eq!(rules(POLICY, &[ignored("duplicate-sid", Some("Two"))]), all[..3]);
    assert_eq!(rules(POLICY, &[ignored("duplicate-sid", Some("One"))]), all);
}

#[test]
fn a_finding_is_kept_quiet_where_it_stands_and_nowhere_else() {
    let config = Arc::new(Config::default());
    for text in [POLICY.to_owned(), format!("\u{feff}{POLICY}"), POLICY.replace('\n', "\r\n")] {
        let mut analysis = Analysis::of(&text, Hint::default(), Arc::clone(&config));
        let n_before = said(&analysis).len();
        for n in 1..=n_before {
            let findings = analysis.findings(&Cancel::default()).unwrap();
            let Some(first) = findings.first() else { break };
            let fix = analysis.suppression(first);
            assert_eq!(fix.title, format!("Suppress `{}` here", first.finding.rule.name));
            let text = TextEdit::apply_all(&analysis.file().text().to_string(), &fix.edits);
            analysis = Analysis::of(&text, Hint::default(), Arc::clone(&config));
            assert!(said(&analysis).len() <= n_before - n, "{text}\n{:#?}", said(&analysis));
        }
        assert_eq!(said(&analysis), [""; 0], "{}", analysis.file().text());
    }
}

#[test]
fn only_comments_that_ask_for_it_keep_something_quiet() {
    let mutes = |comment: &str| {
        let text = format!(
            "{comment}\n{{\"Effect\": \"Allow\", \"Action\": \"s3:GetObjekt\", \"Resource\": \"*\"}}"
        );
        Analysis::of(&text, Hint::default(), Arc::default()).mutes()
    };
    assert!(!mutes("// why this is here"));
    assert!(!mutes("// accesslens is used here"));
    assert!(mutes("// accesslens-ignore unknown-action: a name of our own"));
    assert!(mutes("/* accesslens-ignore-file unknown-action */"));
}
