//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;
use crate::region;

rule! {
    /// A resource is not an ARN, or a part of its ARN cannot be right.
    ///
    /// ## Why it matters
    /// An ARN has six parts: `arn:partition:service:region:account:resource`. A Region that does not exist, or a word
    /// where an account belongs, matches no resource, and IAM accepts it without a word.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:DescribeModel", "Resource": "arn:aws:sagemaker:region:111122223333:model/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:DescribeModel", "Resource": "arn:aws:sagemaker:us-east-1:111122223333:model/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    name: "invalid-arn", since: "0.1.0",
    severity: Error, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(values) = stmt.resource.as_ref().map(|it| &it.values) else { return };
    for text in values.texts() {
        let value = &*text.value;
        if pattern::is_everything(value) || is_foreign(value) {
            continue;
        }
        match Arn::parse(value) {
            Some(arn) if is_shifted(cx, &arn) => shifted(text, &arn, acc),
            Some(arn) => parts(cx, text, arn, acc),
            None => form(cx, text, acc),
        }
    }
}

/// Whether another language fills something in, so that nothing can be said of the parts.
fn is_foreign(text: &str) -> bool {
    let others = ["{{", "<%", "%{", "&{", "${AWS::", "$("].iter().any(|it| text.contains(it));
    others || text.starts_with("${")
}

/// A text that is no ARN, or has too few parts.
fn form(cx: &RuleCx<'_>, text: &Text, acc: &mut Findings) {
    let value = &*text.value;
    let written = short(value);
    if !value.starts_with("arn:") {
        // Other policies than those of identities take shorter forms, as API Gateway's `execute-api:/stage`.
        let may_be_arn = pattern::has_wildcard(value.split(':').next().unwrap_or(value));
        if cx.kind.has_principal() || may_be_arn {
            return;
        }
        let message = if value.is_empty() {
            "This resource is empty".into()
        } else {
            format!("`{written}` is not an ARN")
        };
        let finding = acc.report(&RULE, text.range, message).code(Some("INVALID_ARN_PREFIX"));
        let lower = value.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("arn:"));
        if lower {
            let edit = TextEdit::replace(text.part(0, 4), "arn:");
            finding.fix(Fix::suggested("Write `arn:` in lower case", vec![edit]));
        } else if value.split(':').count() == 5 {
            let edit = TextEdit::insert(text.content.start, "arn:");
            finding.fix(Fix::suggested("Put `arn:` before it", vec![edit]));
        }
        return;
    }
    // A last part that is all star, or may hold more parts behind its star, can stand for the rest.
    let last = value.rsplit(':').next().unwrap_or_default();
    let literal = last.split('*').next().unwrap_or_default();
    if last.contains('*') && !literal.contains('/') {
        return;
    }
    let n_parts = value.split(':').count();
    let parts = ["no", "one", "two", "three", "four", "five"].get(n_parts).copied().unwrap_or_default();
    let message = format!("`{written}` has {parts} of the six parts of an ARN");
    let finding = acc.report(&RULE, text.range, message).code(Some("MISSING_ARN_FIELD"));
    if let Some(new) = padded(value) {
        let edit = fix::replace_text(text, &new);
        finding.fix(Fix::suggested(format!("Change to `{}`", short(&new)), vec![edit]));
    }
}

/// An ARN of S3 with the two parts that it leaves empty.
fn padded(value: &str) -> Option<String> {
    let bucket = value.strip_prefix("arn:aws:s3:")?.trim_start_matches(':');
    (!bucket.is_empty()).then(|| format!("arn:aws:s3:::{bucket}"))
}

/// Whether there is a colon too many before the service.
fn is_shifted(cx: &RuleCx<'_>, arn: &Arn<'_>) -> bool {
    arn.service.is_empty() && cx.catalog.service(arn.region).is_some()
}

