//! See [`RULE`].
use catalog::WhiteSpace;

use super::prelude::*;
use crate::explain::grouped;

rule! {
    /// A policy has more characters than AWS takes.
    ///
    /// ## Why it matters
    /// A managed policy takes 6,144 characters, and all inline policies of a role together 10,240; white space is not
    /// counted. AWS refuses what is longer.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:session
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": [
    ///   "arn:aws:s3:::project-00-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-01-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-02-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-03-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-04-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-05-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-06-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-07-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-08-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-09-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-10-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-11-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-12-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-13-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-14-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-15-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-16-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-17-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-18-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-19-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-20-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-21-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-22-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-23-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-24-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-25-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-26-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-27-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-28-training-data-of-the-research-department/*",
    ///   "arn:aws:s3:::project-29-training-data-of-the-research-department/*"
    /// ] }] }
    /// ```
    /// ```jsonc,clean,kind:session
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource":
    ///   "arn:aws:s3:::project-*-training-data-of-the-research-department/*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
    name: "policy-size", since: "0.1.0",
    severity: Warning, group: Structure,
    check: Policy(check)
}

/// Beyond this, how much longer a policy is does not matter.
const MOST: u32 = 250_000;
const MUCH: usize = 50_000;

fn check(cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    let Some(kind) = cx.catalog.policy_kind(policy.kind.name()).filter(|_| policy.form == Form::Policy)
    else {
        return;
    };
    let is_bucket = policy.kind == PolicyKind::Resource && names_bucket(policy);
    let quotas = || {
        let of_kind = kind.quotas().filter(move |it| !is_bucket || it.subject() == "bucket policy");
        of_kind.filter(|it| it.unit() == "characters" || policy.kind == PolicyKind::Resource)
    };
    let Some(least) = quotas().map(|it| it.limit()).min() else { return };
    if policy.range.len() as usize <= least {
        return;
    }
    let Some(key) = policy.key("Statement") else { return };
    let end = policy.range.end.min(policy.range.start.saturating_add(MOST));
    let text = cx.text.slice(TextRange::new(policy.range.start, end));
    let is_start = |it: &u8| it & 0xc0 != 0x80;
    let n_all = text.bytes().filter(is_start).count();
    let n_chars = text.bytes().filter(|it| is_start(it) && !it.is_ascii_whitespace()).count();
    let more = if end < policy.range.end { "more than " } else { "" };
    let size = |it: catalog::Quota| if it.white_space() == WhiteSpace::Counted { n_all } else { n_chars };
    // Access Analyzer compares one character more than there is.
    let over = |it: &catalog::Quota| size(*it) + 1 > it.limit();
    let widest = quotas().max_by_key(|it| it.limit());
    // Of a part, how many exactly says nothing, and would change as text moves in and out of it.
    let said = |n: usize| if more.is_empty() { n } else { n / MUCH * MUCH };
    let message = |it: catalog::Quota| {
        format!(
            "This policy has {more}{} characters; the limit is {} ({})",
            grouped(said(size(it))),
            grouped(it.limit()),
            it.subject()
        )
    };
    if let Some(quota) = widest.filter(over) {
        acc.report(&RULE, key.range, message(quota)).code(code(policy.kind));
        return;
    }
    if policy.kind == PolicyKind::Identity
        && let Some(quota) = quotas().find(|it| it.subject() == "managed policy").filter(over)
    {
        acc.report(&RULE, key.range, message(quota));
    }
}

/// Whether the first statement is about a bucket, and so the policy is a bucket's.
fn names_bucket(policy: &Policy) -> bool {
    let Some(first) = policy.statements.first().map(|it| it.statement) else { return false };
    let names = |element: &Option<Element>, start: &str| {
        element.as_ref().is_some_and(|it| it.values.texts().any(|it| it.value.starts_with(start)))
    };
    names(&first.resource, "arn:aws:s3:::") || names(&first.action, "s3:")
}

fn code(kind: PolicyKind) -> Option<&'static str> {
    match kind {
        PolicyKind::Identity => Some("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"),
        PolicyKind::Resource => Some("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
        PolicyKind::Trust => Some("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"),
        PolicyKind::Scp => Some("POLICY_SIZE_EXCEEDS_SCP_QUOTA"),
        PolicyKind::Rcp => Some("POLICY_SIZE_EXCEEDS_RCP_QUOTA"),
        PolicyKind::Boundary | PolicyKind::Session | PolicyKind::VpcEndpoint => None,
    }
}
