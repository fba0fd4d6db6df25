//! See [`RULE`].
use super::prelude::*;
use crate::id_form;

rule! {
    /// A condition compares an id with something that is no such id.
    ///
    /// ## Why it matters
    /// Ids of AWS have a fixed form: `sg-`, `subnet-`, `vpc-` and 8 or 17 hexadecimal digits, `o-` and letters, twelve
    /// digits for an account. What has another form is never equal to one.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-123" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-0a1b2c3d" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    name: "malformed-id", since: "0.1.0",
    severity: Error, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for it in id_form::wrong_ids(cx.catalog, stmt) {
        let code = match it.key.name() {
            "aws:SourceVpc" => Some("INVALID_VPC_FORMAT"),
            "aws:SourceVpce" => Some("INVALID_VPCE_FORMAT"),
            _ => None,
        };
        let value = &*it.text.value;
        // The rule on short ids speaks about those.
        if code.is_none() && it.form.is_short(value) {
            continue;
        }
        let message = format!("`{}` is not {}", short(value), it.form.description());
        let finding = acc.report(&RULE, it.text.range, message).code(code);
        let repaired = it.form.repair(value).filter(|new| code.is_none() || it.form.fits(new));
        finding.fixes(
            repaired.map(|new| {
                Fix::suggested(format!("Change to `{new}`"), vec![fix::replace_text(it.text, &new)])
            }),
        );
        let removal = fix::remove_item(it.values, it.idx);
        finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
    }
}
