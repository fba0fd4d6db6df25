//! The command line from outside: exit codes, messages, formats, files.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::ACCESSLENS;

/// One error, a statement without `Effect`, and no other finding.
const FAULTY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{ "Action": "s3:ListAllMyBuckets", "Resource": "*" }]
}
"#;

const CLEAN: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }]
}
"#;

/// An empty folder of a test's own, with files written into it.
pub(crate) struct Folder(PathBuf);

/// What a run of the binary came to.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let folder = Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name));
        let _ = std::fs::remove_dir_all(&folder.0);
        std::fs::create_dir_all(&folder.0).unwrap();
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, contents).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(ACCESSLENS);
        command.args(args).current_dir(&self.0).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Done {
        self.run_with(args, "")
    }

    pub(crate) fn run_with(&self, args: &[&str], input: impl AsRef<[u8]>) -> Done {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.as_ref().to_vec();
        // What does not read its input closes it.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Done {
            code: output.status.code().expect("it ends by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn json(&self, args: &[&str]) -> Value {
        let done = self.run(&[&["check", "--format", "json"], args].concat());
        checked_json(&done.out)
    }
}

/// The output of `check`, which must be as its schema says.
fn checked_json(out: &str) -> Value {
    json_by_schema(out, "check-output.schema.json")
}

pub(crate) fn json_by_schema(out: &str, schema: &str) -> Value {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(schema);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let out: Value = serde_json::from_str(out).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&out).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert_eq!(faults, [""; 0]);
    out
}

