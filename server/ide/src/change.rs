//! What an edit changes about access: a policy compared with what it was.

use std::fmt::Write;

use catalog::catalog;
use policy::access::ActionSet;
use policy::arn::Arn;
use policy::eval::Given;
use policy::model::{Form, Policy};
use policy::reach::{self, Answer, Change, Document, Limits, Witness};

use crate::analysis::Analysis;
use crate::decision::value;
use crate::explain;

/// How much a comparison may cost: it is made while somebody types.
const LIMITS: Limits = Limits::steps(1_000_000);

/// A policy with more statements is not compared while somebody types.
const MOST_STATEMENTS: usize = 500;

/// How many requests a list names.
const MOST_LISTED: usize = 100;

/// What changed between two versions of a policy.
#[derive(Debug, Clone)]
pub struct Compared {
    /// What is granted now and was not.
    pub gained: Vec<Change>,
    /// What was granted and is not now.
    pub lost: Vec<Change>,
}

/// The policy number `idx` of a file compared with the one that stood at the same place. `None` when its text is the
/// same, when it is too long, or while it is unfinished.
pub fn compare(old: &Analysis, new: &Analysis, idx: usize) -> Option<Compared> {
    let after = new.policies().get(idx).filter(|it| it.form != Form::Condition)?;
    let before = counterpart(old, new, after);
    let n = after.statements.len().max(before.map_or(0, |it| it.1.statements.len()));
    let is_same =
        |it: &(usize, &Policy)| old.file().text().slice(it.1.range) == new.file().text().slice(after.range);
    if n > MOST_STATEMENTS || before.as_ref().is_some_and(is_same) {
        return None;
    }
    let catalog = catalog();
    let now = new.reach(idx)?;
    let was = match before {
        Some((n, policy)) if policy.kind == after.kind => old.reach(n)?,
        Some((_, policy)) => Document::of_kind(policy, after.kind, old.file(), catalog),
        None => Document::of_statements(Vec::new(), after.kind, false),
    };
    if now.is_unfinished() || was.is_unfinished() {
        return None;
    }
    Some(Compared {
        gained: reach::changes(&was, &now, LIMITS, catalog),
        lost: reach::changes(&now, &was, LIMITS, catalog),
    })
}

/// The policy at the same place, or the only one where there is one in each.
fn counterpart<'a>(old: &'a Analysis, new: &Analysis, after: &Policy) -> Option<(usize, &'a Policy)> {
    let mut all = old.policies().iter().enumerate();
    if old.policies().len() == 1 && new.policies().len() == 1 {
        return all.next();
    }
    all.find(|(_, it)| it.place.path == after.place.path)
}

impl Compared {
    /// In a line: `since HEAD: +3 actions (2 Write, 1 Read) · −1 action (Read)`. `since` says what it is compared with.
    pub fn title(&self, since: &str) -> String {
        let (gained, lost) = (counted(&self.gained), counted(&self.lost));
        let open = self.gained.iter().chain(&self.lost).filter(|it| matches!(it.answer, Answer::Unknown(_)));
        let n_open: usize = open.map(|it| it.actions.len().max(1)).sum();
        let mut parts = Vec::new();
        parts.extend(gained.map(|it| format!("+{it}{}", on(&self.gained))));
        parts.extend(lost.map(|it| format!("−{it}{}", on(&self.lost))));
        parts.extend(
            (n_open > 0)
                .then(|| format!("not known for {n_open} action{}", if n_open == 1 { "" } else { "s" })),
        );
        match parts.is_empty() {
            true => format!("same access as {since}, other text"),
            false => format!("since {since}: {}", parts.join(" · ")),
        }
    }

    /// The requests that are gained and lost, each with an example, as Markdown.
    pub fn markdown(&self, since: &str) -> String {
        let mut out = format!("# {}\n", self.title(since));
        for (name, changes) in [("Gained", &self.gained), ("Lost", &self.lost)] {
            if changes.is_empty() {
                continue;
            }
            let _ = writeln!(out, "\n## {name}\n");
            for change in changes.iter().take(MOST_LISTED) {
                let _ = writeln!(out, "- {}", names(change));
                match &change.answer {
                    Answer::Fail(it) => {
                        let _ = writeln!(out, "  - for example {}", example(it));
                    }
                    Answer::Unknown(reason) => {
                        let _ = writeln!(out, "  - not known: {}", reason.text());
                    }
                    Answer::Pass(_) => {}
                }
            }
            if let Some(more) = changes.len().checked_sub(MOST_LISTED).filter(|it| *it > 0) {
                let _ = writeln!(out, "- and {more} more groups of actions");
            }
        }
        out
    }
}

