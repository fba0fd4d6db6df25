//! Services, actions and patterns of actions.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Action, Service, catalog};
use policy::{PolicyKind, pattern};

use super::{Acc, Cx, Draft, ItemKind, MOST_ITEMS, Write};

/// How many statements on either side are looked at for services in use.
const NEIGHBOURS: usize = 24;

/// How many actions of one statement are looked at for that.
const ACTIONS_LOOKED_AT: usize = 50;

/// How many actions are found by a text without a service.
const FOUND_BY_NAME: usize = 60;

/// How many patterns are offered.
const MOST_WILDCARDS: usize = 5;

pub(super) fn actions(cx: &Cx<'_>, acc: &mut Acc) {
    let typed = &*cx.place.prefix;
    let present: BTreeSet<String> = cx.place.siblings.iter().map(|it| it.to_ascii_lowercase()).collect();
    match typed.split_once(':') {
        Some((prefix, name)) => of_service(prefix, name, &present, acc),
        None => of_any(cx, typed, &present, acc),
    }
}

/// Services, and actions of all services that have the text in their names.
fn of_any(cx: &Cx<'_>, typed: &str, present: &BTreeSet<String>, acc: &mut Acc) {
    let used = services_in_use(cx);
    let lower = typed.to_ascii_lowercase();
    if cx.place.kind == PolicyKind::Trust {
        let sts = catalog().service("sts").into_iter().flat_map(|it| it.actions());
        let assume = sts.filter(|it| it.name().starts_with("Assume") || it.name() == "TagSession");
        add_actions(assume, None, present, acc);
    }
    let usable = |it: &Service| cx.place.kind != PolicyKind::Rcp || it.supports_rcp();
    let mut services: Vec<(u8, usize, Service)> = catalog()
        .services()
        .filter(|it| usable(it) && !it.is_retired())
        .filter_map(|it| {
            let in_use = used.iter().position(|used| *used == it).unwrap_or(usize::MAX);
            let rank = if it.prefix().starts_with(&lower) {
                0
            } else if contains_ignore_case(it.prefix(), &lower) || contains_ignore_case(it.title(), &lower) {
                1
            } else {
                return None;
            };
            Some((rank, in_use, it))
        })
        .collect();
    // Before anything is typed the large services come first: they are the ones most policies are about.
    let size = |it: &Service| {
        if typed.is_empty() { std::cmp::Reverse(it.actions().len()) } else { std::cmp::Reverse(0) }
    };
    services.sort_by_key(|(rank, in_use, it)| (*rank, *in_use, size(it), it.prefix()));
    let by_name = if typed.len() > 1 { catalog().search(typed, FOUND_BY_NAME) } else { Vec::new() };
    acc.is_incomplete = true;
    let room = MOST_ITEMS - by_name.len().min(MOST_ITEMS);
    for (_, _, service) in services.into_iter().take(room.saturating_sub(20)) {
        acc.add(Draft {
            label: format!("{}:", service.prefix()),
            kind: Some(ItemKind::Service),
            detail: service.title().into(),
            filter: Some(format!("{}: {}", service.prefix(), service.title())),
            write: open_ended(cx, &format!("{}:", service.prefix())),
            data: Some(format!("service {}", service.prefix())),
            ..Draft::default()
        });
    }
    let mut by_name = by_name;
    by_name.sort_by_key(|it| used.iter().position(|used| *used == it.service()).unwrap_or(usize::MAX));
    add_actions(by_name.into_iter(), None, present, acc);
    add_operations(None, typed, present, acc);
    if typed.is_empty() {
        let n_actions = catalog().action_count();
        acc.add(Draft {
            label: "*".into(),
            kind: Some(ItemKind::Wildcard),
            detail: format!("all {n_actions} actions"),
            data: Some("action *".into()),
            ..Draft::default()
        });
    }
}

/// A text that is to be written on, with the cursor before the closing quote where that is written too.
fn open_ended(cx: &Cx<'_>, text: &str) -> Write {
    let lacks = cx.place.lacks;
    let behind = lacks.closing_quote || lacks.comma_after;
    Write::Text(text.to_owned(), behind.then(|| format!("{text}$0")))
}

