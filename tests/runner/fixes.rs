//! What must hold of every fix, whatever its rule.

use std::collections::BTreeSet;

use ide::{Analysis, Fix, Group, Safety};
use syntax::{TextEdit, TextRange, TextSize};

use crate::runner::check::{analyse, findings};
use crate::runner::format::Options;
use crate::runner::{access, refactor};

/// Checks every fix of every finding, one at a time: the text it makes has no new syntax error and one finding of the
/// rule less at that place or in all, the first fix of a finding leaves less to mend, one that is said to take something
/// away grants nothing new, and applying fixes again and again comes to an end.
pub(crate) fn hold(text: &str, options: &Options) -> Result<(), String> {
    let analysis = analyse(text, options);
    let n_errors = analysis.file().tree().errors(usize::MAX).len();
    for it in findings(&analysis) {
        let rule = it.finding.rule.name;
        let before = at_place(&analysis, rule, it.range());
        for (n, fix) in analysis.fixes(&it).enumerate() {
            let which = || format!("the fix `{}` of {rule} at {:?}", fix.title, it.range());
            if let Some(edit) = misfit(text, &fix.edits) {
                return Err(format!("{} has an edit that overlaps or does not fit: {edit:?}", which()));
            }
            let fixed = TextEdit::apply_all(text, &fix.edits);
            let after = analyse(&fixed, options);
            if after.file().tree().errors(usize::MAX).len() > n_errors {
                return Err(format!("{} makes a syntax error:\n{fixed}", which()));
            }
            // What stands behind a removed text moves into its place, and may have the same fault.
            let is_there = at_place(&after, rule, moved(it.range(), &fix.edits)) >= before;
            if is_there && of_rule(&after, rule) >= of_rule(&analysis, rule) {
                return Err(format!("{} leaves as many findings of its rule there:\n{fixed}", which()));
            }
            // What was not read as a policy may have faults of its own.
            let was_read = it.finding.rule.group != Group::Structure;
            if was_read && refactor::errors(&after) > refactor::errors(&analysis) {
                return Err(format!("{} makes an error:\n{fixed}", which()));
            }
            if was_read && n == 0 && leads_on(&analysis, &after, rule, &fix) {
                let (was, is) = (graveness(&analysis), graveness(&after));
                return Err(format!("{} comes first and leaves {is:?} of {was:?}:\n{fixed}", which()));
            }
            if was_read
                && NARROWS.iter().any(|it| fix.title.starts_with(it))
                && let Some(gain) = access::gain(&analysis, &after)
            {
                return Err(format!("{} grants {gain}, and its title does not say so:\n{fixed}", which()));
            }
            if fix.safety == Safety::Safe {
                access::is_same(&analysis, &after).map_err(|why| format!("{}: {why}\n{fixed}", which()))?;
            }
        }
    }
    converges(text, options, "safe fixes", |_, fix| fix.safety == Safety::Safe)?;
    let mut rules: BTreeSet<&str> = BTreeSet::new();
    rules.extend(
        findings(&analysis).iter().filter(|it| !it.finding.fixes.is_empty()).map(|it| it.finding.rule.name),
    );
    for rule in rules {
        converges(text, options, rule, |of, _| of == rule)?;
    }
    Ok(())
}

/// How the titles of fixes begin that take away, or ask for more.
const NARROWS: [&str; 9] =
    ["Ask", "Keep", "Limit", "Merge", "Remove `", "Remove all", "Remove it", "Remove them", "Require"];

/// What a mend shows that was there before, and that only somebody who knows what is meant can mend: by the rule of the
/// fix, the rule of what it shows.
const SHOWS: [(&str, &str); 5] = [
    ("covered-action", "unused-resource"),
    ("invalid-value", "private-address"),
    ("joint-negation", "region-fence"),
    ("missing-list-bucket", "placeholder"),
    ("profile-as-model", "retired-model"),
];

/// Whether a fix leaves as much to mend as there was, counted by the gravest first, and its title does not say so.
fn leads_on(before: &Analysis, after: &Analysis, rule: &str, fix: &Fix) -> bool {
    let shows = SHOWS.iter().any(|(own, next)| *own == rule && of_rule(after, next) > of_rule(before, next));
    !shows && !fix.title.contains("to fill in") && graveness(after) >= graveness(before)
}

/// How many findings there are of each severity, the gravest first, without those about comments.
fn graveness(analysis: &Analysis) -> [usize; 4] {
    let mut out = [0; 4];
    for it in findings(analysis).iter().filter(|it| it.finding.rule.name != "unused-suppression") {
        let ide::Level::At(severity) = analysis.level(it.finding) else { continue };
        out[severity as usize] += 1;
    }
    out
}

/// How many findings of `rule` meet `place`.
fn at_place(analysis: &Analysis, rule: &str, place: TextRange) -> usize {
    findings(analysis).iter().filter(|it| it.finding.rule.name == rule && it.range().meets(place)).count()
}

/// How many findings of `rule` there are.
fn of_rule(analysis: &Analysis, rule: &str) -> usize {
    findings(analysis).iter().filter(|it| it.finding.rule.name == rule).count()
}

/// One of the edits that cannot be applied together with the others.
pub(crate) fn misfit(text: &str, edits: &[TextEdit]) -> Option<TextEdit> {
    let mut order: Vec<&TextEdit> = edits.iter().collect();
    order.sort_by_key(|it| (it.range.start, it.range.end));
    let overlaps = order.windows(2).find(|it| it[0].range.end > it[1].range.start).map(|it| it[1]);
    let outside =
        || order.iter().find(|it| text.get(it.range.start as usize..it.range.end as usize).is_none());
    overlaps.or_else(|| outside().copied()).cloned()
}

/// Where `range` is after the edits; text put in at its ends belongs to it.
fn moved(range: TextRange, edits: &[TextEdit]) -> TextRange {
    let shift = |at: TextSize, after_inserts: bool| {
        let mut out = i64::from(at);
        for edit in edits {
            let (start, end) = (edit.range.start, edit.range.end);
            let before = if after_inserts { start <= at } else { end < at || (end == at && start < end) };
            if before {
                let removed = end.min(at) - start.min(at);
                out += edit.text.len() as i64 - i64::from(removed);
            }
        }
        TextSize::try_from(out.max(0)).unwrap()
    };
    let start = shift(range.start, false);
    TextRange::new(start, shift(range.end, true).max(start))
}

/// Applies the first wanted fix until there is none.
fn converges(
    text: &str,
    options: &Options,
    what: &str,
    wanted: impl Fn(&str, &Fix) -> bool,
) -> Result<(), String> {
    let mut text = text.to_owned();
    let mut limit = None;
    for n_applied in 0.. {
        let analysis = analyse(&text, options);
        let findings = findings(&analysis);
        let limit = *limit.get_or_insert(4 * findings.len() + 16);
        let next =
            findings.iter().find_map(|it| analysis.fixes(it).find(|fix| wanted(it.finding.rule.name, fix)));
        let Some(fix) = next else { return Ok(()) };
        if n_applied > limit {
            return Err(format!(
                "applying {what} does not end; after {n_applied} times, `{}` on\n{text}",
                fix.title
            ));
        }
        text = TextEdit::apply_all(&text, &fix.edits);
    }
    Ok(())
}
