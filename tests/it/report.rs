//! `accesslens report` from outside: what it says, in each form, and that nothing in a policy gets out of its place.

use serde_json::{Value, json};

use crate::cli::{Done, Folder, json_by_schema};

const NOW: &str = "2026-11-22";

/// A statement of each sort.
const MIXED: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Objects", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListAllMyBuckets", "s3:ListBucket", "s3:GetObjekt"],
   "Resource": "arn:aws:s3:::a/*"},
  {"Sid": "Again", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/b/*"},
  {"Sid": "Over", "Effect": "Allow", "Action": "sagemaker:CreateEndpoint", "Resource": "*",
   "Condition": {"DateLessThan": {"aws:CurrentTime": "2025-12-31T00:00:00Z"}}},
  {"Sid": "Secret", "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/secret/*",
   "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": ["ml", "ops", "web", "db"]}}},
  {"Sid": "Elsewhere", "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::other/*"},
  {"Sid": "Run", "Effect": "Allow", "Action": ["sagemaker:CreateNotebookInstance", "iam:PassRole"], "Resource": "*",
   "Condition": {"IpAddressIfExists": {"aws:SourceIp": "10.0.0.0/8"}}},
  {"Sid": "Banned", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"},
  {"Sid": "Ban", "Effect": "Deny", "Action": "kms:*", "Resource": "*"}]}"#;

const PUBLIC: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}"#;

fn report(folder: &Folder, args: &[&str]) -> Done {
    folder.run(&[&["report", "--now", NOW], args].concat())
}

fn as_json(folder: &Folder, args: &[&str]) -> Value {
    let done = report(folder, &[&["--format", "json"], args].concat());
    assert_eq!(done.code, 0, "{}", done.err);
    json_by_schema(&done.out, "report-output.schema.json")
}

fn statement<'a>(policy: &'a Value, sid: &str) -> &'a Value {
    let name = format!("\"{sid}\"");
    let all = policy["statements"].as_array().unwrap();
    all.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("{sid}"))
}

#[test]
fn a_report_tells_what_is_granted_and_what_is_dead_and_why() {
    let folder = Folder::new("report", &[("mixed.json", MIXED)]);
    let output = as_json(&folder, &["mixed.json"]);
    let policy = &output["policies"][0];
    let dead = |sid: &str| statement(policy, sid)["dead"].clone();
    assert_eq!(dead("Objects"), Value::Null);
    let covered =
        json!({"how": "covered", "reason": "covered by \"Objects\": without it, access is the same"});
    assert_eq!(dead("Again"), covered);
    assert_eq!(dead("Over"), json!({"how": "never", "reason": "never: ended 2025-12-31"}));
    assert_eq!(dead("Banned"), json!({"how": "never", "reason": "never: \"Ban\" denies all of it"}));

    let objects = statement(policy, "Objects");
    assert_eq!(objects["levels"], json!([{"level": "Read", "count": 1, "actions": ["s3:GetObject"]}]));
    let left_out: Vec<&Value> =
        objects["not_granted"].as_array().unwrap().iter().map(|it| &it["names"]).collect();
    assert_eq!(
        left_out,
        [&json!(["s3:ListAllMyBuckets"]), &json!(["s3:ListBucket"]), &json!(["s3:GetObjekt"])]
    );
    // Only a Deny that can meet the same objects takes something off.
    assert_eq!(objects["denied_in_cases_by"], json!(["\"Secret\""]));

    let secret = &statement(policy, "Secret")["conditions"][0];
    assert_eq!(secret["absent"], "holds");
    assert_eq!(secret["text"], "aws:PrincipalTag/team is none of ml, ops, web and db (or not given)");
    assert_eq!(secret["values"], json!(["ml", "ops", "web", "db"]));
    assert_eq!(statement(policy, "Over")["until"], "2025-12-31T00:00:00Z");

    let dangers: Vec<(&str, u64, u64)> = policy["dangers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let count = |name: &str| it[name].as_u64().unwrap();
            (it["consequence"].as_str().unwrap(), count("always"), count("conditional"))
        })
        .collect();
    assert_eq!(dangers, [("spend", 0, 1), ("read-data", 1, 0), ("escalate", 0, 1)]);
    let access = "Identity policy · allows iam:PassRole, s3:GetObject and sagemaker:CreateNotebookInstance · 2 of them \
                  under conditions only · 1 of them is denied in some cases";
    assert_eq!(policy["access"], access);
}

/// A star at the end of a log group's ARN takes in its streams.
#[test]
fn what_a_pattern_may_match_is_not_called_dead() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
      "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      "Resource": "arn:aws:logs:*:*:log-group:/aws/sagemaker/*"}]}"#;
    let folder = Folder::new("report-logs", &[("logs.json", policy)]);
    let output = as_json(&folder, &["logs.json"]);
    let statement = &output["policies"][0]["statements"][0];
    assert_eq!((&statement["levels"][0]["count"], &statement["not_granted"]), (&json!(3), &json!([])));
}

#[test]
fn rows_tell_resources_apart() {
    let folder = Folder::new("report-rows", &[("mixed.json", MIXED)]);
    let output = as_json(&folder, &["mixed.json"]);
    let cell = |row: &Value, level: &str| {
        let it = &row["levels"][level];
        (it["always"].as_u64().unwrap(), it["conditional"].as_u64().unwrap(), it["denied"].as_u64().unwrap())
    };
    let rows: Vec<_> = output["policies"][0]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["patterns"][0].as_str().unwrap(), cell(it, "Write"), cell(it, "Read")))
        .collect();
    let expected = [
        ("*", (0, 2, 0), (0, 0, 0)),
        ("arn:aws:s3:::a/*", (0, 0, 0), (1, 0, 1)),
        ("arn:aws:s3:::a/b/*", (0, 0, 0), (1, 0, 0)),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_resource_policy_says_whom_it_lets_in() {
    let own =
        PUBLIC.replace("\"*\", \"Action\"", "{\"AWS\": \"arn:aws:iam::111122223333:root\"}, \"Action\"");
    let folder = Folder::new("report-public", &[("public.json", PUBLIC), ("own.json", &own)]);
    let output = as_json(&folder, &["public.json", "own.json", "--kind", "resource"]);
    let public = &output["policies"][0]["public"];
    assert_eq!((&public["answer"], &public["statement"]), (&json!("yes"), &json!("\"Open\"")));
    assert_eq!(public["request"]["action"], "s3:GetObject");
    assert_eq!(output["policies"][1]["public"], json!({"answer": "no"}));
    let limit = as_json(&folder, &["own.json", "--kind", "scp"]);
    assert_eq!(limit["policies"][0]["public"], Value::Null);
    let done = report(&folder, &["own.json", "--kind", "scp"]);
    assert!(
        done.out.contains("Leaves open to read data") && done.out.contains("grants nothing"),
        "{}",
        done.out
    );
}

#[test]
fn nothing_in_a_policy_gets_out_of_its_place() {
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Sid": "</script><b>`x`\"'|",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:<img src=x>"],
        "Resource": ["arn:aws:s3:::a\"><svg/onload=x>'/*", "arn:aws:s3:::`<i>``<u>/*"],
        "Condition": {"StringNotEquals": {"aws:PrincipalTag/<em>": ["</style><script>", "&amp;"]}},
    }]});
    let text = policy.to_string();
    let folder = Folder::new("report-escapes", &[("a&b.json", &text)]);
    let html = report(&folder, &["--format", "html", "--title", "</title><b>\"", "a&b.json"]).out;
    for bad in ["</script>", "<b>", "<img", "<svg/", "<i>", "<u>", "<em>", "<script", "a&b.json"] {
        assert!(!html.contains(bad), "{bad}");
    }
    assert_eq!((html.matches("</style>").count(), html.matches("</title>").count()), (1, 2));
    assert!(html.contains("<title>&lt;/title&gt;&lt;b&gt;&quot;</title>") && html.contains("a&amp;b.json"));
    // Nothing is loaded and nothing runs.
    for outside in ["http://", "https://", " src=\"", "@import", "javascript:", "url(//"] {
        assert!(!html.contains(outside), "{outside}");
    }
    well_formed(&html);

    let markdown = report(&folder, &["--title", "</title><b>", "a&b.json"]).out;
    // Between backticks these mean themselves; elsewhere they are escaped.
    let outside_code: Vec<&str> = markdown.lines().filter(|it| !it.contains('`')).collect();
    assert!(outside_code.iter().all(|it| !it.contains("<b>") && !it.contains("</script>")), "{markdown}");
    assert!(markdown.starts_with("# &lt;/title&gt;&lt;b&gt;\n"), "{markdown}");
}

/// Fails when an element is not closed, or closed in another's place.
fn well_formed(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    // Style sheets have no tags, and the escapes leave no other `<`.
    for part in html.split('<').skip(1) {
        let tag = part.split('>').next().unwrap();
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{tag}");
        } else if !tag.ends_with('/') && !matches!(name, "!DOCTYPE" | "meta" | "br" | "wbr") {
            open.push(name);
        }
    }
    assert_eq!(open, [""; 0]);
}

#[test]
fn the_page_says_in_words_what_it_shows() {
    let folder = Folder::new("report-html", &[("mixed.json", MIXED), ("public.json", PUBLIC)]);
    let html = report(&folder, &["--format", "html", "."]).out;
    well_formed(&html);
    for word in [
        "role=\"img\"",
        "<desc id=\"p1-desc\">",
        "s3: Read 1 of 66.",
        "prefers-color-scheme: dark",
        "@media print",
        "</span> redundant",
        "</span> dead",
        "Can spend money",
        "under a condition",
        "<a href=\"#p2\">public.json</a>",
    ] {
        assert!(html.contains(word), "{word}");
    }
}

#[test]
fn the_report_goes_where_it_is_told() {
    let files =
        [("policy.json", PUBLIC), ("none.json", "{}"), ("half.json", r#"{"Statement": [{"Effect": "Al"#)];
    let folder = Folder::new("report-output", &files);
    let done = report(&folder, &["policy.json", "--output", "out.md"]);
    assert_eq!((done.code, &*done.out, &*done.err), (0, "", ""));
    assert!(folder.read("out.md").starts_with("# Effective access\n"));

    let done = report(&folder, &["policy.json", "--output", "./policy.json"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("--output ./policy.json is one of the files to report on"), "{}", done.err);
    assert_eq!(folder.read("policy.json"), PUBLIC);
    let done = report(&folder, &["policy.json", "--output", "no/such/folder.md"]);
    assert!(done.code == 2 && done.err.contains("cannot write no/such/folder.md"), "{}", done.err);

    let done = report(&folder, &["none.json"]);
    assert!(done.code == 2 && done.err.contains("nothing to report on"), "{}", done.err);
    let done = report(&folder, &["half.json"]);
    assert!(done.code == 0 && done.out.contains("statement 1: unfinished"), "{}", done.out);
    let done = report(&folder, &["missing.json", "policy.json"]);
    assert!(
        done.code == 2 && done.out.contains("\"Open\"") && done.err.contains("missing.json"),
        "{}",
        done.err
    );
    let done = folder.run_with(&["report", "-", "--stdin-name", "bucket-policy.json"], PUBLIC);
    assert!(done.code == 0 && done.out.contains("bucket-policy.json"), "{}", done.err);
}

/// The steps of the workflow in `docs/github-action.md` are what a runner would run: this runs the first of them.
#[cfg(unix)]
#[test]
fn the_workflow_shows_what_a_pull_request_changes() {
    use std::path::Path;
    use std::process::Command;

    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/github-action.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, step) = page.split_once("      - name: Compare access with the base\n").unwrap();
    let (_, script) = step.split_once("        run: |\n").unwrap();
    let lines = script.lines().take_while(|it| it.starts_with("          "));
    let script: String = lines.map(|it| format!("{}\n", &it[10..])).collect();

    let narrow = PUBLIC.replace("arn:aws:s3:::b/*", "arn:aws:s3:::b/public/*");
    let files =
        [("wider.json", &*narrow), ("gone.json", PUBLIC), ("same.json", PUBLIC), ("other.json", "{}")];
    let folder = Folder::new("report-workflow", &files);
    let git = |args: &[&str]| {
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").args(who).args(args).current_dir(folder.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "before"]);
    folder.write("wider.json", PUBLIC);
    folder.write("same.json", PUBLIC.replace(", ", " ,\n"));
    folder.write("new ~~~~~~~~`name`.json", PUBLIC);
    folder.write("other.json", "{\"a\": 1}");
    std::fs::remove_file(folder.path().join("gone.json")).unwrap();
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "after"]);

    let program = Path::new(crate::ACCESSLENS).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let done = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("GITHUB_STEP_SUMMARY", folder.path().join("summary.md"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let comment = folder.read("cut.md");
    assert!(comment.starts_with("<!-- accesslens -->\n### Change in access\n"), "{comment}");
    let about = |name: &str| {
        let blocks = comment.split("~~~~~~~~text\n").skip(1);
        blocks.filter(|it| it.starts_with(name)).map(str::to_owned).collect::<Vec<_>>().concat()
    };
    assert!(about("wider.json").contains("+ \"Open\" grants"), "{comment}");
    assert!(about("gone.json").contains("- \"Open\""), "{comment}");
    assert!(about("same.json").contains("same access"), "{comment}");
    assert!(about("new ").contains("+ \"Open\" grants"), "{comment}");
    assert_eq!(about("other.json"), "");
    assert_eq!(folder.read("summary.md"), comment);
}
