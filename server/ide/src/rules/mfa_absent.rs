//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A `Deny` for calls without multi-factor authentication leaves out those that say nothing of it.
    ///
    /// ## Why it matters
    /// `aws:MultiFactorAuthPresent` is only sent with temporary credentials. A call with a user's access keys has no such
    /// key, so `Bool` does not match and the `Deny` does not apply. `BoolIfExists` also holds without the key.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "false" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": { "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>
    name: "mfa-absent", since: "0.1.0",
    severity: Warning, group: Security,
    check: Statement(check)
}

const KEY: &str = "aws:MultiFactorAuthPresent";

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block_idx, test_idx, block, test) in element::tests(stmt).filter(|(_, _, _, it)| it.is(KEY)) {
        let [Item::Text(value) | Item::Literal(value, _)] = test.values.items.as_slice() else { continue };
        let is_false = value.value.eq_ignore_ascii_case("false");
        match stmt.effect() {
            Some(Effect::Deny) if block.is("Bool") && is_false && !block.operator.if_exists => {
                let message = "Calls with a user's access keys have no such key, and are not denied";
                let finding = acc.report(&RULE, test.key.range, message);
                let edits = fix::condition::move_test(cx.text, stmt, block_idx, test_idx, "BoolIfExists");
                finding.fixes(edits.map(|it| Fix::suggested("Compare with `BoolIfExists`", it)));
            }
            Some(Effect::Allow) if block.is("Null") && is_false => {
                let message = "Temporary credentials always have this key; its value says whether there was a second factor";
                let finding = acc.report(&RULE, test.key.range, message);
                if block.tests.len() == 1
                    && !stmt.condition.iter().flat_map(|it| &it.blocks).any(|it| it.is("Bool"))
                {
                    let edits = vec![
                        TextEdit::replace(block.name.content, "Bool"),
                        TextEdit::replace(test.values.range, "\"true\""),
                    ];
                    finding.fix(Fix::suggested("Ask for `true` by `Bool`", edits));
                }
            }
            Some(Effect::Allow | Effect::Deny) | None => {}
        }
    }
}
