//! What must hold of a refactoring before it is offered.

use std::sync::Arc;

use policy::find::Hint;
use policy::model::{Effect, Policy, StatementAt};
use policy::reach::{self, Answer, Limits};
use syntax::{TextEdit, TextRange};

use super::{Access, Cx, Refactoring, comments, extent};
use crate::analysis::Analysis;
use crate::cancel::Cancel;
use crate::finding::Severity;

/// What a proof may cost: it is made while somebody moves the cursor.
const LIMITS: Limits = Limits::steps(1_000_000);

/// Whether a refactoring changes something, loses no comment, and leaves access as it is where it says so.
pub(super) fn holds(cx: &Cx<'_>, offer: &Refactoring) -> bool {
    let Some(whole) = extent(&offer.edits).and_then(|it| statements(cx.policy, it)) else { return false };
    let before = cx.analysis.file().text().slice(whole).to_string();
    let back = |it: &TextEdit| {
        let range = TextRange::new(it.range.start - whole.start, it.range.end - whole.start);
        TextEdit { range, text: it.text.clone() }
    };
    let after = TextEdit::apply_all(&before, &offer.edits.iter().map(back).collect::<Vec<_>>());
    let keeps_text = after != before && comments::count(&after) >= comments::count(&before);
    keeps_text && (offer.access == Access::Changes || is_same(cx, &before, &after))
}

/// From the first statement that a range meets to the last.
fn statements(policy: &Policy, range: TextRange) -> Option<TextRange> {
    let range_of = |it: StatementAt<'_>| it.node.range_at(it.start);
    let first = policy.statements.iter().map(range_of).find(|it| it.touches(range.start))?;
    let last = policy.statements.get(policy.statements.last_started(range.end)?).map(range_of)?;
    Some(TextRange::new(first.start, last.end.max(range.end)))
}

/// Whether two lists of statements, without their brackets, grant the same, and the second has no errors of its own.
/// Of statements that deny, whether they leave the same of everything there is.
fn is_same(cx: &Cx<'_>, before: &str, after: &str) -> bool {
    let version = if cx.policy.has_variables() { "2012-10-17" } else { "2008-10-17" };
    let everything = match (cx.stmt.effect(), cx.policy.kind.has_principal(), &cx.stmt.resource) {
        (Some(Effect::Deny), false, _) => r#"{"Effect":"Allow","Action":"*","Resource":"*"},"#,
        (Some(Effect::Deny), true, Some(_)) => {
            r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},"#
        }
        (Some(Effect::Deny), true, None) => r#"{"Effect":"Allow","Principal":"*","Action":"*"},"#,
        (Some(Effect::Allow) | None, _, _) => "",
    };
    let read = |statements: &str| {
        let text = format!(r#"{{"Version":"{version}","Statement":[{everything}{statements}]}}"#);
        let hint = Hint { kind: Some(cx.policy.kind), file_name: None };
        Analysis::of(&text, hint, Arc::clone(cx.analysis.config()))
    };
    let (was, is) = (read(before), read(after));
    if n_errors(&is) > n_errors(&was) {
        return false;
    }
    let (Some(old), Some(new)) = (was.reach(0), is.reach(0)) else { return false };
    let equality = reach::equal(&old, &new, LIMITS, cx.catalog);
    matches!((equality.gained, equality.lost), (Answer::Pass(_), Answer::Pass(_)))
}

fn n_errors(analysis: &Analysis) -> usize {
    let findings = analysis.findings(&Cancel::default()).unwrap_or_default();
    findings.iter().filter(|it| it.finding.severity == Severity::Error).count()
}