/// The actions of a change; of many the first and how many there are.
fn names(change: &Change) -> String {
    let mut names: Vec<String> =
        change.actions.iter().take(MOST_NAMED).map(|it| format!("`{}`", it.full_name())).collect();
    names.extend(change.unknown_action.iter().map(|it| format!("`{it}` (any name that is not listed yet)")));
    if change.actions.len() <= MOST_NAMED {
        return names.join(", ");
    }
    let mut set = ActionSet::new(catalog());
    change.actions.iter().for_each(|it| set.insert(it.id()));
    format!("{}: {}, …", explain::counted(&set, catalog()), names.join(", "))
}

/// How many actions of a group are named.
const MOST_NAMED: usize = 8;

/// The actions for which the change was shown, by access level; those that the catalogue does not know yet do not
/// count unless there are no others.
fn counted(changes: &[Change]) -> Option<String> {
    let mut set = ActionSet::new(catalog());
    let shown = changes.iter().filter(|it| matches!(it.answer, Answer::Fail(_)));
    for action in shown.clone().flat_map(|it| &it.actions) {
        set.insert(action.id());
    }
    match set.len() {
        0 => shown.clone().next().map(|_| "actions that AWS may add".to_owned()),
        1 => set.iter(catalog()).next().map(|it| it.full_name()),
        _ => Some(explain::counted(&set, catalog())),
    }
}

/// On what, where all examples agree.
fn on(changes: &[Change]) -> String {
    let mut kinds: Vec<String> = changes
        .iter()
        .filter_map(|it| match &it.answer {
            Answer::Fail(it) => Some(it.resource.as_str()),
            _ => None,
        })
        .filter_map(|it| {
            Arn::parse(it).and_then(|it| it.resource.split(['/', ':']).next().map(str::to_owned))
        })
        .collect();
    kinds.sort();
    kinds.dedup();
    match kinds.as_slice() {
        [only] if !only.is_empty() && only.bytes().all(|it| it.is_ascii_alphabetic() || it == b'-') => {
            format!(" on {only}")
        }
        _ => String::new(),
    }
}

/// A request in words.
pub fn example(it: &Witness) -> String {
    let mut out = format!("`{}` on `{}`", it.action, it.resource);
    let given: Vec<String> = it
        .context
        .iter()
        .filter(|(_, it)| !matches!(it, Given::SomeValue | Given::Unknown))
        .map(|(key, it)| format!("`{key}` {}", value(it)))
        .collect();
    if !given.is_empty() {
        let _ = write!(out, " with {}", explain::join(&given, "and"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::find::Hint;

    fn analysis(statements: &str) -> Analysis {
        let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{statements}]}}");
        Analysis::of(&text, Hint::default(), std::sync::Arc::default())
    }

    fn title(old: &str, new: &str) -> Option<String> {
        compare(&analysis(old), &analysis(new), 0).map(|it| it.title("HEAD"))
    }

    const ONE: &str = r#"{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "arn:aws:bedrock:us-east-1::foundation-model/*"}"#;

    #[test]
    fn edits_are_said_by_what_they_grant_and_take() {
        assert_eq!(title(ONE, ONE), None);
        let more = ONE.replace(
            "\"bedrock:InvokeModel\"",
            "[\"bedrock:InvokeModel\", \"bedrock:InvokeModelWithResponseStream\"]",
        );
        assert_eq!(
            title(ONE, &more).as_deref(),
            Some("since HEAD: +bedrock:InvokeModelWithResponseStream on foundation-model")
        );
        assert_eq!(
            title(&more, ONE).as_deref(),
            Some("since HEAD: −bedrock:InvokeModelWithResponseStream on foundation-model")
        );
        let other = ONE.replace("us-east-1", "us-west-2");
        assert_eq!(
            title(ONE, &other).as_deref(),
            Some(
                "since HEAD: +bedrock:InvokeModel on foundation-model · −bedrock:InvokeModel on foundation-model"
            )
        );
    }

    #[test]
    fn a_refactoring_changes_the_text_and_nothing_else() {
        let listed = ONE.replace("\"bedrock:InvokeModel\"", "[\"bedrock:InvokeModel\"]");
        assert_eq!(title(ONE, &listed).as_deref(), Some("same access as HEAD, other text"));
    }

    #[test]
    fn what_is_not_finished_is_not_compared() {
        assert_eq!(title(ONE, r#"{"Effect": "Allow", "Action": "#), None);
        assert_eq!(
            compare(&analysis(ONE), &Analysis::of("", Hint::default(), std::sync::Arc::default()), 0)
                .map(|_| ()),
            None
        );
    }

    #[test]
    fn each_change_has_an_example() {
        let other = ONE.replace("us-east-1", "us-west-2");
        let markdown = compare(&analysis(ONE), &analysis(&other), 0).unwrap().markdown("HEAD");
        assert!(markdown.contains("## Gained\n\n- `bedrock:InvokeModel`\n  - for example"), "{markdown}");
        assert!(markdown.contains("arn:aws:bedrock:us-west-2::foundation-model/"), "{markdown}");
        assert!(markdown.contains("## Lost"), "{markdown}");
    }
}
