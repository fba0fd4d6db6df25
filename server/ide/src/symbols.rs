//! The outline of a file: policies, their statements, and what those say.

use policy::model::{Form, Key, Policy, Statement, Values};
use syntax::{TextRange, TextSize};

use crate::{Analysis, Cancel, Cancelled};

/// A line of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What it is called.
    pub name: String,
    /// What it says, cut short.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub range: TextRange,
    /// What stands for it in the text; inside of [`Symbol::range`].
    pub selection: TextRange,
    /// What it is made of.
    pub children: Vec<Symbol>,
}

/// What a [`Symbol`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    /// A policy.
    Policy,
    /// A statement that allows.
    Allow,
    /// A statement that denies.
    Deny,
    /// A statement that says neither yet.
    Statement,
    /// An element with its value: `Action`.
    Element,
}

/// The outline by position.
pub fn symbols(analysis: &Analysis, cancel: &Cancel) -> Result<Vec<Symbol>, Cancelled> {
    let mut out = Vec::new();
    for policy in analysis.policies() {
        let mut children = Vec::new();
        for at in &policy.statements {
            cancel.check()?;
            children.push(statement(at.statement, at.start));
        }
        match policy.form {
            Form::Policy => out.push(whole(analysis, policy, children)),
            Form::Statement | Form::Statements => out.append(&mut children),
            Form::Condition => out.extend(children.into_iter().flat_map(|it| it.children)),
        }
    }
    Ok(out)
}

fn whole(analysis: &Analysis, policy: &Policy, statements: Vec<Symbol>) -> Symbol {
    let n_statements = match statements.len() {
        1 => "1 statement".to_owned(),
        n => format!("{n} statements"),
    };
    let id = policy.id.as_ref().map(|it| it.value.to_string()).filter(|it| !it.trim().is_empty());
    let place = || match policy.place.path.as_slice() {
        // A template's resource by its name.
        [first, name, ..] if &**first == "Resources" => Some(name.to_string()),
        path => path.iter().rfind(|it| it.parse::<u32>().is_err()).map(|it| it.to_string()),
    };
    let others = policy.keys.iter().filter(|it| matches!(&*it.name, "Version" | "Id"));
    let mut children: Vec<Symbol> = others.map(|it| element(it, 0, &json_text(analysis, it))).collect();
    children.extend(statements);
    children.sort_by_key(|it| it.range.start);
    Symbol {
        name: named(id.or_else(place).unwrap_or_else(|| policy.kind.title().to_owned())),
        detail: format!("{}, {n_statements}", policy.kind.title()),
        kind: SymbolKind::Policy,
        range: policy.range,
        selection: TextRange::new(policy.range.start, policy.range.start + 1),
        children,
    }
}

fn statement(statement: &Statement, start: TextSize) -> Symbol {
    use policy::model::Effect;
    let says = summary(statement);
    let sid = statement.sid.as_ref().map(|it| it.value.to_string()).filter(|it| !it.trim().is_empty());
    let (name, detail) = match sid {
        Some(sid) => (sid, says),
        None => (says, String::new()),
    };
    Symbol {
        name: named(name),
        detail,
        kind: match statement.effect() {
            Some(Effect::Allow) => SymbolKind::Allow,
            Some(Effect::Deny) => SymbolKind::Deny,
            None => SymbolKind::Statement,
        },
        range: statement.range + start,
        selection: statement.label_range() + start,
        children: statement.keys.iter().map(|it| element(it, start, &value_text(statement, it))).collect(),
    }
}

/// `Allow s3:GetObject and 2 more`.
fn summary(statement: &Statement) -> String {
    let effect = statement.effect.as_ref().map_or("Statement", |it| &*it.value);
    let Some(action) = &statement.action else { return effect.to_owned() };
    let not = if action.negated { "all but " } else { "" };
    format!("{effect} {not}{}", first_of(&action.values)).trim_end().to_owned()
}

fn first_of(values: &Values) -> String {
    let Some(first) = values.texts().next() else { return String::new() };
    match values.items.len() {
        0 | 1 => first.value.to_string(),
        n => format!("{} and {} more", first.value, n - 1),
    }
}

fn element(key: &Key, start: TextSize, says: &str) -> Symbol {
    Symbol {
        name: named(key.name.to_string()),
        detail: cut(says),
        kind: SymbolKind::Element,
        range: key.member + start,
        selection: key.range + start,
        children: Vec::new(),
    }
}

fn value_text(statement: &Statement, key: &Key) -> String {
    let text = |it: &Option<policy::model::Text>| it.as_ref().map(|it| it.value.to_string());
    match &*key.name {
        "Sid" => text(&statement.sid).unwrap_or_default(),
        "Effect" => text(&statement.effect).unwrap_or_default(),
        "Action" | "NotAction" => {
            statement.action.as_ref().map(|it| first_of(&it.values)).unwrap_or_default()
        }
        "Resource" | "NotResource" => {
            statement.resource.as_ref().map(|it| first_of(&it.values)).unwrap_or_default()
        }
        "Condition" => {
            let blocks = statement.condition.iter().flat_map(|it| &it.blocks);
            let tests = blocks.flat_map(|it| &it.tests);
            tests.map(|it| &*it.key.value).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

fn json_text(analysis: &Analysis, key: &Key) -> String {
    let range = key.value.unwrap_or_default();
    analysis.file().text().slice(range).trim_matches('"').to_owned()
}

/// A name that can be seen: editors refuse blank ones.
fn named(name: String) -> String {
    if name.trim().is_empty() { format!("\"{name}\"") } else { name }
}

/// The start of a text that is too long for an outline.
fn cut(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::Config;

    fn outline(text: &str) -> String {
        fn write(symbols: &[Symbol], indent: usize, out: &mut String) {
            for it in symbols {
                let detail = if it.detail.is_empty() { String::new() } else { format!(" · {}", it.detail) };
                writeln!(out, "{:indent$}{:?} {}{detail}", "", it.kind, it.name).unwrap();
                assert!(it.range.contains_range(it.selection));
                write(&it.children, indent + 2, out);
            }
        }
        let analysis = Analysis::of(text, Default::default(), Config::default().into());
        let mut out = String::new();
        write(&symbols(&analysis, &Cancel::default()).unwrap(), 0, &mut out);
        out
    }

    #[test]
    fn policies_have_an_outline() {
        let text = r#"{"Version": "2012-10-17", "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*",
             "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
            {"Effect": "Deny", "NotAction": "iam:*"}]}"#;
        let expected = "\
Policy identity policy · identity policy, 2 statements
  Element Version · 2012-10-17
  Allow Read · Allow s3:Get* and 1 more
    Element Sid · Read
    Element Effect · Allow
    Element Action · s3:Get* and 1 more
    Element Resource · *
    Element Condition · aws:SecureTransport
  Deny Deny all but iam:*
    Element Effect · Deny
    Element NotAction · iam:*
";
        assert_eq!(outline(text), expected);
        assert_eq!(
            outline(r#"{"Effect": "Allow", "Action": "#),
            "Allow Allow\n  Element Effect · Allow\n  Element Action\n"
        );
    }
}
