//! Whole policies and statements to fill in.

use policy::PolicyKind;
use syntax::TextRange;

use super::element::denies_first;
use super::{Acc, Cx, Draft, ItemKind, Write};
use crate::place::Slot;

/// A policy to begin with.
struct Skeleton {
    label: &'static str,
    kind: PolicyKind,
    detail: &'static str,
    /// The members of its statement as a snippet; no line has a comma at its end.
    members: &'static [&'static str],
}

const SKELETONS: &[Skeleton] = &[
    Skeleton {
        label: "policy",
        kind: PolicyKind::Identity,
        detail: "For a user, group or role: what it may do",
        members: &["\"Effect\": \"${1|Allow,Deny|}\"", "\"Action\": [\"$2\"]", "\"Resource\": \"$3\""],
    },
    Skeleton {
        label: "trust policy for a service",
        kind: PolicyKind::Trust,
        detail: "For a role: which service may assume it",
        members: &[
            "\"Effect\": \"Allow\"",
            "\"Principal\": {\"Service\": \"$1\"}",
            "\"Action\": \"sts:AssumeRole\"",
            "\"Condition\": {\"StringEquals\": {\"aws:SourceAccount\": \"${2:111122223333}\"}}",
        ],
    },
    Skeleton {
        label: "trust policy for an account",
        kind: PolicyKind::Trust,
        detail: "For a role: which account or role may assume it",
        members: &[
            "\"Effect\": \"Allow\"",
            "\"Principal\": {\"AWS\": \"arn:aws:iam::${1:111122223333}:root\"}",
            "\"Action\": \"sts:AssumeRole\"",
            "\"Condition\": {\"StringEquals\": {\"sts:ExternalId\": \"$2\"}}",
        ],
    },
    Skeleton {
        label: "trust policy for web identities",
        kind: PolicyKind::Trust,
        detail: "For a role: which identity provider's users may assume it",
        members: &[
            "\"Effect\": \"Allow\"",
            "\"Principal\": {\"Federated\": \"arn:aws:iam::${1:111122223333}:oidc-provider/${2:provider}\"}",
            "\"Action\": \"sts:AssumeRoleWithWebIdentity\"",
            "\"Condition\": {\"StringEquals\": {\"${2:provider}:aud\": \"${3:sts.amazonaws.com}\"}}",
        ],
    },
    Skeleton {
        label: "resource policy",
        kind: PolicyKind::Resource,
        detail: "For a bucket, key, queue …: who may use it",
        members: &[
            "\"Effect\": \"${1|Allow,Deny|}\"",
            "\"Principal\": {\"${2|AWS,Service|}\": \"$3\"}",
            "\"Action\": [\"$4\"]",
            "\"Resource\": \"$5\"",
        ],
    },
    Skeleton {
        label: "service control policy",
        kind: PolicyKind::Scp,
        detail: "For accounts of an organization: what their principals can never do",
        members: &["\"Effect\": \"Deny\"", "\"Action\": [\"$1\"]", "\"Resource\": \"*\""],
    },
    Skeleton {
        label: "resource control policy",
        kind: PolicyKind::Rcp,
        detail: "For accounts of an organization: what can never be done with their resources",
        members: &[
            "\"Effect\": \"Deny\"",
            "\"Principal\": \"*\"",
            "\"Action\": [\"$1\"]",
            "\"Resource\": \"*\"",
            "\"Condition\": {\"${2:StringNotEqualsIfExists}\": {\"${3:aws:PrincipalOrgID}\": \"$4\"}}",
        ],
    },
];

/// Whole policies. Inside of `{}` their members.
pub(super) fn documents(cx: &Cx<'_>, acc: &mut Acc) {
    let inside = cx.place.slot != Slot::Document;
    if inside && !cx.place.text.is_empty() {
        return;
    }
    let before = TextRange::new(cx.place.token.start.saturating_sub(1), cx.place.token.start);
    let on_own_line = inside && cx.analysis.file().text().slice(before) != "{";
    let mut skeletons: Vec<&Skeleton> = SKELETONS.iter().collect();
    let kind = cx.place.kind;
    let is_known = kind != PolicyKind::Identity;
    skeletons.sort_by_key(|it| it.kind != kind);
    for (idx, it) in skeletons.into_iter().enumerate() {
        let json = |indent: &str, members: &[String]| {
            let step = if on_own_line { "" } else { indent };
            let members = statement(members, indent, if on_own_line { 2 } else { 3 });
            let members = format!(
                "{step}\"Version\": \"2012-10-17\",\n{step}\"Statement\": [\n{step}{indent}{members}\n{step}]"
            );
            match (inside, on_own_line) {
                (false, _) => format!("{{\n{members}\n}}"),
                (true, false) => format!("\n{members}\n"),
                (true, true) => members,
            }
        };
        let snippets: Vec<String> = it.members.iter().map(|it| (*it).to_owned()).collect();
        let plain: Vec<String> = it.members.iter().map(|it| without_placeholders(it)).collect();
        acc.add(Draft {
            label: it.label.into(),
            kind: Some(ItemKind::Skeleton),
            detail: it.detail.into(),
            write: Write::Json(json("  ", &plain), json("\t", &snippets)),
            preselect: idx == 0 && is_known,
            ..Draft::default()
        });
    }
}

/// Whole statements.
pub(super) fn statements(cx: &Cx<'_>, acc: &mut Acc) {
    let kind = cx.place.kind;
    let effects = if denies_first(kind) { ["Deny", "Allow"] } else { ["Allow", "Deny"] };
    for effect in effects {
        let mut members = vec![format!("\"Effect\": \"{effect}\"")];
        if kind.has_principal() {
            let everyone = kind == PolicyKind::Rcp;
            let who = if everyone { "\"*\"" } else { "{\"${1|AWS,Service,Federated|}\": \"$2\"}" };
            members.push(format!("\"Principal\": {who}"));
        }
        members.push("\"Action\": [\"$3\"]".into());
        if kind.has_resource() {
            members.push("\"Resource\": \"$4\"".into());
        }
        let plain: Vec<String> = members.iter().map(|it| without_placeholders(it)).collect();
        acc.add(Draft {
            label: format!("{effect} statement"),
            kind: Some(ItemKind::Skeleton),
            detail: format!("In this {}", kind.title()),
            write: Write::Json(format!("{{{}}}", plain.join(", ")), statement(&members, "\t", 1)),
            ..Draft::default()
        });
    }
}

/// A statement over several lines, its first without indentation, its members `depth` steps in.
fn statement(members: &[String], indent: &str, depth: usize) -> String {
    let step = indent.repeat(depth);
    let outer = indent.repeat(depth - 1);
    let lines: Vec<String> = members.iter().map(|it| format!("{step}{it}")).collect();
    format!("{{\n{}\n{outer}}}", lines.join(",\n"))
}

/// A snippet as plain text: first choices and default texts stay, tab stops go.
fn without_placeholders(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        rest = match after.strip_prefix('{').and_then(|it| it.split_once('}')) {
            Some((inner, behind)) => {
                let default = inner.trim_start_matches(|c: char| c.is_ascii_digit());
                let choices = default.trim_matches('|').split(',').next().unwrap_or_default();
                out.push_str(if default.starts_with('|') {
                    choices
                } else {
                    default.trim_start_matches(':')
                });
                behind
            }
            None => after.trim_start_matches(|c: char| c.is_ascii_digit()),
        };
    }
    out.push_str(rest);
    out
}
