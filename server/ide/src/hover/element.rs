//! Elements of the policy language, and their plain values.

use catalog::catalog;
use policy::PolicyKind;

use super::{code, count};
use crate::nearest::nearest;

const ELEMENTS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements";

/// An element such as `NotAction`.
pub(crate) fn element(name: &str, kind: PolicyKind) -> Option<String> {
    let Some(element) = catalog().element(name) else { return unknown(name) };
    let mut out = format!("**{}** · {}\n\n{}\n", code(name), kind.title(), element.description());
    let known = catalog().policy_kind(kind.name());
    if known.is_some_and(|it| it.forbidden().any(|it| it == name)) {
        out.push_str(&format!("\nNot allowed here: this is taken for {}.\n", a(kind)));
    } else if known.is_some_and(|it| it.required().any(|it| it == name)) {
        out.push_str("\nIt must be there.\n");
    }
    let only = known.and_then(|it| it.only_principal()).filter(|_| name == "Principal");
    out.extend(only.map(|it| format!("\nHere it can only be {}.\n", code(format!("\"{it}\"")))));
    out.push_str(&format!("\n[{name} in the IAM user guide]({ELEMENTS}_{}.html)", name.to_ascii_lowercase()));
    Some(out)
}

fn a(kind: PolicyKind) -> String {
    let article = if kind.title().starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {}", kind.title())
}

/// A key that is no element.
fn unknown(name: &str) -> Option<String> {
    if name == "$schema" {
        return Some("**`$schema`**\n\nFor editors: the JSON schema of this file. No element of a policy.".to_owned());
    }
    let names = || catalog().elements().map(|it| it.name());
    let near = match names().find(|it| it.eq_ignore_ascii_case(name)) {
        Some(it) => format!(" IAM compares the case: it is {}.", code(it)),
        None => nearest(name, names()).map(|it| format!(" The closest is {}.", code(it))).unwrap_or_default(),
    };
    Some(format!("IAM has no element {}.{near} It refuses a policy with elements it does not know.", code(name)))
}

/// The name of a policy.
pub(crate) fn id(text: &str) -> String {
    format!("**{}** · name of the policy\n\nFor people and services to show; it never changes what is allowed.", code(text))
}

/// The name of a statement.
pub(crate) fn sid(text: &str, kind: PolicyKind) -> String {
    let mut out = format!("**{}** · name of the statement\n", code(text));
    let is_strict = !matches!(kind, PolicyKind::Resource | PolicyKind::VpcEndpoint);
    let wrong = text.chars().any(|it| !it.is_ascii_alphanumeric());
    if is_strict && wrong && !text.contains("${") {
        let kind = a(kind);
        out.push_str(&format!("\nIn {kind} it takes only letters and digits, without blanks or marks.\n"));
    } else {
        out.push_str("\nUnique in its policy; it never changes what is allowed.\n");
    }
    out
}

/// An account by its id.
pub(super) fn account(id: &str) -> String {
    let is_id = id.len() == 12 && id.bytes().all(|it| it.is_ascii_digit());
    match id {
        "" => "No account.".to_owned(),
        "*" => "Any account.".to_owned(),
        "aws" => "AWS itself.".to_owned(),
        _ if EXAMPLES.contains(&id) => {
            format!("The account {}, which AWS uses in its examples.", code(id))
        }
        _ if is_id => format!("The account {}.", code(id)),
        _ if id.contains("${") => format!("The account that {} stands for.", code(id)),
        _ if policy::pattern::has_wildcard(id) => format!("Accounts whose ids match {}.", code(id)),
        _ => {
            let n = id.chars().count();
            format!("{} is no account id: those have twelve digits, this has {}.", code(id), count(n, "character"))
        }
    }
}

/// Account ids of AWS's documentation.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples.html>
const EXAMPLES: [&str; 4] = ["111122223333", "123456789012", "444455556666", "777788889999"];

/// A value of `Version`.
pub(crate) fn version(text: &str) -> Option<String> {
    let says = match text {
        "2012-10-17" => "The current version of the policy language. Policy variables `${…}` work.",
        "2008-10-17" => {
            "The old version of the policy language. Policy variables `${…}` are plain text: `${aws:username}` \
             matches nothing but itself."
        }
        _ => "IAM knows the versions `2012-10-17` and `2008-10-17`; it is not the date of the policy.",
    };
    Some(format!("**{}** · version of the policy language\n\n{says}", code(text)))
}

/// A value of `Effect`.
pub(crate) fn effect(text: &str, kind: PolicyKind) -> Option<String> {
    let says = match (text, kind) {
        ("Allow", PolicyKind::Scp | PolicyKind::Rcp | PolicyKind::Boundary | PolicyKind::Session) => {
            "Leaves it possible. This kind of policy grants nothing itself; what it does not allow is out of reach."
        }
        ("Allow", _) => "Grants what the statement describes, unless a Deny in any policy applies too.",
        ("Deny", _) => "Forbids what the statement describes. No Allow anywhere can undo it.",
        ("", _) => "`Allow` or `Deny` is still to come here.",
        _ => "IAM knows `Allow` and `Deny`, in these letters.",
    };
    Some(format!("**{}** · {}\n\n{says}", code(text), kind.title()))
}

