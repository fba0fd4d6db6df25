//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// A statement lets in a principal of an account that is not among the trusted ones.
    ///
    /// ## Why it matters
    /// The setting `trustedAccounts` says which accounts are yours. What another account is let into is worth a second
    /// look: a wrong digit gives a stranger what was meant for a colleague.
    /// Without the setting this rule says nothing.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:resource,trusted:111122223333
    /// { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::444455556666:root" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }
    /// ```
    /// ```jsonc,clean,kind:resource,trusted:111122223333
    /// { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    name: "untrusted-account", since: "0.1.0",
    severity: Warning, group: Security,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(trusted) = &cx.config.accounts else { return };
    let is_allow = stmt.effect() == Some(Effect::Allow);
    if !is_allow || stmt.principal.as_ref().is_none_or(|it| it.negated) {
        return;
    }
    for (entry, idx, text) in element::principals(stmt).filter(|(it, ..)| &*it.name.value == "AWS") {
        let Some(account) = account(&text.value) else { continue };
        if !trusted.iter().any(|it| it == account) {
            let message = format!("Account `{account}` is not among the trusted accounts");
            let finding = acc.report(&RULE, text.range, message);
            let removal = fix::remove_item(&entry.values, idx);
            finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
        }
    }
}

/// The account of a principal, where it is written with its digits.
fn account(principal: &str) -> Option<&str> {
    let account = Arn::parse(principal).map_or(principal, |it| it.account);
    let is_account = account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit());
    is_account.then_some(account)
}
