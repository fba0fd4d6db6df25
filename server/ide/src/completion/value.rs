//! Values of condition keys.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use catalog::{
    Action, ConditionKey, ModelStatus, Operator as Known, ResourceType, ValueKind, ValueType, catalog,
};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use policy::condition::Operator;

use super::resource::{Defaults, EXAMPLE_ACCOUNT};
use super::resource_field::life;
use super::{Acc, Cx, Draft, ItemKind, Write, principal, resource, resource_field};
use crate::seen::Seen;

/// How many values that stand elsewhere are offered again.
const MOST_SEEN: usize = 8;

/// From how many values on their common starts are offered as patterns.
const MANY_VALUES: usize = 20;

/// How the catalogue writes what account ids look like.
const ACCOUNT_PATTERN: &str = "[0-9]{12}";

pub(super) fn values(cx: &Cx<'_>, operator: &str, key: &str, acc: &mut Acc) {
    let operator = catalog().operator(&Operator::parse(operator).base);
    let compares = operator.map(Known::value_type);
    match compares {
        Some(ValueType::Null) => {
            add(cx, "true", "the key is absent", acc);
            return add(cx, "false", "the key is present", acc);
        }
        Some(ValueType::Bool) => {
            add(cx, "true", "", acc);
            return add(cx, "false", "", acc);
        }
        _ => {}
    }
    let known = catalog().condition_key(key);
    let kind = known.and_then(ConditionKey::value_kind);
    if kind == Some(ValueKind::ServicePrincipal) {
        return principal::services(cx, acc);
    }
    let seen = cx.seen();
    seen_values(cx, key, &seen, acc);
    match compares {
        Some(ValueType::IpAddress) => return addresses(cx, acc),
        Some(ValueType::Date) => return dates(cx, acc),
        _ => {}
    }
    let Some(known) = known else { return };
    let is_arn = cx.place.prefix.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("arn:"));
    if is_arn && (known.value_type() == ValueType::Arn || kind == Some(ValueKind::Arn)) {
        return resource_field::fields(cx, &seen, &types_of(known), acc);
    }
    let actions = cx.statement().map_or_else(Vec::new, |it| resource::actions(it.statement));
    if kind == Some(ValueKind::Region) {
        regions(cx, &seen, acc);
    }
    listed(cx, known, &actions, operator.is_some_and(Known::wildcards), acc);
    match kind {
        Some(ValueKind::Arn) => arns(cx, known, &seen, acc),
        Some(ValueKind::Model) => models(cx, acc),
        Some(ValueKind::Pattern) if known.pattern() == Some(ACCOUNT_PATTERN) => accounts(cx, &seen, acc),
        Some(ValueKind::Bool) => {
            add(cx, "true", "", acc);
            add(cx, "false", "", acc);
        }
        Some(ValueKind::Date) => dates(cx, acc),
        Some(ValueKind::Ip | ValueKind::Cidr) => addresses(cx, acc),
        Some(
            ValueKind::Free
            | ValueKind::Enum
            | ValueKind::Region
            | ValueKind::Pattern
            | ValueKind::Range
            | ValueKind::Url
            | ValueKind::Path
            | ValueKind::Presence
            | ValueKind::ServicePrincipal,
        )
        | None => {}
    }
}

fn add(cx: &Cx<'_>, text: &str, detail: &str, acc: &mut Acc) {
    if !cx.place.has_sibling(text) && acc.drafts.iter().all(|it| it.label != text) {
        acc.add(Draft { label: text.into(), detail: detail.into(), ..Draft::default() });
    }
}

/// What the key, or the tag, was compared with elsewhere.
fn seen_values(cx: &Cx<'_>, key: &str, seen: &Seen, acc: &mut Acc) {
    let of_tag = key.split_once('/').filter(|(stem, _)| stem.to_ascii_lowercase().ends_with("tag"));
    let mut texts: BTreeSet<&str> = seen.values(key).collect();
    if let Some((_, tag)) = of_tag {
        texts.extend(seen.tag_values(tag));
    }
    if key.eq_ignore_ascii_case("aws:TagKeys") {
        texts.extend(seen.tags());
    }
    texts.remove(&*cx.place.text);
    texts.remove("");
    for text in texts.into_iter().take(MOST_SEEN) {
        add(cx, text, "used elsewhere", acc);
    }
}

/// The values that are known: of the actions here where that matters. Where they are many and the operator takes
/// wildcards, the families they fall into come first.
fn listed(cx: &Cx<'_>, key: ConditionKey, actions: &[Action], wildcards: bool, acc: &mut Acc) {
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    let sending: Vec<&Action> = actions.iter().filter(|it| it.lists_key(key)).collect();
    for action in &sending {
        for value in key.values_for(**action) {
            *all.entry(value).or_default() += 1;
        }
    }
    if all.is_empty() {
        all.extend(key.values().map(|it| (it, 0)));
    }
    if wildcards && all.len() >= MANY_VALUES {
        let mut families: BTreeMap<&str, usize> = BTreeMap::new();
        for value in all.keys() {
            if let Some(at) = value.rfind('.') {
                *families.entry(value.get(..=at).unwrap_or(value)).or_default() += 1;
            }
        }
        for (family, n) in families.into_iter().filter(|(_, n)| *n > 1) {
            add(cx, &format!("{family}*"), &format!("{n} of the values here"), acc);
        }
    }
    let n_actions = sending.len();
    for (value, n) in all {
        let detail = match n {
            _ if n_actions < 2 => key.name().to_owned(),
            n if n == n_actions => "for every action here".to_owned(),
            n => format!("for {n} of {n_actions} actions here"),
        };
        add(cx, value, &detail, acc);
    }
}

