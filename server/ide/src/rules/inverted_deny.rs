//! See [`RULE`].
use super::optional_key_in_deny::SETTINGS;
use super::prelude::*;

rule! {
    /// A `Deny` stops the safe value of a setting and lets the other one through.
    ///
    /// ## Why it matters
    /// Such a `Deny` is meant to keep root access, the internet or unencrypted traffic out. With the operator or the value
    /// turned round it denies what was wanted, and nothing else.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "sagemaker:CreateNotebookInstance", "Resource": "*",
    ///   "Condition": { "StringNotEquals": { "sagemaker:RootAccess": "Enabled" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": "sagemaker:CreateNotebookInstance", "Resource": "*",
    ///   "Condition": { "StringNotEquals": { "sagemaker:RootAccess": "Disabled" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html>
    name: "inverted-deny", since: "0.1.0",
    severity: Warning, group: Effect,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if stmt.effect() != Some(Effect::Deny) {
        return;
    }
    for (block_idx, _, block, test) in element::tests(stmt) {
        let Some((_, open, safe)) = SETTINGS.into_iter().find(|(key, ..)| test.is(key)) else { continue };
        let [item @ (Item::Text(value) | Item::Literal(value, _))] = test.values.items.as_slice() else {
            continue;
        };
        let Some(operator) = cx.catalog.operator(&block.operator.base) else { continue };
        if block.is("Null") || block.operator.quantifier.is_some() {
            continue;
        }
        let (denied, wanted) = if operator.negated() { (open, safe) } else { (safe, open) };
        if !value.value.eq_ignore_ascii_case(denied) {
            continue;
        }
        let key = short(&test.key.value);
        let message = format!("This denies `{key}` of `{safe}`, and lets `{open}` through");
        let edit = TextEdit::replace(item.range(), format!("\"{wanted}\""));
        // Left out, the setting is the open one.
        let optional = stmt
            .condition
            .as_ref()
            .filter(|_| !operator.negated() && !block.operator.if_exists && block.tests.len() == 1);
        let optional = optional.and_then(|it| {
            fix::condition::rename_operator(it, block_idx, &format!("{}IfExists", block.name.value))
        });
        let title = match &optional {
            Some(_) => format!("Change to `{wanted}`, and deny what leaves it out"),
            None => format!("Change to `{wanted}`"),
        };
        let edits = std::iter::once(edit).chain(optional).collect::<Vec<_>>();
        acc.report(&RULE, item.range(), message).fix(Fix::suggested(title, edits));
    }
}
