//! See [`RULE`].
use catalog::Service;

use super::prelude::*;
use policy::sent;

rule! {
    /// An action, or a pattern of actions, names nothing that its service defines.
    ///
    /// ## Why it matters
    /// IAM accepts the policy without a word, and this part of it grants or denies nothing. Often the name is that of
    /// an API operation whose permission is called something else: `Converse` is authorised by `InvokeModel`.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:GetObjet", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
    name: "unknown-action", since: "0.1.0",
    severity: Error, group: Reference,
    access_analyzer: "INVALID_ACTION",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(element) = &stmt.action else { return };
    for (idx, item) in element.values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        let Some(action) = ActionName::parse(&text.value) else { continue };
        if pattern::has_wildcard(action.service) || is_filled_in(&text.value) || !is_name(action.name) {
            continue;
        }
        let Some(service) = cx.catalog.service(action.service).filter(|it| !it.is_retired()) else {
            continue;
        };
        let is_known = if action.is_exact() {
            service.action(action.name).is_some()
        } else {
            cx.catalog.actions_matching(&text.value).next().is_some()
        };
        if !is_known {
            report(cx, stmt, &Site { element, idx, text, service, name: action.name }, acc);
        }
    }
}

/// The service whose operations on data are listed in policies of its own, by names that look like actions of IAM.
const BY_ACCESS_POLICY: &str = "aoss";

struct Site<'a> {
    element: &'a Element,
    idx: usize,
    text: &'a Text,
    service: Service,
    name: &'a str,
}

fn report(cx: &RuleCx<'_>, stmt: &Statement, site: &Site<'_>, acc: &mut Findings) {
    let Site { element, idx, text, service, name } = *site;
    let values = &element.values;
    let written = short(name);
    let is_pattern = pattern::has_wildcard(name);
    let operation = cx.catalog.operation(service.prefix(), name).filter(|_| !is_pattern);
    let gone = cx.catalog.tombstone(&format!("{}:{name}", service.prefix()));
    let near = if is_pattern { None } else { service.nearest_action(name) };
    let names: Vec<String> = operation.iter().flat_map(|it| it.actions()).map(|it| it.full_name()).collect();
    let message = if is_pattern {
        format!("`{written}` matches no action of {}", service.title())
    } else if operation.is_some() && names.is_empty() {
        format!("`{written}` is an operation of {} that needs no permission of its own", service.title())
    } else if operation.is_some() && service.prefix() == BY_ACCESS_POLICY {
        format!(
            "`{written}` belongs in a data access policy of {}; IAM asks for {}",
            service.title(),
            list(&names)
        )
    } else if operation.is_some() {
        format!("`{written}` is an API operation, which {} authorises", list(&names))
    } else if cx.catalog.is_unconfirmed(&text.value) {
        format!("`{written}` is newer than the data of accesslens, which cannot confirm it")
    } else if let Some(gone) = gone {
        format!("{} no longer has the action `{written}`{}", service.title(), when(gone))
    } else {
        format!("{} has no action `{written}`", service.title())
    };
    // The catalogue may be older than an action; only what looks like a slip is certain.
    let is_slip = operation.is_none() && gone.is_none() && near.is_some_and(|it| is_slip(name, it.name()));
    let is_dead_deny = operation.is_some() && stmt.effect() == Some(Effect::Deny) && !element.negated;
    let is_unconfirmed = cx.catalog.is_unconfirmed(&text.value);
    let severity = match () {
        () if is_unconfirmed => Severity::Info,
        () if is_slip || is_dead_deny => Severity::Error,
        () => Severity::Warning,
    };
    let start = text.value.len() - name.len();
    let finding = acc.report(&RULE, text.part(start, text.value.len()), message).severity(severity);
    if is_unconfirmed {
        finding.code(None);
        return;
    }
    let mut replacements = if operation.is_some() { names } else { Vec::new() };
    if let Some(gone) = gone.filter(|_| replacements.is_empty()) {
        finding.tag(Tag::Deprecated);
        // What has left AWS's reference is mostly still known to Access Analyzer.
        if !gone.is_reported_by_access_analyzer() {
            finding.code(None);
        }
        replacements = gone.successors().map(|it| it.full_name()).collect();
    }
    if replacements.is_empty() {
        replacements.extend(near.map(|it| it.full_name()));
    }
    let is_listed = |name: &String| values.texts().any(|it| it.value.eq_ignore_ascii_case(name));
    let removal = fix::remove_item(values, idx);
    if replacements.iter().all(is_listed) && !replacements.is_empty() {
        let title = format!(
            "Remove it: {} listed",
            if replacements.len() > 1 { "its actions are" } else { "its action is" }
        );
        finding.fixes(removal.map(|it| Fix::safe(title, vec![it])));
        return;
    }
    // Where the right name would still never be allowed, taking it out is the better mend.
    let is_vain = near.is_some_and(|it| !element.negated && sent::is_out_of_reach(cx.catalog, stmt, it));
    if is_vain {
        finding.fixes(removal.clone().map(|it| Fix::safe("Remove it", vec![it])));
    }
    for name in replacements.iter().filter(|it| !is_listed(it)).take(3) {
        let edit = fix::replace_text(text, name);
        finding.fix(Fix::suggested(format!("Change to `{name}`"), vec![edit]));
    }
    finding.fixes(removal.filter(|_| !is_vain).map(|it| Fix::safe("Remove it", vec![it])));
}

/// Whether it can be a name at all; another rule speaks about texts that are no action.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.*?".contains(&it))
}
