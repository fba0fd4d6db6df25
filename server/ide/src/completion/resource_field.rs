//! An ARN that is being written, field by field.

use std::collections::BTreeSet;

use catalog::{Action, Geography, InferenceProfile, Model, ModelStatus, ResourceType, Service, catalog};
use policy::arn::Arn;

use super::resource::{EXAMPLE_ACCOUNT, same_shape};
use super::{Acc, Cx, Draft, ItemKind, Write, literal};
use crate::explain::join;
use crate::seen::Seen;

/// The fields of an ARN behind `arn`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Partition,
    Service,
    Region,
    Account,
    Resource,
}

const FIELDS: [Field; 5] = [Field::Partition, Field::Service, Field::Region, Field::Account, Field::Resource];

/// The ARN at the cursor, cut at the field the cursor is in.
struct Written<'a> {
    /// Up to the field, with the colon.
    before: &'a str,
    field: Field,
    partition: &'a str,
    service: Option<Service>,
    /// Behind the field, with the colon; only when the field ends before the ARN does.
    after: &'a str,
}

pub(super) fn fields(cx: &Cx<'_>, seen: &Seen, types: &[(ResourceType, Vec<Action>)], acc: &mut Acc) {
    let Some(written) = written(cx) else { return };
    acc.is_incomplete = true;
    match written.field {
        Field::Partition => partitions(cx, &written, acc),
        Field::Service => services(cx, &written, types, acc),
        Field::Region => regions(cx, &written, seen, types, acc),
        Field::Account => accounts(cx, &written, seen, types, acc),
        Field::Resource => resources(cx, &written, seen, types, acc),
    }
}

fn written<'a>(cx: &Cx<'a>) -> Option<Written<'a>> {
    let place = cx.place;
    let prefix = &*place.prefix;
    let n_colons = prefix.bytes().filter(|it| *it == b':').count();
    let field = *FIELDS.get(n_colons.min(FIELDS.len()).checked_sub(1)?)?;
    let mut starts = prefix.match_indices(':').map(|(at, _)| at + 1);
    let start = starts.nth(n_colons.min(FIELDS.len()) - 1)?;
    let before = prefix.get(..start)?;
    let mut parts = prefix.split(':').skip(1);
    let partition = parts.next().unwrap_or_default();
    let service = parts.next().filter(|_| field != Field::Service && field != Field::Partition);
    // Bytes of the text and of what it says line up only without escapes.
    let plain = place.text.len() == place.range.len() as usize;
    let tail =
        place.text.get(prefix.len()..).filter(|_| plain && field != Field::Resource).unwrap_or_default();
    let after = tail.find(':').and_then(|at| tail.get(at..)).unwrap_or_default();
    Some(Written { before, field, partition, service: service.and_then(|it| catalog().service(it)), after })
}

impl Written<'_> {
    /// An item that puts `text` into the field.
    fn item(&self, cx: &Cx<'_>, label: &str, text: &str, detail: String) -> Draft {
        self.snippet_item(cx, label, text, None, detail)
    }

    fn snippet_item(
        &self,
        cx: &Cx<'_>,
        label: &str,
        text: &str,
        snippet: Option<&str>,
        detail: String,
    ) -> Draft {
        let ends = self.field == Field::Resource || !self.after.is_empty();
        let colon = if ends { "" } else { ":" };
        let plain = format!("{}{text}{colon}{}", self.before, self.after);
        let lacks = cx.place.lacks;
        let open = (lacks.closing_quote || lacks.comma_after) && !ends;
        let with_stops =
            snippet.map(|it| format!("{}{it}{colon}{}", literal(self.before), literal(self.after)));
        let with_stops = with_stops.or_else(|| open.then(|| format!("{}$0", literal(&plain))));
        Draft {
            label: label.into(),
            kind: Some(ItemKind::Resource),
            detail,
            // The whole string is what an editor compares with.
            filter: Some(format!("{}{text}", self.before)),
            write: Write::Text(plain, with_stops),
            ..Draft::default()
        }
    }

    /// The formats that the ARN may become: those of the actions' types, or else of all types of its service.
    fn formats(&self, types: &[(ResourceType, Vec<Action>)]) -> Vec<(ResourceType, Arn<'static>)> {
        let Some(service) = self.service else { return Vec::new() };
        let own: Vec<ResourceType> =
            types.iter().map(|(it, _)| *it).filter(|it| it.service() == service).collect();
        let mut all = own;
        if all.is_empty() {
            all = service.resource_types().collect();
            all.sort_by_key(|it| std::cmp::Reverse(it.weight()));
        }
        let formats = all.into_iter().flat_map(|it| it.arn_formats().map(move |format| (it, format)));
        formats.filter_map(|(it, format)| Some((it, Arn::parse(format)?))).collect()
    }
}

fn partitions(cx: &Cx<'_>, written: &Written<'_>, acc: &mut Acc) {
    for it in catalog().partitions() {
        acc.add(written.item(cx, it.id(), it.id(), it.title().to_owned()));
    }
    acc.add(written.item(cx, "*", "*", "any partition".to_owned()));
}

