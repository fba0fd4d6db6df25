//! The requester, and `Principal` and `NotPrincipal`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use policy::eval::Given;
use serde_json::Value;

use super::asked::{Asked, is_template, list};
use super::logic::{Known, any, not};

/// What the requester is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Root,
    User,
    /// Some session of a role, given by the role's ARN.
    Role,
    Session,
    Federated,
    Service,
    Anonymous,
    /// Who comes with a web or SAML identity.
    Provider,
}

/// The requester.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    pub(crate) kind: Kind,
    pub(crate) account: Option<String>,
    text: String,
    partition: String,
    /// Of a role, its session, or a federated user.
    name: String,
}

/// Whether a principal element names the requester, by what a grant to that name is worth.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named {
    /// Everyone, or the requester itself.
    pub(crate) direct: Known,
    /// The role of a session, or the user who federated.
    pub(crate) role: Known,
    pub(crate) account: Known,
}

impl Named {
    pub(crate) const NOT: Named = Named { direct: Some(false), role: Some(false), account: Some(false) };

    pub(crate) fn any(each: &[Named]) -> Named {
        Named {
            direct: any(each.iter().map(|it| it.direct)),
            role: any(each.iter().map(|it| it.role)),
            account: any(each.iter().map(|it| it.account)),
        }
    }

    pub(crate) fn at_all(self) -> Known {
        any([self.direct, self.role, self.account])
    }

    fn direct(direct: Known) -> Named {
        Named { direct, ..Named::NOT }
    }

    fn role(role: Known) -> Named {
        Named { role, ..Named::NOT }
    }
}

impl Who {
    pub(crate) fn read(text: &str) -> Who {
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let mut who = Who {
            kind: Kind::Provider,
            account: None,
            text: text.to_owned(),
            partition: String::new(),
            name: String::new(),
        };
        if fields.len() < 6 || fields[0] != "arn" {
            if text == "anonymous" {
                who.kind = Kind::Anonymous;
            } else if text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") {
                who.kind = Kind::Service;
            }
            return who;
        }
        let path: Vec<&str> = fields[5].split('/').collect();
        let (kind, name) = match (fields[2], path[0]) {
            ("iam", "root") => (Kind::Root, ""),
            ("iam", "user") => (Kind::User, ""),
            ("iam", "role") => (Kind::Role, path[path.len() - 1]),
            ("sts", "assumed-role") => (Kind::Session, path[1]),
            ("sts", "federated-user") => (Kind::Federated, &fields[5]["federated-user/".len()..]),
            _ => return who,
        };
        who.kind = kind;
        who.name = name.to_owned();
        who.account = Some(fields[4].to_owned());
        who.partition = fields[1].to_owned();
        who
    }

    /// Users, roles and their sessions have identity policies and boundaries.
    pub(crate) fn has_identity(&self) -> bool {
        matches!(self.kind, Kind::User | Kind::Role | Kind::Session | Kind::Federated)
    }

    /// Session policies are passed when a session begins.
    pub(crate) fn has_session(&self) -> bool {
        matches!(self.kind, Kind::Role | Kind::Session | Kind::Federated)
    }

    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
    pub(crate) fn is_service_linked(&self) -> bool {
        match self.kind {
            Kind::Role => self.text.contains(":role/aws-service-role/"),
            // A session's ARN does not have the path; the names of such roles begin alike.
            Kind::Session => self.name.starts_with("AWSServiceRoleFor"),
            _ => false,
        }
    }
}

