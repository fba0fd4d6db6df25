//! Code lenses: what each statement, and the policy as a whole, really does.

use policy::model::Policy;
use syntax::{Encoding, TextRange};

use crate::analysis::Analysis;
use crate::explain::{self, grouped};

/// A line above some text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    /// The text it stands above.
    pub range: TextRange,
    /// What it speaks of; [`title`] says it.
    pub subject: Subject,
}

/// What a lens speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The policy with this index.
    Policy(usize),
    /// A statement: the indices of its policy and of itself.
    Statement(usize, usize),
}

/// How many lenses stand above one line, that of a policy and those of its statements: an editor shows them in a row.
const MOST_IN_A_LINE: usize = 4;

/// Where lenses stand, without their titles: those cost more and are wanted only for what is on the screen. Above a line
/// with more statements than can be read in a row, the policy's stands alone.
pub fn lenses(analysis: &Analysis) -> Vec<Lens> {
    if !analysis.config().lens {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (policy_idx, policy) in analysis.policies().iter().enumerate() {
        let start = policy.range.start;
        out.push(Lens { range: TextRange::new(start, start + 1), subject: Subject::Policy(policy_idx) });
        if is_crowded(analysis, policy) {
            continue;
        }
        for (idx, at) in policy.statements.iter().enumerate() {
            let range = TextRange::new(at.start, at.start + 1);
            out.push(Lens { range, subject: Subject::Statement(policy_idx, idx) });
        }
    }
    out
}

/// Whether a policy stands in one line with more statements than can be read there.
fn is_crowded(analysis: &Analysis, policy: &Policy) -> bool {
    let line = |at| analysis.file().text().line_col(at, Encoding::Utf8).line;
    policy.statements.len() >= MOST_IN_A_LINE && line(policy.range.start) == line(policy.range.end)
}

/// What a lens says; `None` while there is too little text to tell.
pub fn title(analysis: &Analysis, subject: Subject) -> Option<String> {
    let now = analysis.config().now;
    match subject {
        Subject::Policy(idx) => {
            let policy = analysis.policies().get(idx)?;
            let line = explain::policy_and_dangers(policy, analysis.denies(idx), analysis.dead(idx), now);
            Some(match is_crowded(analysis, policy) {
                true => {
                    format!("{line} · {} statements, each with a hover", grouped(policy.statements.len()))
                }
                false => line,
            })
        }
        Subject::Statement(policy_idx, idx) => {
            explain::statement_of(analysis, policy_idx, idx).map(|it| it.line)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use policy::PolicyKind;
    use policy::find::Hint;

    fn line(kind: PolicyKind, statements: &str) -> String {
        let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{statements}]}}");
        let hint = Hint { kind: Some(kind), ..Hint::default() };
        title(&Analysis::of(&text, hint, Arc::default()), Subject::Policy(0)).unwrap()
    }

    #[test]
    fn a_policy_that_grants_says_what_it_can_lead_to() {
        let all = r#"{"Effect": "Allow", "Action": ["bedrock:InvokeModel", "s3:GetObject", "iam:PassRole", "s3:DeleteObject"], "Resource": "*"}"#;
        let deny = r#"{"Effect": "Deny", "Action": ["iam:*", "s3:Delete*"], "Resource": "*"}"#;
        assert!(
            line(PolicyKind::Identity, all)
                .ends_with(" · can delete, spend money, read data and gain permissions")
        );
        assert!(
            line(PolicyKind::Identity, &format!("{all}, {deny}"))
                .ends_with(" · can spend money and read data")
        );
        let harmless = r#"{"Effect": "Allow", "Action": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"], "Resource": "*"}"#;
        for (kind, statement) in [
            (PolicyKind::Identity, harmless),
            (PolicyKind::Scp, all),
            (PolicyKind::Boundary, all),
            (PolicyKind::Session, all),
        ] {
            assert!(!line(kind, statement).contains(" can "), "{kind:?} {statement}");
        }
    }
}
