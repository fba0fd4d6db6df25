//! The examples in the documentation of rules.

use accesslens::docs::example::Example;
use ide::Rule;

use crate::runner::check::findings;

/// Checks that the rule finds something in the example, or nothing.
pub(crate) fn hold(rule: &Rule, example: &Example) -> Result<(), String> {
    let text = example.in_a_policy();
    let analysis = example.analyse();
    let found: Vec<String> = findings(&analysis)
        .iter()
        .map(|it| format!("{}: {}", it.finding.rule.name, it.finding.message))
        .collect();
    let own = found.iter().any(|it| it.starts_with(&format!("{}: ", rule.name)));
    match (own, example.finds) {
        (true, true) | (false, false) => Ok(()),
        (true, false) => Err(format!("the rule reports its clean example\n{}\n{text}", found.join("\n"))),
        (false, true) => Err(format!("the rule is silent about\n{text}\nwhere there is {found:?}")),
    }
}
