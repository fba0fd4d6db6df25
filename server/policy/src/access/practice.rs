//! What a statement allows on paper and no request can use in practice.

use std::net::IpAddr;

use catalog::{Catalog, ModelStatus};
use chrono::NaiveDateTime;
use ipnet::IpNet;

use crate::arn::Arn;
use crate::date::DateValue;
use crate::model::{Element, Statement, Test};

/// Why a statement is of no use although it can match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// All the Bedrock models it names have reached their end of life.
    RetiredModels(usize),
    /// All the addresses it allows are reserved for documentation.
    DocumentationAddresses,
    /// In all its resources a word stands for the account.
    NoAccount,
}

/// Address ranges that no host has: RFC 5737 and RFC 3849.
const DOCUMENTATION: [&str; 4] = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"];

/// Why the statement is of no use at `now`, if it is.
pub fn idle(statement: &Statement, now: NaiveDateTime, catalog: Catalog) -> Option<Idle> {
    if let Some(element) = &statement.resource
        && let Some(n) = retired_models(element, now, catalog)
    {
        return Some(Idle::RetiredModels(n));
    }
    if statement.resource.as_ref().is_some_and(no_account) {
        return Some(Idle::NoAccount);
    }
    let blocks = statement.condition.as_ref().map(|it| it.blocks.as_slice()).unwrap_or_default();
    let addresses = blocks.iter().filter(|it| it.operator.base.eq_ignore_ascii_case("IpAddress"));
    let mut tests = addresses.filter(|it| !it.operator.if_exists).flat_map(|it| &it.tests);
    tests.any(only_documentation).then_some(Idle::DocumentationAddresses)
}

/// Whether an address or range lies in a range that is reserved for documentation.
pub fn is_documentation(text: &str) -> bool {
    let Some(net) = parse_net(text) else { return false };
    DOCUMENTATION.iter().filter_map(|it| parse_net(it)).any(|it| it.contains(&net))
}

fn parse_net(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn only_documentation(test: &Test) -> bool {
    let mut texts = test.values.texts().peekable();
    texts.peek().is_some() && test.values.all_texts() && texts.all(|it| is_documentation(&it.value))
}

/// How many models the element names, if it names nothing else and all of them are retired.
fn retired_models(element: &Element, now: NaiveDateTime, catalog: Catalog) -> Option<usize> {
    let mut n_models = 0;
    if element.negated || !element.values.all_texts() {
        return None;
    }
    for text in element.values.texts() {
        let arn = Arn::parse(&text.value).filter(|it| it.service == "bedrock")?;
        let model = catalog.model(arn.resource.strip_prefix("foundation-model/")?)?;
        let retired = match model.end_of_life().and_then(|it| DateValue::parse(it).moment()) {
            Some(end) => end <= now,
            None => model.status() == ModelStatus::Ended,
        };
        if !retired {
            return None;
        }
        n_models += 1;
    }
    (n_models > 0).then_some(n_models)
}

/// Whether the element names ARNs alone, each with a word that stands for an account, where twelve digits should be.
fn no_account(element: &Element) -> bool {
    let is_name = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
    // Not every word: AWS and some services stand there for themselves, as `aws` does.
    let is_word = |it: &str| it.bytes().all(is_name) && it.to_ascii_lowercase().contains("account");
    let mut texts = element.values.texts().peekable();
    !element.negated
        && element.values.all_texts()
        && texts.peek().is_some()
        && texts.all(|it| Arn::parse(&it.value).is_some_and(|it| is_word(it.account)))
}
