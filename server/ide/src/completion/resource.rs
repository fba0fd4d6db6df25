//! Resources: what the actions of the statement can be granted on.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Action, ResourceType, catalog};
use policy::arn::Arn;
use policy::model::Statement;

use super::{Acc, Cx, Draft, ItemKind, Write, action, literal, resource_field};
use crate::seen::Seen;

/// How many actions of a statement are looked at.
const LOOKED_AT: usize = 500;

/// How many resources that stand elsewhere are offered again.
const MOST_SEEN: usize = 6;

/// How many resource types of a service are offered while the statement has no action.
const TYPES_OF_A_SERVICE: usize = 6;

/// The account of AWS's own examples, where no other is known.
pub(super) const EXAMPLE_ACCOUNT: &str = "111122223333";

pub(super) fn resources(cx: &Cx<'_>, acc: &mut Acc) {
    let actions = cx.statement().map_or_else(Vec::new, |it| actions(it.statement));
    let seen = cx.seen();
    let types = types(cx, &actions);
    if cx.place.prefix.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("arn:")) {
        return resource_field::fields(cx, &seen, &types, acc);
    }
    let everything = |detail: &str| Draft {
        label: "*".into(),
        kind: Some(ItemKind::Resource),
        detail: detail.into(),
        ..Draft::default()
    };
    let without: Vec<&Action> = actions.iter().filter(|it| it.requires_wildcard_resource()).collect();
    let only_everything = !actions.is_empty() && without.len() == actions.len();
    let needs_star = without.first().map(|it| format!("{} can be granted on nothing else", it.full_name()));
    if let (true, Some(why)) = (only_everything, &needs_star) {
        return acc.add(Draft { preselect: true, ..everything(why) });
    }
    let defaults = Defaults::of(cx, &seen);
    for (resource_type, of) in types.iter().take(TYPES_FIRST) {
        add_type(cx, *resource_type, of, &defaults, acc);
    }
    add_seen(cx, &seen, &types, acc);
    if !cx.place.has_sibling("*") {
        acc.add(everything(needs_star.as_deref().unwrap_or("Every resource")));
    }
    for (resource_type, of) in types.iter().skip(TYPES_FIRST) {
        add_type(cx, *resource_type, of, &defaults, acc);
    }
}

/// How many resource types come before what else there is.
const TYPES_FIRST: usize = 5;

/// The resource types that the actions take with the actions that take them: those of most actions first, then those
/// that people name most. Without actions, those of the services around.
fn types(cx: &Cx<'_>, actions: &[Action]) -> Vec<(ResourceType, Vec<Action>)> {
    let mut types: BTreeMap<ResourceType, Vec<Action>> = BTreeMap::new();
    for action in actions {
        for resource_type in action.resource_types() {
            types.entry(resource_type).or_default().push(*action);
        }
    }
    let mut out: Vec<_> = types.into_iter().collect();
    out.sort_by_key(|(it, of)| std::cmp::Reverse((of.len(), it.weight())));
    if actions.is_empty() {
        let mut services = action::services_in_use(cx);
        if services.is_empty() {
            let common = ["bedrock", "sagemaker", "s3"];
            services = common.iter().filter_map(|it| catalog().service(it)).collect();
        }
        for service in services {
            let mut own: Vec<ResourceType> = service.resource_types().collect();
            own.sort_by_key(|it| std::cmp::Reverse(it.weight()));
            out.extend(own.into_iter().take(TYPES_OF_A_SERVICE).map(|it| (it, Vec::new())));
        }
    }
    out
}

/// What fills the placeholders of an ARN format.
pub(super) struct Defaults<'a> {
    pub(super) partition: String,
    pub(super) region: Option<&'a str>,
    pub(super) account: Option<&'a str>,
}

