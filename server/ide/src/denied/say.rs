//! What a denied request comes to, in lines for people.

use super::{Denied, Ending, Form, Known, Reason};

/// The request as lines of a name and what is known: who, what for, on what, in which context, why.
pub fn lines(denied: &Denied) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let mut add = |name: &'static str, text: String| out.push((name, text));
    add("result", ending(denied));
    if let Some(principal) = &denied.principal {
        let role = denied.role.as_ref().map(|it| format!(", a session of {it}")).unwrap_or_default();
        add("principal", format!("{}{role}", principal.text));
    }
    if let Some(operation) = &denied.operation {
        let service = denied.service.as_ref().map(|it| format!(" of {}", it.text)).unwrap_or_default();
        add("call", format!("{}{service}", operation.text));
    }
    for check in &denied.checks {
        add("action", check.action.text.clone());
        let or = if check.alternatives { "one of " } else { "" };
        for it in &check.resources {
            let keys = it.keys.iter().map(|(key, value)| match key.as_str() {
                "bedrock:InferenceProfileArn" => "through the profile".to_owned(),
                key => format!("{key} {value}"),
            });
            let keys: Vec<String> = keys.collect();
            let keys = if keys.is_empty() { String::new() } else { format!(" ({})", keys.join(", ")) };
            add("resource", format!("{or}{}{keys}", it.arn));
        }
    }
    if let Some(region) = &denied.region {
        add("Region", region.clone());
    }
    if let Some(account) = &denied.account {
        add("account", account.clone());
    }
    for (key, known) in &denied.keys {
        add("context", format!("{key} {}", value(known)));
    }
    if let Some(reason) = denied.reason.as_ref() {
        add("reason", because(reason));
    }
    for note in &denied.notes {
        add("note", note.clone());
    }
    for it in &denied.missing {
        add("missing", format!("{}: {}", it.part.name(), it.why));
    }
    out
}

fn ending(denied: &Denied) -> String {
    let of = match denied.form {
        Form::Message => "a message",
        Form::Event => "an event of CloudTrail",
        Form::Decoded => "a decoded message",
    };
    let result = match &denied.result {
        Ending::Denied(Some(code)) => format!("denied ({code})"),
        Ending::Denied(None) => "denied".to_owned(),
        Ending::Passed => "no error".to_owned(),
        Ending::Failed(code) => format!("failed with {code}, which is no denial"),
    };
    format!("{result}, by {of}")
}

fn value(known: &Known) -> String {
    match known {
        Known::Value(value) => value.clone(),
        Known::Values(values) => format!("[{}]", values.join(", ")),
        Known::Absent => "absent".to_owned(),
    }
}

/// The reason in the words of AWS.
pub(super) fn because(reason: &Reason) -> String {
    let kind = reason.kind.map(aws_name);
    let policy = reason.policy.as_ref().map(|it| format!(": {it}")).unwrap_or_default();
    let through = reason.through.map(|it| format!(", through a {}", aws_name(it))).unwrap_or_default();
    match (reason.explicit, kind) {
        (Some(true), Some(kind)) => format!("explicit deny in {} {kind}{policy}{through}", article(kind)),
        (Some(true), None) => "explicit deny; AWS does not say in which kind of policy".to_owned(),
        (Some(false), Some(kind)) => format!("no {kind} allows it"),
        (Some(false), None) => {
            "nothing allows it; AWS does not say which kind of policy is missing".to_owned()
        }
        (None, _) => "AWS does not say".to_owned(),
    }
}

/// A text with a capital at its start.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().to_string() + chars.as_str())
}

/// `a` or `an`.
pub(super) fn article(name: &str) -> &'static str {
    if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// A kind of policy as AWS names it in messages.
pub(super) fn aws_name(kind: policy::PolicyKind) -> &'static str {
    let name = catalog::catalog().denial_policies().find(|it| it.policy() == Some(kind.name()));
    name.map_or(kind.title(), |it| it.text())
}
