//! What an edit changes about access: a policy compared with what it was.

mod said;

use std::fmt::Write;
use std::sync::Arc;

use catalog::catalog;
use policy::PolicyKind;
use policy::access::ActionSet;
use policy::eval::Given;
use policy::find::Hint;
use policy::model::{Form, Policy};
use policy::reach::{self, Answer, Change, Document, Limits, Witness};

use crate::analysis::Analysis;
use crate::decision::value;
use crate::explain;
use said::{Said, Sides};

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
    /// What is denied now and was not, whoever grants it: another policy may.
    pub denied: Vec<Change>,
    /// What was denied and is not now.
    pub freed: Vec<Change>,
    /// The same in words.
    said: Said,
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
    let gained = reach::changes(&was, &now, LIMITS, catalog);
    let lost = reach::changes(&now, &was, LIMITS, catalog);
    let (denied, freed) = denials(&was, &now, after.kind, LIMITS);
    let sides = Sides { before: before.map(|it| it.1), after, was: &was, now: &now };
    let said = Said::of(&gained, &lost, &denied, &freed, &sides);
    Some(Compared { gained, lost, denied, freed, said })
}

/// What is denied by `now` and not by `was`, and what is not any more, whoever grants it.
pub fn denials(
    was: &Document,
    now: &Document,
    kind: PolicyKind,
    limits: Limits,
) -> (Vec<Change>, Vec<Change>) {
    if !was.denies() && !now.denies() {
        return (Vec::new(), Vec::new());
    }
    let Some(all) = everything(kind) else { return (Vec::new(), Vec::new()) };
    let catalog = catalog();
    let (was, now) = (was.all_but_denied(&all, catalog), now.all_but_denied(&all, catalog));
    (reach::changes(&now, &was, limits, catalog), reach::changes(&was, &now, limits, catalog))
}

/// A policy of a kind that allows everything.
fn everything(kind: PolicyKind) -> Option<Document> {
    let principal = if kind.has_principal() { r#""Principal": "*", "# } else { "" };
    let resource = if kind.has_resource() { r#", "Resource": "*""# } else { "" };
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", {principal}"Action": "*"{resource}}}]}}"#
    );
    let hint = Hint { kind: Some(kind), ..Hint::default() };
    Analysis::of(&text, hint, Arc::default()).reach(0)
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
    /// In a line: `since HEAD: +3 s3 actions (2 Write, 1 Read) on b/* · −s3:GetObject on any resource (still allowed in part)`.
    /// `since` says what it is compared with.
    pub fn title(&self, since: &str) -> String {
        let all = [&self.gained, &self.lost, &self.denied, &self.freed];
        let open = all.into_iter().flatten().filter(|it| matches!(it.answer, Answer::Unknown(_)));
        let n_open: usize = open.map(|it| it.actions.len().max(1)).sum();
        let mut parts = self.said.parts();
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
        let all = [
            ("Gained", &self.gained),
            ("Lost", &self.lost),
            ("Denied, whatever other policies grant", &self.denied),
            ("No longer denied", &self.freed),
        ];
        for (name, changes) in all {
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
            Some("since HEAD: +bedrock:InvokeModelWithResponseStream on foundation-model/* in us-east-1")
        );
        assert_eq!(
            title(&more, ONE).as_deref(),
            Some("since HEAD: −bedrock:InvokeModelWithResponseStream on foundation-model/* in us-east-1")
        );
        let other = ONE.replace("us-east-1", "us-west-2");
        assert_eq!(
            title(ONE, &other).as_deref(),
            Some(
                "since HEAD: +bedrock:InvokeModel on foundation-model/* in us-west-2 (allowed in part before) · −bedrock:InvokeModel on foundation-model/* in us-east-1 (still allowed in part)"
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
