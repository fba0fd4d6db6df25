//! Questions about all requests at once, from outside: `diff`, and the questions of `access`.

use serde_json::{Value, json};

use crate::cli::{Folder, json_by_schema};

const OLD: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Read", "Effect": "Allow", "Action": ["bedrock:GetAgent", "bedrock:ListAgents"], "Resource": "*"},
  {"Sid": "Invoke", "Effect": "Allow", "Action": "bedrock:InvokeModel",
   "Resource": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-*",
   "Condition": {"StringEquals": {"aws:PrincipalTag/team": "ml"}}},
  {"Sid": "Keep", "Effect": "Deny", "Action": "bedrock:DeleteAgent", "Resource": "*"}]}"#;

const NEW: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Read", "Effect": "Allow", "Action": "bedrock:GetAgent", "Resource": "*"},
  {"Sid": "Invoke", "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:DeleteAgent"],
   "Resource": ["arn:aws:bedrock:us-east-1::foundation-model/*", "arn:aws:bedrock:*:111122223333:agent/*"]}]}"#;

/// The same access as `OLD` in other words.
const OTHER_WORDS: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Deny", "Action": "bedrock:deleteagent", "Resource": "*"},
  {"Effect": "Allow", "Action": "bedrock:GetAgent", "Resource": ["*", "arn:aws:bedrock:*:*:agent/A"]},
  {"Effect": "Allow", "Action": "bedrock:ListAgents", "Resource": "*"},
  {"Effect": "Allow", "Action": "bedrock:InvokeModel",
   "Resource": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-*",
   "Condition": {"StringLike": {"aws:principaltag/team": "ml"}}}]}"#;

const PUBLIC: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}"#;

fn folder(name: &str) -> Folder {
    let files = [("old.json", OLD), ("new.json", NEW), ("other.json", OTHER_WORDS), ("public.json", PUBLIC)];
    Folder::new(name, &files)
}

#[test]
fn a_diff_shows_what_is_gained_and_lost_with_a_request_for_each() {
    let folder = folder("diff");
    let done = folder.run(&["diff", "old.json", "new.json"]);
    assert_eq!(done.code, 1, "{}", done.err);
    assert_eq!(
        done.out,
        "identity policy
+ \"Invoke\" grants bedrock:DeleteAgent, bedrock:InvokeModel
    for example bedrock:DeleteAgent on arn:aws:bedrock:us-east-1:111122223333:agent/example
- \"Read\" no longer grants bedrock:ListAgents
    for example bedrock:ListAgents on *
"
    );
    let done = folder.run(&["diff", "--format", "json", "old.json", "new.json"]);
    let output = json_by_schema(&done.out, "diff-output.schema.json");
    let policy = &output["policies"][0];
    assert_eq!((&policy["same"], &policy["kind"]), (&json!(false), &json!("identity")));
    let invoke = &policy["gained"].as_array().unwrap()[1];
    assert_eq!(invoke["actions"], json!(["bedrock:InvokeModel"]));
    assert_eq!((&invoke["certain"], &invoke["statement"]), (&json!(true), &json!("\"Invoke\"")));
    assert_eq!(policy["lost"][0]["example"]["action"], "bedrock:ListAgents");
}