fn services(cx: &Cx<'_>, written: &Written<'_>, types: &[(ResourceType, Vec<Action>)], acc: &mut Acc) {
    let own: BTreeSet<Service> = types.iter().map(|(it, _)| it.service()).collect();
    let mut all: Vec<Service> =
        catalog().services().filter(|it| !it.is_retired() && it.resource_types().len() > 0).collect();
    all.sort_by_key(|it| (!own.contains(it), std::cmp::Reverse(it.weight()), it.prefix()));
    for it in all {
        acc.add(written.item(cx, it.prefix(), it.prefix(), it.title().to_owned()));
    }
}

fn regions(
    cx: &Cx<'_>,
    written: &Written<'_>,
    seen: &Seen,
    types: &[(ResourceType, Vec<Action>)],
    acc: &mut Acc,
) {
    let formats = written.formats(types);
    let without: Vec<&str> =
        formats.iter().filter(|(_, it)| it.region.is_empty()).map(|(it, _)| it.name()).collect();
    let none = |acc: &mut Acc| {
        let of = join(&names(&without), "and");
        acc.add(written.item(cx, "(no Region)", "", of));
    };
    if !formats.is_empty() && without.len() == formats.len() {
        return none(acc);
    }
    let partition = catalog().partition(written.partition).or_else(|| catalog().partition("aws"));
    let mut all: Vec<&str> = partition.into_iter().flat_map(|it| it.regions()).collect();
    all.sort_by_key(|it| std::cmp::Reverse(catalog().region_weight(it)));
    let title = |it: &str| catalog().region_title(it).unwrap_or_default().to_owned();
    let known = seen.regions().into_iter().filter(|it| all.contains(it));
    let known: Vec<&str> = known.collect();
    let likely_none = formats.first().is_some_and(|(_, it)| it.region.is_empty());
    if likely_none {
        none(acc);
    }
    for it in &known {
        acc.add(written.item(cx, it, it, title(it)));
    }
    acc.add(written.item(cx, "*", "*", "any Region".to_owned()));
    if !without.is_empty() && !likely_none {
        none(acc);
    }
    for it in all.iter().filter(|it| !known.contains(it)) {
        acc.add(written.item(cx, it, it, title(it)));
    }
}

fn accounts(
    cx: &Cx<'_>,
    written: &Written<'_>,
    seen: &Seen,
    types: &[(ResourceType, Vec<Action>)],
    acc: &mut Acc,
) {
    let formats = written.formats(types);
    let without: Vec<&str> =
        formats.iter().filter(|(_, it)| it.account.is_empty()).map(|(it, _)| it.name()).collect();
    let all_without = !formats.is_empty() && without.len() == formats.len();
    if !without.is_empty() {
        let of = join(&names(&without), "and");
        acc.add(Draft { preselect: all_without, ..written.item(cx, "(no account)", "", of) });
    }
    if all_without {
        return;
    }
    if formats.iter().any(|(_, it)| it.account == "aws") {
        acc.add(written.item(cx, "aws", "aws", "AWS's own".to_owned()));
    }
    for it in seen.accounts() {
        acc.add(written.item(cx, it, it, "named elsewhere".to_owned()));
    }
    acc.add(written.item(cx, "*", "*", "any account".to_owned()));
    if seen.accounts().is_empty() {
        let stop = format!("${{1:{EXAMPLE_ACCOUNT}}}");
        let detail = "an account id: 12 digits".to_owned();
        acc.add(written.snippet_item(cx, EXAMPLE_ACCOUNT, EXAMPLE_ACCOUNT, Some(&stop), detail));
    }
}

fn resources(
    cx: &Cx<'_>,
    written: &Written<'_>,
    seen: &Seen,
    types: &[(ResourceType, Vec<Action>)],
    acc: &mut Acc,
) {
    let head = Arn::parse(&cx.place.prefix).map(|it| it.resource.to_owned()).unwrap_or_default();
    let formats = written.formats(types);
    let named = seen.arns().filter_map(Arn::parse).filter(|it| {
        written.service.is_some_and(|service| service.prefix() == it.service)
            && formats.iter().any(|(of, _)| of.arn_formats().any(|format| same_shape(format, it)))
    });
    let named: BTreeSet<&str> = named.map(|it| it.resource).filter(|it| *it != head).collect();
    for it in named.into_iter().take(20) {
        acc.add(written.item(cx, it, it, "named elsewhere".to_owned()));
    }
    let mut shapes: BTreeSet<&str> = BTreeSet::new();
    for (of, format) in &formats {
        if !shapes.insert(format.resource) {
            continue;
        }
        let fixed = format.resource.split("${").next().unwrap_or_default();
        let detail = of.name().to_owned();
        match of.name() {
            "foundation-model" => models(cx, written, fixed, &head, acc),
            "inference-profile" => profiles(cx, written, fixed, &head, acc),
            _ => {}
        }
        let (plain, snippet) = super::fill(format.resource, "aws");
        acc.add(written.snippet_item(cx, format.resource, &plain, Some(&snippet), detail));
    }
    acc.add(written.item(cx, "*", "*", "every resource of the service".to_owned()));
}