fn shifted(text: &Text, arn: &Arn<'_>, acc: &mut Findings) {
    let [_, _, _, (start, _), ..] = arn.field_offsets();
    let message =
        format!("There is a colon too many before `{}`: this ARN matches nothing", short(arn.region));
    let edit = TextEdit::delete(text.part(start - 1, start));
    acc.report(&RULE, text.range, message)
        .code(Some("INVALID_ARN_REGION"))
        .fix(Fix::suggested("Remove the colon", vec![edit]));
}

fn parts(cx: &RuleCx<'_>, text: &Text, arn: Arn<'_>, acc: &mut Findings) {
    let [_, partition, service, region, account, resource] = arn.field_offsets();
    let is_open = |it: &str| pattern::has_wildcard(it) || it.contains("${");
    if !is_open(arn.partition) && cx.catalog.partition(arn.partition).is_none() {
        let message = match arn.partition {
            "" => "This ARN has no partition".to_owned(),
            it => format!("`{}` is not a partition", short(it)),
        };
        let range = if partition.0 == partition.1 { text.range } else { text.part(partition.0, partition.1) };
        let edit = TextEdit::replace(text.part(partition.0, partition.1), "aws");
        acc.report(&RULE, range, message)
            .code(Some("INVALID_PARTITION"))
            .fix(Fix::suggested("Change to `aws`", vec![edit]));
    }
    if arn.service.bytes().any(|it| it.is_ascii_uppercase()) && !is_open(arn.service) {
        let lower = arn.service.to_ascii_lowercase();
        let edit = TextEdit::replace(text.part(service.0, service.1), lower.clone());
        acc.report(
            &RULE,
            text.part(service.0, service.1),
            format!("`{}` must be written `{lower}`", short(arn.service)),
        )
        .code(Some("INVALID_ARN_SERVICE_CASE"))
        .fix(Fix::suggested(format!("Change to `{lower}`"), vec![edit]));
    }
    if !arn.region.is_empty() && !is_open(arn.region) {
        check_region(cx, text, arn.region, region, acc);
    }
    if !arn.account.is_empty() && !is_open(arn.account) && !is_account(arn.account) {
        let written = short(arn.account);
        let what = if is_word(arn.account) {
            "a placeholder, not an account"
        } else {
            "not the id of an account: twelve digits"
        };
        let range = text.part(account.0, account.1);
        acc.report(&RULE, range, format!("`{written}` is {what}: this ARN matches nothing"))
            .code(Some("INVALID_ARN_ACCOUNT"))
            .fix(Fix::suggested("Change to `*`, every account", vec![TextEdit::replace(range, "*")]));
    }
    if arn.resource.is_empty() {
        acc.report(&RULE, text.range, "This ARN names no resource: nothing stands behind its fifth colon")
            .code(Some("INVALID_ARN_RESOURCE"))
            .fix(Fix::suggested(
                "Put `*` there, every resource",
                vec![TextEdit::replace(text.part(resource.0, resource.1), "*")],
            ));
    }
}

fn check_region(cx: &RuleCx<'_>, text: &Text, name: &str, at: (usize, usize), acc: &mut Findings) {
    let Some(region::NoRegion { near }) = region::fault(cx.catalog, name) else { return };
    let range = text.part(at.0, at.1);
    let what = if near.is_none() && is_word(name) { "a placeholder, not a Region" } else { "not a Region" };
    let finding = acc.report(&RULE, range, format!("`{}` is {what}: this ARN matches nothing", short(name)));
    finding.code(Some("INVALID_ARN_REGION"));
    if let Some(near) = near {
        finding.fix(Fix::suggested(format!("Change to `{near}`"), vec![TextEdit::replace(range, near)]));
    }
    finding.fix(Fix::suggested("Change to `*`, every Region", vec![TextEdit::replace(range, "*")]));
}

/// Twelve digits, or `aws` for what AWS owns; some services stand there for themselves.
fn is_account(text: &str) -> bool {
    let digits = text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit());
    digits || text == "aws" || text == "cloudfront" || text == "aws-managed" || text == "amazon"
}

fn is_word(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    letters * 2 > text.len()
}
