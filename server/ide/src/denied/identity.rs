//! Who asked, by the `userIdentity` of an event.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>

use syntax::ast::Object;

use super::document::{Reading, object, string};
use super::{Denied, Fact, Known, Part};

/// Adds the principal, and the condition keys that follow from it.
pub(super) fn add(denied: &mut Denied, identity: &Object<'_>, place: &Reading<'_>) {
    let text = |name: &str| string(identity, &[name]).map(|it| it.value().into_owned());
    let kind = text("type").unwrap_or_default();
    denied.account = text("accountId");
    if let Some(arn) = string(identity, &["arn"]) {
        denied.principal = Some(Fact::of(arn.value(), place.of(arn.content_range())));
    }
    let issuer = object(identity, "sessionContext").and_then(|it| object(&it, "sessionIssuer"));
    let issuer = |name: &str| issuer.and_then(|it| string(&it, &[name])).map(|it| it.value().into_owned());
    match &*kind {
        "AssumedRole" => denied.role = issuer("arn"),
        "AWSService" => {
            let service = string(identity, &["invokedBy"]);
            denied.principal = service
                .map(|it| Fact::of(it.value(), place.of(it.content_range())))
                .or(denied.principal.take());
        }
        _ => {}
    }
    if denied.principal.is_none() {
        denied.lacks(Part::Principal, why_missing(&kind, denied.account.as_deref()));
    }
    if let Some(arn) = &denied.principal
        && denied.account.is_none()
        && let Some(arn) = policy::arn::Arn::parse(&arn.text)
    {
        denied.account = Some(arn.account.to_owned()).filter(|it| !it.is_empty());
    }
    add_keys(denied, identity, &kind);
}

fn why_missing(kind: &str, account: Option<&str>) -> String {
    match (kind, account) {
        ("AWSAccount", Some(account)) => format!("the event names only the account {account}"),
        ("WebIdentityUser" | "SAMLUser", _) => {
            "the caller had no AWS identity yet; the trust policy decides by its claims".to_owned()
        }
        ("", _) => "the event does not say who asked".to_owned(),
        (kind, _) => format!("the event gives no ARN for an identity of type `{kind}`"),
    }
}

/// Keys of the principal.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
fn add_keys(denied: &mut Denied, identity: &Object<'_>, kind: &str) {
    let text = |name: &str| string(identity, &[name]).map(|it| it.value().into_owned());
    let principal = denied.principal.as_ref().map(|it| it.text.clone());
    let arn = match kind {
        "AssumedRole" => denied.role.clone(),
        "IAMUser" | "Root" | "FederatedUser" => principal,
        _ => None,
    };
    let principal_type = match kind {
        "AssumedRole" | "FederatedUser" => Some(kind),
        "IAMUser" => Some("User"),
        "Root" => Some("Account"),
        _ => None,
    };
    let has_account = principal_type.is_some();
    let account = denied.account.clone().filter(|_| has_account);
    let user_id = text("principalId").filter(|_| has_account);
    let user_name = text("userName").filter(|_| kind == "IAMUser");
    for (name, value) in [
        ("aws:PrincipalArn", arn),
        ("aws:PrincipalType", principal_type.map(str::to_owned)),
        ("aws:PrincipalAccount", account),
        ("aws:userid", user_id),
        ("aws:username", user_name),
    ] {
        if let Some(value) = value {
            denied.set_key(name, Known::Value(value));
        }
    }
    let context = object(identity, "sessionContext");
    let attributes = context.and_then(|it| object(&it, "attributes"));
    let mfa = attributes.and_then(|it| string(&it, &["mfaAuthenticated"])).map(|it| it.value().into_owned());
    // Keys of a user, which do not expire, carry no word about MFA.
    let is_long_term = text("accessKeyId").is_some_and(|it| it.starts_with("AKIA"));
    match mfa {
        Some(mfa) => denied.set_key("aws:MultiFactorAuthPresent", Known::Value(mfa)),
        None if is_long_term => denied.set_key("aws:MultiFactorAuthPresent", Known::Absent),
        None => {}
    }
    if let Some(source) = context.and_then(|it| string(&it, &["sourceIdentity"])) {
        denied.set_key("aws:SourceIdentity", Known::Value(source.value().into_owned()));
    }
}