#[test]
fn other_words_for_the_same_access_are_the_same() {
    let folder = folder("diff-same");
    for (old, new) in [("old.json", "other.json"), ("other.json", "old.json"), ("new.json", "new.json")] {
        let done = folder.run(&["diff", old, new]);
        assert_eq!((done.code, &*done.out), (0, "identity policy\n  same access\n"), "{}", done.err);
    }
    // Less is no gain.
    folder.write("less.json", r#"{"Version": "2012-10-17", "Statement": []}"#);
    let done = folder.run(&["diff", "old.json", "less.json"]);
    assert_eq!(done.code, 0, "{}", done.out);
    assert!(done.out.contains("- \"Invoke\" no longer grants bedrock:InvokeModel"), "{}", done.out);
}

#[test]
fn a_deny_that_goes_is_access_gained() {
    let folder = folder("diff-deny");
    folder.write("a.json", OLD.replace(r#""bedrock:GetAgent""#, r#""bedrock:*""#));
    folder.write(
        "b.json",
        OLD.replace(r#""bedrock:GetAgent""#, r#""bedrock:*""#).replace("DeleteAgent", "DeleteFlow"),
    );
    let done = folder.run(&["diff", "a.json", "b.json"]);
    assert_eq!(done.code, 1);
    for line in [
        "+ \"Read\" grants bedrock:DeleteAgent\n    denied by \"Keep\" in the other",
        "- \"Read\" no longer grants bedrock:DeleteFlow\n    denied by \"Keep\" in the other",
    ] {
        assert!(done.out.contains(line), "{line}\n{}", done.out);
    }
}

#[test]
fn what_was_can_come_from_git() {
    let folder = folder("diff-git");
    let git = |args: &[&str]| {
        let name = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
        let done = std::process::Command::new("git")
            .args(name)
            .args(args)
            .current_dir(folder.path())
            .output()
            .expect("git is installed");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "old.json"]);
    git(&["commit", "-q", "-m", "One"]);
    folder.write("old.json", NEW);
    let done = folder.run(&["diff", "git:HEAD:old.json", "old.json"]);
    assert_eq!(done.code, 1, "{}", done.err);
    assert!(done.out.contains("+ \"Invoke\" grants"), "{}", done.out);
    let done = folder.run(&["access", "old.json", "--no-new-access", "git:HEAD:old.json"]);
    assert_eq!(done.code, 1, "{}", done.err);
    let done = folder.run(&["diff", "git:HEAD:missing.json", "old.json"]);
    assert_eq!(done.code, 2);
    let expected = "accesslens: error: cannot read missing.json at HEAD: path 'missing.json' does not exist in 'HEAD'; \
                    check the name, and that it is fetched\n";
    assert_eq!(done.err, expected);
    let done = folder.run(&["diff", "git:--output=x:old.json", "old.json"]);
    assert_eq!(done.code, 2, "a revision is no option: {}", done.out);
}

#[test]
fn reviews_ask_three_questions() {
    let folder = folder("questions");
    let ask = |args: &[&str]| {
        let done = folder.run(&[&["access"], args].concat());
        assert_eq!(done.err, "", "{args:?}");
        (done.code, done.out)
    };
    assert_eq!(ask(&["other.json", "--no-new-access", "old.json"]).0, 0);
    let (code, out) = ask(&["new.json", "--no-new-access", "old.json"]);
    assert_eq!((code, out.contains("FAIL    new.json line 1 no-new-access")), (1, true), "{out}");

    assert_eq!(ask(&["new.json", "--not-granted", "bedrock:CreateAgent,s3:GetObject"]).0, 0);
    let (code, out) = ask(&["new.json", "--not-granted", "bedrock:DeleteAgent"]);
    assert_eq!((code, out.contains("\"Invoke\" allows bedrock:DeleteAgent")), (1, true), "{out}");
    let elsewhere = "arn:aws:bedrock:us-east-1:444455556666:agent/A";
    assert_eq!(ask(&["new.json", "--not-granted", "bedrock:DeleteAgent", "--on", elsewhere]).0, 0);

    let (code, out) = ask(&["public.json", "--no-public-access"]);
    assert_eq!(code, 1);
    assert!(out.contains("statement 1 allows s3:GetObject on arn:aws:s3:::b/example by "), "{out}");
    let limited = |condition: &str| {
        let text = PUBLIC.replace("b/*\"}", &format!("b/*\", \"Condition\": {{{condition}}}}}"));
        folder.write("limited.json", text);
        ask(&["limited.json", "--no-public-access"]).0
    };
    assert_eq!(limited(r#""StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}"#), 0);
    assert_eq!(limited(r#""StringLike": {"aws:PrincipalOrgID": "o-*"}"#), 1);
    assert_eq!(limited(r#""StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}"#), 1);
    assert_eq!(limited(r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#), 0);
    assert_eq!(limited(r#""IpAddress": {"aws:SourceIp": "0.0.0.0/1"}"#), 1);
    assert_eq!(limited(r#""ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}"#), 0);
    assert_eq!(limited(r#""StringEquals": {"aws:RequestedRegion": "us-east-1"}"#), 1);
}

#[test]
fn questions_come_in_lines_and_are_answered_in_order() {
    let folder = folder("questions-batch");
    let policy = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    let lines = [
        json!({"id": 1, "kind": "no-new-access", "existing": policy(OLD), "new": policy(NEW)}),
        json!({"id": 2, "kind": "no-new-access", "existing": policy(OLD), "new": policy(OTHER_WORDS)}),
        json!({"id": 3, "kind": "access-not-granted", "new": policy(NEW), "access": {"actions": ["bedrock:DeleteAgent"]}}),
        json!({"id": 4, "kind": "no-public-access", "new": policy(PUBLIC), "policy_type": "RESOURCE_POLICY"}),
        json!({"id": 5, "kind": "no-new-access", "new": policy(NEW)}),
        json!({"id": 6, "kind": "anything", "new": policy(NEW)}),
        json!({"id": 7, "kind": "no-public-access", "new": {"Statement": [{"Action": "s3:*"}]}}),
    ];
    let input: String = lines.iter().map(|it| format!("{it}\n")).collect();
    let done = folder.run_with(&["access", "--batch", "-"], input + "no json\n");
    assert_eq!(done.code, 0, "{}", done.err);
    let answers: Vec<Value> = done.out.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let verdicts: Vec<(&Value, &Value)> = answers.iter().map(|it| (&it["id"], &it["verdict"])).collect();
    let expected =
        ["FAIL", "PASS", "FAIL", "FAIL", "UNKNOWN", "UNKNOWN", "UNKNOWN", "UNKNOWN"].map(|it| json!(it));
    let ids = [json!(1), json!(2), json!(3), json!(4), json!(5), json!(6), json!(7), Value::Null];
    assert_eq!(verdicts, ids.iter().zip(&expected).collect::<Vec<_>>());
    assert_eq!(answers[0]["witness"]["allowedBy"], json!({"policy": "new", "index": 1}));
    assert_eq!(answers[6]["reason"], "unfinished");
}

#[test]
fn requests_that_aws_never_sends_are_a_second_opinion() {
    let folder = folder("second-opinion");
    let listing = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::b"}]}"#;
    folder.write("listing.json", listing);
    let question = ["access", "--not-granted", "s3:ListAllMyBuckets", "listing.json"];
    let done = folder.run(&question);
    assert_eq!(done.code, 1, "{}", done.err);
    assert!(
        done.out.ends_with("PASS for the requests that AWS sends, as far as the catalogue knows\n"),
        "{}",
        done.out
    );
    let done = folder.run(&[&question[..], &["--format", "json"]].concat());
    let output: Value = serde_json::from_str(&done.out).unwrap();
    let answer = &output["answers"][0];
    assert_eq!((&answer["verdict"], &answer["ofRequestsSent"]["verdict"]), (&json!("FAIL"), &json!("PASS")));
}
