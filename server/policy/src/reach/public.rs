//! Whether a policy lets in anybody: principals and networks that nobody named.

use std::collections::BTreeSet;

use catalog::Catalog;

use super::answer::Answer;
use super::document::Document;
use super::engine::{Limits, Missed};
use super::glob::Glob;
use super::interval::{Intervals, addresses};
use super::literal::{Literal, Quantifier, Subject, Values};
use super::question::{both_readings, left};
use super::token::Token;
use super::union::Union;

/// The keys that tie a request to an owner or a network when they are held to fixed values, in lower case.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>
/// `kms:CallerAccount` is the caller's account.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account>
const FIXING: [&str; 18] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:username",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

/// Addresses that are not of the internet: RFC 1918.
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
/// A range of more addresses than this is not one network: a /8 of IPv4, a /32 of IPv6.
const WIDEST: [u128; 2] = [1 << 24, 1 << 96];

/// Whether `document` grants nothing to principals, accounts and networks other than those it names. It is public
/// where a grant is left once every fixed value that the policy names for who calls, and from where, is taken off.
pub fn public(document: &Document, limits: Limits, catalog: Catalog) -> Answer {
    if let Some(reason) = document.unread {
        return Answer::Unknown(reason);
    }
    let facts = strangers(document);
    let mut proof = BTreeSet::new();
    let found = both_readings(document, limits, catalog, |engine, _| {
        left(engine, document, None, &facts, &mut proof)
    });
    match found {
        Ok(()) => Answer::Pass(proof.into_iter().collect()),
        Err(missed @ (Missed::Found(_) | Missed::Open(_))) => missed.answer(),
    }
}

/// What is true of a request by somebody whom the policy does not name.
fn strangers(document: &Document) -> Vec<Literal> {
    let all = || document.statements.iter().flat_map(|it| &it.facts);
    let mut out = Vec::new();
    let named = all().filter(|it| it.subject == Subject::Principal).flat_map(fixed_texts);
    out.push(Literal::on(Subject::Principal, Union::new(named.collect()), false));
    for key in FIXING {
        let subject = Subject::Key(key.into());
        let own = || all().filter(|it| it.subject == subject);
        let texts: Vec<Glob> = own().flat_map(fixed_texts).collect();
        if !texts.is_empty() {
            let quantifier = own().map(|it| it.quantifier).find(|it| *it != Quantifier::One);
            let values = Values::Text(Union::new(texts));
            let named = Literal::new(
                subject.clone(),
                quantifier.map_or(Quantifier::One, |_| Quantifier::Any),
                values,
            );
            out.push(named.negated());
        }
        let networks: Vec<(Intervals, Intervals)> = own().filter_map(networks).collect();
        if !networks.is_empty() {
            let all = |of: fn(&(Intervals, Intervals)) -> &Intervals| {
                networks.iter().fold(Intervals::none(), |all, it| all.or(of(it)))
            };
            let values = Values::Address { v4: all(|it| &it.0), v6: all(|it| &it.1) };
            out.push(Literal::new(subject, Quantifier::One, values).negated());
        }
    }
    out
}

/// The values of a fact that name one owner or network.
fn fixed_texts(fact: &Literal) -> Vec<Glob> {
    match &*fact.values {
        Values::Text(it) => it.globs().iter().filter(|it| names_one(it)).cloned().collect(),
        Values::Arn(it) => it.globs().iter().filter(|it| names_account(it)).cloned().collect(),
        _ => Vec::new(),
    }
}

/// Whether a text is fixed; with a wildcard, whether what comes before it names an account or an organization.
fn names_one(glob: &Glob) -> bool {
    let is_open = |it: &Token| !matches!(it, Token::Char(_) | Token::Fold(_));
    if !glob.0.iter().any(is_open) {
        return true;
    }
    let start = start(glob);
    names_account(glob) || start.starts_with("o-") && start.contains('/') || is_user_id(&start)
}

/// `AROA…:*` is every session of one role.
fn is_user_id(start: &str) -> bool {
    start.split_once(':').is_some_and(|(id, _)| id.starts_with('A') && id.len() > 16)
}

/// Whether the fifth field of an ARN pattern is one account, or a bucket or the like is named without.
fn names_account(glob: &Glob) -> bool {
    let mut fields = glob.0.split(|it| *it == Token::Char(':'));
    let fixed = |field: Option<&[Token]>| {
        field.is_some_and(|it| !it.is_empty() && it.iter().all(|it| matches!(it, Token::Char(_))))
    };
    fixed(fields.nth(4)) || glob.0.iter().all(|it| matches!(it, Token::Char(_)))
}

fn start(glob: &Glob) -> String {
    let chars = glob.0.iter().map_while(|it| match it {
        Token::Char(it) | Token::Fold(it) => Some(*it),
        _ => None,
    });
    chars.collect()
}

/// The addresses of a fact in ranges that are small, or not of the internet.
fn networks(fact: &Literal) -> Option<(Intervals, Intervals)> {
    let Values::Address { v4, v6 } = &*fact.values else { return None };
    let private = PRIVATE.iter().filter_map(|it| addresses(it)).map(|it| it.0);
    let private = private.fold(Intervals::none(), |all, it| all.or(&it));
    let [most_v4, most_v6] = WIDEST;
    Some((v4.up_to(most_v4).or(&v4.and(&private)), v6.up_to(most_v6)))
}
