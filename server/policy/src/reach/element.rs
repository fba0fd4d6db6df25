//! `Resource` and `Principal` elements as literals.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use super::glob::Glob;
use super::literal::{Literal, Subject};
use super::text::{self, Manner};
use super::token::{Token, fold};
use super::union::Union;
use crate::arn::Arn;
use crate::kind::PolicyKind;
use crate::model::{Effect, Element, Item, Principal, PrincipalValue};
use crate::pattern;

/// How a star at the end of one of the first five fields of an ARN is read: AWS's pages disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// It ends with its field.
    Field,
    /// It may run past the colon.
    PastColon,
}

/// What a resource pattern stands for.
enum Pattern {
    Glob(Glob),
    Nothing,
    /// AWS refuses it, and its element matches nothing, in the `Not` form too.
    Refused,
}

/// The element as a literal; `None` when a template fills in a part of it. A refused entry makes the element match
/// nothing.
pub(super) fn resource(
    element: &Element,
    kind: PolicyKind,
    variables: bool,
    reading: Reading,
) -> Option<Literal> {
    let mut globs = Vec::new();
    for item in &element.values.items {
        match item {
            Item::Text(it) => match pattern_of(&it.value, kind, variables, reading) {
                Pattern::Glob(it) => globs.push(it),
                Pattern::Nothing => {}
                Pattern::Refused if element.negated => return Some(nothing()),
                Pattern::Refused => {}
            },
            Item::Dynamic(_) => return None,
            Item::Literal(..) | Item::Wrong(..) => {}
        }
    }
    Some(Literal::on(Subject::Resource, Union::new(globs), !element.negated))
}

fn nothing() -> Literal {
    Literal::on(Subject::Resource, Union::new(Vec::new()), true)
}

/// The resources that a list of patterns names, as an identity policy would read them.
pub(super) fn resources(texts: &[String], reading: Reading) -> Literal {
    let globs = texts.iter().filter_map(|it| pattern(it, PolicyKind::Identity, false, reading));
    Literal::on(Subject::Resource, Union::new(globs.collect()), true)
}

/// What an entry of a list of resources stands for; `None` when that is nothing.
pub(super) fn pattern(text: &str, kind: PolicyKind, variables: bool, reading: Reading) -> Option<Glob> {
    match pattern_of(text, kind, variables, reading) {
        Pattern::Glob(it) => Some(it),
        Pattern::Nothing | Pattern::Refused => None,
    }
}

fn pattern_of(text: &str, kind: PolicyKind, variables: bool, reading: Reading) -> Pattern {
    if pattern::is_everything(text) {
        return Pattern::Glob(Glob::everything());
    }
    if !text.starts_with("arn:") {
        return Pattern::Nothing;
    }
    let mut fields: Vec<&str> = text.splitn(6, ':').collect();
    if fields.len() < 6 {
        match kind {
            PolicyKind::Resource | PolicyKind::Trust | PolicyKind::VpcEndpoint if !text.contains('*') => {
                return Pattern::Nothing;
            }
            PolicyKind::Rcp => return Pattern::Refused,
            PolicyKind::Scp if !text.ends_with('*') => return Pattern::Refused,
            _ => fields.resize(6, "*"),
        }
    }
    let Some((last, first)) = fields.split_last() else { return Pattern::Nothing };
    if variables && first.iter().any(|it| it.contains("${")) {
        return Pattern::Nothing;
    }
    let mut out = Vec::new();
    for field in first {
        text::tokens(field, Manner { wildcards: true, variables: false, folded: false }, true, &mut out);
        if reading == Reading::PastColon && out.last() == Some(&Token::FieldStar) && !field.is_empty() {
            out.pop();
            out.push(Token::Star);
        }
        out.push(Token::Char(':'));
    }
    text::tokens(last, Manner { wildcards: true, variables, folded: false }, false, &mut out);
    Pattern::Glob(Glob::new(out))
}

