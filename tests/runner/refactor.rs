//! Refactorings: what a fixture asks of them, and what must hold of all.

use ide::refactor::{self, Access, Refactoring};
use ide::{Analysis, Cancel, Severity};
use policy::model::{Policy, PrincipalValue, Values};
use syntax::{TextEdit, TextSize};

use crate::runner::check::{analyse, findings};
use crate::runner::format::Options;
use crate::runner::sections::Asked;
use crate::runner::{access, fixes};

/// The refactorings at the cursor; with `"Title"`, the text after that one.
pub(crate) fn answer(asked: &Asked<'_>) -> Result<String, String> {
    let found = at(asked.analysis, asked.cursor()?);
    if asked.argument.is_empty() {
        let line = |it: &Refactoring| {
            let changes = if it.access == Access::Changes { " (changes access)" } else { "" };
            format!("{:?} {}{changes}\n", it.kind, it.title)
        };
        return Ok(if found.is_empty() { "nothing\n".to_owned() } else { found.iter().map(line).collect() });
    }
    let title = asked.argument.trim_matches('"');
    let Some(it) = found.iter().find(|it| it.title == title) else {
        let titles: Vec<String> = found.iter().map(|it| format!("`{}`", it.title)).collect();
        return Err(format!("no refactoring is called `{title}`; there are {}", titles.join(", ")));
    };
    Ok(TextEdit::apply_all(asked.text, &it.edits))
}

fn at(analysis: &Analysis, at: TextSize) -> Vec<Refactoring> {
    refactor::at(analysis, at, |_| true, &Cancel::default()).unwrap()
}

/// Checks every refactoring at every place of a text: its edits fit, what they make is as sound as it was, and one
/// that is said to leave access as it is does so.
pub(crate) fn hold(text: &str, options: &Options) -> Result<(), String> {
    let analysis = analyse(text, options);
    let n_errors = analysis.file().tree().errors(usize::MAX).len();
    let mut seen: Vec<Refactoring> = Vec::new();
    for place in analysis.policies().iter().flat_map(places) {
        for it in at(&analysis, place) {
            if seen.contains(&it) {
                continue;
            }
            let which = || format!("the refactoring `{}` at {place}", it.title);
            if let Some(edit) = fixes::misfit(text, &it.edits) {
                return Err(format!("{} has an edit that overlaps or does not fit: {edit:?}", which()));
            }
            let changed = TextEdit::apply_all(text, &it.edits);
            let after = analyse(&changed, options);
            if after.file().tree().errors(usize::MAX).len() > n_errors {
                return Err(format!("{} makes a syntax error:\n{changed}", which()));
            }
            if it.access == Access::Same {
                access::is_same(&analysis, &after).map_err(|why| format!("{}: {why}\n{changed}", which()))?;
                let (was, is) = (errors(&analysis), errors(&after));
                if is > was {
                    return Err(format!("{} makes {is} errors of {was}:\n{changed}", which()));
                }
            }
            seen.push(it);
        }
    }
    Ok(())
}

/// How many findings are errors.
pub(crate) fn errors(analysis: &Analysis) -> usize {
    findings(analysis).iter().filter(|it| it.finding.severity == Severity::Error).count()
}

/// Where somebody may ask: at the start of each statement, element, list and value.
fn places(policy: &Policy) -> Vec<TextSize> {
    /// Of long lists, the first values stand for the others.
    const MOST: usize = 6;
    let mut out = Vec::new();
    for it in &policy.statements {
        let stmt = &it.statement;
        let mut values: Vec<&Values> = Vec::new();
        values.extend(stmt.action.iter().chain(&stmt.resource).map(|it| &it.values));
        values.extend(stmt.condition.iter().flat_map(|it| it.tests()).map(|it| &it.1.values));
        if let Some(PrincipalValue::Typed(entries)) = stmt.principal.as_ref().map(|it| &it.value) {
            values.extend(entries.iter().map(|it| &it.values));
        }
        let mut of_it = vec![stmt.range.start];
        of_it.extend(stmt.keys.iter().map(|it| it.range.start));
        of_it.extend(values.iter().map(|it| it.range.start));
        of_it.extend(values.iter().flat_map(|it| it.items.iter().take(MOST)).map(|it| it.range().start + 1));
        out.extend(of_it.into_iter().map(|at| at + it.start));
    }
    out
}
