//! ARNs and what they are made of.

use std::ops::Range;

use catalog::{Action, ResourceType, Service, catalog};
use policy::access::of_element;
use policy::arn::Arn;
use policy::model::Statement;
use policy::pattern;

use super::{arn_format, code, count, element, model, some_of, value};
use crate::explain::grouped;

/// How many actions are named.
const NAMED: usize = 6;
/// Of more actions, single names say little.
const MOST_LISTED: usize = 60;

/// An element of `Resource`; `offset` is the byte of it that is pointed at.
pub(crate) fn resource(
    text: &str,
    negated: bool,
    offset: Option<usize>,
    statement: Option<&Statement>,
) -> Option<String> {
    if pattern::is_everything(text) {
        let what = if negated {
            "Every resource is left out: the statement is about none."
        } else {
            "Every resource, and the only value that reaches actions without resource types."
        };
        let mut out = format!("**{}**\n\n{what}\n", code(text));
        out.extend(statement.filter(|_| !negated).and_then(only_star));
        return Some(out.trim_end().to_owned());
    }
    let Some(listed) = fields(text, offset) else {
        return Some(format!(
            "**{}**\n\nNo ARN: one has six fields, `arn:partition:service:region:account:resource`. Only `*` may \
             stand alone.",
            code(text)
        ));
    };
    let mut out = format!("**{}**\n\n{listed}", code(text));
    if negated {
        out.push_str("\nThe statement is about every resource that no value here matches.\n");
        return Some(out.trim_end().to_owned());
    }
    let arn = Arn::parse(text)?;
    out.extend(statement.and_then(|it| reach(&arn, it)));
    Some(out.trim_end().to_owned())
}

/// The fields of an ARN as a list, the one pointed at in bold, and what its resource is.
pub(super) fn fields(text: &str, offset: Option<usize>) -> Option<String> {
    let arn = Arn::parse(text)?;
    let service = catalog().service(arn.service);
    let types = service.map(|it| arn_format::types(it, &arn)).unwrap_or_default();
    let offsets = arn.field_offsets();
    let mut out = String::new();
    let mut line = |idx: usize, name: &str, value: String| {
        let pointed = offset.is_some_and(|it| {
            offsets.get(idx).is_some_and(|(start, end)| Range { start: *start, end: end + 1 }.contains(&it))
        });
        let name = if pointed { format!("**{name}**") } else { name.to_owned() };
        out.push_str(&format!("- {name}: {value}\n"));
    };
    line(1, "Partition", partition(arn.partition));
    line(2, "Service", service.map_or_else(|| unknown_service(arn.service), |it| it.title().to_owned()));
    line(3, "Region", region_field(&arn, &types));
    line(4, "Account", account_field(&arn, &types));
    line(5, "Resource", format!("{}{}", code(arn.resource), type_names(&types, service)));
    match types.as_slice() {
        [] => {}
        [only] => {
            out.extend(only.description().map(|it| format!("\n{it}\n")));
            out.push_str(&super::action::notes(only.notes()));
        }
        several if several.len() < 4 => {
            let described = several.iter().filter_map(|it| Some((it, it.description()?)));
            let lines: Vec<_> =
                described.map(|(it, text)| format!("- {}: {text}\n", code(it.name()))).collect();
            if !lines.is_empty() {
                out.push_str(&format!("\n{}", lines.concat()));
            }
        }
        _ => {}
    }
    out.extend(detail(&arn).map(|it| format!("\n{it}\n")));
    Some(out)
}

fn partition(id: &str) -> String {
    match catalog().partition(id) {
        Some(it) => format!("{}, {}", code(id), it.title()),
        None if pattern::is_everything(id) => "any".to_owned(),
        None if pattern::has_wildcard(id) || id.contains("${") => code(id),
        None => {
            let known = catalog().partitions().map(|it| it.id().to_owned());
            format!("{} is none; known are {}", code(id), some_of(known, 9, |it| code(it)))
        }
    }
}

