//! What a workspace of somebody else cannot do: have a program run, or have files read that are not its own.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::ACCESSLENS;
use crate::client::Client;

const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }]
}
"#;

/// A folder that is in no repository.
struct Outside(PathBuf);

impl Outside {
    fn new(name: &str) -> Outside {
        let folder = std::env::temp_dir().join(format!("accesslens-trust-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Outside(std::fs::canonicalize(folder).unwrap())
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn git(&self, args: &[&str]) {
        let who = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
        let done = Command::new("git").args(who).args(args).current_dir(&self.0).output().unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Runs the command line: the exit code, and all that it says.
    fn run(&self, args: &[&str]) -> (i32, String) {
        let done = Command::new(ACCESSLENS).args(args).current_dir(&self.0).output().unwrap();
        let said = [done.stdout, done.stderr].concat();
        (done.status.code().unwrap(), String::from_utf8(said).unwrap())
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A repository that has a program run on every occasion that git knows, and lacks an object, for which git would ask
/// a remote of its choosing.
fn trap(name: &str) -> (Outside, PathBuf) {
    let folder = Outside::new(name);
    folder.write("policy.json", POLICY);
    folder.write("gone.json", &POLICY.replace("ListAllMyBuckets", "CreateBucket"));
    folder.write(".gitattributes", "*.json filter=trap diff=trap\n");
    folder.git(&["init", "--quiet"]);
    folder.git(&["add", "."]);
    folder.git(&["commit", "--quiet", "--message", "One"]);
    let name_of = Command::new("git").args(["rev-parse", "HEAD:gone.json"]).current_dir(&folder.0).output();
    let object = String::from_utf8(name_of.unwrap().stdout).unwrap();
    let (head, rest) = object.trim().split_at(2);
    std::fs::remove_file(folder.0.join(".git/objects").join(head).join(rest)).unwrap();
    let sprung = folder.0.join("sprung");
    let program = format!("touch {}", sprung.display());
    let remote = format!("ext::sh -c touch% {}", sprung.display());
    for (key, value) in [
        ("core.fsmonitor", program.as_str()),
        ("core.pager", program.as_str()),
        ("core.sshCommand", program.as_str()),
        ("diff.external", program.as_str()),
        ("diff.trap.textconv", program.as_str()),
        ("diff.trap.command", program.as_str()),
        ("filter.trap.smudge", program.as_str()),
        ("alias.cat-file", &format!("!{program}")),
        ("protocol.allow", "always"),
        ("protocol.ext.allow", "always"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", remote.as_str()),
        ("remote.origin.promisor", "true"),
        ("core.repositoryFormatVersion", "1"),
    ] {
        folder.git(&["config", key, value]);
    }
    let _ = std::fs::remove_file(&sprung);
    (folder, sprung)
}

#[test]
fn the_trap_springs_where_nothing_is_done_about_it() {
    let (folder, sprung) = trap("springs");
    let done = Command::new("git").args(["show", "HEAD:gone.json"]).current_dir(&folder.0).output();
    assert!(!done.unwrap().status.success());
    assert!(sprung.exists(), "else the tests below show nothing");
}

#[test]
fn a_repository_runs_nothing_through_the_command_line() {
    let (folder, sprung) = trap("command-line");
    let (code, said) = folder.run(&["diff", "git:HEAD:policy.json", "policy.json"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = folder.run(&["diff", "git:HEAD:gone.json", "policy.json"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("cannot read gone.json at HEAD: "), "{said}");
    assert!(!sprung.exists());
}

#[test]
fn a_repository_runs_nothing_through_the_server() {
    let (folder, sprung) = trap("server");
    for name in ["policy.json", "gone.json"] {
        let (said, since) = changes(&folder, name, &[]);
        let expected = if name == "policy.json" { "HEAD" } else { "the saved file" };
        assert!(since.contains(expected), "{name}: {said}");
    }
    assert!(!sprung.exists());
}

#[test]
fn git_is_not_asked_where_it_must_not_be() {
    let folder = Outside::new("no-git");
    folder.write("policy.json", POLICY);
    folder.git(&["init", "--quiet"]);
    folder.git(&["add", "."]);
    folder.git(&["commit", "--quiet", "--message", "One"]);
    let (said, since) = changes(&folder, "policy.json", &["--no-git"]);
    assert!(since.contains("the saved file"), "{said}");
}

/// What an edit of a policy changes, once the server has read what it was: the answer, and the same as text.
fn changes(folder: &Outside, name: &str, args: &[&str]) -> (serde_json::Value, String) {
    let params = json!({
        "capabilities": {},
        "workspaceFolders": [{"uri": uri(&folder.0), "name": "w"}],
    });
    let (mut client, _) = Client::initialized_with(ACCESSLENS, args, params);
    let uri = uri(&folder.0.join(name));
    client.open(&uri, "json", POLICY);
    client.change(&uri, 2, None, &POLICY.replace("ListAllMyBuckets", "Get*"));
    client.diagnostics(&uri, 2);
    let argument = json!({"uri": uri, "position": {"line": 2, "character": 20}});
    let params = json!({"command": "accesslens.server.changes", "arguments": [argument]});
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = client.call("workspace/executeCommand", params.clone()).unwrap();
        let text = answer.to_string();
        if text.contains("HEAD") || text.contains("saved file") || Instant::now() > deadline {
            assert_eq!(client.shutdown(), Some(0));
            return (answer, text);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn scenario(policy: &str) -> String {
    json!({
        "principals": {"app": {"arn": "arn:aws:iam::111122223333:role/app", "identity": policy}},
        "requests": [{"as": "app", "action": "s3:ListAllMyBuckets", "expect": "allowed"}],
    })
    .to_string()
}

#[test]
fn a_scenario_reads_its_project_and_nothing_else() {
    let folder = Outside::new("scenario");
    let elsewhere = Outside::new("elsewhere");
    let secret = elsewhere.write("secret.json", POLICY);
    folder.write("policies/p.json", POLICY);
    std::os::unix::fs::symlink(&secret, folder.0.join("policies/link.json")).unwrap();
    let made = Command::new("mkfifo").arg(folder.0.join("policies/pipe.json")).status().unwrap();
    assert!(made.success());
    let ask = |policy: &str| {
        folder.write("scenarios/a.access.json", &scenario(policy));
        folder.run(&["test"])
    };
    let (code, said) = ask("../policies/p.json");
    assert_eq!(code, 0, "{said}");
    let climbing = format!("../../{}/secret.json", elsewhere.0.file_name().unwrap().to_str().unwrap());
    for policy in [secret.to_str().unwrap(), climbing.as_str(), "../policies/link.json", "/**/*.json"] {
        let (code, said) = ask(policy);
        assert_eq!(code, 2, "{policy}: {said}");
        let refused =
            "is outside of the project and was not read; run accesslens in a folder that holds both";
        assert!(said.contains(refused), "{policy}: {said}");
    }
    let (code, said) = ask("../policies/pipe.json");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("is no regular file and was not read"), "{said}");
}

#[test]
fn a_scenario_in_a_repository_reads_all_of_it_from_anywhere_in_it() {
    let folder = Outside::new("repository");
    folder.git(&["init", "--quiet"]);
    folder.write("policies/p.json", POLICY);
    folder.write("deep/scenarios/a.access.json", &scenario("../../policies/p.json"));
    let run = |folder: &Path| {
        Command::new(ACCESSLENS).arg("test").current_dir(folder).output().unwrap().status.code().unwrap()
    };
    assert_eq!(run(&folder.0.join("deep/scenarios")), 0);
    std::fs::remove_dir_all(folder.0.join(".git")).unwrap();
    assert_eq!(run(&folder.0.join("deep/scenarios")), 2, "a folder above it may be anybody's");
}
