//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy other than a role's trust policy names an identity provider as its principal.
    ///
    /// ## Why it matters
    /// Who comes from an identity provider first assumes a role, and calls AWS as this role. A resource policy has to
    /// name the role.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Federated": "arn:aws:iam::111122223333:saml-provider/idp" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    /// ```jsonc,clean,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/federated" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity>
    name: "unsupported-federation", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(PrincipalValue::Typed(entries)) = stmt.principal.as_ref().map(|it| &it.value) else { return };
    // A trust policy that is taken for another kind has these actions.
    let assumes = |it: &Text| it.value.to_ascii_lowercase().starts_with("sts:");
    let is_trust = stmt.action.as_ref().is_none_or(|it| it.values.texts().any(assumes));
    if cx.kind != PolicyKind::Resource || is_trust {
        return;
    }
    for entry in entries.iter().filter(|it| &*it.name.value == "Federated") {
        let message =
            "Only a role's trust policy has `Federated` principals; here, name the role that they assume";
        let finding = acc.report(&RULE, entry.name.range, message);
        if let [Item::Text(only)] = entry.values.items.as_slice()
            && entries.len() == 1
        {
            let edits = vec![
                fix::replace_text(&entry.name, "AWS"),
                fix::replace_text(only, "arn:aws:iam::111122223333:role/NAME"),
            ];
            finding.fix(Fix::suggested("Name a role to fill in", edits));
        }
    }
}
