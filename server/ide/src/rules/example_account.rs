//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// A policy names an account that AWS's documentation uses in its examples.
    ///
    /// ## Why it matters
    /// The account is nobody's, so what is copied from an example matches nothing until the number is changed. Policies in
    /// documentation and tests have such numbers on purpose, so the rule is off until asked for.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:GetAgent", "Resource": "arn:aws:bedrock:us-east-1:123456789012:agent/A1" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:GetAgent", "Resource": "arn:aws:bedrock:us-east-1:763104351884:agent/A1" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    name: "example-account", since: "0.1.0",
    severity: Hint, group: Reference,
    default: Off,
    check: Statement(check)
}

/// The numbers that AWS's documentation gives to accounts of nobody.
const EXAMPLES: [&str; 5] = ["111122223333", "123456789012", "444455556666", "777788889999", "999999999999"];

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let resources = stmt.resource.iter().flat_map(|it| it.values.texts());
    let conditions = stmt.condition.iter().flat_map(Condition::tests).flat_map(|(_, it)| it.values.texts());
    let principals = element::principals(stmt).map(|it| it.2);
    for text in resources.chain(conditions).chain(principals) {
        let of_arn = Arn::parse(&text.value).map(|it| it.field_offsets()[4]);
        let (start, end) = of_arn.unwrap_or((0, text.value.len()));
        let account = text.value.get(start..end).unwrap_or_default();
        if EXAMPLES.contains(&account) {
            let message = format!("`{account}` is an account of AWS's examples");
            acc.report(&RULE, text.part(start, end), message);
        }
    }
}
