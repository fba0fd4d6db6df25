//! What can be written at a place of a configuration file.

use policy::PolicyKind;
use syntax::{SourceFile, TextSize};

use super::scenario::skeleton;
use super::{Acc, Completions, Draft, ItemKind, Value, first_sentence};
use crate::config::{Level, Pack};
use crate::place::{self, Place};
use crate::settings::keys::{Group, Key, Shape};
use crate::settings::slot::{self, Here, Slot};
use crate::{Seen, rules};

/// What can be written at `at` in a configuration file. `elsewhere` is what the policies of the workspace name, `files`
/// are the policy files from the folder of the configuration. [`super::resolve`] explains the items.
pub fn complete(file: &SourceFile, at: TextSize, elsewhere: &Seen, files: &[String]) -> Completions {
    let Some(here) = slot::here(file, at) else { return Completions::default() };
    let place = as_place(&here);
    let mut acc = Acc::default();
    match here.slot {
        Slot::Document => acc.add(skeleton("settings", DOCUMENT, "What is reported in this folder, and how")),
        Slot::Key(group) => keys(group, &place, &mut acc),
        Slot::Object(Group::Ignore) => acc.add(skeleton("ignore", IGNORED, "Findings that are not reported")),
        Slot::Object(_) => {}
        Slot::Name(key) | Slot::Named(key) | Slot::Value(key) => {
            let is_name = matches!(here.slot, Slot::Name(_));
            value(key, is_name, &place, elsewhere, files, &mut acc);
        }
    }
    acc.finish(&place)
}

fn as_place(here: &Here<'_>) -> Place {
    let spot = &here.spot;
    Place {
        slot: place::Slot::Id,
        kind: PolicyKind::Identity,
        policy: None,
        statement: None,
        range: spot.range,
        token: spot.token,
        text: spot.text.clone(),
        prefix: spot.prefix.clone(),
        siblings: here.siblings.clone(),
        lacks: spot.lacks,
    }
}

fn keys(group: Group, place: &Place, acc: &mut Acc) {
    let mut keys: Vec<&Key> = group.keys().iter().filter(|it| !place.has_sibling(it.name)).collect();
    keys.sort_by_key(|it| it.name.starts_with('$'));
    for it in keys {
        acc.add(Draft {
            label: it.name.into(),
            kind: Some(ItemKind::Element),
            detail: first_sentence(it.docs),
            value: shape(it.shape),
            data: Some(format!("setting {} {}", group.name(), it.name)),
            ..Draft::default()
        });
    }
}

fn value(key: &Key, is_name: bool, place: &Place, elsewhere: &Seen, files: &[String], acc: &mut Acc) {
    match (key.shape, is_name) {
        (Shape::Levels, true) | (Shape::Rules, _) => {
            for rule in rules::ALL.iter().filter(|it| !place.has_sibling(it.name)) {
                acc.add(Draft {
                    label: rule.name.into(),
                    detail: first_sentence(rule.summary()),
                    value: match rule.is_default {
                        true => Value { plain: "\"off\"", snippet: "\"${1|off,hint,info,warning,error|}\"" },
                        false => {
                            Value { plain: "\"info\"", snippet: "\"${1|info,warning,error,hint,off|}\"" }
                        }
                    },
                    data: Some(format!("rule {}", rule.name)),
                    ..Draft::default()
                });
            }
        }
        (Shape::Levels, false) => {
            for name in Level::NAMES {
                let docs = Level::from_name(name).map_or("", Level::docs);
                add(name, docs, acc);
            }
        }
        (Shape::Kinds, true) | (Shape::Glob, _) => globs(place, files, acc),
        (Shape::Kinds, false) => PolicyKind::ALL.into_iter().for_each(|it| add(it.name(), it.title(), acc)),
        (Shape::Pack, _) => Pack::ALL.into_iter().for_each(|it| add(it.name(), it.docs(), acc)),
        (Shape::Accounts, _) => {
            let accounts = elsewhere.accounts().into_iter().filter(|it| !place.has_sibling(it));
            accounts.for_each(|it| add(it, "named in the workspace", acc));
        }
        (Shape::Switch { .. }, _) => {
            for word in ["true", "false"] {
                let write = super::Write::Json(word.to_owned(), word.to_owned());
                acc.add(Draft { label: word.into(), write, ..Draft::default() });
            }
        }
        (Shape::List(_), _) => acc.add(skeleton("[ ignore ]", IGNORES, "Findings that are not reported")),
        (Shape::Text | Shape::Organization | Shape::Object(_), _) => {}
    }
}

/// Globs of whole folders, then single files.
fn globs(place: &Place, files: &[String], acc: &mut Acc) {
    let mut folders: Vec<String> = files
        .iter()
        .filter_map(|it| Some((it.rsplit_once('/')?.0, it.rsplit_once('.')?.1)))
        .map(|(folder, ending)| format!("{folder}/*.{ending}"))
        .collect();
    folders.sort();
    folders.dedup();
    for it in folders.iter().chain(files).filter(|it| !place.has_sibling(it)) {
        acc.add(Draft {
            label: it.clone(),
            value: Value { plain: "\"identity\"", snippet: KINDS },
            ..Draft::default()
        });
    }
}

fn add(text: &str, detail: &str, acc: &mut Acc) {
    acc.add(Draft { label: text.into(), detail: first_sentence(detail), ..Draft::default() });
}

/// What follows a key that has no value yet.
fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Text | Shape::Glob | Shape::Organization => Value::default(),
        Shape::Switch { default } => match default {
            true => Value { plain: "false", snippet: "${1|false,true|}" },
            false => Value { plain: "true", snippet: "${1|true,false|}" },
        },
        Shape::Pack => Value { plain: "\"strict\"", snippet: "\"${1|strict,aws-parity,default|}\"" },
        Shape::Kinds => Value { plain: "{}", snippet: "{\n\t\"${1:**/scp/*.json}\": \"$2\"\n}" },
        Shape::Levels => {
            Value { plain: "{}", snippet: "{\n\t\"$1\": \"${2|off,hint,info,warning,error|}\"\n}" }
        }
        Shape::Rules | Shape::Accounts => Value { plain: "[]", snippet: "[\"$0\"]" },
        Shape::Object(_) => Value { plain: "{}", snippet: "{ \"enable\": ${1|false,true|} }" },
        Shape::List(_) => Value { plain: "[]", snippet: IGNORES },
    }
}

const KINDS: &str = "\"${1|identity,resource,trust,boundary,session,scp,rcp,vpc-endpoint|}\"";

const IGNORED: &str = "{ \"files\": \"$1\", \"rules\": [\"$2\"], \"reason\": \"$3\" }";

const IGNORES: &str = "[\n\t{ \"files\": \"$1\", \"rules\": [\"$2\"], \"reason\": \"$3\" }\n]";

const DOCUMENT: &str = "{\n\t\"pack\": \"${1|default,strict,aws-parity|}\",\n\t\"rules\": {\n\t\t\"$2\": \"${3|off,hint,info,warning,error|}\"\n\t}\n}";

/// The explanation of a setting, by its group and name: `settings rules`.
pub(super) fn explain(data: &str) -> Option<String> {
    let (group, name) = data.split_once(' ')?;
    Some(crate::hover::settings::key(Group::from_name(group)?.key(name)?))
}
