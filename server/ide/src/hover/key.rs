//! Condition keys.

use catalog::{Action, ConditionKey, catalog};
use policy::access::of_element;
use policy::model::{Block, Statement, Test};

use super::{code, operator, some_of};

const KEYS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html";

/// What a key holds and when it is there; `test` is what it is compared with, in its statement.
pub(crate) fn key(
    text: &str,
    statement: Option<&Statement>,
    test: Option<(&Block, &Test)>,
) -> Option<String> {
    let Some(key) = catalog().condition_key(text) else { return unknown(text) };
    let many = if key.multi_valued() { "several values" } else { "one value" };
    let shown = if key.is_template() { text } else { key.name() };
    let mut out = format!("**{}** · {}, {many}\n", code(shown), key.value_type().name());
    let mut line = |text: &str| out.push_str(&format!("\n{}\n", text.trim_end()));
    key.description().into_iter().for_each(&mut line);
    if let Some(other) = key.deprecated_by() {
        line(&format!("AWS no longer fills it. Use {}.", code(other.name())));
    }
    let of_test = statement.zip(test).and_then(|(stmt, (block, test))| operator::of_test(block, test, stmt));
    of_test.iter().for_each(|it| line(it));
    if key.values().len() > 0 {
        let open = if key.values_are_open() { ", and others" } else { "" };
        line(&format!("Values: {}{open}", some_of(key.values(), 12, |it| code(it))));
    } else if key.formats().len() > 0 {
        line(&format!("Values: {}", some_of(key.formats(), 4, |it| if it.contains(' ') { (*it).to_owned() } else { code(it) })));
    } else if let Some((least, most, unit)) = key.range() {
        let most = most.map_or_else(|| "or more".to_owned(), |it| format!("to {it}"));
        line(&format!("Values: {least} {most} {unit}"));
    }
    if key.always_present() {
        line("Every request has it.");
    } else {
        key.absent_note().into_iter().for_each(&mut line);
    }
    key.note().into_iter().for_each(&mut line);
    if let Some(carried) = statement.and_then(|it| carried(key, it)) {
        line(&carried);
    }
    let has_quantifier = test.is_some_and(|(block, _)| block.operator.quantifier.is_some());
    let is_null = test.is_some_and(|(block, _)| block.is("Null"));
    if key.multi_valued() && !has_quantifier && !is_null {
        line("A request may have several values, so it wants `ForAllValues:` or `ForAnyValue:`.");
    } else if !key.multi_valued() && has_quantifier {
        line("A request has one value of it, so it needs neither `ForAllValues:` nor `ForAnyValue:`.");
    }
    out.push_str(&format!("\n{}", source(key)));
    Some(out)
}

/// A name that the catalogue does not have.
fn unknown(text: &str) -> Option<String> {
    if catalog().is_provider_key(text) {
        let (provider, claim) = text.rsplit_once(':')?;
        return Some(format!(
            "**{}** · key of an identity provider\n\nThe claim {} of the tokens that {} issues.",
            code(text),
            code(claim),
            code(provider)
        ));
    }
    if let Some(near) = catalog().nearest_condition_key(text) {
        return Some(format!("No key {} is known. The closest is {}.", code(text), code(near.name())));
    }
    let Some((prefix, _)) = text.split_once(':') else {
        return Some(format!(
            "A condition key is `aws:Name` or `service:Name`; {} has no prefix.",
            code(text)
        ));
    };
    let owner = catalog().service(prefix).map_or_else(|| code(prefix), |it| it.title().to_owned());
    Some(format!("No key {} of {owner} was known on {}.", code(text), catalog().date()))
}

/// Which actions of the statement have a key in their requests. Silent about global keys, which are not listed.
fn carried(key: ConditionKey, statement: &Statement) -> Option<String> {
    let element = statement.action.as_ref().filter(|it| !it.negated && !key.is_global())?;
    let set = of_element(element, catalog()).set;
    let (with, without): (Vec<Action>, Vec<Action>) =
        set.iter(catalog()).partition(|it| it.lists_key(key));
    let list = |actions: &[Action]| some_of(actions.iter(), 5, |it| code(it.full_name()));
    match (with.len(), without.len()) {
        (_, 0) => None,
        (0, 1) => Some(format!("AWS does not list it for {}.", list(&without))),
        (0, n) => Some(format!("AWS does not list it for any of the {n} actions of this statement.")),
        (_, n) if n <= 5 => {
            Some(format!("Requests for {} carry it; AWS does not list it for {}.", list(&with), list(&without)))
        }
        (n, others) => {
            let total = n + others;
            Some(format!("AWS lists it for {n} of this statement's {total} actions: {}.", list(&with)))
        }
    }
}

fn source(key: ConditionKey) -> String {
    match key.service() {
        Some(service) => {
            format!("[{} in AWS's reference]({})", service.title(), crate::links::reference_page(service))
        }
        None => {
            let name = key.name().split_once(':').map_or(key.name(), |(_, name)| name);
            let name = name.split('/').next().unwrap_or(name);
            let is_global = key.name().starts_with("aws:");
            let anchor = if is_global {
                format!("#condition-keys-{}", name.to_ascii_lowercase())
            } else {
                String::new()
            };
            format!("[Global condition keys]({KEYS}{anchor})")
        }
    }
}

