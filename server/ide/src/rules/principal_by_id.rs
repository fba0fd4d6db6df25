//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A principal is given by the id of a role or user.
    ///
    /// ## Why it matters
    /// AWS shows the id in place of the ARN when the role or user has been deleted. One that is made anew under the same
    /// name has another id, and this policy does not mean it.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "AROAJQABLZS4A3QDU576Q" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    /// ```jsonc,clean,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/reader" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
    name: "principal-by-id", since: "0.1.0",
    severity: Warning, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if !cx.kind.has_principal() {
        return;
    }
    for (entry, idx, text) in element::principals(stmt).filter(|(it, ..)| &*it.name.value == "AWS") {
        let is_id = text.value.len() >= 16
            && text.value.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
        let (what, code) = match text.value.get(..4) {
            Some("AROA") if is_id => ("role", "INVALID_ROLE_REFERENCE"),
            Some("AIDA") if is_id => ("user", "INVALID_USER_REFERENCE"),
            _ => continue,
        };
        let message =
            format!("`{}` is the id of a {what}, most likely one that was deleted", short(&text.value));
        let finding = acc.report(&RULE, text.range, message).code(Some(code));
        let removal = fix::remove_item(&entry.values, idx);
        finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
        let arn = format!("arn:aws:iam::111122223333:{what}/NAME");
        finding.fix(Fix::suggested(format!("Name a {what} to fill in"), vec![fix::replace_text(text, &arn)]));
    }
}
