//! AWS's managed policies, each compared with what it was in older packages, both ways.
//!
//! What changed in them is not known here, but that the answers fit together: a question stays open only for a reason,
//! what grants nothing new either way is shown as granting the same, and a third version that grants no more than a second
//! one, which grants no more than a first, does not grant more than the first.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalog::sources;
use crate::{Outcome, corpus, say};

#[derive(Deserialize)]
struct Answer {
    verdict: String,
    reason: Option<String>,
    witness: Option<Value>,
}

/// Two versions of a policy, by the numbers of their packages.
struct Pair<'a> {
    policy: &'a str,
    old: usize,
    new: usize,
}

/// The policies of a package, by name.
struct Version {
    folder: PathBuf,
    policies: BTreeMap<String, Value>,
}

/// Asks `binary` how the versions of each policy compare; `latest` are the policies that were extracted already.
pub(crate) fn check(latest: BTreeMap<String, Value>, root: &Path, binary: &Path) -> Outcome {
    let mut versions = Vec::new();
    for (version, package) in sources::older_corpora(root)? {
        let policies = sources::managed_policies(&package)?;
        let folder = root.join("target/corpus-older").join(version);
        corpus::extract(&policies, &folder)?;
        versions.push(Version { folder, policies });
    }
    versions.push(Version { folder: root.join("target/corpus"), policies: latest });
    let document = |at: usize, policy: &str| -> Option<&Value> {
        versions.get(at)?.policies.get(policy)?.get("Document")
    };
    let mut pairs = Vec::new();
    for (new, version) in versions.iter().enumerate() {
        for (old, policy) in (0..new).flat_map(|old| version.policies.keys().map(move |it| (old, it))) {
            let differ =
                document(old, policy).zip(document(new, policy)).is_some_and(|(old, new)| old != new);
            pairs.extend(differ.then_some(Pair { policy, old, new }));
        }
    }
    let asked = |it: &Pair<'_>| {
        let (old, new) = (document(it.old, it.policy), document(it.new, it.policy));
        let question = |existing, new| json!({"kind": "no-new-access", "existing": existing, "new": new});
        format!("{}\n{}\n", question(old, new), question(new, old))
    };
    let questions = root.join("target/corpus-questions.jsonl");
    fs::write(&questions, pairs.iter().map(asked).collect::<String>())?;
    let output = Command::new(binary).args(["access", "--batch"]).arg(&questions).output()?;
    let answers = String::from_utf8(output.stdout)?;
    let answers: Vec<Answer> = answers.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    if answers.len() != 2 * pairs.len() {
        return Err(format!("{} of {} comparisons were answered", answers.len(), 2 * pairs.len()).into());
    }
    judge(&pairs, &answers, &versions, binary)
}

fn judge(pairs: &[Pair<'_>], answers: &[Answer], versions: &[Version], binary: &Path) -> Outcome {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut verdicts: BTreeMap<(&str, usize, usize), &str> = BTreeMap::new();
    let mut faults = Vec::new();
    for (pair, both) in pairs.iter().zip(answers.chunks_exact(2)) {
        let [gains, loses] = both else { continue };
        for (it, old, new) in [(gains, pair.old, pair.new), (loses, pair.new, pair.old)] {
            let is_whole = match it.verdict.as_str() {
                "PASS" => true,
                "FAIL" => it.witness.is_some(),
                _ => it.reason.is_some(),
            };
            if !is_whole {
                faults.push(format!("{} {old} {new}: {} without a reason", pair.policy, it.verdict));
            }
            verdicts.insert((pair.policy, old, new), &it.verdict);
        }
        let change = match (gains.verdict.as_str(), loses.verdict.as_str()) {
            ("PASS", "PASS") => "the same access in other words",
            ("FAIL", "PASS") => "more access",
            ("PASS", "FAIL") => "less access",
            ("FAIL", "FAIL") => "more access and less",
            _ => "left open, one way or both",
        };
        *counts.entry(change).or_default() += 1;
        if gains.verdict == "PASS" && loses.verdict == "PASS" && !is_shown_as_same(pair, versions, binary)? {
            faults.push(format!("{} {} {}: not shown as granting the same", pair.policy, pair.old, pair.new));
        }
    }
    // From one version over another to a third: nothing is gained on the way, so nothing in all.
    for ((policy, first, second), _) in verdicts.iter().filter(|it| *it.1 == "PASS") {
        for third in 0..versions.len() {
            let at = |from: usize, to: usize| verdicts.get(&(*policy, from, to)).copied();
            if at(*second, third) == Some("PASS") && at(*first, third) == Some("FAIL") {
                faults.push(format!("{policy}: {first}, {second} and {third} do not fit together"));
            }
        }
    }
    say(&format!("{} pairs of versions of a policy", pairs.len()));
    for (change, count) in counts {
        say(&format!("  {count:5}  {change}"));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

/// Whether the comparison of two versions shows that they grant the same, and says of what they deny whether that is too.
fn is_shown_as_same(pair: &Pair<'_>, versions: &[Version], binary: &Path) -> Result<bool, Box<dyn Error>> {
    let path = |at: usize| {
        let version = versions.get(at).ok_or("there is no such version")?;
        Ok::<PathBuf, Box<dyn Error>>(version.folder.join(format!("{}.json", pair.policy)))
    };
    let output = Command::new(binary)
        .args(["diff", "--kind", "identity", "--format", "json"])
        .args([path(pair.old)?, path(pair.new)?])
        .output()?;
    let said: Value = serde_json::from_slice(&output.stdout)?;
    let is_empty =
        |name: &str| said.pointer(&format!("/policies/0/{name}")) == Some(&Value::Array(Vec::new()));
    let denies_the_same = is_empty("denied") && is_empty("freed");
    let is_same = said.pointer("/policies/0/same") == Some(&Value::Bool(denies_the_same));
    Ok(output.status.success() && is_empty("gained") && is_empty("lost") && is_same)
}