/// Foundation models: patterns for the makers first, then ids, those in service first. What is out of service is
/// offered only where its name is being written.
fn models(cx: &Cx<'_>, written: &Written<'_>, fixed: &str, head: &str, acc: &mut Acc) {
    let typed = head.strip_prefix(fixed).unwrap_or_default();
    let whole = format!("{fixed}*");
    acc.add(written.item(cx, &whole, &whole, "any foundation model".to_owned()));
    let mut makers: Vec<(&str, usize)> = Vec::new();
    for model in catalog().models().filter(|it| it.status() != ModelStatus::Ended) {
        match makers.iter_mut().find(|(it, _)| *it == model.provider()) {
            Some((_, n)) => *n += 1,
            None => makers.push((model.provider(), 1)),
        }
    }
    makers.sort_by_key(|(maker, n)| (std::cmp::Reverse(*n), *maker));
    for (maker, n) in makers {
        let text = format!("{fixed}{maker}.*");
        acc.add(written.item(cx, &text, &text, format!("{n} models in service")));
    }
    let rank = |it: &Model| match it.status() {
        ModelStatus::Active => 0,
        ModelStatus::Legacy => 1,
        ModelStatus::Ended => 2,
    };
    let mut all: Vec<Model> = catalog().models().collect();
    all.retain(|it| it.status() != ModelStatus::Ended || (typed.len() > 3 && it.id().starts_with(typed)));
    // Newer models have greater numbers at the end of the same name.
    all.sort_by(|a, b| (rank(a), a.provider()).cmp(&(rank(b), b.provider())).then(b.id().cmp(a.id())));
    for it in all {
        let text = format!("{fixed}{}", it.id());
        acc.add(Draft {
            data: Some(format!("model {}", it.id())),
            ..written.item(cx, &text, &text, life(it))
        });
    }
}

/// `in service`, `legacy, ends 2027-01-08`, `out of service since 2026-10-14`.
pub(super) fn life(model: Model) -> String {
    match (model.status(), model.end_of_life()) {
        (ModelStatus::Active, _) => "in service".to_owned(),
        (ModelStatus::Legacy, Some(end)) => format!("legacy, ends {end}"),
        (ModelStatus::Legacy, None) => "legacy".to_owned(),
        (ModelStatus::Ended, Some(end)) => format!("out of service since {end}"),
        (ModelStatus::Ended, None) => "out of service".to_owned(),
    }
}

/// Inference profiles AWS defines: patterns for geographies first, then ids with where they route to.
fn profiles(cx: &Cx<'_>, written: &Written<'_>, fixed: &str, head: &str, acc: &mut Acc) {
    let region = cx.place.prefix.split(':').nth(3).unwrap_or_default();
    let whole = format!("{fixed}*");
    acc.add(written.item(cx, &whole, &whole, "any inference profile".to_owned()));
    for it in geographies() {
        let text = format!("{fixed}{}.*", it.prefix());
        acc.add(written.item(cx, &text, &text, it.title().to_owned()));
    }
    let typed = head.strip_prefix(fixed).unwrap_or_default();
    let ended = |it: &InferenceProfile| it.model().status() == ModelStatus::Ended;
    let mut all: Vec<InferenceProfile> = catalog().inference_profiles().collect();
    all.retain(|it| !ended(it) || (typed.len() > 5 && it.id().starts_with(typed)));
    all.sort_by_key(|it| {
        let from_here = region.is_empty()
            || region == "*"
            || it.destinations(region).is_some()
            || it.geography().any_region();
        (!from_here, it.model().status() != ModelStatus::Active, it.id())
    });
    for it in all {
        let text = format!("{fixed}{}", it.id());
        let detail = format!("{} · {}", routes(it, region), life(it.model()));
        acc.add(Draft {
            data: Some(format!("profile {}", it.id())),
            ..written.item(cx, &text, &text, detail)
        });
    }
}

/// The geographies of inference profiles, those with most profiles first.
pub(super) fn geographies() -> Vec<Geography> {
    let size =
        |it: &Geography| catalog().inference_profiles().filter(|profile| profile.geography() == *it).count();
    let mut out: Vec<Geography> = catalog().geographies().collect();
    out.sort_by_cached_key(|it| std::cmp::Reverse(size(it)));
    out
}

/// Where calls through a profile may go.
fn routes(profile: InferenceProfile, region: &str) -> String {
    let geography = profile.geography();
    if geography.any_region() {
        return "any commercial Region".to_owned();
    }
    let regions: Vec<&str> =
        profile.destinations(region).unwrap_or_else(|| geography.destinations().collect());
    match regions.len() {
        0 => geography.title().to_owned(),
        n if n > 3 => format!("{n} Regions of {}", geography.title()),
        _ => regions.join(", "),
    }
}

fn names(items: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for it in items.iter().take(3) {
        if !out.iter().any(|known| known == it) {
            out.push((*it).to_owned());
        }
    }
    out
}
