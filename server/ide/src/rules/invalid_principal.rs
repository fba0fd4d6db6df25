//! See [`RULE`].
use policy::model::Principal;

use super::prelude::*;
use crate::provider::Provider;

rule! {
    /// A `Principal` is not written as AWS reads it.
    ///
    /// ## Why it matters
    /// It is `"*"` or an object that says by type who is meant: `AWS`, `Service`, `Federated` or `CanonicalUser`, in
    /// exactly these letters. AWS refuses anything else.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": "ec2.amazonaws.com", "Action": "sts:AssumeRole" }] }
    /// ```
    /// ```jsonc,clean,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    name: "invalid-principal", since: "0.1.0",
    severity: Error, group: Structure,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    // Of a kind without principals another rule speaks, and of resource control policies too.
    let Some(principal) =
        stmt.principal.as_ref().filter(|_| cx.kind.has_principal() && cx.kind != PolicyKind::Rcp)
    else {
        return;
    };
    match &principal.value {
        PrincipalValue::Text(text) => bare(text, acc),
        PrincipalValue::Wrong(Json::Array) => list(cx, principal, acc),
        PrincipalValue::Typed(entries) => {
            for entry in entries {
                name(cx, &entry.name, acc);
            }
            values(cx, stmt, acc);
        }
        PrincipalValue::Dynamic | PrincipalValue::Wrong(_) => {}
    }
}

fn bare(text: &Text, acc: &mut Findings) {
    let value = &*text.value;
    if value == "*" || value.is_empty() || is_filled_in(value) {
        return;
    }
    let message = format!("`{}` does not say of what type it is: only `*` stands alone", short(value));
    let finding = acc.report(&RULE, text.range, message).code(Some("INVALID_PRINCIPAL_FORMAT"));
    if let Some(name) = type_of(value) {
        let new = format!("{{ \"{name}\": \"{}\" }}", fix::escape(value));
        finding.fix(Fix::suggested(
            format!("Write it under `{name}`"),
            vec![TextEdit::replace(text.range, new)],
        ));
    }
}

fn list(cx: &RuleCx<'_>, principal: &Principal, acc: &mut Findings) {
    let finding = acc.report(&RULE, principal.range, "A list of principals has no type: only an object has");
    finding.code(Some("INVALID_PRINCIPAL_FORMAT"));
    let written = fix::slice(cx.text, principal.range);
    let is_service = written.contains(".amazonaws.com") && !written.contains("arn:");
    let name = if is_service { "Service" } else { "AWS" };
    let edit = TextEdit::replace(principal.range, format!("{{ \"{name}\": {written} }}"));
    finding.fix(Fix::suggested(format!("Write them under `{name}`"), vec![edit]));
}

fn name(cx: &RuleCx<'_>, name: &Text, acc: &mut Findings) {
    let names = || cx.catalog.principal_types().map(|it| it.name());
    if name.value.is_empty() || is_filled_in(&name.value) || names().any(|it| it == &*name.value) {
        return;
    }
    let message = format!("`{}` is no type of principal", short(&name.value));
    let finding = acc.report(&RULE, name.range, message).code(Some("INVALID_PRINCIPAL_KEY"));
    if let Some(near) = nearest(&name.value, names()) {
        finding.fix(Fix::suggested(format!("Change to `{near}`"), vec![fix::replace_text(name, near)]));
    }
}

fn values(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (entry, idx, text) in element::principals(stmt) {
        let value = &*text.value;
        if value.is_empty() || is_filled_in(value) || pattern::has_wildcard(value) {
            continue;
        }
        let is_wrong = match &*entry.name.value {
            "AWS" => type_of(value) != Some("AWS"),
            "Federated" => cx.kind == PolicyKind::Trust && Provider::parse(value).is_none(),
            _ => false,
        };
        if !is_wrong {
            continue;
        }
        let written = short(value);
        let finding = if &*entry.name.value == "AWS" {
            acc.report(
                &RULE,
                text.range,
                format!("`{written}` is neither an account nor the ARN of a principal"),
            )
        } else {
            let message = format!("`{written}` is no identity provider: neither its ARN nor its host name");
            acc.report(&RULE, text.range, message)
                .code(Some("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY"))
        };
        let right = type_of(value).filter(|it| *it != &*entry.name.value && entry.values.items.len() == 1);
        if let Some(name) = right {
            let edit = fix::replace_text(&entry.name, name);
            finding.fix(Fix::suggested(format!("Write it under `{name}`"), vec![edit]));
        }
        let removal = fix::remove_item(&entry.values, idx);
        finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
    }
}

/// The type that a principal's form tells.
fn type_of(value: &str) -> Option<&'static str> {
    let is_id =
        |it: &str| it.len() >= 16 && it.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    let is_account = value.len() == 12 && value.bytes().all(|it| it.is_ascii_digit());
    let is_canonical = value.len() == 64 && value.bytes().all(|it| it.is_ascii_hexdigit());
    let arn = policy::arn::Arn::parse(value);
    match arn {
        Some(it)
            if it.resource.starts_with("oidc-provider/") || it.resource.starts_with("saml-provider/") =>
        {
            Some("Federated")
        }
        Some(_) => Some("AWS"),
        None if is_account || is_id(value) => Some("AWS"),
        None if is_canonical => Some("CanonicalUser"),
        None if value.ends_with(".amazonaws.com") && value != "cognito-identity.amazonaws.com" => {
            Some("Service")
        }
        None if Provider::parse(value).is_some() => Some("Federated"),
        None => None,
    }
}
