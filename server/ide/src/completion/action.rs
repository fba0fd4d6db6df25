//! Services, actions and patterns of actions.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{AccessLevel, Action, Service, catalog};
use policy::{PolicyKind, pattern};

use super::{Acc, Cx, Draft, ItemKind, MOST_ITEMS, Write};

/// How many statements on either side are looked at for services in use.
const NEIGHBOURS: usize = 24;

/// How many actions of one statement are looked at for that.
const ACTIONS_LOOKED_AT: usize = 50;

/// How many actions are found by a text without a service.
const FOUND_BY_NAME: usize = 40;

/// How many actions are found by what they do.
const MOST_TASKS: usize = 8;

/// How many names come before the patterns they share.
const NAMES_FIRST: usize = 6;

/// How many patterns are offered.
const MOST_WILDCARDS: usize = 4;

pub(super) fn actions(cx: &Cx<'_>, acc: &mut Acc) {
    let typed = &*cx.place.prefix;
    let present = Present::new(&cx.place.siblings);
    match typed.split_once(':') {
        Some((prefix, name)) => of_service(prefix, name, &present, acc),
        None => of_any(cx, typed, &present, acc),
    }
}

/// What the list has already.
struct Present<'a> {
    names: BTreeSet<String>,
    patterns: Vec<&'a str>,
}

