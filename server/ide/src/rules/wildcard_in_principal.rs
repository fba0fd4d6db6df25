//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A principal has a wildcard where AWS takes none.
    ///
    /// ## Why it matters
    /// `*` stands for everyone and can only stand alone. AWS refuses a wildcard within a name, and a role's trust policy
    /// that has `"Principal": "*"`. What is meant is said by a condition on `aws:PrincipalArn`.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/dev-*" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    /// ```jsonc,clean,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*",
    ///   "Condition": { "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/dev-*" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    name: "wildcard-in-principal", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let is_trust = cx.kind == PolicyKind::Trust;
    if !is_trust && cx.kind != PolicyKind::Resource {
        return;
    }
    if let Some(PrincipalValue::Text(text)) = stmt.principal.as_ref().filter(|_| is_trust).map(|it| &it.value)
        && &*text.value == "*"
    {
        let new = "{ \"AWS\": \"arn:aws:iam::111122223333:root\" }";
        acc.report(&RULE, text.range, "A trust policy cannot name everyone by `\"Principal\": \"*\"`")
            .code(Some("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL"))
            .fix(Fix::suggested("Trust an account to fill in", vec![TextEdit::replace(text.range, new)]));
    }
    for (entry, _, text) in element::principals(stmt) {
        let value = &*text.value;
        let is_everyone = value == "*" && &*entry.name.value == "AWS";
        if is_everyone || !pattern::has_wildcard(value) || is_filled_in(value) {
            continue;
        }
        let message = format!("`{}` has a wildcard, which AWS does not take in a principal", short(value));
        let finding = acc.report(&RULE, text.range, message);
        finding.fixes(by_condition(cx, stmt, text, entry.values.items.len()));
    }
}

/// Names the account, and says by a condition which of its principals are meant.
fn by_condition(cx: &RuleCx<'_>, stmt: &Statement, text: &Text, n_values: usize) -> Option<Fix> {
    let arn = policy::arn::Arn::parse(&text.value)?;
    let is_account = arn.account.len() == 12 && arn.account.bytes().all(|it| it.is_ascii_digit());
    let negated = stmt.principal.as_ref().is_none_or(|it| it.negated);
    let is_role =
        arn.service == "iam" && (arn.resource.starts_with("role/") || arn.resource.starts_with("user/"));
    if !is_account || negated || !is_role || n_values != 1 || element::has_test(stmt, &["aws:PrincipalArn"]) {
        return None;
    }
    let root = format!("arn:{}:iam::{}:root", arn.partition, arn.account);
    let value = format!("\"{}\"", fix::escape(&text.value));
    let condition = fix::condition::add_test(cx.text, stmt, "ArnLike", "aws:PrincipalArn", &value)?;
    let edits = vec![fix::replace_text(text, &root), condition];
    Some(Fix::suggested("Name the account, and its principals by a condition on `aws:PrincipalArn`", edits))
}
