//! Resources: what the actions of the statement can be granted on.

use std::collections::BTreeMap;

use catalog::{Action, ResourceType, catalog};
use policy::model::Statement;

use super::{Acc, Cx, Draft, ItemKind, Write, fill};

/// How many actions of a statement are looked at.
const LOOKED_AT: usize = 500;

pub(super) fn resources(cx: &Cx<'_>, acc: &mut Acc) {
    let actions = cx.statement().map_or_else(Vec::new, |it| actions(&it.statement));
    let everything = |detail: &str| Draft {
        label: "*".into(),
        kind: Some(ItemKind::Resource),
        detail: detail.into(),
        ..Draft::default()
    };
    let without: Vec<&Action> = actions.iter().filter(|it| it.resources().next().is_none()).collect();
    let only_everything = !actions.is_empty() && without.len() == actions.len();
    let needs_star = without.first().map(|it| format!("{} can be granted on nothing else", it.full_name()));
    if let (true, Some(why)) = (only_everything, &needs_star) {
        return acc.add(Draft { preselect: true, ..everything(why) });
    }
    let mut types: BTreeMap<ResourceType, Vec<Action>> = BTreeMap::new();
    for action in &actions {
        for resource_type in action.resource_types() {
            types.entry(resource_type).or_default().push(*action);
        }
    }
    let mut types: Vec<_> = types.into_iter().collect();
    types.sort_by_key(|(_, actions)| std::cmp::Reverse(actions.len()));
    let partition = partition(cx);
    for (resource_type, of) in types {
        for format in resource_type.arn_formats() {
            let (plain, snippet) = fill(format, &partition);
            let label = format.replace("${Partition}", &partition);
            acc.add(Draft {
                detail: format!("{} · {}", resource_type.name(), some_names(&of)),
                kind: Some(ItemKind::Resource),
                filter: Some(label.replace(['$', '{', '}'], "")),
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
    if !cx.place.has_sibling("*") {
        acc.add(everything(needs_star.as_deref().unwrap_or("Every resource")));
    }
}

fn some_names(actions: &[Action]) -> String {
    match actions {
        [] => String::new(),
        [one] => one.full_name(),
        [first, rest @ ..] => format!("{} and {} more", first.full_name(), rest.len()),
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
    let mut arns =
        near.chain(cx.place.siblings.iter().map(String::as_str)).filter_map(policy::arn::Arn::parse);
    let known = arns.find(|it| catalog().partition(it.partition).is_some());
    known.map_or_else(|| "aws".to_owned(), |it| it.partition.to_owned())
}