fn unknown_service(prefix: &str) -> String {
    if pattern::is_everything(prefix) {
        return "any".to_owned();
    }
    if pattern::has_wildcard(prefix) || prefix.contains("${") {
        return code(prefix);
    }
    let near = catalog().nearest_service(prefix).filter(|it| !it.prefix().eq_ignore_ascii_case(prefix));
    let near = near.map(|it| format!("; {} has {}", it.title(), code(it.prefix())));
    format!("{} is not known{}", code(prefix), near.unwrap_or_default())
}

fn region_field(arn: &Arn<'_>, types: &[ResourceType]) -> String {
    let region = arn.region;
    let is_model = arn.service == "bedrock" && arn.resource.starts_with("foundation-model/");
    let has_region = field_of(types, |it| it.region);
    match region {
        "" if is_model => "none, as global inference profiles call models".to_owned(),
        "" if has_region == Some(true) => {
            "none, while ARNs of this type have one: this matches none of them".to_owned()
        }
        "" => "none".to_owned(),
        _ if pattern::is_everything(region) => "any".to_owned(),
        _ if has_region == Some(false) => {
            format!("{}, while ARNs of this type have none: this matches none of them", code(region))
        }
        _ if region.contains("${") => code(region),
        _ => match value::regions(region) {
            Some(it) if pattern::has_wildcard(region) => format!("{}: {}", code(region), it.trim_end_matches('.')),
            _ => match catalog().region_title(region) {
                Some(title) => format!("{}, {title}", code(region)),
                None => format!("{}, the name of no Region known on {}", code(region), catalog().date()),
            },
        },
    }
}

fn account_field(arn: &Arn<'_>, types: &[ResourceType]) -> String {
    let account = arn.account;
    let has_account = field_of(types, |it| it.account);
    match account {
        "" if has_account == Some(true) => {
            "none, while ARNs of this type have one: this matches none of them".to_owned()
        }
        "" if has_account == Some(false) => "none, as all ARNs of this type".to_owned(),
        "" => "none".to_owned(),
        _ if pattern::is_everything(account) => "any".to_owned(),
        _ if has_account == Some(false) => {
            format!("{}, while ARNs of this type have none: this matches none of them", code(account))
        }
        "aws" => "`aws`: AWS itself, as for the policies it manages".to_owned(),
        _ => {
            let said = element::account(account);
            said.strip_prefix("The account ").unwrap_or(&said).trim_end_matches('.').to_owned()
        }
    }
}

