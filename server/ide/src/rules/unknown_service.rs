//! See [`RULE`].
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
    for (idx, item) in values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        let Some(action) = ActionName::parse(&text.value) else { continue };
        let service = cx.catalog.service(action.service);
        let is_unclear = pattern::has_wildcard(action.service) || is_filled_in(&text.value);
        if is_unclear || service.is_some_and(|it| !it.is_retired()) || !is_prefix(action.service) {
            continue;
        }
        let prefix = text.part(0, action.service.len());
        let finding = match service {
            Some(gone) => {
                let since = cx.catalog.tombstone(gone.prefix()).map(when).unwrap_or_default();
                let message = format!(
                    "{} no longer exists{since}, so `{}` does nothing",
                    gone.title(),
                    short(&text.value)
                );
                acc.report(&RULE, prefix, message).severity(Severity::Warning).tag(Tag::Deprecated)
            }
            None => acc.report(&RULE, prefix, message(cx, action.service)),
        };
        // What has left AWS's reference is still known to Access Analyzer, with exceptions.
        let tombstone = service.and_then(|it| cx.catalog.tombstone(it.prefix()));
        let is_told = action.is_exact() && tombstone.is_some_and(|it| it.is_reported_by_access_analyzer());
        if service.is_some() && !is_told {
            finding.code(None);
        }
        if service.is_none() && cx.catalog.endpoint_prefix(action.service).is_none() {
            finding.severity(Severity::Warning);
        }
        if let Some(near) = cx.catalog.nearest_service(action.service).filter(|_| service.is_none()) {
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
