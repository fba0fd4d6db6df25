//! See [`RULE`].
use catalog::Service;

use super::prelude::*;

rule! {
    /// An action's prefix is not a service of IAM.
    ///
    /// ## Why it matters
    /// IAM accepts any prefix without a word, and the action grants or denies nothing. The names of SDK clients and
    /// endpoints, such as `bedrock-runtime`, are a common source.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock-runtime:InvokeModel", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
    name: "unknown-service", since: "0.1.0",
    severity: Error, group: Reference,
    access_analyzer: "INVALID_SERVICE_IN_ACTION",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(values) = stmt.action.as_ref().map(|it| &it.values) else { return };
    let mut told: Vec<Service> = Vec::new();
    for (idx, item) in values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        let Some(action) = ActionName::parse(&text.value) else { continue };
        let service = cx.catalog.service(action.service);
        let is_unclear = pattern::has_wildcard(action.service) || is_filled_in(&text.value);
        if is_unclear || !is_prefix(action.service) {
            continue;
        }
        if let Some(service) = service {
            if service.is_retired() && !told.contains(&service) {
                told.push(service);
                retired(cx, stmt, values, service, acc);
            }
            continue;
        }
        let prefix = text.part(0, action.service.len());
        let finding = acc.report(&RULE, prefix, message(cx, action.service));
        if cx.catalog.endpoint_prefix(action.service).is_none() {
            finding.severity(Severity::Warning);
        }
        if let Some(near) = cx.catalog.nearest_service(action.service) {
            finding.severity(Severity::Error);
            let name = cx.catalog.operation(near.prefix(), action.name).and_then(|it| it.actions().next());
            let full = name.map_or_else(|| format!("{}:{}", near.prefix(), action.name), |it| it.full_name());
            let is_there = values.texts().any(|it| it.value.eq_ignore_ascii_case(&full));
            let removal = fix::remove_item(values, idx).filter(|_| is_there);
            if let Some(edit) = removal {
                finding.fix(Fix::safe(format!("Remove it: `{full}` is listed"), vec![edit]));
                continue;
            }
            let edit = fix::replace_text(text, &full);
            finding.fix(Fix::suggested(format!("Change to `{full}`"), vec![edit]));
        }
        let removal = fix::remove_item(values, idx);
        finding.fixes(removal.map(|it| Fix::safe("Remove it", vec![it])));
    }
}

/// The names of a service that AWS has ended: each that Access Analyzer reports, and the others together, as they do no
/// harm where something is allowed.
fn retired(cx: &RuleCx<'_>, stmt: &Statement, values: &Values, gone: Service, acc: &mut Findings) {
    let tombstone = cx.catalog.tombstone(gone.prefix());
    let since = tombstone.map(when).unwrap_or_default();
    // What has left AWS's reference is still known to Access Analyzer, with exceptions.
    let knows = tombstone.is_some_and(|it| it.is_reported_by_access_analyzer());
    let own = values.items.iter().enumerate().filter_map(|(idx, item)| match item {
        Item::Text(text) => {
            let name = ActionName::parse(&text.value).filter(|_| !is_filled_in(&text.value))?;
            name.service.eq_ignore_ascii_case(gone.prefix()).then(|| (idx, text, name.is_exact()))
        }
        Item::Literal(..) | Item::Dynamic(_) | Item::Wrong(..) => None,
    });
    let prefix = |text: &Text| text.part(0, gone.prefix().len());
    let message = |names: &[&str]| {
        let verb = if names.len() == 1 { "does" } else { "do" };
        format!("{} no longer exists{since}, so {} {verb} nothing", gone.title(), list(names))
    };
    let (named, others): (Vec<_>, Vec<_>) = own.partition(|(.., is_exact)| *is_exact && knows);
    for (idx, text, _) in named {
        let finding = acc.report(&RULE, prefix(text), message(&[&text.value]));
        finding.severity(Severity::Warning).tag(Tag::Deprecated);
        let removal = fix::remove_item(values, idx);
        finding.fixes(removal.map(|it| Fix::safe("Remove it", vec![it])));
    }
    let Some((_, first, _)) = others.first() else { return };
    let names: Vec<&str> = others.iter().map(|(_, it, _)| &*it.value).collect();
    let is_deny = stmt.effect() == Some(Effect::Deny);
    let severity = if is_deny { Severity::Warning } else { Severity::Info };
    let finding = acc.report(&RULE, prefix(first), message(&names));
    finding.severity(severity).tag(Tag::Deprecated).code(None);
    for (_, text, _) in others.iter().skip(1) {
        finding.related(prefix(text), "This too");
    }
    let idxs: Vec<usize> = others.iter().map(|(idx, ..)| *idx).collect();
    let title = if idxs.len() == 1 { "Remove it" } else { "Remove them" };
    let removal = fix::remove_items(values, &idxs);
    // What AWS still lists is still something to proofs.
    finding.fixes(removal.map(|it| match gone.actions().len() {
        0 => Fix::safe(title, it),
        _ => Fix::suggested(title, it),
    }));
}

fn message(cx: &RuleCx<'_>, prefix: &str) -> String {
    let written = short(prefix);
    match cx.catalog.endpoint_prefix(prefix) {
        Some(service) => format!(
            "`{written}` is the name of an endpoint or product; IAM's prefix is `{}`",
            service.prefix()
        ),
        None => format!("IAM knows no service `{written}`"),
    }
}

/// Whether it can be a prefix at all; another rule speaks about texts that are no action.
fn is_prefix(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_' || it == b'.')
}
