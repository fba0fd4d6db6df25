//! `Principal` and `NotPrincipal`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use super::request::{Context, Given, Who, WhoKind};
use super::tri::Tri;
use crate::arn::Arn;
use crate::model::{self, Effect, Item, PrincipalValue};

/// Whom a statement names.
#[derive(Debug, Clone, Default)]
pub(super) struct Principals {
    negated: bool,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    /// `*` of the type `AWS`, or bare.
    Everyone,
    /// An account, by its number or the ARN of its root user, which mean the same.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts>
    Account(Box<str>),
    /// An ARN of IAM or STS.
    Arn(Box<str>),
    /// `AIDA…`, `AROA…`: what AWS writes for a user or role that was deleted.
    UniqueId(Box<str>),
    /// A service, a provider, or what else is compared as text.
    Name(Box<str>),
    /// A star in place of a SAML or OpenID Connect provider: any of them.
    AnyProvider,
    /// An S3 canonical user id: whom it names is not in the policy.
    Canonical,
    /// A template fills it in.
    Open,
}

/// How a resource policy names the requester; what a grant is worth hangs on it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Named {
    /// Everyone, or the requester itself.
    pub(super) direct: Tri,
    /// The role of the session, or the user who federated.
    pub(super) role: Tri,
    /// The account.
    pub(super) account: Tri,
}

impl Named {
    /// Whether the requester is named at all.
    pub(super) fn at_all(self) -> Tri {
        self.direct.or(self.role).or(self.account)
    }

    pub(super) fn or(self, other: Named) -> Named {
        Named {
            direct: self.direct.or(other.direct),
            role: self.role.or(other.role),
            account: self.account.or(other.account),
        }
    }

    /// Everything as it is, as far as `it` holds.
    pub(super) fn and(self, it: Tri) -> Named {
        Named { direct: self.direct.and(it), role: self.role.and(it), account: self.account.and(it) }
    }

    /// In each way as far as `it` holds.
    pub(super) fn everyhow(it: Tri) -> Named {
        Named { direct: it, role: it, account: it }
    }

    fn direct(direct: Tri) -> Named {
        Named { direct, ..Named::default() }
    }

    fn role(role: Tri) -> Named {
        Named { role, ..Named::default() }
    }

    fn account(account: Tri) -> Named {
        Named { account, ..Named::default() }
    }
}

impl Principals {
    /// Takes an element apart. What is wrong names nobody.
    pub(super) fn compile(element: &model::Principal) -> Principals {
        let mut out = Principals { negated: element.negated, entries: Vec::new() };
        match &element.value {
            PrincipalValue::Text(text) => out.entries.push(Entry::compile("AWS", &text.value)),
            PrincipalValue::Dynamic => out.entries.push(Entry::Open),
            PrincipalValue::Wrong(_) => {}
            PrincipalValue::Typed(types) => {
                for entry in types {
                    out.entries.extend(entry.values.items.iter().filter_map(|it| match it {
                        Item::Text(text) => Some(Entry::compile(&entry.name.value, &text.value)),
                        Item::Dynamic(_) => Some(Entry::Open),
                        Item::Literal(..) | Item::Wrong(..) => None,
                    }));
                }
            }
        }
        out
    }

    /// How the element names the requester. `has_boundary`: whether the requester has a permissions boundary; a
    /// `Deny` with `NotPrincipal` always hits such a one.
    pub(super) fn names(&self, effect: Effect, who: &Who, has_boundary: bool, context: &Context) -> Named {
        if !self.negated {
            let each = self.entries.iter().map(|it| it.names(who, context));
            return each.fold(Named::default(), Named::or);
        }
        if effect == Effect::Deny && has_boundary {
            return Named::direct(Tri::True);
        }
        Named::direct(Tri::any(self.entries.iter().map(|it| it.exempts(who, context))).not())
    }
}

/// How one principal of a policy, written under `name`, names the requester.
pub(super) fn entry(name: &str, text: &str, who: &Who, context: &Context) -> Named {
    Entry::compile(name, text).names(who, context)
}

