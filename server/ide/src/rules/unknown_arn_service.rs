//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;
use crate::arn_form;

rule! {
    /// An ARN names a service that AWS does not have.
    ///
    /// ## Why it matters
    /// No resource has such an ARN, so the entry matches nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:DescribeModel", "Resource": "arn:aws:sagemakr:us-east-1:111122223333:model/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:DescribeModel", "Resource": "arn:aws:sagemaker:us-east-1:111122223333:model/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    name: "unknown-arn-service", since: "0.1.0",
    severity: Warning, group: Reference,
    access_analyzer: "INVALID_SERVICE",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(values) = stmt.resource.as_ref().map(|it| &it.values) else { return };
    for (idx, item) in values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        let Some(arn) = Arn::parse(&text.value).filter(|it| is_name(it.service)) else { continue };
        let service = cx.catalog.service(arn.service);
        if service.is_some_and(|it| !it.is_retired()) {
            continue;
        }
        let [_, _, at, ..] = arn.field_offsets();
        let range = text.part(at.0, at.1);
        if let Some(gone) = service {
            let tombstone = cx.catalog.tombstone(gone.prefix());
            let is_told = tombstone.is_some_and(|it| it.is_reported_by_access_analyzer());
            let since = tombstone.map(when).unwrap_or_default();
            let message = format!("{} no longer exists{since}, nor do its resources", gone.title());
            let finding = acc.report(&RULE, range, message).tag(Tag::Deprecated);
            if !is_told {
                finding.code(None);
            }
            // It does no harm where something is allowed.
            if stmt.effect() == Some(Effect::Allow) {
                finding.severity(Severity::Info);
            }
            let removal = fix::remove_item(values, idx);
            finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
            continue;
        }
        if arn_form::is_arn_service(cx.catalog, arn.service) {
            continue;
        }
        let written = short(arn.service);
        let near = cx.catalog.nearest_service(arn.service);
        // A service can be newer than the catalogue, or have ARNs that AWS lists nowhere.
        let Some(near) = near else {
            acc.report(&RULE, range, format!("No service is known that has ARNs with `{written}`"))
                .severity(Severity::Hint)
                .code(None);
            continue;
        };
        let is_certain = is_slip(near.prefix(), arn.service);
        let message = format!("AWS has no service `{written}`: this ARN matches nothing");
        let finding = acc.report(&RULE, range, message);
        if is_certain {
            finding.severity(Severity::Error);
        }
        let edit = TextEdit::replace(range, near.prefix());
        finding.fix(Fix::suggested(format!("Change to `{}`", near.prefix()), vec![edit]));
    }
}

/// Whether it can be a service's name: other rules speak of capitals and of wildcards.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}