impl<'a> Present<'a> {
    fn new(siblings: &'a [String]) -> Present<'a> {
        let patterns = siblings.iter().map(String::as_str).filter(|it| pattern::has_wildcard(it));
        Present {
            names: siblings.iter().map(|it| it.to_ascii_lowercase()).collect(),
            patterns: patterns.collect(),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(&name.to_ascii_lowercase())
    }

    /// The pattern in the list that stands for this action too.
    fn covers(&self, name: &str) -> Option<&'a str> {
        self.patterns.iter().find(|it| pattern::matches_ignore_case(it, name)).copied()
    }
}

/// Services, and actions of all services that have the text in their names or do what it says.
fn of_any(cx: &Cx<'_>, typed: &str, present: &Present<'_>, acc: &mut Acc) {
    let used = services_in_use(cx);
    if cx.place.kind == PolicyKind::Trust {
        let sts = catalog().service("sts").into_iter().flat_map(|it| it.actions());
        let mut assume: Vec<Action> =
            sts.filter(|it| it.name().starts_with("Assume") || it.name() == "TagSession").collect();
        assume.sort_by_key(|it| std::cmp::Reverse(it.weight()));
        add_actions(assume.into_iter(), None, present, acc);
    }
    acc.is_incomplete = true;
    let services = services(cx, typed, &used);
    let (exact, others): (Vec<Service>, Vec<Service>) = services
        .into_iter()
        .partition(|it| starts_with_ignore_case(it.prefix(), &typed.to_ascii_lowercase()));
    let room = MOST_ITEMS.saturating_sub(FOUND_BY_NAME + 20);
    add_services(cx, exact.into_iter().take(room), acc);
    add_tasks(typed, present, acc);
    let mut by_name = if typed.len() > 1 { catalog().search(typed, FOUND_BY_NAME) } else { Vec::new() };
    by_name.sort_by_key(|it| !used.contains(&it.service()));
    add_operations(None, typed, present, acc);
    add_actions(by_name.into_iter(), None, present, acc);
    add_services(cx, others.into_iter().take(20), acc);
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

/// Services whose prefix or name has the text: those in use first, then those that people write most.
fn services(cx: &Cx<'_>, typed: &str, used: &[Service]) -> Vec<Service> {
    let lower = typed.to_ascii_lowercase();
    let usable = |it: &Service| cx.place.kind != PolicyKind::Rcp || it.supports_rcp();
    let has =
        |it: &Service| contains_ignore_case(it.prefix(), &lower) || contains_ignore_case(it.title(), &lower);
    let all = catalog().services().filter(|it| usable(it) && !it.is_retired() && has(it));
    let mut out: Vec<Service> = all.collect();
    out.sort_by_key(|it| {
        let in_use = used.iter().position(|used| used == it).unwrap_or(usize::MAX);
        (in_use, std::cmp::Reverse(it.weight()), it.prefix())
    });
    out
}

fn add_services(cx: &Cx<'_>, services: impl Iterator<Item = Service>, acc: &mut Acc) {
    for service in services {
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
}

/// Actions that do what the text says.
fn add_tasks(typed: &str, present: &Present<'_>, acc: &mut Acc) {
    for (word, action) in catalog().search_tasks(typed).into_iter().take(MOST_TASKS) {
        let name = action.full_name();
        if present.has(&name) || present.covers(&name).is_some() {
            continue;
        }
        acc.add(Draft {
            detail: format!("to {word} · {} · {}", action.access_level().name(), action.service().title()),
            // What is typed is not in the name.
            filter: Some(word.to_owned()),
            ..action_draft(action, None, present)
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
fn of_service(prefix: &str, typed: &str, present: &Present<'_>, acc: &mut Acc) {
    let here = catalog().service(prefix).filter(|it| !it.is_retired());
    let Some(service) = here.or_else(|| catalog().endpoint_prefix(prefix)) else {
        return;
    };
    acc.is_incomplete = true;
    if pattern::has_wildcard(typed) {
        return matching(service, prefix, typed, present, acc);
    }
    let lower = typed.to_ascii_lowercase();
    let (mut starting, mut by_words, mut containing) = (Vec::new(), Vec::new(), Vec::new());
    for action in service.actions() {
        if starts_with_ignore_case(action.name(), &lower) {
            starting.push(action);
        } else if starts_words(action.name(), &lower) {
            by_words.push(action);
        } else if contains_ignore_case(action.name(), &lower) {
            containing.push(action);
        }
    }
    let wildcards = wildcards(&starting, typed);
    for of in [&mut starting, &mut by_words, &mut containing] {
        of.sort_by_key(|it| {
            let covered = present.covers(&it.full_name()).is_some();
            (it.name().len() != typed.len(), covered, std::cmp::Reverse(it.weight()), it.name())
        });
    }
    let is_whole = starting.len() + 1 < MOST_ITEMS && lower.is_empty();
    let mut starting = starting.into_iter();
    // The names first; what they have in common is to be seen without scrolling.
    add_actions(starting.by_ref().take(NAMES_FIRST), Some(prefix), present, acc);
    for stem in &wildcards {
        if let Some(draft) = wildcard(service, prefix, stem, present) {
            acc.add(draft);
        }
    }
    add_actions(starting, Some(prefix), present, acc);
    add_operations(Some((prefix, service)), typed, present, acc);
    add_actions(by_words.into_iter(), Some(prefix), present, acc);
    add_actions(containing.into_iter(), Some(prefix), present, acc);
    if is_whole && !acc.is_full() {
        acc.is_incomplete = false;
    }
}

/// Whether a text is made of the starts of words of a name, in order: `getobj` and `InvM` are, of `GetObject` and
/// `InvokeModel`.
fn starts_words(name: &str, lower: &str) -> bool {
    fn rest(words: &[&str], lower: &str) -> bool {
        if lower.is_empty() {
            return true;
        }
        words.iter().enumerate().any(|(at, word)| {
            let shared =
                word.bytes().zip(lower.bytes()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
            let after = words.get(at + 1..).unwrap_or_default();
            (1..=shared).rev().any(|n| lower.get(n..).is_some_and(|it| rest(after, it)))
        })
    }
    if lower.len() < 2 || lower.len() > 40 {
        return false;
    }
    let starts: Vec<usize> = (0..name.len()).filter(|at| *at == 0 || is_word_start(name, *at)).collect();
    let ends = starts.iter().skip(1).copied().chain([name.len()]);
    let words: Vec<&str> = starts.iter().zip(ends).filter_map(|(from, to)| name.get(*from..to)).collect();
    rest(&words, lower)
}

/// What a pattern that is being typed stands for: itself with its size, and each action.
fn matching(service: Service, prefix: &str, typed: &str, present: &Present<'_>, acc: &mut Acc) {
    let of =
        |name: &str| catalog().actions_matching(&format!("{}:{name}", service.prefix())).collect::<Vec<_>>();
    let exact = of(typed);
    let filter = format!("{prefix}:{typed}");
    let longer = of(&format!("{typed}*"));
    let mut patterns = vec![typed.to_owned()];
    patterns.extend(endings(typed, &longer));
    if longer.len() != exact.len() {
        patterns.push(format!("{typed}*"));
    }
    patterns.dedup();
    for name in patterns {
        let found = of(&name);
        if !found.is_empty() && !present.has(&format!("{}:{name}", service.prefix())) {
            acc.add(Draft { filter: Some(filter.clone()), ..pattern_draft(service, &name, &found) });
        }
    }
    let mut exact = exact;
    exact.sort_by_key(|it| (std::cmp::Reverse(it.weight()), it.name()));
    for action in exact.into_iter().take(MOST_ITEMS) {
        if !present.has(&action.full_name()) {
            acc.add(Draft { filter: Some(filter.clone()), ..action_draft(action, None, present) });
        }
    }
}

/// How a pattern that ends in the middle of a word may go on: `*Algo` to `*Algorithm` and `*Algorithms`, the ends of
/// most names first.
fn endings(typed: &str, actions: &[Action]) -> Vec<String> {
    let tail_start = typed.rfind(['*', '?']).map_or(0, |at| at + 1);
    let (Some(head), Some(tail)) = (typed.get(..tail_start), typed.get(tail_start..)) else {
        return Vec::new();
    };
    if tail.is_empty() {
        return Vec::new();
    }
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for action in actions {
        let name = action.name();
        let starts = (0..name.len()).rev().filter(|at| name.is_char_boundary(*at));
        let found = starts
            .filter_map(|at| name.get(at..))
            .find(|it| starts_with_ignore_case(it, &tail.to_ascii_lowercase()));
        if let Some(end) = found.filter(|it| it.len() > tail.len()) {
            *ends.entry(end).or_default() += 1;
        }
    }
    let mut ends: Vec<(&str, usize)> = ends.into_iter().filter(|(_, n)| *n > 1).collect();
    ends.sort_by_key(|(end, n)| (std::cmp::Reverse(*n), *end));
    ends.into_iter().take(MOST_WILDCARDS).map(|(end, _)| format!("{head}{end}")).collect()
}

fn add_actions(
    actions: impl Iterator<Item = Action>,
    prefix: Option<&str>,
    present: &Present<'_>,
    acc: &mut Acc,
) {
    for action in actions {
        if acc.is_full() {
            acc.is_incomplete = true;
            return;
        }
        let name = action.full_name();
        if !present.has(&name) && acc.drafts.iter().all(|it| it.label != name) {
            acc.add(action_draft(action, prefix, present));
        }
    }
}

/// `prefix` is the service's as it is typed, when that is an endpoint's name.
fn action_draft(action: Action, prefix: Option<&str>, present: &Present<'_>) -> Draft {
    let name = action.full_name();
    let typed = prefix.filter(|it| !it.eq_ignore_ascii_case(action.service().prefix()));
    let covered = present.covers(&name).map(|it| format!(" · already in {it}")).unwrap_or_default();
    Draft {
        kind: Some(ItemKind::Action),
        detail: format!("{} · {}{covered}", action.access_level().name(), action.service().title()),
        filter: typed.map(|it| format!("{it}:{}", action.name())),
        data: Some(format!("action {name}")),
        label: name,
        ..Draft::default()
    }
}

fn wildcard(service: Service, prefix: &str, stem: &str, present: &Present<'_>) -> Option<Draft> {
    let name = format!("{stem}*");
    let full_name = format!("{}:{name}", service.prefix());
    if present.has(&full_name) {
        return None;
    }
    let actions: Vec<Action> = catalog().actions_matching(&full_name).collect();
    Some(Draft { filter: Some(format!("{prefix}:{name}")), ..pattern_draft(service, &name, &actions) })
}

fn pattern_draft(service: Service, name: &str, actions: &[Action]) -> Draft {
    let label = format!("{}:{name}", service.prefix());
    Draft {
        kind: Some(ItemKind::Wildcard),
        detail: format!("{} · {}", sizes(actions), service.title()),
        data: Some(format!("action {label}")),
        label,
        ..Draft::default()
    }
}

/// `78 actions (70 Write, 8 Tagging)`, the most telling levels first.
fn sizes(actions: &[Action]) -> String {
    const LEVELS: [AccessLevel; 5] = [
        AccessLevel::PermissionsManagement,
        AccessLevel::Write,
        AccessLevel::Tagging,
        AccessLevel::Read,
        AccessLevel::List,
    ];
    let n_of = |level| actions.iter().filter(|it| it.access_level() == level).count();
    let levels = LEVELS.map(|level| (n_of(level), level)).into_iter().filter(|(n, _)| *n > 0);
    let levels: Vec<String> = levels.map(|(n, level)| format!("{n} {}", level.name())).collect();
    let n = actions.len();
    format!("{n} {} ({})", if n == 1 { "action" } else { "actions" }, levels.join(", "))
}

/// The starts, each ending with a word, that several of the actions share: what is typed, or else how it may go on.
fn wildcards(actions: &[Action], typed: &str) -> Vec<String> {
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
        out.insert(0, (String::new(), actions.len()));
    }
    out.into_iter().map(|(stem, _)| stem).collect()
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
fn add_operations(of: Option<(&str, Service)>, typed: &str, present: &Present<'_>, acc: &mut Acc) {
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
            // What is found by its own name needs no reason.
            if contains_ignore_case(action.name(), &lower) {
                continue;
            }
            if present.has(&name) || acc.drafts.iter().any(|it| it.label == name) {
                continue;
            }
            let filter = match of {
                Some((prefix, _)) => format!("{prefix}:{}", operation.name()),
                None => operation.name().to_owned(),
            };
            acc.add(Draft {
                detail: format!("IAM checks it for {} · {}", operation.name(), action.service().title()),
                filter: Some(filter),
                ..action_draft(action, None, present)
            });
        }
    }
}

/// The services that statements around the cursor name, nearest first.
pub(super) fn services_in_use(cx: &Cx<'_>) -> Vec<Service> {
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
    let statements = cx.place.policy(cx.analysis).map(|it| &it.statements);
    let own = cx.place.statement.unwrap_or(0);
    for distance in 0..=NEIGHBOURS {
        let before = own.checked_sub(distance);
        for idx in before.into_iter().chain([own + distance]) {
            let at = statements.and_then(|it| it.get(idx));
            let element = at.and_then(|it| it.statement.action.as_ref());
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