impl Entry {
    fn compile(name: &str, text: &str) -> Entry {
        match name {
            "AWS" => {}
            "CanonicalUser" => return Entry::Canonical,
            "Federated" if text == "*" => return Entry::AnyProvider,
            _ => return Entry::Name(text.into()),
        }
        if text == "*" {
            return Entry::Everyone;
        }
        if is_account(text) {
            return Entry::Account(text.into());
        }
        match Arn::parse(text) {
            Some(it) if it.service == "iam" && it.resource == "root" && is_account(it.account) => {
                Entry::Account(it.account.into())
            }
            Some(_) => Entry::Arn(text.into()),
            None if text.starts_with("AIDA") || text.starts_with("AROA") => Entry::UniqueId(text.into()),
            None => Entry::Name(text.into()),
        }
    }

    fn names(&self, who: &Who, context: &Context) -> Named {
        match self {
            Entry::Everyone => Named::direct(Tri::True),
            Entry::Open => Named::direct(Tri::Unknown),
            _ if who.kind == WhoKind::Anonymous => Named::default(),
            Entry::Name(text) => Named::direct((**text == *who.text).into()),
            Entry::AnyProvider => Named::direct(is_provider(&who.text).into()),
            Entry::Canonical => {
                let has_account = who.account.is_some();
                Named::direct(if has_account { Tri::Unknown } else { Tri::False })
            }
            Entry::Account(account) => Named::account((who.account.as_deref() == Some(account)).into()),
            Entry::UniqueId(id) => unique_id(id, who, context),
            Entry::Arn(text) => by_arn(text, who, context),
        }
    }

    /// Whether a `NotPrincipal` with this entry passes the requester: only an entry for itself does. An account
    /// stands for its root user alone.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    fn exempts(&self, who: &Who, context: &Context) -> Tri {
        let named = self.names(who, context);
        match who.kind {
            WhoKind::Root => named.direct.or(named.account),
            WhoKind::Role => named.direct.or(named.role),
            _ => named.direct,
        }
    }
}

fn by_arn(text: &str, who: &Who, context: &Context) -> Named {
    if *text == *who.text {
        return if who.kind == WhoKind::Role { Named::role(Tri::True) } else { Named::direct(Tri::True) };
    }
    let (Some(entry), Some(own)) = (Arn::parse(text), Arn::parse(&who.text)) else { return Named::default() };
    let Some(name) = who.name.as_deref() else { return Named::default() };
    if entry.account != own.account || entry.partition != own.partition {
        return Named::default();
    }
    let mut path = entry.resource.split('/');
    match (who.kind, entry.service, path.next()) {
        // The role stands for any of its sessions: whether it is this one is not known.
        (WhoKind::Role, "sts", Some("assumed-role")) => {
            let same_role = path.next().is_some_and(|it| it.eq_ignore_ascii_case(name));
            let which = if context.is_open() { Tri::Unknown } else { Tri::False };
            Named::direct(which.and(same_role.into()))
        }
        // Role names are unique in an account without regard to case; the path is not part of a session's ARN.
        (WhoKind::Session, "iam", Some("role")) => {
            Named::role(path.next_back().is_some_and(|it| it.eq_ignore_ascii_case(name)).into())
        }
        (WhoKind::FederatedUser, "iam", Some("user")) => {
            Named::role((entry.resource.strip_prefix("user/") == Some(name)).into())
        }
        _ => Named::default(),
    }
}

/// `aws:userid` is `AIDA…` for a user and `AROA…:session` for a session.
fn unique_id(id: &str, who: &Who, context: &Context) -> Named {
    match (context.get("aws:userid"), who.kind) {
        (Given::One(own), WhoKind::User) => Named::direct((**own == *id).into()),
        (Given::One(own), WhoKind::Role | WhoKind::Session) => {
            Named::role((own.split(':').next() == Some(id)).into())
        }
        (Given::Unknown | Given::SomeValue, WhoKind::User) => Named::direct(Tri::Unknown),
        (Given::Unknown | Given::SomeValue, WhoKind::Role | WhoKind::Session) => Named::role(Tri::Unknown),
        _ => Named::default(),
    }
}

fn is_provider(text: &str) -> bool {
    let kinds = ["saml-provider/", "oidc-provider/"];
    Arn::parse(text)
        .is_some_and(|it| it.service == "iam" && kinds.iter().any(|kind| it.resource.starts_with(kind)))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}
