//! See [`RULE`].
use super::prelude::*;
use policy::sent;

rule! {
    /// A `Deny` asks for a setting that a request can leave out.
    ///
    /// ## Why it matters
    /// A setting that is not in the request is not in its context either, and the `Deny` does not apply, although AWS then
    /// uses its default. A negated operator also denies a request that leaves the setting out.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "sagemaker:CreateNotebookInstance", "Resource": "*",
    ///   "Condition": { "StringEquals": { "sagemaker:RootAccess": "Enabled" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": "sagemaker:CreateNotebookInstance", "Resource": "*",
    ///   "Condition": { "StringNotEquals": { "sagemaker:RootAccess": "Disabled" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html>
    name: "optional-key-in-deny", since: "0.1.0",
    severity: Warning, group: Security,
    check: Statement(check)
}

/// Settings whose default is what a `Deny` of them means to stop, with that value and the other.
pub(super) const SETTINGS: [(&str, &str, &str); 4] = [
    ("sagemaker:DirectInternetAccess", "Enabled", "Disabled"),
    ("sagemaker:RootAccess", "Enabled", "Disabled"),
    ("sagemaker:NetworkIsolation", "false", "true"),
    ("sagemaker:InterContainerTrafficEncryption", "false", "true"),
];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if stmt.effect() != Some(Effect::Deny) {
        return;
    }
    for (block_idx, test_idx, block, test) in element::tests(stmt) {
        let Some((_, default, other)) = SETTINGS.into_iter().find(|(key, ..)| test.is(key)) else { continue };
        let [Item::Text(value) | Item::Literal(value, _)] = test.values.items.as_slice() else { continue };
        if !sent::needs_key(cx.catalog, block, test)
            || block.is("Null")
            || !value.value.eq_ignore_ascii_case(default)
        {
            continue;
        }
        let key = short(&test.key.value);
        let message = format!("A request that leaves `{key}` out is not denied, and gets `{default}`");
        let finding = acc.report(&RULE, test.key.range, message);
        let (name, value_edit) = if block.is("Bool") {
            ("BoolIfExists", None)
        } else {
            ("StringNotEquals", Some(TextEdit::replace(test.values.range, format!("\"{other}\""))))
        };
        // A test that moves takes its old value with it.
        let edits = if block.tests.len() == 1 {
            fix::condition::move_test(cx.text, stmt, block_idx, test_idx, name)
        } else {
            None
        };
        finding.fixes(edits.map(|mut it| {
            it.extend(value_edit);
            Fix::suggested(format!("Deny all that is not `{other}`, by `{name}`"), it)
        }));
    }
}
