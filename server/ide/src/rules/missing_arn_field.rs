//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;
use crate::arn_form::{self, Presence};

rule! {
    /// An ARN leaves out the Region or the account that ARNs of this kind have.
    ///
    /// ## Why it matters
    /// An empty part matches an empty part only, so the ARN matches nothing. A `*` there matches any Region or account.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:ApplyGuardrail", "Resource": "arn:aws:bedrock:us-east-1::guardrail/abcd1234" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:ApplyGuardrail", "Resource": "arn:aws:bedrock:us-east-1:*:guardrail/abcd1234" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    name: "missing-arn-field", since: "0.1.0",
    severity: Error, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for text in stmt.resource.iter().flat_map(|it| it.values.texts()) {
        let Some(arn) = Arn::parse(&text.value).filter(|it| it.region.is_empty() || it.account.is_empty())
        else {
            continue;
        };
        let (region, account) = arn_form::own_presence(cx.catalog, &arn);
        let no_region = arn.region.is_empty() && region == Presence::Always;
        let no_account = arn.account.is_empty() && account == Presence::Always && !is_of_aws(&arn);
        if (!no_region && !no_account) || arn.resource.is_empty() || arn.resource.starts_with(['*', '?']) {
            continue;
        }
        let (region, account) = arn_form::presence(cx.catalog, &arn);
        let [_, _, _, region_at, account_at, _] = arn.field_offsets();
        if no_region && region == Presence::Always {
            report(
                text,
                region_at,
                ("Region", "MISSING_ARN_REGION"),
                siblings(stmt, arn.service, |it| it.region),
                acc,
            );
        }
        if no_account && account == Presence::Always {
            report(
                text,
                account_at,
                ("account", "MISSING_ARN_ACCOUNT"),
                siblings(stmt, arn.service, |it| it.account),
                acc,
            );
        }
    }
}

/// Whether it names what AWS owns and shares with every account, which has none: documents and parameters of Systems
/// Manager, and the views that services manage.
fn is_of_aws(arn: &Arn<'_>) -> bool {
    match arn.service {
        "ssm" => true,
        "resource-explorer-2" => arn.resource.starts_with("view/AWSServiceView"),
        _ => false,
    }
}

fn report(
    text: &Text,
    at: (usize, usize),
    (what, code): (&str, &'static str),
    same: Option<&str>,
    acc: &mut Findings,
) {
    let message = format!(
        "ARNs of this kind have {} {what}: without it, this one matches nothing",
        if what == "Region" { "a" } else { "an" }
    );
    let finding = acc.report(&RULE, text.range, message).code(Some(code));
    let at = text.part(at.0, at.1);
    let at = if at == text.content { return } else { at };
    if let Some(same) = same {
        let title = format!("Put `{same}` there, as in the statement's other ARNs");
        finding.fix(Fix::suggested(title, vec![TextEdit::insert(at.start, same)]));
    }
    finding
        .fix(Fix::suggested(format!("Put `*` there, every {what}"), vec![TextEdit::insert(at.start, "*")]));
}

/// What the other ARNs of the service have in a field, where they agree.
fn siblings<'a>(stmt: &'a Statement, service: &str, field: impl Fn(&Arn<'a>) -> &'a str) -> Option<&'a str> {
    let arns = stmt.resource.iter().flat_map(|it| it.values.texts()).filter_map(|it| Arn::parse(&it.value));
    let mut found = arns
        .filter(|it| it.service == service)
        .map(|it| field(&it))
        .filter(|it| !it.is_empty() && *it != "*");
    let first = found.next()?;
    found.all(|it| it == first).then_some(first)
}
