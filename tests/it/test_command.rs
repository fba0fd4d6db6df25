//! `accesslens test` from outside: exit codes, formats, and files that are not there.

use serde_json::{Value, json};

use crate::cli::{Folder, json_by_schema};
use crate::runner;

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Read", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" },
    { "Sid": "Vpc", "Effect": "Allow", "Action": "s3:ListAccessPoints", "Resource": "*", "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-1" } } }
  ]
}
"#;

/// A scenario with these requests, of a role with the policy `p.json`.
fn scenario(requests: &str) -> String {
    format!(
        "{{\n  // Who may do what.\n  \"principals\": {{ \"app\": {{ \"arn\": \"arn:aws:iam::111122223333:role/app\", \
         \"identity\": \"p.json\" }} }},\n  \"requests\": [{requests}]\n}}\n"
    )
}

const MET: &str = r#"{ "as": "app", "action": "s3:ListAllMyBuckets", "expect": "allowed" }"#;
const NOT_MET: &str = r#"{ "name": "buckets", "as": "app", "action": "s3:CreateBucket", "resource": "arn:aws:s3:::<b>", "expect": "allowed" }"#;
const OPEN: &str = r#"{ "as": "app", "action": "s3:ListAccessPoints" }"#;

#[test]
fn the_exit_code_says_whether_all_is_as_expected() {
    let folder = Folder::new("test-exit", &[("p.json", POLICY)]);
    folder.write("met.access.jsonc", scenario(MET));
    folder.write("below/not.access.json", scenario(NOT_MET).replace("p.json", "../p.json"));
    folder.write("gone.access.jsonc", scenario(MET).replace("p.json", "gone.json"));

    let done = folder.run(&["test", "met.access.jsonc"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{}", done.out);
    assert!(done.out.contains("1 as expected, 0 not"), "{}", done.out);
    assert!(!done.out.contains("Allowed by"), "what is as expected is not explained: {}", done.out);

    let done = folder.run(&["test", "--all", "met.access.jsonc"]);
    assert!(done.out.contains("Allowed by \"Read\" (p.json:4) of the identity-based policy"), "{}", done.out);

    let done = folder.run(&["test", "met.access.jsonc", "below"]);
    assert_eq!(done.code, 1, "{}", done.err);
    assert!(done.out.contains("✗ buckets · expect allowed · line 4"), "{}", done.out);
    assert!(done.out.contains("no identity-based policy allows s3:CreateBucket"), "{}", done.out);
    assert!(done.out.contains("1 as expected, 1 not"), "{}", done.out);

    let done = folder.run(&["test"]);
    assert_eq!(done.code, 2, "{}", done.out);
    assert!(done.out.contains("error 3:85: There is no file `gone.json`"), "{}", done.out);
}

#[test]
fn what_cannot_be_run_is_named() {
    let folder = Folder::new("test-missing", &[("p.json", POLICY), ("empty/p.json", POLICY)]);
    folder.write("broken.access.jsonc", "{ \"requests\": [");
    let done = folder.run(&["test", "missing.access.jsonc"]);
    assert_eq!(done.code, 2, "{}", done.out);
    assert!(done.err.contains("missing.access.jsonc"), "{}", done.err);

    let done = folder.run(&["test", "empty"]);
    assert_eq!(done.code, 2, "{}", done.out);
    assert!(
        done.err.contains("no scenario found; they are called *.access.jsonc or *.access.json"),
        "{}",
        done.err
    );

    let done = folder.run(&["test", "broken.access.jsonc"]);
    assert_eq!(done.code, 2, "{}", done.out);
    assert!(done.out.contains("has no closing"), "{}", done.out);
}

#[test]
fn json_is_as_its_schema_says() {
    let folder = Folder::new("test-json", &[("p.json", POLICY)]);
    let text =
        scenario(&[MET, NOT_MET, OPEN].join(", ")).replace("\"requests\"", "\"note\": 1, \"requests\"");
    folder.write("a.access.jsonc", text);
    let done = folder.run(&["test", "--format", "json"]);
    assert_eq!(done.code, 1, "{}", done.err);
    let output = json_by_schema(&done.out, "test-output.schema.json");
    let file = &output["files"][0];
    assert_eq!(file["problems"][0]["severity"], "warning");
    let of = |key: &str| -> Vec<Value> {
        file["requests"].as_array().unwrap().iter().map(|it| it[key].clone()).collect()
    };
    assert_eq!(of("decision"), [json!("Allowed"), json!("ImplicitlyDenied"), json!("Unknown")]);
    assert_eq!(of("met"), [json!(true), json!(false), Value::Null]);
    assert_eq!(of("name"), [Value::Null, json!("buckets"), Value::Null]);
    assert_eq!(file["requests"][0]["statements"], json!([{"path": "p.json", "line": 4}]));
    assert_eq!(file["requests"][2]["possible"], json!(["Allowed", "ImplicitlyDenied"]));
}

#[test]
fn junit_has_a_test_for_each_expectation() {
    let folder = Folder::new("test-junit", &[("p.json", POLICY)]);
    folder.write("a.access.jsonc", scenario(&[MET, NOT_MET, OPEN].join(", ")));
    let done = folder.run(&["test", "--format", "junit"]);
    assert_eq!(done.code, 1, "{}", done.err);
    for part in [
        "<testsuite name=\"a.access.jsonc\" tests=\"2\"",
        "failures=\"1\"",
        "<testcase name=\"app s3:ListAllMyBuckets\" classname=\"a.access.jsonc\"",
        "<testcase name=\"app s3:CreateBucket on arn:aws:s3:::&lt;b&gt;\" classname=\"buckets\"",
        "expected allowed, is denied",
    ] {
        assert!(done.out.contains(part), "no {part} in\n{}", done.out);
    }
    folder.write("a.access.jsonc", scenario(MET).replace("p.json", "gone.json"));
    let done = folder.run(&["test", "--format", "junit"]);
    assert_eq!(done.code, 2, "{}", done.err);
    assert!(done.out.contains("errors=\"1\"") && done.out.contains("a.access.jsonc:3"), "{}", done.out);
}

#[test]
fn the_schema_agrees_with_what_is_read() {
    let mut n_valid = 0;
    for path in runner::scenario::paths() {
        let fixture = runner::format::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let scenarios = fixture.files.iter().filter(|it| ide::scenario::is_scenario(&it.options.name));
        for file in scenarios {
            let source = syntax::SourceFile::new(&file.text, &[]);
            let problems = ide::scenario::Scenario::read(&source).problems;
            let Ok(value) = jsonc_parser::parse_to_serde_value::<Value>(&file.text, &Default::default())
            else {
                assert!(!problems.is_empty() || file.text.trim().is_empty(), "{}", path.display());
                continue;
            };
            if problems.is_empty() && value.is_object() {
                json_by_schema(&value.to_string(), "scenario.schema.json");
                n_valid += 1;
            }
        }
    }
    assert!(n_valid > 20, "{n_valid} scenarios are valid");
}
