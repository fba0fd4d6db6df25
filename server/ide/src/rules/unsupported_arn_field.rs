//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;
use crate::arn_form::{self, Presence};

rule! {
    /// An ARN has a Region or an account where ARNs of this kind have none.
    ///
    /// ## Why it matters
    /// The six parts of an ARN are compared one by one. The ARN of a bucket, a role or a foundation model leaves some
    /// empty, so a pattern that fills them matches nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel",
    ///   "Resource": "arn:aws:bedrock:us-east-1:111122223333:foundation-model/amazon.nova-lite-v1:0" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel",
    ///   "Resource": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    name: "unsupported-arn-field", since: "0.1.0",
    severity: Error, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for text in stmt.resource.iter().flat_map(|it| it.values.texts()) {
        let Some(arn) = Arn::parse(&text.value) else { continue };
        let (region, account) = arn_form::own_presence(cx.catalog, &arn);
        let has_region = region == Presence::Never && cx.catalog.partition_of(arn.region).is_some();
        let has_account = account == Presence::Never && is_account(arn.account);
        if !has_region && !has_account {
            continue;
        }
        let (region, account) = arn_form::presence(cx.catalog, &arn);
        let [_, _, _, region_at, account_at, _] = arn.field_offsets();
        if has_region && region == Presence::Never {
            report(text, region_at, "Region", "ARN_REGION_NOT_ALLOWED", acc);
        }
        if has_account && account == Presence::Never {
            report(text, account_at, "account", "ARN_ACCOUNT_NOT_ALLOWED", acc);
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}

fn report(text: &Text, at: (usize, usize), what: &str, code: &'static str, acc: &mut Findings) {
    let range = text.part(at.0, at.1);
    let message = format!("ARNs of this kind have no {what}: this one matches nothing");
    acc.report(&RULE, range, message)
        .code(Some(code))
        .fix(Fix::suggested(format!("Remove the {what}"), vec![TextEdit::delete(range)]));
}
