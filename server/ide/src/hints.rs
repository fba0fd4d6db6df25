//! Inlay hints: what wildcards stand for.

use policy::access;
use policy::model::Item;
use policy::pattern;
use syntax::{TextRange, TextSize};

use crate::analysis::Analysis;
use crate::explain;

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

/// The hints inside `range`: behind each action with a wildcard, the number of actions it stands for.
pub fn hints(analysis: &Analysis, range: TextRange) -> Vec<Hint> {
    if !analysis.config().inlay_hints {
        return Vec::new();
    }
    let catalog = catalog::catalog();
    let mut out = Vec::new();
    for policy in analysis.policies() {
        let first = policy.statements.partition_point(|it| it.node.range_at(it.start).end < range.start);
        for at in policy.statements.iter().skip(first).take_while(|it| it.start <= range.end) {
            let Some(action) = &at.statement.action else { continue };
            for item in &action.values.items {
                let Item::Text(text) = item else { continue };
                let end = text.range.end + at.start;
                if !pattern::has_wildcard(&text.value) || !range.touches(end) {
                    continue;
                }
                let mut set = access::ActionSet::new(catalog);
                catalog.actions_matching(&text.value).for_each(|it| set.insert(it.id()));
                let n = set.len();
                let label = format!("{} action{}", explain::grouped(n), if n == 1 { "" } else { "s" });
                let named: Vec<String> =
                    set.iter(catalog).take(MAX_NAMED).map(|it| format!("- `{}`", it.full_name())).collect();
                let more = n.saturating_sub(MAX_NAMED);
                let more =
                    if more > 0 { format!("\n- and {} more", explain::grouped(more)) } else { String::new() };
                let tooltip = format!(
                    "`{}` stands for {}\n\n{}{more}",
                    text.value,
                    explain::counted(&set, catalog),
                    named.join("\n")
                );
                out.push(Hint { at: end, label, tooltip });
            }
        }
    }
    out
}