fn regions(cx: &Cx<'_>, seen: &Seen, acc: &mut Acc) {
    let title = |it: &str| catalog().region_title(it).unwrap_or_default();
    seen.regions().into_iter().for_each(|it| add(cx, it, title(it), acc));
    let mut all: Vec<&str> = catalog().regions().collect();
    all.sort_by_key(|it| Reverse(catalog().region_weight(it)));
    all.into_iter().for_each(|it| add(cx, it, title(it), acc));
}

fn accounts(cx: &Cx<'_>, seen: &Seen, acc: &mut Acc) {
    for it in seen.accounts() {
        add(cx, it, "named elsewhere", acc);
    }
    acc.add(Draft {
        label: EXAMPLE_ACCOUNT.into(),
        detail: "an account id: 12 digits".into(),
        write: Write::Text(EXAMPLE_ACCOUNT.into(), Some(format!("${{1:{EXAMPLE_ACCOUNT}}}"))),
        ..Draft::default()
    });
}

fn arns(cx: &Cx<'_>, key: ConditionKey, seen: &Seen, acc: &mut Acc) {
    let defaults = Defaults::of(cx, seen);
    let formats: Vec<&str> = key.formats().collect();
    for format in &formats {
        let (label, plain, snippet) = defaults.fill(format);
        acc.add(Draft {
            label,
            kind: Some(ItemKind::Resource),
            write: Write::Text(plain, Some(snippet)),
            data: Some(format!("key {}", key.name())),
            ..Draft::default()
        });
    }
    if formats.iter().any(|it| it.contains(":inference-profile/")) {
        let (region, account) = (defaults.region.unwrap_or("*"), defaults.account.unwrap_or("*"));
        let head = format!("arn:{}:bedrock:{region}:{account}:inference-profile/", defaults.partition);
        for it in resource_field::geographies() {
            add(cx, &format!("{head}{}.*", it.prefix()), it.title(), acc);
        }
    }
}

/// The resource types whose ARNs a key holds, for an ARN that is being written.
fn types_of(key: ConditionKey) -> Vec<(ResourceType, Vec<Action>)> {
    let formats: Vec<&str> = key.formats().collect();
    let services = formats.iter().filter_map(|it| catalog().service(it.split(':').nth(2)?));
    let types = services.flat_map(|it| it.resource_types());
    let is_of = |it: &ResourceType| it.arn_formats().any(|it| formats.contains(&it));
    let found: BTreeSet<ResourceType> = types.filter(is_of).collect();
    found.into_iter().map(|it| (it, Vec::new())).collect()
}

fn models(cx: &Cx<'_>, acc: &mut Acc) {
    let mut all: Vec<_> = catalog().models().filter(|it| it.status() != ModelStatus::Ended).collect();
    all.sort_by(|a, b| a.provider().cmp(b.provider()).then(b.id().cmp(a.id())));
    for it in all.into_iter().filter(|it| !cx.place.has_sibling(it.id())) {
        acc.add(Draft {
            label: it.id().into(),
            detail: life(it),
            data: Some(format!("model {}", it.id())),
            ..Draft::default()
        });
    }
}

fn addresses(cx: &Cx<'_>, acc: &mut Acc) {
    acc.add(Draft {
        label: "address/bits".into(),
        detail: "a range of your own".into(),
        filter: Some(format!("{} address range", cx.place.prefix)),
        write: Write::Text("10.0.0.0/24".into(), Some("${1:10.0.0.0}/${2:24}".into())),
        ..Draft::default()
    });
    for (range, title) in catalog().address_ranges().filter(|(_, title)| title.starts_with("private")) {
        add(cx, range, title, acc);
    }
}

/// Moments around the present one, as IAM reads them.
fn dates(cx: &Cx<'_>, acc: &mut Acc) {
    let today = cx.analysis.config().now.date();
    let moments = [
        (Some(today), "today"),
        (today.checked_add_days(Days::new(1)), "tomorrow"),
        (today.checked_add_days(Days::new(7)), "in a week"),
        (today.checked_add_days(Days::new(30)), "in 30 days"),
        (today.checked_add_days(Days::new(90)), "in 90 days"),
        (NaiveDate::from_ymd_opt(today.year() + 1, 1, 1), "the end of this year"),
    ];
    let mut moments = moments;
    moments.sort_by_key(|(date, _)| *date);
    for (date, detail) in moments {
        let midnight = date.and_then(|it| it.and_hms_opt(0, 0, 0));
        if let Some(text) = midnight.map(iso) {
            add(cx, &text, detail, acc);
        }
    }
}

fn iso(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
