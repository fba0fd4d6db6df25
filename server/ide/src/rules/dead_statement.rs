//! See [`RULE`].
use policy::reach::Dead;

use super::prelude::*;
use crate::dead;

rule! {
    /// A statement changes nothing: others deny or cover all of it, or its conditions exclude each other.
    ///
    /// ## Why it matters
    /// It reads as if it granted something.
    /// What it says about every request at once is compared with what the other statements of the policy say, and
    /// this is only reported where it is proven.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Version": "2012-10-17", "Statement": [
    ///   { "Sid": "All", "Effect": "Allow", "Action": "bedrock:Invoke*", "Resource": "*" },
    ///   { "Sid": "One", "Effect": "Allow", "Action": "bedrock:InvokeModel",
    ///     "Resource": "arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0" }] }
    /// ```
    /// ```jsonc,clean
    /// { "Version": "2012-10-17", "Statement": [
    ///   { "Sid": "All", "Effect": "Allow", "Action": "bedrock:Invoke*",
    ///     "Resource": "arn:aws:bedrock:us-east-1::foundation-model/*" },
    ///   { "Sid": "One", "Effect": "Allow", "Action": "bedrock:InvokeModel",
    ///     "Resource": "arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0" }] }
    /// ```
    ///
    /// ## Fix
    /// Removing it leaves the granted access exactly as it is.
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
    name: "dead-statement", since: "0.1.0",
    severity: Hint, group: Effect,
    check: Built
}

/// Reports the statements of a policy that change nothing, but for those about which something says so already.
pub(crate) fn check(
    text: &syntax::Text,
    policy: &Policy,
    dead: &[Option<Dead>],
    told: &[TextRange],
    acc: &mut Findings,
) {
    for (idx, why) in dead.iter().enumerate() {
        let (Some(at), Some(why)) = (policy.statements.get(idx), why) else { continue };
        let whole = at.statement.range + at.start;
        // A template fills in what has colons of its own, and only then is it clear what the statement asks for.
        let is_template = *why == Dead::Never && text.slice(whole).contains("${AWS::");
        if *why == Dead::NoAction || is_template || told.iter().any(|it| whole.contains_range(*it)) {
            continue;
        }
        let range = at.statement.label_range() + at.start;
        let message = format!("This statement changes nothing: {}", dead::because(policy, why));
        let finding = acc.report(&RULE, range, message).tag(Tag::Unnecessary);
        for by in dead::by(why).iter().take(MOST_RELATED) {
            if let Some(other) = policy.statements.get(by.index) {
                finding.related(other.statement.label_range() + other.start, "By this one");
            }
        }
        let removal = fix::remove_statement(text, policy, idx);
        finding.fixes(removal.map(|it| Fix::safe("Remove the statement", vec![it])));
    }
}

/// How many other statements a finding points to.
const MOST_RELATED: usize = 5;
