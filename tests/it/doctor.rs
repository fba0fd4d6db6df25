//! What helps to set accesslens up and to see what it does: `doctor`, completions, the manual, the log.

use std::path::Path;

use serde_json::{Value, json};

use crate::ACCESSLENS;
use crate::cli::{Folder, json_by_schema};
use crate::client::Client;

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::hunter2" }]
}
"#;

/// The checks of this name: their state and text.
fn checks<'a>(output: &'a Value, name: &str) -> Vec<(&'a str, &'a str)> {
    let all = output["checks"].as_array().unwrap().iter().filter(|it| it["name"] == name);
    all.map(|it| (it["state"].as_str().unwrap(), it["text"].as_str().unwrap())).collect()
}

#[test]
fn the_doctor_says_what_is_there() {
    let folder = Folder::new("doctor", &[("in/p.json", POLICY), ("a.access.jsonc", "{}"), ("n.json", "{}")]);
    folder.write("accesslens.json", r#"{"lens": {"enable": false}}"#);
    let done = folder.run(&["doctor", "--format", "json"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    let output = json_by_schema(&done.out, "doctor-output.schema.json");
    assert_eq!(output["version"], env!("CARGO_PKG_VERSION"));
    let configuration = folder.path().canonicalize().unwrap().join("accesslens.json");
    let found = checks(&output, "configuration");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, Path::new(found[0].1).canonicalize().unwrap()), ("ok", configuration));
    assert!(checks(&output, "policies")[0].1.starts_with("1 in 1 of 4 files below "), "{output}");
    assert_eq!(checks(&output, "scenarios"), [("ok", "1")]);
    assert_eq!(checks(&output, "git")[0].0, "ok");
    assert!(checks(&output, "program")[0].1.contains(ACCESSLENS), "{output}");
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let folder =
        Folder::new("doctor-wrong", &[("accesslens.json", r#"{"rules": {"mising-effect": "off"}}"#)]);
    let run = |folder: &Folder| {
        let mut command = folder.command(&["doctor"]);
        let done = command.env("PATH", "relative").output().unwrap();
        (done.status.code(), String::from_utf8(done.stdout).unwrap())
    };
    let (code, said) = run(&folder);
    assert_eq!(code, Some(1), "{said}");
    for part in [
        "✗ configuration  ",
        "accesslens.json:1:12: ",
        "did you mean `missing-effect`?",
        "Correct it; what is wrong is left out.",
        "· git            cannot be run: there is no such file",
        "· editors        none found on the PATH",
        "which is not on the PATH",
        "· policies       none in 1 file below ",
        "\n1 problem.\n",
    ] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
    folder.write("accesslens.json", "{");
    let (code, said) = run(&folder);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("✗ configuration  ") && said.contains("accesslens.json:1:"), "{said}");
    assert_eq!(folder.run(&["doctor", "nowhere"]).code, 2);
}

#[cfg(unix)]
#[test]
fn the_doctor_asks_editors_for_their_version() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new(
        "doctor-editors",
        &[("home/.vscode/extensions/accesslens.accesslens-0.0.1-linux-x64/x", "")],
    );
    for (name, script) in [
        ("nvim", "#!/bin/sh\necho NVIM v0.11.0\necho more\n"),
        ("code", "#!/bin/sh\necho 1.99.0\n"),
        ("kak", "#!/bin/sh\nexit 1\n"),
    ] {
        folder.write(&format!("bin/{name}"), script);
        let path = folder.path().join("bin").join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = folder.command(&["doctor", "--format", "json"]);
    command.env("PATH", folder.path().join("bin")).env("HOME", folder.path().join("home"));
    let done = command.output().unwrap();
    let output = json_by_schema(&String::from_utf8(done.stdout).unwrap(), "doctor-output.schema.json");
    assert_eq!(checks(&output, "Neovim"), [("ok", "NVIM v0.11.0")]);
    let extension = format!("1.99.0, extension 0.0.1; this is {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(checks(&output, "VS Code"), [("note", extension.as_str())]);
    assert!(checks(&output, "Kakoune")[0].1.ends_with("bin/kak, which does not say its version"), "{output}");
    assert_eq!(checks(&output, "Helix"), []);
}

#[test]
fn shells_and_man_are_served() {
    let folder = Folder::new("completions", &[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let done = folder.run(&["completions", shell]);
        assert_eq!((done.code, done.err.as_str()), (0, ""), "{shell}");
        assert!(done.out.contains("explain-denied") && done.out.contains("fail-on"), "{shell}: {}", done.out);
    }
    assert_eq!(folder.run(&["completions", "cmd"]).code, 2);
    let page = folder.run(&["man"]);
    assert!(page.out.contains(".TH accesslens 1") && page.out.contains("doctor"), "{}", page.out);
    assert_eq!(folder.run(&["man", "--output", "pages"]).code, 0);
    let page = folder.read("pages/accesslens-check.1");
    assert!(page.contains("fail\\-on"), "{page}");
}

/// A session with a hover and a request that panics: what is logged.
fn logged(folder: &Folder, level: Option<&str>) -> String {
    let file = folder.path().join(format!("{}.log", level.unwrap_or("usual")));
    let _ = std::fs::remove_file(&file);
    let mut args = vec!["serve", "--stdio", "--test-requests", "--log", file.to_str().unwrap()];
    args.extend(level.iter().flat_map(|it| ["--log-level", it]));
    let (mut client, _) = Client::initialized(ACCESSLENS, &args, json!({}));
    let uri = "file:///tmp/policy.json";
    client.open(uri, "json", POLICY);
    let position = json!({"line": 2, "character": 50});
    client.call("textDocument/hover", json!({"textDocument": {"uri": uri}, "position": position})).unwrap();
    assert!(client.call("accesslens/test", json!({"panic": true})).is_err());
    assert_eq!(client.shutdown(), Some(0));
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn the_log_tells_of_requests_and_not_of_documents() {
    let folder = Folder::new("log", &[]);
    let usual = logged(&folder, None);
    for part in
        [" INFO accesslens ", "INFO textDocument/hover 2 took ", "accesslens/test 3 took ", "failed with "]
    {
        assert!(usual.contains(part), "no {part} in\n{usual}");
    }
    assert!(usual.contains("ERROR a panic at "), "{usual}");
    for (level, holds_method, holds_path, holds_text) in [
        ("off", false, false, false),
        ("warn", false, false, false),
        ("info", true, false, false),
        ("debug", true, true, false),
        ("trace", true, true, true),
    ] {
        let said = logged(&folder, Some(level));
        assert_eq!(said.contains("textDocument/hover"), holds_method, "{level}: {said}");
        assert_eq!(said.contains("/tmp/policy.json"), holds_path, "{level}: {said}");
        assert_eq!(said.contains("hunter2"), holds_text, "{level}: {said}");
        assert!(!said.contains(env!("PATH")), "{level}");
    }
}

#[test]
fn the_log_is_set_by_a_variable_too_and_says_what_is_wrong() {
    let folder = Folder::new("log-variable", &[]);
    let run = |args: &[&str], level: &str| {
        let done = folder.command(args).env("ACCESSLENS_LOG", level).output().unwrap();
        (done.status.code().unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    let (_, said) = run(&["serve", "--stdio"], "info");
    assert!(said.contains(" INFO accesslens "), "{said}");
    let (_, said) = run(&["serve", "--stdio", "--log-level", "off"], "info");
    assert_eq!(said, "", "the option counts more");
    let (code, said) = run(&["serve", "--stdio"], "loud");
    assert_eq!(
        (code, said.as_str()),
        (
            2,
            "accesslens: error: ACCESSLENS_LOG: `loud` is no level; there are off, error, warn, info, debug, trace\n"
        )
    );
    let (code, said) = run(&["serve", "--stdio", "--log", "no/such/folder/a.log"], "");
    assert_eq!(code, 2);
    assert!(said.contains("cannot write the log no/such/folder/a.log: "), "{said}");
}

#[test]
fn long_work_is_shown_where_the_client_shows_it() {
    let folder = Folder::new("progress", &[("p.json", POLICY)]);
    let path = folder.path().to_str().unwrap().replace('\\', "/");
    let uri = format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" });
    for supported in [true, false] {
        let params = json!({
            "capabilities": {"window": {"workDoneProgress": supported}},
            "workspaceFolders": [{"uri": uri, "name": "w"}],
        });
        let (mut client, _) = Client::initialized_with(ACCESSLENS, &["--test-requests"], params);
        if supported {
            let begun = client.notification("$/progress");
            assert_eq!(begun["value"]["kind"], "begin");
            assert_eq!(begun["value"]["title"], "accesslens: reading the workspace's policies");
            let ended = client.notification("$/progress");
            assert_eq!((&ended["token"], &ended["value"]["kind"]), (&begun["token"], &json!("end")));
            client.asked("window/workDoneProgress/create", 1);
        }
        client.open("file:///tmp/p.json", "json", POLICY);
        client.diagnostics("file:///tmp/p.json", 1);
        let told = client.notifications.iter().any(|it| it["method"] == "$/progress");
        assert!(!told, "{:?}", client.notifications);
        assert_eq!(client.shutdown(), Some(0));
    }
}
