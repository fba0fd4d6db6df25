//! Elements of the policy language, and their plain values.

use catalog::{Service, catalog};
use policy::PolicyKind;

use super::code;

const ELEMENTS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements";

/// An element such as `NotAction`.
pub(crate) fn element(name: &str, kind: PolicyKind) -> Option<String> {
    let element = catalog().element(name)?;
    let mut out = format!("**{}**\n\n{}\n", code(name), element.description());
    if catalog().policy_kind(kind.name()).is_some_and(|it| it.forbidden().any(|it| it == name)) {
        out.push_str(&format!("\nNot allowed here: this is taken for a {}.\n", kind.title()));
    }
    out.push_str(&format!("\n[{name} in the IAM user guide]({ELEMENTS}_{}.html)", name.to_ascii_lowercase()));
    Some(out)
}

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
    Some(format!("**{}**\n\n{says}", code(text)))
}

/// A value of `Effect`.
pub(crate) fn effect(text: &str, kind: PolicyKind) -> Option<String> {
    let says = match (text, kind) {
        ("Allow", PolicyKind::Scp | PolicyKind::Rcp | PolicyKind::Boundary | PolicyKind::Session) => {
            "Leaves it possible. This kind of policy grants nothing itself; what it does not allow is out of reach."
        }
        ("Allow", _) => "Grants what the statement describes, unless a Deny in any policy applies too.",
        ("Deny", _) => "Forbids what the statement describes. No Allow anywhere can undo it.",
        _ => "IAM knows `Allow` and `Deny`, in these letters.",
    };
    Some(format!("**{}** · {}\n\n{says}", code(text), kind.title()))
}

/// A bare string in place of a `Principal`.
pub(crate) fn anyone(text: &str) -> Option<String> {
    (text == "*").then(|| "**`*`**\n\nAnyone, also callers without an AWS account.".to_owned())
}

/// A type of principal.
pub(crate) fn principal_type(name: &str) -> Option<String> {
    let of = catalog().principal_types().find(|it| it.name() == name)?;
    let mut out = format!("**{}**\n\n{}\n\nValues:\n", code(name), of.description());
    out.extend(of.formats().map(|it| format!("- {}\n", code(it))));
    Some(out)
}

/// A principal of a type.
pub(crate) fn principal(of: &str, text: &str) -> Option<String> {
    let says = match of {
        "Service" => service_principal(text)?,
        "AWS" if text == "*" => "Anyone, also callers without an AWS account.".to_owned(),
        "AWS" => aws_principal(text)?,
        _ => return None,
    };
    Some(format!("**{}** · {of} principal\n\n{says}", code(text)))
}

fn aws_principal(text: &str) -> Option<String> {
    let is_account = |it: &str| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit());
    let account = |account: &str| {
        format!(
            "The account {}. Its own policies decide which of its users and roles may use what is granted here.",
            code(account)
        )
    };
    if is_account(text) {
        return Some(account(text));
    }
    let arn = policy::arn::Arn::parse(text)?;
    Some(match arn.resource.split_once('/') {
        None if arn.resource == "root" => account(arn.account),
        Some(("role", name)) => {
            format!("The role {} of account {}, whoever has assumed it.", code(name), code(arn.account))
        }
        Some(("user", name)) => format!("The user {} of account {}.", code(name), code(arn.account)),
        Some(("assumed-role", name)) => {
            format!("One session of a role, {}, of account {}.", code(name), code(arn.account))
        }
        _ => return None,
    })
}

/// A service principal by its name.
pub(super) fn service_principal(name: &str) -> Option<String> {
    let principal = catalog().service_principal(name)?;
    let mut out = match principal.service().map(Service::title) {
        Some(title) => format!("The service {title}, acting for itself or for you."),
        None => "A service of AWS.".to_owned(),
    };
    out.extend(principal.note().map(|it| format!("\n\n{it}")));
    Some(out)
}