fn paths(output: &Value) -> Vec<&str> {
    output["files"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect()
}

fn rules(file: &Value) -> Vec<&str> {
    file["findings"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect()
}

#[test]
fn the_exit_code_says_what_there_is() {
    let folder = Folder::new("exit", &[("faulty.json", FAULTY), ("clean.json", CLEAN)]);
    let code = |args: &[&str]| folder.run(args).code;
    assert_eq!(code(&["check", "clean.json"]), 0);
    assert_eq!(code(&["check", "faulty.json"]), 1);
    assert_eq!(code(&["check"]), 1, "the folder it is in");
    assert_eq!(code(&["check", "clean.json", "missing.json"]), 2);
    assert_eq!(code(&["check", "--no-such-flag"]), 2);
    assert_eq!(code(&["check", "--kind", "bucket", "clean.json"]), 2);
    assert_eq!(code(&["check", "--fail-on", "fatal", "clean.json"]), 2);
    assert_eq!(code(&["check", "--now", "yesterday", "clean.json"]), 2);
    folder.write("accesslens.json", r#"{"rules": {"missing-effect": "warning"}}"#);
    assert_eq!(code(&["check", "faulty.json"]), 0);
    assert_eq!(code(&["check", "faulty.json", "--fail-on", "warning"]), 1);
    assert_eq!(code(&["check", "faulty.json", "--fail-on", "info"]), 1);
}

#[test]
fn people_see_an_excerpt() {
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": {\n\t\"Id\": \"日本 🦀\", \"Action\": \"s3:ListAllMyBuckets\",\r\n    \
                \"Effect\": \"Allow\", \"Resource\": \"*\" }\n}\n";
    let folder = Folder::new("human", &[("a.json", text)]);
    folder.write("accesslens.json", r#"{"rules": {"missing-version": "off"}}"#);
    let done = folder.run(&["check", "a.json"]);
    assert_eq!((done.code, &*done.err), (1, ""));
    let excerpt = "  |
4 |     \"Id\": \"日本 🦀\", \"Action\": \"s3:ListAllMyBuckets\",
  |     ^^^^
";
    assert!(
        done.out.starts_with("a.json: identity policy (assumed; --kind says otherwise)\n\n"),
        "{}",
        done.out
    );
    assert!(done.out.contains("error[unknown-element]: "), "{}", done.out);
    assert!(done.out.contains(" --> a.json:4:2\n"), "{}", done.out);
    assert!(done.out.contains(excerpt), "{}", done.out);
    assert!(done.out.ends_with("1 error in 1 file (1 identity policy)\n"), "{}", done.out);
}

#[test]
fn one_long_line_stays_readable() {
    let statement = CLEAN.lines().nth(2).unwrap().trim().strip_prefix("\"Statement\": [").unwrap();
    let statement = statement.strip_suffix(']').unwrap();
    let many = vec![statement; 100].join(", ");
    let text = format!(
        "{{\"Version\": \"2012-10-17\", \"Statement\": [{many}, {}, {many}]}}",
        statement.replace("\"Effect\"", "\"Efect\"")
    );
    let folder = Folder::new("long", &[("a.json", &text)]);
    let done = folder.run(&["check", "a.json"]);
    assert!(done.out.contains("Efect"), "{}", done.out);
    let widest = done.out.lines().map(|it| it.chars().count()).max();
    assert!(widest < Some(200), "{widest:?}\n{}", done.out);
}

#[test]
fn colour_is_for_terminals() {
    let folder = Folder::new("colour", &[("a.json", FAULTY)]);
    let coloured = |name: &str, value: &str| {
        let output = folder.command(&["check", "a.json"]).env(name, value).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!coloured("TERM", "xterm-256color"), "a pipe is no terminal");
    assert!(coloured("CLICOLOR_FORCE", "1"));
    assert!(!coloured("NO_COLOR", "1"));
}

#[test]
fn programs_get_json() {
    let text = FAULTY.replace("{ \"Action\"", "{ \"Sid\": \"a\u{e9}\u{1f980}\", \"Action\"");
    let folder = Folder::new("json", &[("a.json", &text), ("trust.json", CLEAN), ("other.json", "{}")]);
    let output = folder.json(&["a.json", "trust.json", "other.json"]);
    assert_eq!(paths(&output), ["a.json", "trust.json", "other.json"]);
    let file = |idx: usize| &output["files"][idx];
    assert_eq!(file(0)["kind"], "identity");
    assert_eq!(file(0)["policies"][0]["kind_source"], "assumed");
    assert_eq!(file(1)["kind"], "trust");
    assert_eq!(file(2)["kind"], Value::Null);
    let finding = file(0)["findings"].as_array().unwrap().iter().find(|it| it["rule"] == "missing-effect");
    let finding = finding.unwrap();
    assert_eq!(finding["access_analyzer"], "MISSING_EFFECT");
    assert_eq!(finding["pointer"], "/Statement/0/Sid");
    // The crab is two units of UTF-16.
    let range = json!({"start": {"line": 2, "character": 25}, "end": {"line": 2, "character": 31}});
    assert_eq!(finding["range"], range);
    assert_eq!(finding["fixes"][0]["safety"], "suggested");
    assert!(output["catalogue"]["date"].as_str().is_some_and(|it| it.starts_with("20")));
    assert_eq!(output.get("errors"), None);
}

#[test]
fn layout_changes_no_finding() {
    let folder = Folder::new("layout", &[("a.json", FAULTY)]);
    folder.write("b.json", FAULTY.replace('\n', "\r\n"));
    folder.write("c.json", format!("\u{feff}{FAULTY}"));
    let output = folder.json(&["a.json", "b.json", "c.json"]);
    let findings = |idx: usize| &output["files"][idx]["findings"];
    assert_eq!(rules(&output["files"][0]), ["missing-effect"]);
    assert_eq!(findings(0), findings(1));
    assert_eq!(findings(0), findings(2));
}

#[test]
fn folders_are_searched_as_git_would() {
    let folder = Folder::new(
        "folders",
        &[
            ("a/z.json", CLEAN),
            ("a/b/a.jsonc", CLEAN),
            ("a/stack.template", CLEAN),
            ("a/notes.txt", CLEAN),
            ("a/package.json", "{}"),
            ("a/built/a.json", CLEAN),
            ("a/node_modules/a.json", CLEAN),
            (".gitignore", "built/\n"),
            ("c.json", CLEAN),
        ],
    );
    assert_eq!(paths(&folder.json(&["a"])), ["a/b/a.jsonc", "a/stack.template", "a/z.json"]);
    let all = ["a/b/a.jsonc", "a/stack.template", "a/z.json", "c.json"];
    assert_eq!(paths(&folder.json(&[])), all);
    assert_eq!(paths(&folder.json(&["c.json", ".", "a/z.json"])), ["c.json", all[0], all[1], all[2]]);
    assert_eq!(paths(&folder.json(&["a/**/*.json"])), ["a/z.json"]);
    assert_eq!(paths(&folder.json(&["a/*"])), ["a/notes.txt", "a/stack.template", "a/z.json"]);
    assert_eq!(paths(&folder.json(&["*.{json,jsonc}"])), ["c.json"]);
    assert_eq!(paths(&folder.json(&["a/built/a.json"])), ["a/built/a.json"], "named is meant");
    let done = folder.run(&["check", "b/*.json"]);
    assert_eq!(
        (done.code, &*done.err),
        (2, "accesslens: error: no file matches b/*.json; what .gitignore names is left out\n")
    );
}

#[test]
fn a_file_is_no_command() {
    let folder = Folder::new("no-command", &[("policy.json", CLEAN)]);
    let done = folder.run(&["policy.json"]);
    let expected = "accesslens: error: `policy.json` is no command; `accesslens check policy.json` reports what is wrong \
                    in it, and `accesslens access policy.json` says what it allows\n";
    assert_eq!((done.code, done.err.as_str()), (2, expected));
    let done = folder.run(&["polcy.json"]);
    assert!(done.code == 2 && done.err.contains("unrecognized subcommand"), "{}", done.err);
}

#[test]
fn what_a_path_of_a_simulation_lacks_is_said() {
    let folder = Folder::new("simulated-path", &[("none.json", "{}")]);
    let ask = |path: &str| {
        folder.run(&["simulate", "--as", "a", "--action", "s3:ListAllMyBuckets", "--identity", path]).err
    };
    assert_eq!(ask("gone.json"), "accesslens: error: there is no file `gone.json`; check the path\n");
    assert_eq!(ask("none.json"), "accesslens: error: none.json holds no policy; name a file with one\n");
}

#[test]
fn standard_input_is_a_file_too() {
    let folder = Folder::new("stdin", &[]);
    let done = folder.run_with(&["check", "--format", "json", "-"], FAULTY);
    assert_eq!(done.code, 1);
    let output = checked_json(&done.out);
    assert_eq!((paths(&output), output["files"][0]["kind"].as_str()), (vec!["stdin.json"], Some("identity")));
    let done = folder.run_with(&["check", "--format=json", "--stdin-name=x/scp.json", "-"], FAULTY);
    let output = checked_json(&done.out);
    assert_eq!((paths(&output), output["files"][0]["kind"].as_str()), (vec!["x/scp.json"], Some("scp")));
    let done = folder.run_with(&["check", "--fix", "-"], FAULTY);
    assert_eq!(done.code, 2);
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_checked() {
    let folder = Folder::new("unreadable", &[("ok/faulty.json", FAULTY), ("ok/empty.json", "")]);
    folder.write("latin.json", [b"{\"Effect\": \"\xe4\"}".as_slice()].concat());
    folder.write("ok/binary.json", [0xff, 0x00, 0x80]);
    folder.write("utf16.json", FAULTY.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let mut with_mark = vec![0xff, 0xfe];
    with_mark.extend(FAULTY.encode_utf16().flat_map(u16::to_le_bytes));
    folder.write("utf16-bom.json", with_mark);
    std::fs::File::create(folder.0.join("huge.json")).unwrap().set_len(65 * 1024 * 1024).unwrap();

    let done = folder.run(&["check", "--format", "json", "."]);
    assert_eq!(done.code, 2);
    let output = checked_json(&done.out);
    assert_eq!(paths(&output), ["ok/faulty.json"]);
    assert_eq!(
        output["errors"],
        json!([
            "huge.json is larger than 64 MiB and was not checked; split it up",
            "latin.json is not UTF-8 (byte 12) and was not checked; save it as UTF-8",
            "utf16-bom.json is UTF-16 and was not checked; save it as UTF-8",
        ])
    );
    assert_eq!(done.err.lines().count(), 3);

    let done = folder.run(&["check", "ok"]);
    assert_eq!((done.code, &*done.err), (1, ""), "what cannot be a policy is passed over");
    let done = folder.run(&["check", "ok/empty.json"]);
    assert_eq!((done.code, &*done.err), (0, "accesslens: note: ok/empty.json holds no policy\n"));
    let done = folder.run(&["check", "ok/binary.json", "nothing.json"]);
    let expected = "accesslens: error: cannot read nothing.json: there is no such file; check the path, or put a \
                    glob in quotes\naccesslens: error: ok/binary.json is not UTF-8 (byte 0) and was not checked; \
                    save it as UTF-8\n";
    assert_eq!((done.code, &*done.err), (2, expected));
}

#[test]
fn configurations_hold_for_what_is_below_them() {
    let folder = Folder::new(
        "config",
        &[
            (".accesslens.jsonc", "{\n  // Whole tree.\n  \"rules\": {\"missing-effect\": \"off\"},\n}\n"),
            ("a.json", FAULTY),
            ("in/a.json", FAULTY),
            ("in/accesslens.json", r#"{"policyKinds": {"*.json": "scp", "deep/*.json": "trust"}}"#),
            ("in/deep/a.json", FAULTY),
            ("bad/accesslens.json", r#"{"rules": {"mising-effect": "off"}, "lens": {"enable": 1}}"#),
            ("bad/a.json", FAULTY),
            ("torn/accesslens.json", "{"),
            ("torn/a.json", FAULTY),
        ],
    );
    let output = folder.json(&["a.json", "in/a.json", "in/deep/a.json"]);
    let files = output["files"].as_array().unwrap();
    assert_eq!(rules(&files[0]), [""; 0]);
    assert_eq!(
        (rules(&files[1]).contains(&"missing-effect"), files[1]["kind"].as_str()),
        (true, Some("scp"))
    );
    assert_eq!(files[2]["kind"], "trust");
    assert_eq!(folder.json(&["--kind=rcp", "in/a.json"])["files"][0]["kind"], "rcp", "a flag counts more");
    let output = folder.json(&["--config", ".accesslens.jsonc", "in/a.json"]);
    assert_eq!((rules(&output["files"][0]), &output["files"][0]["kind"]), (vec![], &json!("identity")));

    let done = folder.run(&["check", "bad/a.json"]);
    assert_eq!(done.code, 2);
    let at = folder.0.join("bad/accesslens.json");
    let expected = format!(
        "accesslens: error: {0}:1:12: There is no rule `mising-effect`; did you mean `missing-effect`?\n\
         accesslens: error: {0}:1:56: This is 1; write `true` or `false`\n",
        at.display()
    );
    assert_eq!(done.err, expected);
    assert!(done.out.contains("missing-effect"), "it is checked all the same");
    let done = folder.run(&["check", "torn/a.json"]);
    assert!(done.err.contains("torn/accesslens.json:1:1: ") && done.code == 2, "{}", done.err);
    let done = folder.run(&["check", "a.json", "--config", "none.json"]);
    assert!(done.err.contains("there is no such file; check the path"), "{}", done.err);
}

#[test]
fn only_safe_fixes_are_applied() {
    let text = CLEAN.replace("\"s3:ListAllMyBuckets\"", "[\"s3:ListAllMyBuckets\", \"s3:NoSuchAction\"]");
    let folder = Folder::new("fix", &[("faulty.json", FAULTY), ("clean.json", CLEAN)]);
    folder.write("safe.json", text.replace('\n', "\r\n"));
    let before = std::fs::metadata(folder.0.join("faulty.json")).unwrap().modified().unwrap();
    let done = folder.run(&["check", "--fix", "."]);
    assert_eq!(folder.read("faulty.json"), FAULTY);
    assert_eq!(std::fs::metadata(folder.0.join("faulty.json")).unwrap().modified().unwrap(), before);
    let fixed = text.replace("[\"s3:ListAllMyBuckets\", \"s3:NoSuchAction\"]", "[\"s3:ListAllMyBuckets\"]");
    assert_eq!(folder.read("safe.json"), fixed.replace('\n', "\r\n"));
    assert_eq!(done.code, 1, "what is left is found");
    assert!(done.out.contains("safe.json: identity policy"), "{}", done.out);
    assert!(done.out.contains("  fixed unknown-action: Remove it\n"), "{}", done.out);
    let mut names: Vec<_> = std::fs::read_dir(&folder.0)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["clean.json", "faulty.json", "safe.json"], "nothing else is left behind");
    let output = folder.json(&["--fix", "safe.json"]);
    assert_eq!(output["files"][0].get("fixed"), None, "once is enough");
    folder.write("safe.json", &text);
    assert_eq!(
        folder.json(&["--fix", "safe.json"])["files"][0]["fixed"],
        json!([{"rule": "unknown-action", "title": "Remove it"}])
    );
}

#[cfg(unix)]
#[test]
fn a_fix_goes_through_a_link_and_keeps_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let text = CLEAN.replace("\"s3:ListAllMyBuckets\"", "[\"s3:ListAllMyBuckets\", \"s3:NoSuchAction\"]");
    let folder = Folder::new("link", &[("real/a.json", &text)]);
    std::fs::set_permissions(folder.0.join("real/a.json"), PermissionsExt::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real/a.json", folder.0.join("link.json")).unwrap();
    assert_eq!(folder.run(&["check", "--fix", "link.json"]).code, 0);
    assert!(!folder.read("real/a.json").contains("NoSuchAction"));
    assert!(std::fs::symlink_metadata(folder.0.join("link.json")).unwrap().is_symlink());
    let mode = std::fs::metadata(folder.0.join("real/a.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn code_scanning_gets_sarif() {
    let folder = Folder::new("sarif", &[("my dir/a.json", FAULTY), ("b.json", FAULTY)]);
    let done = folder.run(&["check", "--format", "sarif", "my dir/a.json", "b.json", "none.json"]);
    assert_eq!(done.code, 2);
    let log: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 1);
    assert!(rules[0]["help"]["markdown"].as_str().unwrap().contains("```jsonc\n"));
    let result = &run["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["ruleIndex"], &result["level"]),
        (&json!("missing-effect"), &json!(0), &json!("error"))
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20dir/a.json");
    assert_eq!(place["region"], json!({"startLine": 3, "startColumn": 17, "endLine": 3, "endColumn": 18}));
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "\"Effect\": \"Allow\", ");
}

#[test]
fn pull_requests_get_annotations() {
    let folder = Folder::new("github", &[("a,b.json", FAULTY)]);
    let done = folder.run(&["check", "--format", "github", "a,b.json"]);
    let expected = "::error file=a%2Cb.json,line=3,endLine=3,col=17,endColumn=17,title=missing-effect::This \
                    statement has no `Effect`\n";
    assert_eq!((done.code, &*done.out), (1, expected));
}

#[test]
fn many_files_come_in_the_same_order_every_time() {
    let folder = Folder::new("many", &[]);
    for n in 0..400 {
        folder.write(&format!("{}/{n}.json", n % 7), if n % 3 == 0 { FAULTY } else { CLEAN });
    }
    let first = folder.run(&["check", "--format", "json", "."]);
    let output = checked_json(&first.out);
    let paths = paths(&output);
    assert_eq!(paths.len(), 400);
    assert!(paths.is_sorted());
    for _ in 0..3 {
        assert_eq!(folder.run(&["check", "--format", "json", "."]).out, first.out);
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let folder = Folder::new("pipe", &[]);
    for n in 0..200 {
        folder.write(&format!("{n}.json"), FAULTY);
    }
    let mut command = folder.command(&["check", "."]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(1), b"".as_slice()));
}

#[test]
fn rules_explain_themselves() {
    let folder = Folder::new("rules", &[]);
    let done = folder.run(&["rules"]);
    assert!(done.code == 0 && done.out.contains("missing-effect"), "{}", done.out);
    let done = folder.run(&["rules", "--format", "json"]);
    let rules: Value = serde_json::from_str(&done.out).unwrap();
    let rule = rules.as_array().unwrap().iter().find(|it| it["name"] == "missing-effect").unwrap();
    assert_eq!((&rule["severity"], &rule["access_analyzer"]), (&json!("error"), &json!("MISSING_EFFECT")));
    let done = folder.run(&["explain", "missing-effect"]);
    assert!(
        done.out
            .starts_with("missing-effect (error, structure, since 0.1.0, Access Analyzer MISSING_EFFECT)\n")
    );
    let done = folder.run(&["explain", "missing-efect"]);
    let expected = "accesslens: error: there is no rule `missing-efect`; did you mean `missing-effect`?\n";
    assert_eq!((done.code, &*done.err), (2, expected));
}

#[test]
fn a_tree_can_be_looked_at() {
    let folder = Folder::new("parse", &[("a.json", "{\"a\": [1,]}")]);
    let done = folder.run(&["parse", "a.json"]);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("\n    Member 1..10\n      String 1..4 \"\\\"a\\\"\"\n"), "{}", done.out);
    assert!(done.out.contains("error 8..9 at 1:9: TrailingComma: "), "{}", done.out);
    assert_eq!(folder.run_with(&["parse", "-"], "{}").code, 0);
    assert_eq!(folder.run(&["parse", "b.json"]).code, 2);
}

#[test]
fn the_version_tells_the_age_of_the_facts() {
    let done = Folder::new("version", &[]).run(&["--version"]);
    let date = catalog::catalog().date();
    assert_eq!(done.out, format!("accesslens {} (AWS as of {date})\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn access_says_what_each_statement_comes_to() {
    let seed = |name: &str| {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/fixtures/seeds")
            .join(name)
            .display()
            .to_string()
    };
    let folder =
        Folder::new("access", &[("none.json", "{}"), ("half.json", r#"{"Statement": [{"Effect": "Al"#)]);
    let now = "2026-11-22";
    let done = folder.run(&["access", "--now", now, &seed("S04.json"), &seed("S05.json")]);
    assert_eq!(done.code, 0, "{}", done.err);
    for line in [
        "Identity policy · denies everything (statement 1)",
        "statement 2  Allow · never: ended 2025-12-31 23:59 UTC",
        "Allow · sagemaker:CreateNotebookInstance on any resource · 3 others never: they do not send \
         sagemaker:InstanceTypes · if",
    ] {
        assert!(done.out.contains(line), "{line}\n{}", done.out);
    }

    let done =
        folder.run(&["access", "--format", "json", "--now", now, &seed("S05.json"), &seed("S10.json")]);
    let output = json_by_schema(&done.out, "access-output.schema.json");
    let applies = |policy: usize| -> Vec<bool> {
        let statements = output["policies"][policy]["statements"].as_array().unwrap();
        statements.iter().map(|it| it["applies"].as_bool().unwrap()).collect()
    };
    assert_eq!((applies(0), applies(1)), (vec![true, false], vec![true; 8]));

    let done = folder.run(&["access", "half.json", "none.json"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.err.contains("none.json holds no policy"), "{}", done.err);
    assert!(done.out.contains("unfinished"), "{}", done.out);
    let done = folder.run(&["access", "missing.json"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("missing.json"), "{}", done.err);
}

/// A call that one Region too few is allowed for.
const DENIED: &str = "An error occurred (AccessDeniedException) when calling the InvokeModel operation: User: \
    arn:aws:iam::111122223333:user/dev is not authorized to perform: bedrock:InvokeModel on resource: \
    arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0 because no identity-based policy allows the \
    bedrock:InvokeModel action";

const ONE_REGION: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "Models", "Effect": "Allow", "Action": "bedrock:InvokeModel",
    "Resource": "arn:aws:bedrock:us-east-1::foundation-model/*"
  }]
}
"#;

#[test]
fn denied_requests_are_explained() {
    let folder = Folder::new("denied", &[("policies/one.json", ONE_REGION), ("log.txt", DENIED)]);
    for args in [
        &["explain-denied", "log.txt", "--policies", "policies"][..],
        &["explain-denied", "--message", DENIED, "--policies", "policies/*.json"],
    ] {
        let done = folder.run(args);
        assert_eq!(done.code, 0, "{}", done.err);
        for line in [
            "principal  arn:aws:iam::111122223333:user/dev",
            "reason     no identity-based policy allows it",
            "Denied: no identity-based policy allows bedrock:InvokeModel; nearest is \"Models\" \
             (policies/one.json:4): `arn:aws:bedrock:us-east-1::foundation-model/*` is for Region `us-east-1`, the \
             resource is in `us-west-2`",
            "Smallest grant, for the identity-based policy:",
        ] {
            assert!(done.out.contains(line), "{line}\n{}", done.out);
        }
    }
    let done =
        folder.run_with(&["explain-denied", "-", "--format", "json", "--policies", "policies"], DENIED);
    let output = json_by_schema(&done.out, "denied-output.schema.json");
    let request = &output["requests"][0];
    assert_eq!(request["reason"]["kind"], "identity");
    assert_eq!(request["answers"][0]["decision"], "ImplicitlyDenied");
    assert_eq!(request["answers"][0]["statements"][0]["place"], "policies/one.json:4");
    let wanted = "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0";
    assert_eq!(request["grant"]["statements"][0]["Resource"], wanted);
}

#[test]
fn events_are_explained_with_what_is_told_beside_them() {
    let folder = Folder::new("denied-event", &[("one.json", ONE_REGION)]);
    let event = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/seeds/S08.json");
    let event = event.canonicalize().unwrap().to_string_lossy().into_owned();
    let done = folder.run(&["explain-denied", &event, "--policies", "one.json"]);
    assert!(done.out.contains("missing    Region: the event does not say where it was sent"), "{}", done.out);
    assert!(
        done.out.contains("Depends on the Region, which is not known: allowed in `us-east-1`"),
        "{}",
        done.out
    );
    let done = folder.run(&["explain-denied", &event, "--region", "us-east-1", "--policies", "one.json"]);
    assert!(done.out.contains("Allowed by \"Models\" (one.json:4)"), "{}", done.out);
    let done = folder.run(&["explain-denied", &event, "--format", "json"]);
    let output = json_by_schema(&done.out, "denied-output.schema.json");
    assert_eq!(output["requests"][0]["missing"][0]["what"], "Region");
}

#[test]
fn what_cannot_be_explained_is_said() {
    let folder = Folder::new("denied-failures", &[("prose.txt", "All is well."), ("none.json", "{}")]);
    for (args, message) in [
        (&["explain-denied", "prose.txt"][..], "neither an AccessDenied message nor an event"),
        (&["explain-denied", "missing.txt"], "missing.txt"),
        (&["explain-denied", "--message", DENIED, "--policies", "none.json"], "hold no policy"),
        (&["explain-denied", "--message", DENIED, "--policies", "no-*.json"], "no file matches"),
        (&["explain-denied"], "required"),
        (&["explain-denied", "prose.txt", "--message", DENIED], "cannot be used with"),
    ] {
        let done = folder.run(args);
        assert_eq!(done.code, 2, "{args:?} {}", done.out);
        assert!(done.err.contains(message), "{args:?}\n{}", done.err);
    }
}
