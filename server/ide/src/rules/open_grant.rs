//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement lets grants on a KMS key be made for anybody.
    ///
    /// ## Why it matters
    /// A grant hands the use of a key on, to whomever it names. SageMaker and other services make grants for what they run;
    /// `kms:GrantIsForAWSResource` limits `kms:CreateGrant` to that.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "arn:aws:kms:eu-west-1:444455556666:key/11111111-2222-3333-4444-555555555555" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "arn:aws:kms:eu-west-1:444455556666:key/11111111-2222-3333-4444-555555555555",
    ///   "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>
    name: "open-grant", since: "0.1.0",
    severity: Info, group: Security,
    check: Statement(check)
}

const NAME: &str = "kms:CreateGrant";

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if cx.kind != PolicyKind::Identity || stmt.effect() != Some(Effect::Allow) || stmt.has_errors {
        return;
    }
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated) else { return };
    // Any condition on a grant, a service or who gets it is a limit that somebody thought of.
    let is_limited = element::tests(stmt).any(|it| {
        let name = it.3.key.value.to_ascii_lowercase();
        name.starts_with("kms:") || name.starts_with("aws:calledvia") || name == "aws:viaawsservice"
    });
    let items = action.values.items.iter().enumerate();
    let mut named =
        items.filter(|(_, it)| matches!(it, Item::Text(it) if it.value.eq_ignore_ascii_case(NAME)));
    let Some((idx, item)) = named.next().filter(|_| !is_limited) else { return };
    let finding = acc.report(&RULE, item.range(), "This makes grants for anybody, not only for AWS services");
    let limit = fix::condition::add_test(cx.text, stmt, "Bool", "kms:GrantIsForAWSResource", "\"true\"");
    let Some(limit) = limit else { return };
    if action.values.items.len() == 1 {
        finding.fix(Fix::suggested("Allow grants for AWS services only", vec![limit]));
    } else if cx.in_list
        && let Some(edits) = fix::split_statement(cx.text, stmt, action, &[idx], &[limit])
    {
        finding.fix(Fix::suggested("Move it to a statement for AWS services only", edits));
    }
}
