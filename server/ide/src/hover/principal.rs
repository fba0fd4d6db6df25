//! Who a `Principal` names.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use catalog::{Service, catalog};
use policy::arn::Arn;
use policy::pattern;

use super::{code, element};

/// A bare string in place of a `Principal`.
pub(crate) fn anyone(text: &str, negated: bool) -> Option<String> {
    if text == "*" {
        return Some(format!("**`*`**\n\n{}", everyone(negated)));
    }
    Some(format!(
        "**{}**\n\nA bare string can only be `*`; others stand under their type, as in `{{\"AWS\": \"…\"}}`.",
        code(text)
    ))
}

fn everyone(negated: bool) -> &'static str {
    if negated {
        "Everyone but anyone: the statement is about nobody."
    } else {
        "Anyone, also callers without an AWS account and without signing in. Only the conditions narrow it."
    }
}

/// A type of principal.
pub(crate) fn principal_type(name: &str) -> Option<String> {
    let Some(of) = catalog().principal_types().find(|it| it.name() == name) else {
        let near = crate::nearest::nearest(name, catalog().principal_types().map(|it| it.name()));
        let near = near.map(|it| format!(" The closest is {}.", code(it))).unwrap_or_default();
        return Some(format!(
            "IAM has no type of principal {}: it knows `AWS`, `Service`, `Federated` and `CanonicalUser`.{near}",
            code(name)
        ));
    };
    let mut out = format!("**{}** · type of principal\n\n{}\n\nValues:\n", code(name), of.description());
    out.extend(of.formats().map(|it| format!("- {}\n", code(it))));
    Some(out.trim_end().to_owned())
}

/// A principal of a type.
pub(crate) fn principal(of: &str, text: &str, negated: bool) -> Option<String> {
    let says = match of {
        "Service" => service(text)
            .unwrap_or_else(|| "Service principals are names such as `sagemaker.amazonaws.com`; this one is not among the known ones.".to_owned()),
        "AWS" if text == "*" => everyone(negated).to_owned(),
        "AWS" => aws(text)?,
        "Federated" => federated(text),
        "CanonicalUser" => "An account, or a CloudFront identity, by the long id Amazon S3 uses.".to_owned(),
        _ => return principal_type(of),
    };
    let kind = if negated { format!("excepted {of} principal") } else { format!("{of} principal") };
    let mut out = format!("**{}** · {kind}\n\n{says}", code(text));
    if negated {
        out.push_str(
            "\n\nUnder `NotPrincipal` only what is named itself is excepted: a session needs its session ARN, its \
             role and its account in the list.",
        );
    }
    Some(out)
}

fn aws(text: &str) -> Option<String> {
    let is_account = text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit());
    if is_account {
        return Some(format!(
            "{} The same as {}: its own policies decide which of its users and roles may use what is granted here.",
            element::account(text),
            code(format!("arn:aws:iam::{text}:root"))
        ));
    }
    if let Some(unique) = unique_id(text) {
        return Some(unique);
    }
    if text.contains("${") {
        return Some("IAM fills in no variables in a `Principal`; a template may.".to_owned());
    }
    let Some(arn) = Arn::parse(text) else {
        return Some(
            "Neither `*`, nor an account id of twelve digits, nor the ARN of an account, a user, a role or a session."
                .to_owned(),
        );
    };
    if pattern::has_wildcard(text) {
        return Some(
            "IAM refuses wildcards inside a principal. Name `*` or the account, and put the pattern in a condition \
             on `aws:PrincipalArn`."
                .to_owned(),
        );
    }
    let account = element::account(arn.account);
    Some(match arn.resource.split_once('/') {
        None if arn.resource == "root" => format!(
            "{account} Not only its root user: its own policies decide which of its users and roles may use what \
             is granted here."
        ),
        Some(("role", path)) => {
            let (name, note) = last(path);
            format!(
                "The role {} of account {}, whoever has assumed it.{note} When the role is deleted, IAM shows its \
                 unique id here, and a new role of the same name is not meant.",
                code(name),
                code(arn.account)
            )
        }
        Some(("user", path)) => {
            let (name, note) = last(path);
            format!("The user {} of account {}.{note}", code(name), code(arn.account))
        }
        Some(("assumed-role", path)) => {
            let (role, session) = path.split_once('/').unwrap_or((path, ""));
            format!(
                "One session, {}, of the role {} in account {}; other sessions of that role are not meant.",
                code(session),
                code(role),
                code(arn.account)
            )
        }
        Some(("federated-user", name)) => {
            format!("The federated user {} of account {}.", code(name), code(arn.account))
        }
        Some(("group", _)) => "A group cannot be a principal.".to_owned(),
        Some(_) | None => return None,
    })
}

