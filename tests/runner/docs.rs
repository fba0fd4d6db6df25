//! The examples in the documentation of rules.

use ide::Rule;

use crate::runner::check::{analyse, findings};
use crate::runner::format::Options;

/// One example: a fenced block.
pub(crate) struct Example {
    /// Which of the rule's examples it is, from one.
    pub(crate) number: usize,
    /// Whether the rule finds something in it.
    pub(crate) finds: bool,
    options: Options,
    text: String,
}

/// The examples of a rule: blocks marked `jsonc,finds` or `jsonc,clean`, with `kind:scp` behind it if need be.
pub(crate) fn examples(rule: &Rule) -> Vec<Example> {
    let mut out: Vec<Example> = Vec::new();
    let mut open = false;
    for line in rule.docs.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        if open && line.trim() == "```" {
            open = false;
        } else if open {
            let example = out.last_mut().unwrap();
            example.text.push_str(line);
            example.text.push('\n');
        } else if let Some(marks) = line.trim().strip_prefix("```jsonc,") {
            let mut words = marks.split(',');
            let finds = words.next() == Some("finds");
            let kind = words.find_map(|it| it.strip_prefix("kind:")).and_then(policy::PolicyKind::from_name);
            let options = Options { kind, ..Options::default() };
            out.push(Example { number: out.len() + 1, finds, options, text: String::new() });
            open = true;
        }
    }
    out
}

/// Checks that the rule finds something in the example, or nothing.
pub(crate) fn hold(rule: &Rule, example: &Example) -> Result<(), String> {
    let text = in_a_policy(&example.text);
    let analysis = analyse(&text, &example.options);
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

/// A bare statement, or a bare list of them, with a policy around it.
fn in_a_policy(text: &str) -> String {
    let tree = syntax::parse(text, &[]);
    let root = syntax::ast::roots(&tree, syntax::ast::Source::Str(text)).next();
    let is_policy = root.and_then(|it| it.as_object()).is_some_and(|it| {
        let mut keys = it.members().map(|it| it.key().value().into_owned());
        keys.any(|it| matches!(&*it, "Statement" | "Version" | "Resources"))
    });
    let statement = text.trim_end();
    match root {
        Some(_) if is_policy => text.to_owned(),
        Some(it) if it.as_array().is_some() => wrap(statement),
        _ => wrap(&format!("[{statement}]")),
    }
}

fn wrap(statements: &str) -> String {
    format!("{{\n\"Version\": \"2012-10-17\",\n\"Statement\": {statements}\n}}\n")
}
