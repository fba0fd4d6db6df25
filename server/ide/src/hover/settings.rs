//! What stands under the mouse in a configuration file.

use policy::PolicyKind;
use syntax::{SourceFile, TextSize};

use super::{Hover, code, element};
use crate::config::{Level, Pack};
use crate::rule::Rule;
use crate::rules;
use crate::settings::keys::{Key, Shape};
use crate::settings::slot::{self, Slot};

/// The explanation of the token that holds the byte `at` of a configuration file. `page` gives the address of a
/// rule's page.
pub fn hover(file: &SourceFile, at: TextSize, page: &dyn Fn(&Rule) -> String) -> Option<Hover> {
    let here = slot::here_of(file, at)?;
    let text = &*here.spot.text;
    let own = match here.slot {
        Slot::Document | Slot::Object(_) => None,
        Slot::Key(group) => Some(key(group.key(text)?)),
        Slot::Name(of) => match of.shape {
            Shape::Levels => rules::rule(text).map(|it| with_page(it, page)),
            _ => Some(key(of)),
        },
        Slot::Named(of) => match of.shape {
            Shape::Kinds => PolicyKind::from_name(text).map(kind),
            _ => Level::from_name(text).map(|it| format!("**{}**\n\n{}", code(it.name()), it.docs())),
        },
        Slot::Value(of) => match of.shape {
            Shape::Pack => {
                Pack::from_name(text).map(|it| format!("**{}**\n\n{}", code(it.name()), it.docs()))
            }
            Shape::Rules => rules::rule(text).map(|it| with_page(it, page)),
            Shape::Accounts => Some(element::account(text)),
            _ => Some(key(of)),
        },
    };
    Some(Hover { range: here.spot.token, markdown: own?.trim_end().to_owned() })
}

/// The documentation of a setting.
pub(crate) fn key(key: &Key) -> String {
    format!("**{}**\n\n{}", code(key.name), key.docs)
}

/// What a rule finds and why it matters.
pub(crate) fn rule(rule: &Rule) -> String {
    let reason = rule.docs.split_once("## Why it matters").map(|it| it.1);
    let reason = reason.and_then(|it| it.split("\n ##").next()).unwrap_or_default();
    let reason: Vec<&str> = reason.lines().map(str::trim).collect();
    let (level, group) = (rule.level().name(), rule.group.name());
    let head = format!("**{}** · {level} · {group}", code(rule.name));
    format!("{head}\n\n{}\n\n{}", rule.summary(), reason.join("\n").trim())
}

fn with_page(of: &Rule, page: &dyn Fn(&Rule) -> String) -> String {
    format!("{}\n\n[More]({})", rule(of), page(of))
}

fn kind(kind: PolicyKind) -> String {
    let text = catalog::catalog().policy_kind(kind.name()).map(|it| it.description()).unwrap_or_default();
    format!("**{}** · {}\n\n{text}", code(kind.name()), kind.title())
}
