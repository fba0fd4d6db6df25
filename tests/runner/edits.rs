//! Edits of policies, and what they change about access: tables in `edits/`, a heading for each edit.
//!
//! ```text
//! # A wildcard is spelled out                   what is edited
//! kind resource                                 what the policy is attached to; without it, identities
//! before { … }                                  a statement; several lines are several, `nothing` is none
//! after { … }                                   the same after the edit; a whole policy is taken as it stands
//! gained nothing                                actions that are granted and were not
//! lost s3:GetBucketAcl !s3:GetObject            actions that no longer are; behind `!`, actions that still are
//! denied nothing                                actions that are denied more, whatever other policies grant
//! freed nothing                                 actions that are denied less
//! says since HEAD: −3 s3 actions                what the lens says, or `nothing`
//! ```
//!
//! `gained`, `lost`, `denied` and `freed` are written by hand: by AWS's rules, before the answer is known. One that is
//! left out is `nothing`. A list may end in `on` and a piece of the resource that an example names, or in `only`: there
//! are no others. `unknown` is an answer too. `says` is written down by `UPDATE_EXPECT=1`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ide::change::{self, Compared};
use ide::{Analysis, Config};
use policy::PolicyKind;
use policy::find::Hint;
use policy::reach::{Answer, Change};

/// What an edit may do, in the order of the table.
const WAYS: [&str; 4] = ["gained", "lost", "denied", "freed"];

/// What the policy before the edit is called.
const SINCE: &str = "HEAD";

/// The tables.
pub(crate) fn paths() -> Vec<PathBuf> {
    let folder = super::folder().join("edits");
    let mut out: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    out.retain(|it| it.extension().is_some_and(|it| it == "txt"));
    out.sort();
    out
}

/// Runs a table.
pub(crate) fn run(path: &Path, bless: bool) -> Result<(), String> {
    let was = std::fs::read_to_string(path).map_err(|it| it.to_string())?;
    let mut wrong = Vec::new();
    let mut is = Vec::new();
    for part in was.split("\n\n") {
        let edit = part.trim();
        if edit.is_empty() || !edit.starts_with("# ") {
            is.push(part.trim_end().to_owned());
            continue;
        }
        let edit = read(edit)?;
        if let Err(it) = hold(&edit) {
            wrong.push(format!("{}: {it}", edit.title));
        }
        is.push(edit.printed());
    }
    let is = format!("{}\n", is.join("\n\n"));
    super::settle(path, &was, &is, bless)?;
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

struct Edit {
    title: String,
    /// All lines but that of the lens.
    lines: Vec<String>,
    kind: Option<PolicyKind>,
    before: String,
    after: String,
    expected: [String; 4],
}

impl Edit {
    fn compared(&self) -> Option<Compared> {
        let hint = || Hint { kind: self.kind, ..Hint::default() };
        let analysis = |text: &str| Analysis::of(text, hint(), Arc::new(Config::default()));
        change::compare(&analysis(&self.before), &analysis(&self.after), 0)
    }

    fn printed(&self) -> String {
        let says = self.compared().map_or("nothing".to_owned(), |it| it.title(SINCE));
        format!("{}\nsays {says}", self.lines.join("\n"))
    }
}

fn read(text: &str) -> Result<Edit, String> {
    let mut lines = text.lines();
    let title = lines.next().and_then(|it| it.strip_prefix("# ")).ok_or("an edit starts with a heading")?;
    let mut edit = Edit {
        title: title.to_owned(),
        lines: vec![format!("# {title}")],
        kind: None,
        before: String::new(),
        after: String::new(),
        expected: std::array::from_fn(|_| "nothing".to_owned()),
    };
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for line in lines {
        let (word, rest) = line.split_once(' ').ok_or_else(|| format!("{title}: `{line}`"))?;
        match word {
            "kind" => edit.kind = Some(PolicyKind::from_name(rest).ok_or("an unknown kind")?),
            "before" => before.push(rest),
            "after" => after.push(rest),
            "says" => continue,
            _ => {
                let n = WAYS.iter().position(|it| *it == word);
                edit.expected[n.ok_or_else(|| format!("{title}: `{word}`"))?] = rest.to_owned();
            }
        }
        edit.lines.push(line.to_owned());
    }
    (edit.before, edit.after) = (policy(&before), policy(&after));
    Ok(edit)
}

fn policy(statements: &[&str]) -> String {
    match statements {
        ["nothing"] => r#"{"Version": "2012-10-17", "Statement": []}"#.to_owned(),
        [one] if one.contains("\"Statement\"") => (*one).to_owned(),
        all => format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, all.join(", ")),
    }
}

fn hold(edit: &Edit) -> Result<(), String> {
    let Some(found) = edit.compared() else {
        return match edit.expected.iter().all(|it| it == "nothing") {
            true => Ok(()),
            false => Err("the texts are not compared".to_owned()),
        };
    };
    let found = [&found.gained, &found.lost, &found.denied, &found.freed];
    for ((way, expected), found) in WAYS.iter().zip(&edit.expected).zip(found) {
        compare(expected, found).map_err(|it| format!("{way}: {it}"))?;
    }
    Ok(())
}

fn compare(expected: &str, found: &[Change]) -> Result<(), String> {
    let is_known = |it: &&Change| matches!(it.answer, Answer::Fail(_));
    let names = |it: &Change| -> Vec<String> {
        let known = it.actions.iter().map(|it| it.full_name());
        known.chain(it.unknown_action.iter().map(|_| "future".to_owned())).collect()
    };
    let has: BTreeSet<String> = found.iter().filter(is_known).flat_map(names).collect();
    let few = || has.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
    match expected {
        "nothing" if found.is_empty() => return Ok(()),
        "nothing" if has.is_empty() => return Err("not known".to_owned()),
        "nothing" => return Err(format!("{} actions: {}", has.len(), few())),
        "unknown" if !found.is_empty() && has.is_empty() => return Ok(()),
        "unknown" => return Err(format!("{} actions: {}", has.len(), few())),
        _ => {}
    }
    let (expected, place) = match expected.split_once(" on ") {
        Some((expected, place)) => (expected, Some(place)),
        None => (expected, None),
    };
    let (expected, is_all) = match expected.strip_suffix(" only") {
        Some(it) => (it, true),
        None => (expected, false),
    };
    let named: BTreeSet<String> = expected.split(' ').map(str::to_owned).collect();
    for name in &named {
        match name.strip_prefix('!') {
            Some(name) if has.contains(name) => return Err(format!("{name} is among them")),
            None if !has.contains(name) => return Err(format!("{name} is not among {}", few())),
            _ => {}
        }
    }
    if is_all && has != named {
        return Err(format!("there are {}: {}", has.len(), few()));
    }
    let Some(place) = place else { return Ok(()) };
    for it in found.iter().filter(is_known) {
        if let Answer::Fail(it) = &it.answer
            && !it.resource.contains(place)
        {
            return Err(format!("the example is on {}", it.resource));
        }
    }
    Ok(())
}
