//! Keys of policies and statements, and their plain values.

use catalog::catalog;
use policy::PolicyKind;
use policy::model::KindSource;

use super::{Acc, Cx, Draft, ItemKind, Value, first_sentence};

/// The keys of a statement in the order they are offered; those that say what is *not* meant come last.
const STATEMENT_KEYS: [&str; 9] = [
    "Effect",
    "Principal",
    "Action",
    "Resource",
    "Condition",
    "Sid",
    "NotAction",
    "NotResource",
    "NotPrincipal",
];

pub(super) fn policy_keys(cx: &Cx<'_>, acc: &mut Acc) {
    for (name, value) in [
        ("Version", Value { plain: "\"2012-10-17\"", snippet: "\"2012-10-17\"" }),
        ("Statement", Value { plain: "[]", snippet: "[\n\t$0\n]" }),
        ("Id", Value::default()),
    ] {
        if !cx.place.has_sibling(name) && is_allowed(cx.place.kind, name) {
            acc.add(key(name, value));
        }
    }
}

pub(super) fn statement_keys(cx: &Cx<'_>, acc: &mut Acc) {
    let place = cx.place;
    let kind_source = place.policy(cx.analysis).map_or(KindSource::Assumed, |it| it.kind_source);
    let mut later = Vec::new();
    for name in STATEMENT_KEYS {
        let other = match name.strip_prefix("Not") {
            Some(plain) => plain.to_owned(),
            None => format!("Not{name}"),
        };
        if place.has_sibling(name) || place.has_sibling(&other) {
            continue;
        }
        let draft = key(name, value(name, place.kind));
        if is_allowed(place.kind, name) {
            acc.add(draft);
        } else if kind_source == KindSource::Assumed && name == "Principal" {
            // Nothing says yet that this is not the policy of a resource.
            later.push(Draft { detail: "Makes this a resource or trust policy".into(), ..draft });
        }
    }
    later.into_iter().for_each(|it| acc.add(it));
}

fn key(name: &str, value: Value) -> Draft {
    let text = catalog().element(name).map_or("", |it| it.description());
    Draft {
        label: name.into(),
        kind: Some(ItemKind::Element),
        detail: first_sentence(text),
        value,
        data: Some(format!("element {name}")),
        ..Draft::default()
    }
}

fn is_allowed(kind: PolicyKind, name: &str) -> bool {
    let known = catalog().policy_kind(kind.name());
    known.is_none_or(|it| it.forbidden().all(|it| it != name))
}

fn value(name: &str, kind: PolicyKind) -> Value {
    match name {
        "Effect" if denies_first(kind) => Value { plain: "\"Deny\"", snippet: "\"${1|Deny,Allow|}\"" },
        "Effect" => Value { plain: "\"Allow\"", snippet: "\"${1|Allow,Deny|}\"" },
        "Action" | "NotAction" => Value { plain: "[]", snippet: "[\"$0\"]" },
        "Principal" | "NotPrincipal" => match kind {
            PolicyKind::Rcp => Value { plain: "\"*\"", snippet: "\"*\"" },
            PolicyKind::Trust => Value { plain: "{}", snippet: "{\"${1|Service,AWS,Federated|}\": \"$2\"}" },
            _ => Value { plain: "{}", snippet: "{\"${1|AWS,Service,Federated|}\": \"$2\"}" },
        },
        "Condition" => Value { plain: "{}", snippet: "{\"${1:StringEquals}\": {\"$2\": \"$3\"}}" },
        _ => Value::default(),
    }
}

/// Whether a kind of policy mostly consists of denials.
pub(super) fn denies_first(kind: PolicyKind) -> bool {
    matches!(kind, PolicyKind::Scp | PolicyKind::Rcp)
}

pub(super) fn versions(acc: &mut Acc) {
    acc.add(Draft {
        label: "2012-10-17".into(),
        detail: "The current policy language".into(),
        preselect: true,
        ..Draft::default()
    });
    acc.add(Draft {
        label: "2008-10-17".into(),
        detail: "The old policy language, without variables".into(),
        ..Draft::default()
    });
}

pub(super) fn effects(cx: &Cx<'_>, acc: &mut Acc) {
    let kind = catalog().policy_kind(cx.place.kind.name());
    let mut effects: Vec<&str> = kind.into_iter().flat_map(|it| it.effects()).collect();
    effects.sort_by_key(|it| (*it == "Allow") == denies_first(cx.place.kind));
    for effect in effects {
        acc.add(Draft { label: effect.into(), ..Draft::default() });
    }
}
