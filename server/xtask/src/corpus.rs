//! `cargo xtask corpus`: what the rules say of the policies that AWS itself publishes. They work, so an error on one
//! is the rule's fault until a person has looked; what people have found is in `tests/corpus/allowed.json`. Then a copy of
//! them is fixed, which must leave access as it is, and each is compared with itself and with wider ones, see [`mutants`],
//! and with what it was years ago, see [`versions`].
//!
//! The policies come from pinned packages and stay under `target/`.

use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::catalog::sources;
use crate::{Outcome, corpus_fixes, mutants, say, versions};

/// Errors that a person has looked at and found to be right.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    policy: String,
    #[serde(rename = "reason")]
    _reason: String,
}

/// The answer of `accesslens check --format json`, as far as it matters here.
#[derive(Deserialize)]
pub(crate) struct Answer {
    pub(crate) files: Vec<File>,
}

#[derive(Deserialize)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) findings: Vec<Finding>,
    /// The fixes that were applied.
    #[serde(default)]
    pub(crate) fixed: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
pub(crate) struct Finding {
    rule: String,
    pub(crate) severity: String,
    message: String,
}

/// Runs the task. The one argument it knows is a binary to ask instead of the one it builds.
pub(crate) fn run(args: &[String]) -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let folder = root.join("target/corpus");
    let policies = sources::managed_policies(&sources::corpus(&root)?)?;
    let n_policies = policies.len();
    extract(&policies, &folder)?;
    let binary = match args {
        [] => crate::build_server()?,
        [binary] => PathBuf::from(binary),
        _ => return Err("usage: cargo xtask corpus [BINARY]".into()),
    };
    let command = || {
        let mut command = Command::new(&binary);
        command.current_dir(&root);
        command
    };
    let answer = check(command(), &folder, &[])?;
    if answer.files.len() != n_policies {
        return Err(format!("{} of {n_policies} policies were checked", answer.files.len()).into());
    }
    report(&answer, n_policies);
    let faults = corpus_fixes::faults(&command, &folder, &answer)?;
    judge(&answer, &fs::read_to_string(root.join("tests/corpus/allowed.json"))?, faults)?;
    mutants::check(&policies, &root, &binary)?;
    versions::check(policies, &root, &binary)
}

/// What `accesslens check` says of a folder of identity policies.
pub(crate) fn check(mut command: Command, folder: &Path, more: &[&str]) -> Result<Answer, Box<dyn Error>> {
    let output =
        command.args(["check", "--format", "json", "--kind", "identity"]).args(more).arg(folder).output()?;
    let answer = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}\n{}", String::from_utf8_lossy(&output.stderr)))?;
    Ok(answer)
}

/// Writes every policy to a file of its own.
pub(crate) fn extract(policies: &BTreeMap<String, Value>, folder: &Path) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for (name, policy) in policies {
        let document = policy.get("Document").ok_or_else(|| format!("{name} has no document"))?;
        fs::write(folder.join(format!("{name}.json")), serde_json::to_string_pretty(document)?)?;
    }
    Ok(())
}

fn report(answer: &Answer, n_policies: usize) {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for it in answer.files.iter().flat_map(|it| &it.findings) {
        *counts.entry((it.severity.as_str(), it.rule.as_str())).or_default() += 1;
    }
    say(&format!("{n_policies} managed policies of AWS"));
    for ((severity, rule), count) in counts {
        say(&format!("  {count:5}  {severity:7}  {rule}"));
    }
}

fn judge(answer: &Answer, allowed: &str, mut faults: Vec<String>) -> Outcome {
    let allowed: Allowed = serde_json::from_str(allowed)?;
    let allowed: BTreeSet<(&str, &str)> =
        allowed.entries.iter().map(|it| (it.rule.as_str(), it.policy.as_str())).collect();
    let mut used = BTreeSet::new();
    for file in &answer.files {
        let policy =
            Path::new(&file.path).file_stem().map_or_else(String::new, |it| it.to_string_lossy().into());
        for it in file.findings.iter().filter(|it| it.severity == "error") {
            match allowed.iter().find(|entry| **entry == (it.rule.as_str(), policy.as_str())) {
                Some(entry) => {
                    used.insert(*entry);
                }
                None => faults.push(format!("{policy}: {}: {}", it.rule, it.message)),
            }
        }
    }
    for (rule, policy) in allowed.difference(&used) {
        faults.push(format!("{policy}: {rule}: allowed.json lists an error that is not found"));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}