/// How a statement names the requester; `None` without principal element.
pub(crate) fn named(statement: &Value, has_boundary: bool, who: &Who, asked: &Asked) -> Option<Named> {
    if let Some(element) = statement.get("Principal") {
        return Some(Named::any(&entries(element, who, asked)));
    }
    let element = statement.get("NotPrincipal")?;
    // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    if statement.get("Effect").and_then(Value::as_str) == Some("Deny") && has_boundary {
        return Some(Named::direct(Some(true)));
    }
    // Only an entry for the requester itself passes it: an account stands for its root user, a role for the role.
    let passes = entries(element, who, asked).into_iter().map(|it| match who.kind {
        Kind::Root => any([it.direct, it.account]),
        Kind::Role => any([it.direct, it.role]),
        _ => it.direct,
    });
    Some(Named::direct(not(any(passes))))
}

fn entries(element: &Value, who: &Who, asked: &Asked) -> Vec<Named> {
    if is_template(element) {
        return vec![Named::direct(None)];
    }
    match element {
        Value::String(_) => vec![entry("AWS", element, who, asked)],
        Value::Object(types) => {
            let each = types.iter().flat_map(|(name, it)| list(it).into_iter().map(move |it| (name, it)));
            each.map(|(name, it)| entry(name, it, who, asked)).collect()
        }
        _ => Vec::new(),
    }
}

fn entry(name: &str, value: &Value, who: &Who, asked: &Asked) -> Named {
    if is_template(value) {
        return Named::direct(None);
    }
    let Some(text) = value.as_str() else { return Named::NOT };
    if name == "AWS" && text == "*" {
        return Named::direct(Some(true));
    }
    if who.kind == Kind::Anonymous {
        return Named::NOT;
    }
    match name {
        "AWS" => aws(text, who, asked),
        // Whose id it is does not show; it may be the requester's account.
        "CanonicalUser" if who.account.is_some() => Named::direct(None),
        "CanonicalUser" => Named::NOT,
        _ => Named::direct(Some(text == who.text)),
    }
}

fn aws(text: &str, who: &Who, asked: &Asked) -> Named {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let is_account = |it: &str| it.len() == 12 && it.chars().all(|it| it.is_ascii_digit());
    if is_account(text) {
        return Named { account: Some(who.account.as_deref() == Some(text)), ..Named::NOT };
    }
    if fields.len() < 6 {
        return unique_id(text, who, asked);
    }
    let (service, account, resource) = (fields[2], fields[4], fields[5]);
    let is_near = fields[1] == who.partition && who.account.as_deref() == Some(account);
    if service == "iam" && resource == "root" && is_account(account) {
        return Named { account: Some(who.account.as_deref() == Some(account)), ..Named::NOT };
    }
    if text == who.text {
        // The ARN of a role as requester stands for a session of it.
        return if who.kind == Kind::Role { Named::role(Some(true)) } else { Named::direct(Some(true)) };
    }
    if !is_near {
        return Named::NOT;
    }
    let path: Vec<&str> = resource.split('/').collect();
    let is_name = |it: &str| it.eq_ignore_ascii_case(&who.name);
    match (who.kind, service, path[0]) {
        // Which session it is was not said.
        (Kind::Role, "sts", "assumed-role") if is_name(path[1]) && asked.is_open => Named::direct(None),
        (Kind::Session, "iam", "role") => Named::role(Some(is_name(path[path.len() - 1]))),
        (Kind::Federated, "iam", "user") => Named::role(Some(resource == format!("user/{}", who.name))),
        _ => Named::NOT,
    }
}

/// What AWS writes for a user or role that was deleted.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
fn unique_id(text: &str, who: &Who, asked: &Asked) -> Named {
    if !text.starts_with("AIDA") && !text.starts_with("AROA") {
        return Named::direct(Some(text == who.text));
    }
    let own = match asked.key("aws:userid") {
        Given::One(it) => Some(it),
        Given::Unknown | Given::SomeValue => None,
        Given::Absent | Given::Many(_) => return Named::NOT,
    };
    match who.kind {
        Kind::User => Named::direct(own.map(|it| *it == *text)),
        Kind::Role | Kind::Session => Named::role(own.map(|it| it.split(':').next() == Some(text))),
        _ => Named::NOT,
    }
}
