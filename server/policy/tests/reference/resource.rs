//! `Resource` and `NotResource`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use policy::PolicyKind;
use serde_json::Value;

use super::asked::{Asked, is_template, list};
use super::logic::{Known, any, not};
use super::text::{Piece, Reading, pieces, says};

/// What an entry is, before it is held against a resource.
enum Entry {
    /// AWS refuses it: its element matches nothing, in the `Not` form too.
    Refused,
    Says(Known),
}

/// Whether the element covers the request's resource. Without element, as in a trust policy, a statement means what
/// its policy hangs on.
pub(crate) fn covers(statement: &Value, variables: bool, kind: PolicyKind, asked: &Asked) -> Known {
    let entries = |it| list(it).into_iter().map(|it| entry(it, variables, kind, asked)).collect::<Vec<_>>();
    let found = |entries: &[Entry]| {
        any(entries.iter().map(|it| match it {
            Entry::Refused => Some(false),
            Entry::Says(it) => *it,
        }))
    };
    if let Some(it) = statement.get("Resource") {
        return found(&entries(it));
    }
    let Some(it) = statement.get("NotResource") else { return Some(true) };
    let entries = entries(it);
    if entries.iter().any(|it| matches!(it, Entry::Refused)) {
        return Some(false);
    }
    not(found(&entries))
}

fn entry(value: &Value, variables: bool, kind: PolicyKind, asked: &Asked) -> Entry {
    if is_template(value) {
        return Entry::Says(None);
    }
    let Some(text) = value.as_str() else { return Entry::Refused };
    if !text.is_empty() && text.chars().all(|it| it == '*') {
        return Entry::Says(Some(true));
    }
    if !text.starts_with("arn:") {
        return Entry::Refused;
    }
    let n_fields = text.split(':').count();
    let mut whole = text.to_owned();
    if n_fields < 6 {
        // Identity policies and boundaries are completed; STS refuses short ARNs in session policies. For the other
        // kinds AWS says nothing, and this is what others have seen.
        match kind {
            PolicyKind::Identity | PolicyKind::Boundary => {}
            PolicyKind::Session | PolicyKind::Rcp => return Entry::Refused,
            PolicyKind::Scp if text.ends_with('*') => {}
            PolicyKind::Scp => return Entry::Refused,
            PolicyKind::Resource | PolicyKind::Trust | PolicyKind::VpcEndpoint if text.contains('*') => {}
            PolicyKind::Resource | PolicyKind::Trust | PolicyKind::VpcEndpoint => {
                return Entry::Says(Some(false));
            }
        }
        whole.push_str(&":*".repeat(6 - n_fields));
    }
    // An action without resource types is covered by `*` alone.
    if asked.resource == "*" {
        return Entry::Says(Some(false));
    }
    Entry::Says(arn(&whole, variables, asked))
}

/// Five fields, each with a colon behind it, and a resource that may hold more of them.
fn arn(text: &str, variables: bool, asked: &Asked) -> Known {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let (head, tail) = (&fields[..5], fields[5]);
    let mut all = Vec::new();
    for field in head {
        // Variables work in the resource only.
        if variables && field.contains("${") {
            return Some(false);
        }
        all.extend(field.chars().enumerate().map(|(at, it)| match it {
            // A star that ends its field may run past the colon, as a warning on the page has it.
            '*' if at + 1 == field.chars().count() => Piece::Run,
            '*' => Piece::RunInField,
            '?' => Piece::OneInField,
            other => Piece::Char(other),
        }));
        all.push(Piece::Char(':'));
    }
    let Some(tail) = pieces(tail, Reading { variables, wildcards: true }, asked) else { return Some(false) };
    all.extend(tail);
    says(&all, &asked.resource)
}
