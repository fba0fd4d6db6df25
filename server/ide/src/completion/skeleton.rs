//! Whole policies and statements to fill in, from the catalogue's recipes.

use catalog::{Recipe, catalog};
use policy::PolicyKind;
use syntax::{Kind, TextRange};

use super::element::denies_first;
use super::{Acc, Cx, Draft, ItemKind, Write, snippet};
use crate::place::Slot;
use crate::tokens;

/// Whole policies. Inside of `{}` their members.
pub(super) fn documents(cx: &Cx<'_>, acc: &mut Acc) {
    let inside = cx.place.slot != Slot::Document;
    let next = tokens::after(cx.analysis.file().tree(), cx.place.token.end);
    let is_followed = next.is_some_and(|it| it.kind != Kind::RightBrace);
    if inside && (is_followed || !cx.place.text.is_empty()) {
        return;
    }
    let before = TextRange::new(cx.place.token.start.saturating_sub(1), cx.place.token.start);
    let on_own_line = inside && cx.analysis.file().text().slice(before) != "{";
    let kind = cx.place.kind;
    let is_known = kind != PolicyKind::Identity;
    let mut recipes: Vec<Recipe> = catalog().recipes().collect();
    recipes.sort_by_key(|it| is_known && !is_for(*it, kind));
    for (idx, it) in recipes.into_iter().enumerate() {
        let json = |indent: &str, statements: &[Vec<String>]| {
            let step = if on_own_line { "" } else { indent };
            let depth = if on_own_line { 2 } else { 3 };
            let statements: Vec<String> =
                statements.iter().map(|members| statement(members, indent, depth)).collect();
            let statements = statements.join(&format!(",\n{step}{indent}"));
            let members = format!(
                "{step}\"Version\": \"2012-10-17\",\n{step}\"Statement\": [\n{step}{indent}{statements}\n{step}]"
            );
            match (inside, on_own_line) {
                (false, _) => format!("{{\n{members}\n}}"),
                (true, false) => format!("\n{members}\n"),
                (true, true) => members,
            }
        };
        let text = snippet::Snippet::of(it.statements());
        acc.add(Draft {
            preselect: idx == 0 && is_known,
            write: Write::Json(json("  ", &text.plain), json("\t", &text.snippet)),
            ..recipe(it)
        });
    }
}

fn recipe(it: Recipe) -> Draft {
    Draft {
        label: it.label().into(),
        kind: Some(ItemKind::Skeleton),
        detail: it.detail().into(),
        filter: Some(format!("{} {}", it.label(), it.words())),
        data: Some(format!("recipe {}", it.label())),
        ..Draft::default()
    }
}

/// Whether a recipe is for a kind of policy.
fn is_for(it: Recipe, kind: PolicyKind) -> bool {
    match kind {
        PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => it.kind() == "identity",
        other => it.kind() == other.name(),
    }
}

/// Whole statements: empty ones first, then those of recipes for this kind of policy.
pub(super) fn statements(cx: &Cx<'_>, acc: &mut Acc) {
    let kind = cx.place.kind;
    let effects = if denies_first(kind) { ["Deny", "Allow"] } else { ["Allow", "Deny"] };
    for effect in effects {
        let mut members = vec![format!("\"Effect\": \"{effect}\"")];
        if kind.has_principal() {
            let everyone = kind == PolicyKind::Rcp;
            let who = if everyone { "\"*\"" } else { "{\"${1|AWS,Service,Federated|}\": \"$2\"}" };
            members.push(format!("\"Principal\": {who}"));
        }
        members.push("\"Action\": [\"$3\"]".into());
        if kind.has_resource() {
            members.push("\"Resource\": \"$4\"".into());
        }
        let text = snippet::Snippet::of([members.iter().map(String::as_str).collect()].into_iter());
        let plain = text.plain.concat().join(", ");
        acc.add(Draft {
            label: format!("{effect} statement"),
            kind: Some(ItemKind::Skeleton),
            detail: format!("In this {}", kind.title()),
            write: Write::Json(format!("{{{plain}}}"), statement(&text.snippet.concat(), "\t", 1)),
            ..Draft::default()
        });
    }
    let alone = is_value(cx);
    for it in catalog().recipes().filter(|it| is_for(*it, kind) && !is_blank(*it)) {
        let text = snippet::Snippet::of(it.statements());
        let json = |indent: &str, statements: &[Vec<String>]| {
            let (depth, step) = if alone { (2, indent) } else { (1, "") };
            let all: Vec<String> = statements.iter().map(|it| statement(it, indent, depth)).collect();
            let all = all.join(&format!(",\n{step}"));
            if alone { format!("[\n{step}{all}\n]") } else { all }
        };
        acc.add(Draft {
            write: Write::Json(json("  ", &text.plain), json("\t", &text.snippet)),
            ..recipe(it)
        });
    }
}

/// Whether a recipe is nothing but blanks to fill.
fn is_blank(it: Recipe) -> bool {
    it.statements().flatten().any(|it| it.contains("[\"$"))
}

/// Whether the cursor is directly behind `"Statement":` and not in a list.
fn is_value(cx: &Cx<'_>) -> bool {
    let before = tokens::before(cx.analysis.file().tree(), cx.place.token.start);
    before.is_some_and(|it| it.kind == Kind::Colon)
}

/// A statement over several lines, its first without indentation, its members `depth` steps in.
fn statement(members: &[String], indent: &str, depth: usize) -> String {
    let step = indent.repeat(depth);
    let outer = indent.repeat(depth - 1);
    let lines: Vec<String> = members.iter().map(|it| format!("{step}{it}")).collect();
    format!("{{\n{}\n{outer}}}", lines.join(",\n"))
}

/// The explanation of a recipe, by its label.
pub(super) fn explain(label: &str) -> Option<String> {
    let it = catalog().recipes().find(|it| it.label() == label)?;
    let text = snippet::Snippet::of(it.statements());
    let all: Vec<String> = text.plain.iter().map(|it| statement(it, "  ", 1)).collect();
    Some(format!("{}\n\n```json\n{}\n```", it.detail(), all.join(",\n")))
}