impl<'a> Defaults<'a> {
    pub(super) fn of(cx: &Cx<'_>, seen: &'a Seen) -> Defaults<'a> {
        Defaults {
            partition: partition(cx),
            region: seen.regions().first().copied(),
            account: seen.accounts().first().copied(),
        }
    }

    /// A format such as `arn:${Partition}:s3:::${BucketName}` as it is shown, as plain text and as a snippet.
    pub(super) fn fill(&self, format: &str) -> (String, String, String) {
        let (mut label, mut plain, mut snippet) = (String::new(), String::new(), String::new());
        let mut rest = format;
        let mut n = 1;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            for out in [&mut label, &mut plain] {
                out.push_str(before);
            }
            snippet.push_str(&literal(before));
            let (shown, filled) = match name {
                "Partition" => (&*self.partition, None),
                "Region" => (self.region.unwrap_or("*"), Some(self.region.unwrap_or("*"))),
                "Account" => (self.account.unwrap_or("*"), Some(self.account.unwrap_or(EXAMPLE_ACCOUNT))),
                _ => ("*", Some(name)),
            };
            plain.push_str(shown);
            match (name, filled) {
                ("Partition" | "Region" | "Account", _) => label.push_str(shown),
                _ => label.push_str(&format!("${{{name}}}")),
            }
            match filled {
                Some(default) => {
                    snippet.push_str(&format!("${{{n}:{}}}", literal(default)));
                    n += 1;
                }
                None => snippet.push_str(&literal(shown)),
            }
            rest = behind;
        }
        for out in [&mut label, &mut plain] {
            out.push_str(rest);
        }
        snippet.push_str(&literal(rest));
        (label, plain, snippet)
    }
}

fn add_type(cx: &Cx<'_>, resource_type: ResourceType, of: &[Action], defaults: &Defaults<'_>, acc: &mut Acc) {
    for format in resource_type.arn_formats() {
        let (label, plain, snippet) = defaults.fill(format);
        if cx.place.has_sibling(&plain) {
            continue;
        }
        acc.add(Draft {
            detail: format!("{}{}", resource_type.name(), for_actions(of)),
            kind: Some(ItemKind::Resource),
            filter: Some(format!("{} {}", label.replace(['$', '{', '}'], ""), resource_type.name())),
            write: Write::Text(plain, Some(snippet)),
            data: Some(format!(
                "resource-type {}:{}",
                resource_type.service().prefix(),
                resource_type.name()
            )),
            label,
            ..Draft::default()
        });
    }
}

/// Resources that are named elsewhere and that an action here takes.
fn add_seen(cx: &Cx<'_>, seen: &Seen, types: &[(ResourceType, Vec<Action>)], acc: &mut Acc) {
    let services: BTreeSet<&str> = types.iter().map(|(it, _)| it.service().prefix()).collect();
    let fit = |text: &str| {
        let arn = Arn::parse(text)?;
        let known = services.contains(arn.service);
        let of = types.iter().find(|(it, _)| it.arn_formats().any(|it| same_shape(it, &arn)));
        of.filter(|_| known).map(|(it, _)| *it)
    };
    let new = |it: &&str| *it != cx.place.text && !cx.place.has_sibling(it);
    let fitting = seen.arns().filter(new).filter_map(|it| Some((it, fit(it)?)));
    for (text, resource_type) in fitting.take(MOST_SEEN) {
        acc.add(Draft {
            label: text.into(),
            kind: Some(ItemKind::Resource),
            detail: format!("{} · named elsewhere", resource_type.name()),
            data: Some(format!("resource {text}")),
            ..Draft::default()
        });
    }
}

/// Whether an ARN has the fixed start of a format's resource: `foundation-model/`.
pub(super) fn same_shape(format: &str, arn: &Arn<'_>) -> bool {
    let Some(format) = Arn::parse(format) else { return false };
    let fixed = format.resource.split("${").next().unwrap_or_default();
    let has_path = |it: &str| it.contains('/');
    arn.resource.starts_with(fixed)
        && (!fixed.is_empty() || has_path(format.resource) == has_path(arn.resource))
}

fn for_actions(actions: &[Action]) -> String {
    match actions {
        [] => String::new(),
        [one] => format!(" · {}", one.full_name()),
        [first, rest @ ..] => format!(" · {} and {} more", first.full_name(), rest.len()),
    }
}

/// The actions a statement names, also by patterns, as far as there are not too many.
pub(super) fn actions(statement: &Statement) -> Vec<Action> {
    let element = statement.action.as_ref().filter(|it| !it.negated);
    let texts = element.into_iter().flat_map(|it| it.values.texts());
    let mut out: Vec<Action> =
        texts.take(LOOKED_AT).flat_map(|it| catalog().actions_matching(&it.value)).take(LOOKED_AT).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// The partition of an ARN nearby.
fn partition(cx: &Cx<'_>) -> String {
    let own = cx.statement().and_then(|it| it.statement.resource.as_ref());
    let near = own.into_iter().flat_map(|it| it.values.texts()).map(|it| &*it.value);
    let mut arns = near.chain(cx.place.siblings.iter().map(String::as_str)).filter_map(Arn::parse);
    let known = arns.find(|it| catalog().partition(it.partition).is_some());
    known.map_or_else(|| "aws".to_owned(), |it| it.partition.to_owned())
}