/// Actions of one service.
fn of_service(prefix: &str, typed: &str, present: &BTreeSet<String>, acc: &mut Acc) {
    let here = catalog().service(prefix).filter(|it| !it.is_retired());
    let Some(service) = here.or_else(|| catalog().endpoint_prefix(prefix)) else {
        return;
    };
    acc.is_incomplete = true;
    if pattern::has_wildcard(typed) {
        return matching(service, prefix, typed, present, acc);
    }
    let lower = typed.to_ascii_lowercase();
    let (mut starting, mut containing) = (Vec::new(), Vec::new());
    for action in service.actions() {
        if starts_with_ignore_case(action.name(), &lower) {
            starting.push(action);
        } else if contains_ignore_case(action.name(), &lower) {
            containing.push(action);
        }
    }
    if service.actions().len() <= MOST_ITEMS && lower.is_empty() {
        acc.is_incomplete = false;
    }
    let wildcards = wildcards(&starting, typed);
    let wildcards = wildcards.into_iter().map(|(stem, n)| wildcard(service, prefix, &stem, n, present));
    let wildcards: Vec<Draft> = wildcards.flatten().collect();
    if typed.is_empty() {
        let room = MOST_ITEMS - wildcards.len();
        acc.is_incomplete |= starting.len() > room;
        add_actions(starting.into_iter().take(room), Some(prefix), present, acc);
        wildcards.into_iter().for_each(|it| acc.add(it));
        return;
    }
    wildcards.into_iter().for_each(|it| acc.add(it));
    starting.sort_by_key(|it| it.name().len() != typed.len());
    add_actions(starting.into_iter(), Some(prefix), present, acc);
    add_actions(containing.into_iter(), Some(prefix), present, acc);
    add_operations(Some((prefix, service)), typed, present, acc);
}

/// What a pattern that is being typed stands for: itself with its size, and each action.
fn matching(service: Service, prefix: &str, typed: &str, present: &BTreeSet<String>, acc: &mut Acc) {
    let of =
        |name: &str| catalog().actions_matching(&format!("{}:{name}", service.prefix())).collect::<Vec<_>>();
    let exact = of(typed);
    let filter = format!("{prefix}:{typed}");
    let longer = of(&format!("{typed}*")).len();
    let mut patterns = vec![(typed.to_owned(), exact.len())];
    if longer != exact.len() {
        patterns.push((format!("{typed}*"), longer));
    }
    for (name, found) in patterns.into_iter().filter(|(_, found)| *found > 0) {
        acc.add(Draft { filter: Some(filter.clone()), ..pattern_draft(service, &name, found) });
    }
    for action in exact.into_iter().take(MOST_ITEMS) {
        if !present.contains(&action.full_name().to_ascii_lowercase()) {
            acc.add(Draft { filter: Some(filter.clone()), ..action_draft(action, None) });
        }
    }
}

fn add_actions(
    actions: impl Iterator<Item = Action>,
    prefix: Option<&str>,
    present: &BTreeSet<String>,
    acc: &mut Acc,
) {
    for action in actions {
        if acc.is_full() {
            acc.is_incomplete = true;
            return;
        }
        if !present.contains(&action.full_name().to_ascii_lowercase()) {
            acc.add(action_draft(action, prefix));
        }
    }
}

/// `prefix` is the service's as it is typed, when that is an endpoint's name.
fn action_draft(action: Action, prefix: Option<&str>) -> Draft {
    let name = action.full_name();
    let typed = prefix.filter(|it| !it.eq_ignore_ascii_case(action.service().prefix()));
    Draft {
        kind: Some(ItemKind::Action),
        detail: format!("{} · {}", action.access_level().name(), action.service().title()),
        filter: typed.map(|it| format!("{it}:{}", action.name())),
        data: Some(format!("action {name}")),
        label: name,
        ..Draft::default()
    }
}

fn wildcard(
    service: Service,
    prefix: &str,
    stem: &str,
    n_actions: usize,
    present: &BTreeSet<String>,
) -> Option<Draft> {
    let name = format!("{stem}*");
    let draft = pattern_draft(service, &name, n_actions);
    let is_new = !present.contains(&draft.label.to_ascii_lowercase());
    is_new.then(|| Draft { filter: Some(format!("{prefix}:{name}")), ..draft })
}

fn pattern_draft(service: Service, name: &str, n_actions: usize) -> Draft {
    let label = format!("{}:{name}", service.prefix());
    let actions = if n_actions == 1 { "1 action".to_owned() } else { format!("{n_actions} actions") };
    Draft {
        kind: Some(ItemKind::Wildcard),
        detail: format!("{actions} · {}", service.title()),
        data: Some(format!("action {label}")),
        label,
        ..Draft::default()
    }
}

