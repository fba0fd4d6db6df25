//! Code lenses: what each statement, and the policy as a whole, really does.

use syntax::TextRange;

use crate::analysis::Analysis;
use crate::explain;

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

/// Where lenses stand, without their titles: those cost more and are wanted only for what is on the screen.
pub fn lenses(analysis: &Analysis) -> Vec<Lens> {
    if !analysis.config().lens {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (policy_idx, policy) in analysis.policies().iter().enumerate() {
        let start = policy.range.start;
        out.push(Lens { range: TextRange::new(start, start + 1), subject: Subject::Policy(policy_idx) });
        for (idx, at) in policy.statements.iter().enumerate() {
            let range = TextRange::new(at.start, at.start + 1);
            out.push(Lens { range, subject: Subject::Statement(policy_idx, idx) });
        }
    }
    out
}

/// What a lens says; `None` while there is too little text to tell.
pub fn title(analysis: &Analysis, subject: Subject) -> Option<String> {
    let now = analysis.config().now;
    match subject {
        Subject::Policy(idx) => {
            let policy = analysis.policies().get(idx)?;
            Some(explain::policy(policy, analysis.denies(idx), now))
        }
        Subject::Statement(policy_idx, idx) => {
            explain::statement_of(analysis, policy_idx, idx).map(|it| it.line)
        }
    }
}
