//! Principals.

use std::cmp::Reverse;

use catalog::{ServicePrincipal, catalog};
use policy::PolicyKind;

use super::resource::Defaults;
use super::{Acc, Cx, Draft, ItemKind, Value, Write, action, first_sentence};

/// The value of `Principal`.
pub(super) fn whole(cx: &Cx<'_>, acc: &mut Acc) {
    let everyone = Draft {
        label: "*".into(),
        kind: Some(ItemKind::Principal),
        detail: "Anyone, also callers without an AWS account".into(),
        ..Draft::default()
    };
    if cx.place.kind == PolicyKind::Rcp {
        return acc.add(everyone);
    }
    for it in catalog().principal_types() {
        let json = |value: &str| format!("{{\"{}\": \"{value}\"}}", it.name());
        acc.add(Draft {
            label: json("…"),
            kind: Some(ItemKind::Principal),
            detail: first_sentence(it.description()),
            filter: Some(it.name().into()),
            write: Write::Json(json(""), json("$0")),
            data: Some(format!("principal {}", it.name())),
            ..Draft::default()
        });
    }
    acc.add(everyone);
}

/// The types of principals.
pub(super) fn types(cx: &Cx<'_>, acc: &mut Acc) {
    for it in catalog().principal_types().filter(|it| !cx.place.has_sibling(it.name())) {
        acc.add(Draft {
            label: it.name().into(),
            kind: Some(ItemKind::Principal),
            detail: first_sentence(it.description()),
            value: Value::default(),
            data: Some(format!("principal {}", it.name())),
            ..Draft::default()
        });
    }
}

/// Principals of a type: those named elsewhere first, then formats to fill.
pub(super) fn values(cx: &Cx<'_>, of: &str, acc: &mut Acc) {
    let seen = cx.seen();
    let named: Vec<&str> =
        seen.principals(of).filter(|it| *it != cx.place.text && !cx.place.has_sibling(it)).collect();
    for it in named.into_iter().take(MOST_SEEN) {
        acc.add(Draft {
            label: it.into(),
            kind: Some(ItemKind::Principal),
            detail: "named elsewhere".into(),
            ..Draft::default()
        });
    }
    if of == "Service" {
        return services(cx, acc);
    }
    let Some(of) = catalog().principal_types().find(|it| it.name() == of) else { return };
    let defaults = Defaults::of(cx, &seen);
    for format in of.formats() {
        let (label, plain, snippet) = defaults.fill(format);
        let has_holes = format.contains("${");
        acc.add(Draft {
            label,
            kind: Some(ItemKind::Principal),
            write: Write::Text(plain, has_holes.then_some(snippet)),
            ..Draft::default()
        });
    }
}

/// How many principals that stand elsewhere are offered again.
const MOST_SEEN: usize = 6;

/// Service principals: those that the text may mean, those of services in use here, those that people name most.
pub(super) fn services(cx: &Cx<'_>, acc: &mut Acc) {
    let typed = cx.place.prefix.to_ascii_lowercase();
    let used = action::services_in_use(cx);
    let mut found: Vec<ServicePrincipal> =
        catalog().service_principals().filter(|it| !cx.place.has_sibling(it.name())).collect();
    found.sort_by_key(|it| {
        let in_use = it.service().and_then(|it| used.iter().position(|used| *used == it));
        let weight = it.service().map_or(0, |it| it.weight());
        let late = !it.name().starts_with(&typed);
        // `sagemaker.amazonaws.com` before what is only a part of SageMaker.
        let stem = it.name().split('.').next();
        let is_part = it.service().is_none_or(|service| stem != Some(service.prefix()));
        (late, in_use.unwrap_or(usize::MAX), Reverse(weight), is_part, it.name())
    });
    for it in found {
        if acc.drafts.iter().any(|draft| draft.label == it.name()) {
            continue;
        }
        acc.add(Draft {
            label: it.name().into(),
            kind: Some(ItemKind::Principal),
            detail: it.service().map_or_else(String::new, |it| it.title().to_owned()),
            data: Some(format!("service-principal {}", it.name())),
            ..Draft::default()
        });
    }
}
