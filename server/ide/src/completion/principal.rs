//! Principals.

use catalog::catalog;
use policy::PolicyKind;

use super::{Acc, Cx, Draft, ItemKind, Value, Write, fill, first_sentence};

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

/// Principals of a type.
pub(super) fn values(cx: &Cx<'_>, of: &str, acc: &mut Acc) {
    if of == "Service" {
        return services(cx, acc);
    }
    let Some(of) = catalog().principal_types().find(|it| it.name() == of) else { return };
    for format in of.formats() {
        let (plain, snippet) = fill(format, "aws");
        let has_holes = format.contains("${");
        acc.add(Draft {
            label: format.into(),
            kind: Some(ItemKind::Principal),
            write: Write::Text(plain, has_holes.then_some(snippet)),
            ..Draft::default()
        });
    }
}

/// Service principals, those that the text may mean first.
pub(super) fn services(cx: &Cx<'_>, acc: &mut Acc) {
    let typed = cx.place.prefix.to_ascii_lowercase();
    let mut found: Vec<_> = catalog()
        .service_principals()
        .filter(|it| !cx.place.has_sibling(it.name()))
        .map(|it| (!it.name().starts_with(&typed), it))
        .collect();
    found.sort_by_key(|(late, it)| (*late, it.name()));
    for (_, it) in found {
        acc.add(Draft {
            label: it.name().into(),
            kind: Some(ItemKind::Principal),
            detail: it.service().map_or_else(String::new, |it| it.title().to_owned()),
            ..Draft::default()
        });
    }
}