/// Whether the ARNs of all these types have text in a field: `None` where they differ or nothing is known.
fn field_of(types: &[ResourceType], field: impl Fn(Arn<'static>) -> &'static str) -> Option<bool> {
    let mut said = types.iter().flat_map(|it| it.arn_formats()).filter_map(Arn::parse).map(|it| !field(it).is_empty());
    let first = said.next()?;
    said.all(|it| it == first).then_some(first)
}

fn type_names(types: &[ResourceType], service: Option<Service>) -> String {
    match (types.len(), service) {
        (0, Some(service)) if service.resource_types().len() > 0 => {
            format!(", of no type known for {}", service.title())
        }
        (0, _) => String::new(),
        (1..=6, _) => format!(", type {}", some_of(types.iter(), 6, |it| code(it.name()))),
        (n, _) => format!(", of {}", count(n, "type")),
    }
}

/// What there is to say about single resources.
fn detail(arn: &Arn<'_>) -> Option<String> {
    if arn.resource == "*" {
        return None;
    }
    match arn.service {
        "bedrock" => {
            let (of, id) = arn.resource.split_once('/')?;
            match of {
                "foundation-model" => model::model(id),
                "inference-profile" => model::profile(id, arn.region),
                _ => None,
            }
        }
        "s3" if arn.region.is_empty() && arn.account.is_empty() => bucket(arn.resource),
        _ => None,
    }
}

fn bucket(resource: &str) -> Option<String> {
    Some(match resource.split_once('/') {
        None if resource.ends_with('*') => {
            "The star takes in the objects of such buckets as well: it goes past `/`.".to_owned()
        }
        None => format!("The bucket alone; its objects are {}.", code(format!("arn:aws:s3:::{resource}/*"))),
        Some((bucket, "*")) => format!("Every object in {}, but not the bucket itself.", code(bucket)),
        Some(_) => return None,
    })
}

/// Which actions of the statement an ARN can be a resource of.
fn reach(arn: &Arn<'_>, statement: &Statement) -> Option<String> {
    let element = statement.action.as_ref().filter(|it| !it.negated)?;
    let service = catalog().service(arn.service)?;
    let types = arn_format::types(service, arn);
    if types.is_empty() {
        return None;
    }
    let set = of_element(element, catalog()).set;
    let mut with: Vec<Action> = Vec::new();
    let mut star: Vec<Action> = Vec::new();
    let mut others: Vec<Action> = Vec::new();
    for action in set.iter(catalog()) {
        if action.resource_types().any(|it| types.contains(&it)) {
            with.push(action);
        } else if action.requires_wildcard_resource() {
            star.push(action);
        } else {
            others.push(action);
        }
    }
    let list = |it: &[Action]| some_of(it.iter(), NAMED, |it| code(it.full_name()));
    let total = with.len() + star.len() + others.len();
    let mut out = String::new();
    if with.len() == total && total > 0 {
        if total == 1 {
            return None;
        }
        return Some(format!("\nA resource of all {total} actions of the statement.\n"));
    }
    if !with.is_empty() {
        out.push_str(&format!("\nA resource of {}.\n", list(&with)));
    }
    if !others.is_empty() {
        out.push_str(&format!("\nNot a resource of {}.\n", list(&others)));
    }
    if !star.is_empty() {
        out.push_str(&format!("\nOnly `*` reaches {}.\n", list(&star)));
    }
    Some(out)
}

/// The actions of the statement that need `*`.
fn only_star(statement: &Statement) -> Option<String> {
    let element = statement.action.as_ref().filter(|it| !it.negated)?;
    let set = of_element(element, catalog()).set;
    let (star, others): (Vec<Action>, Vec<Action>) =
        set.iter(catalog()).partition(|it| it.requires_wildcard_resource());
    let list = |it: &[Action]| some_of(it.iter(), NAMED, |it| code(it.full_name()));
    match (star.len(), others.len()) {
        (0, 0) => None,
        (n, others) if n + others > MOST_LISTED => Some(format!(
            "\nActions of this statement that only `*` reaches: {}; that take ARNs: {}.\n",
            grouped(n),
            grouped(others)
        )),
        (_, 0) => Some("\nThe actions of this statement take nothing else.\n".to_owned()),
        (0, _) => Some(format!("\nThese could be narrowed to ARNs: {}.\n", list(&others))),
        (_, _) => Some(format!("\nOnly `*` reaches {}.\n\nThe others take ARNs: {}.\n", list(&star), list(&others))),
    }
}

/// A resource type by its name with the prefix: `s3:bucket`.
pub(super) fn resource_type(name: &str) -> Option<String> {
    let (prefix, name) = name.split_once(':')?;
    let service = catalog().service(prefix)?;
    let found = service.resource_type(name)?;
    let mut out = format!("**{}** of {}\n\n", code(found.name()), service.title());
    out.extend(found.description().map(|it| format!("{it}\n\n")));
    for arn in found.arn_formats() {
        out.push_str(&format!("- {}\n", code(arn)));
    }
    Some(out)
}

/// A Region by its name.
pub(super) fn region(name: &str) -> Option<String> {
    let partition = catalog().partition_of(name)?;
    let title = catalog().region_title(name).map(|it| format!("{it}, a")).unwrap_or_else(|| "A".to_owned());
    Some(format!("{title} Region of the partition {} ({}).", code(partition.id()), partition.title()))
}