/// The last part of a path, and a remark if there are others.
fn last(path: &str) -> (&str, String) {
    match path.rsplit_once('/') {
        Some((before, name)) => (name, format!(" Its path is {}.", code(format!("/{before}/")))),
        None => (path, String::new()),
    }
}

/// What IAM puts in place of a principal that has been deleted.
pub(super) fn unique_id(text: &str) -> Option<String> {
    let id = text.split(':').next()?;
    let fits = (16..=32).contains(&id.len())
        && id.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    let what = match id.get(..4).filter(|_| fits)? {
        "AIDA" => "user",
        "AROA" => "role",
        _ => return None,
    };
    Some(format!(
        "The unique id of a {what}. IAM shows it in place of the ARN when the {what} has been deleted; one created \
         again under the same name has another."
    ))
}

fn federated(text: &str) -> String {
    let issuer = |name: &str, keys: &str| {
        format!(
            "People or workloads that sign in with {name}. Without conditions on {keys} anyone it knows may come in."
        )
    };
    match text {
        "cognito-identity.amazonaws.com" => {
            return issuer("an Amazon Cognito identity pool", "`cognito-identity.amazonaws.com:aud`");
        }
        "accounts.google.com" => return issuer("Google", "`accounts.google.com:aud`"),
        "graph.facebook.com" => return issuer("Facebook", "`graph.facebook.com:app_id`"),
        "www.amazon.com" => return issuer("Login with Amazon", "`www.amazon.com:app_id`"),
        _ => {}
    }
    let provider = Arn::parse(text).and_then(|it| it.resource.split_once('/'));
    match provider {
        Some(("oidc-provider", host)) => issuer(
            &format!("the OpenID Connect provider {}", code(host)),
            &format!("{} and {}", code(format!("{host}:aud")), code(format!("{host}:sub"))),
        ),
        Some(("saml-provider", name)) => {
            format!("People who sign in with the SAML provider {}. Test `SAML:aud` as well.", code(name))
        }
        Some(_) | None => "An identity provider: its host name, or the ARN of an `oidc-provider` or a \
                           `saml-provider`."
            .to_owned(),
    }
}

/// A service principal by its name.
pub(crate) fn service(name: &str) -> Option<String> {
    let Some(principal) = catalog().service_principal(name) else { return by_prefix(name) };
    let mut out = match principal.service().map(Service::title) {
        Some(title) => format!("The service {title}, acting for itself or for you."),
        None => "A service of AWS.".to_owned(),
    };
    out.extend(principal.note().map(|it| format!("\n\n{it}")));
    Some(out)
}

/// A name of the usual form that is not in the list, which is not complete.
fn by_prefix(name: &str) -> Option<String> {
    let prefix = name.strip_suffix(".amazonaws.com").or_else(|| name.strip_suffix(".amazonaws.com.cn"))?;
    let service = catalog().service(prefix);
    let own = service.map(|it| format!("It has the form of {}'s.", it.title()));
    let own = own.unwrap_or_else(|| "It has the form of one.".to_owned());
    Some(format!("Not among the service principals known here, whose list is not complete. {own}"))
}
