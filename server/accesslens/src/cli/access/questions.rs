//! The three questions of a review, asked of files.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use ide::{Analysis, explain};
use policy::eval::Given;
use policy::model::{Form, Policy};
use policy::reach::{self, Access, Answer, Document, Limits, Opinions, Side, StatementRef, Witness};
use serde_json::{Value, json};

use super::batch;

/// What is asked of every policy.
pub(super) enum Question {
    /// Whether it grants nothing that this policy does not.
    NoNewAccess(Box<Analysis>),
    /// Whether it grants none of this access.
    AccessNotGranted(Access),
    /// Whether it grants nothing to anybody whom it does not name.
    NoPublicAccess,
}

/// An answer about one policy.
pub(super) struct Answered {
    path: String,
    line: u32,
    question: &'static str,
    opinions: Opinions,
    with_principal: bool,
    /// The statements that the answer rests on, by name.
    statements: Vec<String>,
}

impl Question {
    fn name(&self) -> &'static str {
        match self {
            Question::NoNewAccess(_) => "no-new-access",
            Question::AccessNotGranted(_) => "access-not-granted",
            Question::NoPublicAccess => "no-public-access",
        }
    }
}

impl Answered {
    /// Whether the question is answered with yes, for every request.
    pub(super) fn holds(&self) -> bool {
        matches!(self.opinions.answer, Answer::Pass(_))
    }
}

/// Asks a question of every policy of a file. `line` gives the line of a place in it.
pub(super) fn ask(
    question: &Question,
    analysis: &Analysis,
    path: &str,
    line: &dyn Fn(&Policy) -> u32,
) -> Vec<Answered> {
    let policies = analysis.policies().iter().filter(|it| it.form != Form::Condition);
    let answered = |policy: &Policy| {
        let (opinions, existing) = answer(question, analysis, policy);
        let name = |it: &StatementRef| match it.side {
            Side::New => Some(explain::name_of(policy, it.index)),
            Side::Old => {
                existing.map(|existing| format!("{} of the existing", explain::name_of(existing, it.index)))
            }
        };
        let statements = match &opinions.answer {
            Answer::Pass(proof) => proof.iter().filter_map(name).collect(),
            Answer::Fail(it) => {
                [Some(it.statement), it.denied_by].iter().flatten().filter_map(name).collect()
            }
            Answer::Unknown(_) => Vec::new(),
        };
        Answered {
            path: path.to_owned(),
            line: line(policy),
            question: question.name(),
            opinions,
            with_principal: policy.kind.has_principal(),
            statements,
        }
    };
    policies.map(answered).collect()
}

/// The answer, and the policy that was compared with.
fn answer<'a>(
    question: &'a Question,
    analysis: &Analysis,
    policy: &Policy,
) -> (Opinions, Option<&'a Policy>) {
    let (limits, catalog) = (Limits::default(), catalog::catalog());
    let document = Document::of(policy, analysis.file(), catalog);
    match question {
        Question::NoNewAccess(existing) => {
            let all = existing.policies();
            let before = match all {
                [only] => Some(only),
                _ => all.iter().find(|it| it.place.path == policy.place.path),
            };
            let nothing = || Document::of_statements(Vec::new(), policy.kind, false);
            let old = before
                .map_or_else(nothing, |it| Document::of_kind(it, policy.kind, existing.file(), catalog));
            (reach::opinions(limits, |limits| reach::wider(&old, &document, limits, catalog)), before)
        }
        Question::AccessNotGranted(access) => {
            let access = std::slice::from_ref(access);
            (reach::opinions(limits, |limits| reach::grants(&document, access, limits, catalog)), None)
        }
        Question::NoPublicAccess => {
            (reach::opinions(limits, |limits| reach::public(&document, limits, catalog)), None)
        }
    }
}

/// Answers for people.
pub(super) fn human(answers: &[Answered], out: &mut dyn Write) -> io::Result<()> {
    let faint = Style::new().dimmed();
    for it in answers {
        let (verdict, colour) = match &it.opinions.answer {
            Answer::Pass(_) => ("PASS", AnsiColor::Green),
            Answer::Fail(_) => ("FAIL", AnsiColor::Red),
            Answer::Unknown(_) => ("UNKNOWN", AnsiColor::Yellow),
        };
        let colour = colour.on_default().bold();
        writeln!(
            out,
            "{colour}{verdict:7}{colour:#} {} {faint}line {}{faint:#} {}",
            it.path, it.line, it.question
        )?;
        match &it.opinions.answer {
            Answer::Pass(_) => {}
            Answer::Fail(witness) => {
                writeln!(
                    out,
                    "        {} allows {}",
                    it.statements.join(" despite "),
                    example(witness, it.with_principal)
                )?;
            }
            Answer::Unknown(reason) => writeln!(out, "        {}", reason.text())?,
        }
        if let Some(Answer::Pass(_)) = &it.opinions.sent {
            writeln!(out, "        PASS for the requests that AWS sends, as far as the catalogue knows")?;
        }
    }
    Ok(())
}

/// Answers for programs.
pub(super) fn to_json(answers: &[Answered]) -> Value {
    let each = answers.iter().map(|it| {
        let mut out = json!({
            "path": it.path,
            "line": it.line,
            "question": it.question,
            "statementNames": it.statements,
        });
        if let (Some(out), Value::Object(more)) = (out.as_object_mut(), batch::opinions_json(&it.opinions)) {
            out.extend(more);
        }
        out
    });
    json!({"answers": each.collect::<Vec<_>>(), "catalogue": {"date": catalog::catalog().date()}})
}

/// `s3:GetObject on arn:… by arn:… with aws:SourceIp 10.0.0.1`
pub(in crate::cli) fn example(it: &Witness, with_principal: bool) -> String {
    let mut out = format!("{} on {}", it.action, it.resource);
    if with_principal {
        out.push_str(" by ");
        out.push_str(&it.principal);
    }
    let keys = it.context.iter().filter_map(|(key, given)| match given {
        Given::One(text) if text.is_empty() => Some(format!("{key} empty")),
        Given::One(text) => Some(format!("{key} {text}")),
        Given::Many(texts) => Some(format!("{key} [{}]", texts.join(", "))),
        Given::Absent | Given::SomeValue | Given::Unknown => None,
    });
    let keys: Vec<String> = keys.collect();
    if !keys.is_empty() {
        out.push_str(" with ");
        out.push_str(&keys.join(", "));
    }
    out
}