/// The starts, each ending with a word, that several of the actions share: what is typed, or else how it may go on.
fn wildcards(actions: &[Action], typed: &str) -> Vec<(String, usize)> {
    let len = typed.len();
    let mut stems: BTreeMap<&str, usize> = BTreeMap::new();
    let mut n_at_word = 0;
    for action in actions {
        let name = action.name();
        if is_word_start(name, len) {
            n_at_word += 1;
        }
        let end = (len.max(1)..=name.len()).find(|it| is_word_start(name, *it)).unwrap_or(name.len());
        *stems.entry(name.get(..end).unwrap_or(name)).or_default() += 1;
    }
    let mut out: Vec<(String, usize)> = Vec::new();
    if n_at_word == actions.len() && len > 0 {
        if let Some((stem, _)) = stems.first_key_value() {
            out.push(((*stem).to_owned(), actions.len()));
        }
    } else {
        out.extend(stems.into_iter().map(|(stem, n)| (stem.to_owned(), n)));
        out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
    out.retain(|(_, n)| *n > 1);
    out.truncate(MOST_WILDCARDS);
    if len == 0 && actions.len() > 1 {
        out.push((String::new(), actions.len()));
    }
    out
}

/// Whether a word of a name in camel case starts at `at`, or the name ends there.
fn is_word_start(name: &str, at: usize) -> bool {
    let byte = |at: usize| name.as_bytes().get(at).copied();
    let Some(here) = byte(at) else { return at == name.len() };
    let before = at.checked_sub(1).and_then(byte);
    let upper_before = before.is_some_and(|it| it.is_ascii_uppercase());
    let lower_after = byte(at + 1).is_some_and(|it| it.is_ascii_lowercase());
    here.is_ascii_uppercase() && (!upper_before || lower_after)
}

/// API operations whose permission has another name.
fn add_operations(of: Option<(&str, Service)>, typed: &str, present: &BTreeSet<String>, acc: &mut Acc) {
    let lower = typed.to_ascii_lowercase();
    if lower.len() < 2 {
        return;
    }
    let mut found: Vec<_> = catalog()
        .operations()
        .filter(|it| of.is_none_or(|(_, service)| it.service() == service))
        .filter(|it| contains_ignore_case(it.name(), &lower))
        .collect();
    found.sort_by_key(|it| (!starts_with_ignore_case(it.name(), &lower), it.name()));
    for operation in found.into_iter().take(20) {
        for action in operation.actions() {
            let name = action.full_name();
            let is_new = !present.contains(&name.to_ascii_lowercase());
            if !is_new || acc.drafts.iter().any(|it| it.label == name) {
                continue;
            }
            let filter = match of {
                Some((prefix, _)) => format!("{prefix}:{}", operation.name()),
                None => operation.name().to_owned(),
            };
            acc.add(Draft {
                detail: format!("IAM checks it for {} · {}", operation.name(), action.service().title()),
                filter: Some(filter),
                ..action_draft(action, None)
            });
        }
    }
}

/// The services that statements around the cursor name, nearest first.
fn services_in_use(cx: &Cx<'_>) -> Vec<Service> {
    let mut out: Vec<Service> = Vec::new();
    let mut note = |name: &str| {
        let service = name.split_once(':').and_then(|(prefix, _)| catalog().service(prefix));
        if let Some(service) = service
            && !out.contains(&service)
        {
            out.push(service);
        }
    };
    cx.place.siblings.iter().take(ACTIONS_LOOKED_AT).for_each(|it| note(it));
    let statements = cx.place.policy(cx.analysis).map_or(&[][..], |it| &it.statements);
    let own = cx.place.statement.unwrap_or(0);
    for distance in 0..=NEIGHBOURS {
        let before = own.checked_sub(distance);
        for idx in before.into_iter().chain([own + distance]) {
            let element = statements.get(idx).and_then(|it| it.statement.action.as_ref());
            let texts = element.into_iter().flat_map(|it| it.values.texts());
            texts.take(ACTIONS_LOOKED_AT).for_each(|it| note(&it.value));
        }
    }
    out
}

fn starts_with_ignore_case(text: &str, lower: &str) -> bool {
    text.get(..lower.len()).is_some_and(|it| it.eq_ignore_ascii_case(lower))
}

fn contains_ignore_case(text: &str, lower: &str) -> bool {
    lower.is_empty()
        || text.as_bytes().windows(lower.len()).any(|it| it.eq_ignore_ascii_case(lower.as_bytes()))
}
