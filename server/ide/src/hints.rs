//! Inlay hints: what wildcards stand for, what resources reach, and which keys are not sent.

use catalog::catalog;
use policy::access::{self, ActionSet};
use policy::arn::Arn;
use policy::model::Statement;
use policy::{pattern, sent};
use syntax::{TextRange, TextSize};

use crate::analysis::Analysis;
use crate::cancel::{Cancel, Cancelled};
use crate::explain;
use crate::hover::arn_format;

/// A short text behind some other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Where it stands.
    pub at: TextSize,
    /// What it says.
    pub label: String,
    /// More of the same, in Markdown.
    pub tooltip: String,
}

/// How many actions a tooltip names.
const MAX_NAMED: usize = 20;

/// Statements with more actions are not looked at one action at a time.
const MOST_ACTIONS: usize = 2_000;

/// How many types a label names.
const TYPES_NAMED: usize = 2;

/// The hints of a longer statement are not kept: those of what is seen of it are made each time.
const LONGEST_KEPT: u32 = 16 * 1024;

/// The hints inside `range`: behind each action with a wildcard, the number of actions it stands for; behind each ARN,
/// the types of resources that it reaches of those that the actions take; behind each condition key that some of the
/// actions do not send, how many do not.
///
/// # Errors
/// When they are not wanted any more.
pub fn hints(analysis: &Analysis, range: TextRange, cancel: &Cancel) -> Result<Vec<Hint>, Cancelled> {
    let mut out = Vec::new();
    if !analysis.config().inlay_hints {
        return Ok(out);
    }
    for (idx, policy) in analysis.policies().iter().enumerate() {
        let first = policy.statements.last_started(range.start).unwrap_or(0);
        let near = analysis.statements_from(idx, first).take_while(|it| it.0.start <= range.end);
        for (at, kept) in near {
            cancel.check()?;
            let moved = |it: &Hint| Hint { at: it.at + at.start, ..it.clone() };
            let is_near = |it: &&Hint| range.touches(it.at + at.start);
            if at.statement.range.len() > LONGEST_KEPT {
                let here = of_statement(at.statement, range, at.start);
                out.extend(here.iter().filter(is_near).map(moved));
                continue;
            }
            let everywhere = TextRange::new(at.start, at.start + at.statement.range.end);
            let here = kept.hints.get_or_init(|| of_statement(at.statement, everywhere, at.start).into());
            out.extend(here.iter().filter(is_near).map(moved));
        }
    }
    Ok(out)
}

/// The hints of a statement, from its start; those of actions only inside of `range`.
fn of_statement(statement: &Statement, range: TextRange, start: TextSize) -> Vec<Hint> {
    let mut out = Vec::new();
    of_actions(statement, range, start, &mut out);
    let set = statement.action.as_ref().map(|it| access::of_element(it, catalog()));
    if let Some(actions) = set.filter(|it| it.unmatched.is_empty() && it.set.len() <= MOST_ACTIONS) {
        of_resources(statement, &actions.set, &mut out);
        of_keys(statement, &actions.set, &mut out);
    }
    out
}

fn of_actions(statement: &Statement, range: TextRange, start: TextSize, out: &mut Vec<Hint>) {
    let catalog = catalog();
    for text in statement.action.iter().flat_map(|it| it.values.texts()) {
        let end = text.range.end;
        if !pattern::has_wildcard(&text.value) || !range.touches(end + start) {
            continue;
        }
        let mut set = ActionSet::new(catalog);
        catalog.actions_matching(&text.value).for_each(|it| set.insert(it.id()));
        let n = set.len();
        let label = match n {
            0 => "no action".to_owned(),
            1 => "1 action".to_owned(),
            n => format!("{} actions", explain::grouped(n)),
        };
        let tooltip =
            format!("`{}` stands for {}\n\n{}", text.value, explain::counted(&set, catalog), named(&set));
        out.push(Hint { at: end, label, tooltip });
    }
}

/// The first actions of a set as a list, and how many more there are.
fn named(set: &ActionSet) -> String {
    let all = set.iter(catalog());
    let named: Vec<String> = all.take(MAX_NAMED).map(|it| format!("- `{}`", it.full_name())).collect();
    match set.len().saturating_sub(MAX_NAMED) {
        0 => named.join("\n"),
        more => format!("{}\n- and {} more", named.join("\n"), explain::grouped(more)),
    }
}