/// Every ARN, and `*` for actions without resource types.
pub(super) fn all_resources() -> Union {
    let arns = super::condition::arns().globs().to_vec();
    Union::new(arns.into_iter().chain([Glob::exactly("*")]).collect())
}

/// The element as a literal; `None` when it cannot be read: a template, an id that only AWS can resolve.
pub(super) fn principal(element: &Principal, effect: Effect) -> Option<Literal> {
    let mut globs = Vec::new();
    let exempt = element.negated && effect == Effect::Deny;
    match &element.value {
        PrincipalValue::Text(it) => entry("AWS", &it.value, exempt, &mut globs)?,
        PrincipalValue::Dynamic => return None,
        PrincipalValue::Wrong(_) => {}
        PrincipalValue::Typed(types) => {
            for of_type in types {
                for item in &of_type.values.items {
                    match item {
                        Item::Text(it) => entry(&of_type.name.value, &it.value, exempt, &mut globs)?,
                        Item::Dynamic(_) => return None,
                        Item::Literal(..) | Item::Wrong(..) => {}
                    }
                }
            }
        }
    }
    Some(Literal::on(Subject::Principal, Union::new(globs), !element.negated))
}

/// Adds the principals that an entry stands for, by the text they go by in a request. `exempt`: as an entry of a
/// `Deny` with `NotPrincipal`, which passes only the principal itself.
fn entry(name: &str, text: &str, exempt: bool, out: &mut Vec<Glob>) -> Option<()> {
    match name {
        "AWS" => {}
        "CanonicalUser" => return None,
        "Federated" if text == "*" => {
            out.extend(PROVIDERS.iter().map(|it| principal_glob(it)));
            return Some(());
        }
        _ => {
            out.push(Glob::exactly(text));
            return Some(());
        }
    }
    if text == "*" {
        out.push(Glob::everything());
        return Some(());
    }
    if is_account(text) {
        account(text, exempt, out);
        return Some(());
    }
    let Some(arn) = Arn::parse(text) else {
        if text.starts_with("AIDA") || text.starts_with("AROA") {
            return None;
        }
        out.push(Glob::exactly(text));
        return Some(());
    };
    if arn.service == "iam" && arn.resource == "root" && is_account(arn.account) {
        account(arn.account, exempt, out);
        return Some(());
    }
    out.push(Glob::exactly(text));
    if !exempt && arn.service == "iam" {
        sessions(&arn, out);
    }
    Some(())
}

/// The SAML and OpenID Connect providers of any account.
const PROVIDERS: [&str; 2] = ["arn:*:iam:*:*:saml-provider/*", "arn:*:iam:*:*:oidc-provider/*"];

/// The sessions of a role, whose name has no case and no path there; those of a user who federates.
fn sessions(arn: &Arn<'_>, out: &mut Vec<Glob>) {
    let fixed = |name: &str| Glob::exactly(&format!("arn:{}:sts::{}:{name}/", arn.partition, arn.account)).0;
    let Some((kind, rest)) = arn.resource.split_once('/') else { return };
    match kind {
        "role" => {
            let name = rest.rsplit('/').next().unwrap_or(rest);
            let mut tokens = fixed("assumed-role");
            tokens.extend(name.chars().map(|it| Token::Fold(fold(it))));
            tokens.extend([Token::Char('/'), Token::Star]);
            out.push(Glob::new(tokens));
        }
        "user" => {
            let mut tokens = fixed("federated-user");
            tokens.extend(rest.chars().map(Token::Char));
            out.push(Glob::new(tokens));
        }
        _ => {}
    }
}

