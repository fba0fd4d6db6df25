//! Every recipe, filled with its default texts, is a policy that the rules find nothing wrong with.

#![cfg(test)]

use std::sync::Arc;

use ide::cancel::Cancel;
use ide::{Analysis, Config, Severity, completion};
use policy::find::Hint;

/// Findings of a policy at or above a warning.
fn faults(text: &str, label: &str) -> Vec<String> {
    let analysis = Analysis::of(text, Hint::default(), Arc::new(Config::default()));
    assert_eq!(analysis.policies().len(), 1, "{label}: {text}");
    let findings = analysis.findings(&Cancel::default()).unwrap();
    let loud = findings.iter().filter(|it| it.finding.severity <= Severity::Warning);
    loud.map(|it| format!("{label}: {}: {}", it.finding.rule.name, it.finding.message)).collect()
}

#[test]
fn recipes_are_clean_in_an_empty_file_and_in_a_list_of_statements() {
    let mut faulty = Vec::new();
    let analysis = Analysis::of("", Hint::default(), Arc::new(Config::default()));
    let whole = completion::complete(&analysis, 0, &ide::Seen::default()).items;
    assert!(whole.len() > 40, "{}", whole.len());
    for item in &whole {
        // Blanks to fill are no policy yet.
        if !item.edit.text.contains("\"\"") {
            faulty.extend(faults(&item.edit.text, &item.label));
        }
    }
    let text = "{\"Version\": \"2012-10-17\", \"Statement\": []}";
    let analysis = Analysis::of(text, Hint::default(), Arc::new(Config::default()));
    let at = text.find(']').unwrap();
    let statements = completion::complete(&analysis, u32::try_from(at).unwrap(), &ide::Seen::default()).items;
    assert!(statements.len() > 20, "{}", statements.len());
    for item in statements.iter().filter(|it| !it.edit.text.contains("\"\"")) {
        let mut after = text.to_owned();
        after.insert_str(at, &item.edit.text);
        faulty.extend(faults(&after, &item.label));
    }
    assert!(faulty.is_empty(), "{}", faulty.join("\n"));
}
