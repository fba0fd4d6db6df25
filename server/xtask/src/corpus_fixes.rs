//! What must hold of `--fix` on the policies that AWS publishes: no new finding that is an error, fewer findings in all,
//! and the same access as before, by proof.

use serde::Deserialize;
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::corpus::{self, Answer, File};
use crate::say;

/// The answer to a question about two policies.
#[derive(Deserialize)]
struct Verdict {
    verdict: String,
    witness: Option<Witness>,
}

#[derive(Deserialize)]
struct Witness {
    action: String,
    /// Whether the catalogue has the action and the resource is one that it takes.
    typical: bool,
}

/// Fixes a copy of the policies in `folder`, which were checked as `before`; what does not hold.
pub(crate) fn faults(
    command: &dyn Fn() -> Command,
    folder: &Path,
    before: &Answer,
) -> Result<Vec<String>, Box<dyn Error>> {
    let fixed = folder.with_file_name("corpus-fixed");
    if fixed.exists() {
        fs::remove_dir_all(&fixed)?;
    }
    fs::create_dir_all(&fixed)?;
    for file in &before.files {
        let path = Path::new(&file.path);
        let name = path.file_name().ok_or("a file has no name")?;
        fs::copy(folder.join(name), fixed.join(name))?;
    }
    let after = corpus::check(command(), &fixed, &["--fix"])?;
    let mut faults = Vec::new();
    let mut questions: Vec<(String, Value)> = Vec::new();
    for (was, is) in before.files.iter().zip(&after.files) {
        if is.fixed.is_empty() {
            continue;
        }
        let name = Path::new(&was.path).file_name().ok_or("a file has no name")?;
        let shown = name.to_string_lossy().into_owned();
        if is.findings.len() >= was.findings.len() || n_errors(is) > n_errors(was) {
            faults.push(format!("{shown}: --fix leaves as many findings as before, or more errors"));
        }
        let read = |folder: &Path| -> Result<Value, Box<dyn Error>> {
            Ok(serde_json::from_str(&fs::read_to_string(folder.join(name))?)?)
        };
        let (old, new) = (read(folder)?, read(&fixed)?);
        for (existing, new) in [(&old, &new), (&new, &old)] {
            let question = json!({"kind": "no-new-access", "existing": existing, "new": new});
            questions.push((shown.clone(), question));
        }
    }
    let n_files = questions.len() / 2;
    let verdicts = ask(command(), &questions)?;
    for ((name, _), it) in questions.iter().zip(&verdicts) {
        // Nobody has an action that does not exist.
        let is_real = it.witness.as_ref().is_none_or(|it| it.typical);
        if it.verdict != "PASS" && is_real {
            let action = it.witness.as_ref().map_or("", |it| &it.action);
            faults.push(format!("{name}: the access after --fix is another: {} {action}", it.verdict));
        }
    }
    say(&format!("{n_files} of them have safe fixes"));
    Ok(faults)
}

fn n_errors(file: &File) -> usize {
    file.findings.iter().filter(|it| it.severity == "error").count()
}

fn ask(mut command: Command, questions: &[(String, Value)]) -> Result<Vec<Verdict>, Box<dyn Error>> {
    let mut child =
        command.args(["access", "--batch", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let lines: String = questions.iter().map(|(_, it)| format!("{it}\n")).collect();
    let mut input = child.stdin.take().ok_or("the questions cannot be asked")?;
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| "the questions were not read")??;
    let answers = String::from_utf8(output.stdout)?;
    let verdicts: Vec<Verdict> = answers.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    if verdicts.len() != questions.len() {
        return Err(format!("{} of {} questions were answered", verdicts.len(), questions.len()).into());
    }
    Ok(verdicts)
}