/// The principals of an account; as an exempt entry, only its root user. An identity provider belongs to an account,
/// but who comes by it does not. An account is in one partition, so its number is enough.
fn account(account: &str, exempt: bool, out: &mut Vec<Glob>) {
    let kinds = if exempt { &OF_ACCOUNT[..1] } else { &OF_ACCOUNT[..] };
    let glob = |(service, resource): &(&str, &str)| {
        principal_glob(&format!("arn:*:{service}:*:{account}:{resource}"))
    };
    out.extend(kinds.iter().map(glob));
}

/// What belongs to an account and can call, the root user first.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts>
const OF_ACCOUNT: [(&str, &str); 5] = [
    ("iam", "root"),
    ("iam", "user/*"),
    ("iam", "role/*"),
    ("sts", "assumed-role/*"),
    ("sts", "federated-user/*"),
];

fn principal_glob(text: &str) -> Glob {
    match pattern_of(text, PolicyKind::Identity, false, Reading::Field) {
        Pattern::Glob(it) => it,
        Pattern::Nothing | Pattern::Refused => Glob::exactly(text),
    }
}

/// Principals as they look in requests, the likeliest first: tried first, so that a sample is one.
pub(super) fn likely_principals() -> Vec<Union> {
    let forms = [
        "arn:aws:iam::111122223333:user/example",
        "arn:aws:iam::111122223333:user/?*",
        "arn:aws:iam::????????????:user/?*",
        "arn:aws:sts::????????????:assumed-role/?*/?*",
        "arn:aws:iam::????????????:role/?*",
        "arn:aws:iam::????????????:root",
        "arn:aws:iam::111122223333:saml-provider/?*",
        "arn:aws:iam::111122223333:oidc-provider/?*",
    ];
    let others = [text::glob("?*.amazonaws.com", WILD), Glob::exactly("anonymous")];
    let all = forms.iter().map(|it| principal_glob(it)).chain(others);
    all.map(|it| Union::new(vec![it])).collect()
}

const WILD: Manner = Manner { wildcards: true, variables: false, folded: false };

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

/// Resources as they look in requests, the likeliest first: tried first, so that a sample is one.
pub(super) fn likely_resources() -> Vec<Union> {
    let union = |text: &str| match pattern_of(text, PolicyKind::Identity, false, Reading::Field) {
        Pattern::Glob(it) => Union::new(vec![it]),
        Pattern::Nothing | Pattern::Refused => Union::new(Vec::new()),
    };
    let forms = [
        "arn:aws:iam::111122223333:role/example",
        "arn:aws:?*:us-east-1:111122223333:?*",
        "arn:aws:?*::111122223333:?*",
        "arn:aws:?*:?*:????????????:?*",
        "arn:aws:?*:us-east-1::?*",
        "arn:aws:?*:::?*",
    ];
    forms.iter().map(|it| union(it)).collect()
}

/// The resources of a type, by its format as `arn:${Partition}:s3:::${BucketName}`, in a partition, Region and
/// account, with what stands for the rest and for the last of it.
pub(super) fn form(format: &str, [partition, region, account, other, last]: [&str; 5]) -> Union {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(match name {
            "Partition" => partition,
            "Region" => region,
            "Account" => account,
            _ if after.contains("${") => other,
            _ => last,
        });
        rest = after;
    }
    text.push_str(rest);
    match pattern_of(&text, PolicyKind::Identity, false, Reading::Field) {
        Pattern::Glob(it) => Union::new(vec![it]),
        Pattern::Nothing | Pattern::Refused => Union::new(Vec::new()),
    }
}

impl Literal {
    /// Whether no text of `form` is in its set, at a glance: of a set of very many patterns it is not said.
    pub(super) fn is_apart(&self, form: &Union) -> bool {
        const MOST_GLOBS: usize = 1_000;
        let super::literal::Values::Text(union) = &*self.values else { return false };
        if union.globs().len() > MOST_GLOBS {
            return false;
        }
        let apart = |own: &Glob| {
            let own = own.without_variables();
            form.globs().iter().all(|it| own.is_disjoint(it))
        };
        union.globs().iter().all(apart)
    }
}