/// Behind an ARN, what it reaches. Only the last field of the ARN is looked at, and only actions of its service.
fn of_resources(statement: &Statement, actions: &ActionSet, out: &mut Vec<Hint>) {
    let Some(element) = statement.resource.as_ref().filter(|it| !it.negated) else { return };
    for text in element.values.texts() {
        let Some(arn) = Arn::parse(&text.value).filter(|it| !it.resource.contains("${")) else { continue };
        let Some(service) = catalog().service(arn.service) else { continue };
        let mut taken: Vec<&str> = Vec::new();
        let own = actions.iter(catalog()).filter(|it| it.service() == service);
        for kind in own.flat_map(|it| it.resource_types()) {
            if !taken.contains(&kind.name()) {
                taken.push(kind.name());
            }
        }
        // Actions of another service, or of none that takes a resource: a finding speaks about these.
        if taken.is_empty() {
            continue;
        }
        let reached: Vec<&str> = arn_format::types(service, &arn).into_iter().map(|it| it.name()).collect();
        let both: Vec<&str> = reached.iter().copied().filter(|it| taken.contains(it)).collect();
        let label = match both.as_slice() {
            // The format of a type may be written in ways that no list has.
            [] if reached.is_empty() => continue,
            [] => "no resource of these actions".to_owned(),
            few if few.len() <= TYPES_NAMED => few.join(", "),
            [first, ..] => format!("{first} and {} more types", both.len() - 1),
        };
        let list = |names: &[&str]| names.iter().map(|it| format!("- {it}")).collect::<Vec<_>>().join("\n");
        let tooltip = match both.is_empty() {
            true => format!(
                "It is of the type {}, and the actions of this statement take:\n\n{}",
                reached.join(" or "),
                list(&taken)
            ),
            false => format!("The resources it reaches of those that the actions take:\n\n{}", list(&both)),
        };
        out.push(Hint { at: text.range.end, label, tooltip });
    }
}

/// Behind a condition key, how many of the actions do not send it. Said where AWS's lists are known to be complete.
fn of_keys(statement: &Statement, actions: &ActionSet, out: &mut Vec<Hint>) {
    for (_, test) in statement.condition.iter().flat_map(|it| it.tests()) {
        let Some(key) = catalog().condition_key(&test.key.value) else { continue };
        let key = key.deprecated_by().unwrap_or(key);
        if !sent::is_list_complete(key) {
            continue;
        }
        let mut without = ActionSet::new(catalog());
        let never = actions.iter(catalog()).filter(|it| sent::is_never_sent(*it, key));
        never.for_each(|it| without.insert(it.id()));
        if without.is_empty() {
            continue;
        }
        let label = match without.len() == actions.len() {
            true => "never sent by these actions".to_owned(),
            false => format!("not sent by {} of {}", without.len(), actions.len()),
        };
        let tooltip =
            format!("Requests for these actions do not have `{}`:\n\n{}", test.key.value, named(&without));
        out.push(Hint { at: test.key.range.end, label, tooltip });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::find::Hint as Outside;

    fn labels(statement: &str) -> Vec<String> {
        let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{statement}]}}");
        let config = crate::Config { inlay_hints: true, ..crate::Config::default() };
        let analysis = Analysis::of(&text, Outside::default(), config.into());
        let all = TextRange::new(0, analysis.file().text().len());
        let before = |at: TextSize| text.get(..at as usize).unwrap().rsplit('"').nth(1).unwrap();
        hints(&analysis, all, &Cancel::default())
            .unwrap()
            .into_iter()
            .map(|it| format!("{}: {}", before(it.at), it.label))
            .collect()
    }

    #[test]
    fn arns_say_what_they_reach() {
        assert_eq!(
            labels(
                r#"{"Effect": "Allow", "Action": ["bedrock:InvokeAgent", "bedrock:InvokeModel"], "Resource": [
                    "arn:aws:bedrock:*:111122223333:agent-alias/*", "arn:aws:bedrock:*::foundation-model/*",
                    "arn:aws:bedrock:*:111122223333:guardrail/*", "arn:aws:s3:::b/*", "*"]}"#
            ),
            [
                "arn:aws:bedrock:*:111122223333:agent-alias/*: agent-alias",
                "arn:aws:bedrock:*::foundation-model/*: foundation-model",
                "arn:aws:bedrock:*:111122223333:guardrail/*: no resource of these actions",
            ]
        );
    }

    #[test]
    fn keys_say_by_how_many_actions_they_are_not_sent() {
        assert_eq!(
            labels(
                r#"{"Effect": "Allow", "Action": ["sagemaker:CreateTrainingJob", "sagemaker:AddTags"], "Resource": "*",
                    "Condition": {"StringEquals": {"sagemaker:InstanceTypes": "ml.m5.large", "aws:SourceVpc": "vpc-1"}}}"#
            ),
            ["sagemaker:InstanceTypes: not sent by 1 of 2"]
        );
    }
}
