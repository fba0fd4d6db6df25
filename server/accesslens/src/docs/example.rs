//! The examples in the documentation of rules: what is shown is what is checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use ide::{Analysis, Config, Level, Rule};
use policy::PolicyKind;
use policy::find::Hint;

/// One example: a fenced block marked `jsonc,finds` or `jsonc,clean`, with `kind:scp` behind it if need be,
/// and the settings `trusted:111122223333` and `org:o-a1b2c3d4e5`.
#[derive(Debug)]
pub struct Example {
    /// Which of the rule's examples it is, from one.
    pub number: usize,
    /// Whether the rule finds something in it.
    pub finds: bool,
    /// What the policy is attached to, where the example says so.
    pub kind: Option<PolicyKind>,
    /// The accounts that the settings call trusted.
    pub accounts: Option<Vec<String>>,
    /// The organization that the settings name.
    pub organization: Option<String>,
    /// The rule, where it is off without a setting.
    pub turns_on: Option<&'static Rule>,
    /// The text as it is written.
    pub text: String,
}

/// The examples of a rule.
pub fn examples(rule: &'static Rule) -> Vec<Example> {
    let mut out: Vec<Example> = Vec::new();
    let mut open = false;
    for line in rule.docs.lines() {
        // A doc comment puts a blank before each line.
        let line = line.strip_prefix(' ').unwrap_or(line);
        if open && line.trim() == "```" {
            open = false;
        } else if let (true, Some(example)) = (open, out.last_mut()) {
            example.text.push_str(line);
            example.text.push('\n');
        } else if let Some(marks) = line.trim().strip_prefix("```jsonc,") {
            let mut words = marks.split(',');
            let finds = words.next() == Some("finds");
            let words: Vec<&str> = words.collect();
            let word = |name: &str| words.iter().find_map(|it| it.strip_prefix(name));
            out.push(Example {
                number: out.len() + 1,
                finds,
                kind: word("kind:").and_then(PolicyKind::from_name),
                accounts: word("trusted:").map(|it| vec![it.to_owned()]),
                organization: word("org:").map(str::to_owned),
                turns_on: Some(rule).filter(|it| !it.is_default),
                text: String::new(),
            });
            open = true;
        }
    }
    out
}

impl Example {
    /// The example as it is analysed: at one moment for ever.
    pub fn analyse(&self) -> Analysis {
        let now = NaiveDate::from_ymd_opt(2026, 11, 22).map(NaiveDateTime::from).unwrap_or_default();
        let (accounts, organization) = (self.accounts.clone(), self.organization.clone());
        let rules = BTreeMap::from_iter(self.turns_on.map(|it| (it.name.to_owned(), Level::At(it.severity))));
        let config = Config { now, accounts, organization, rules, ..Config::default() };
        let hint = Hint { kind: self.kind, file_name: Some("policy.jsonc".to_owned()) };
        Analysis::of(&self.in_a_policy(), hint, Arc::new(config))
    }

    /// The text with a policy around it, where it is a bare statement or a bare list of them.
    pub fn in_a_policy(&self) -> String {
        let text = &*self.text;
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
}

fn wrap(statements: &str) -> String {
    format!("{{\n\"Version\": \"2012-10-17\",\n\"Statement\": {statements}\n}}\n")
}
