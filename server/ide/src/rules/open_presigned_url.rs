//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement allows opening anybody's Studio or notebook.
    ///
    /// ## Why it matters
    /// The URL signs its holder in as the user profile it was made for, with that profile's execution role. On every
    /// resource and without a condition, whoever has this can work as anybody, from any network.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreatePresignedDomainUrl", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreatePresignedDomainUrl",
    ///   "Resource": "arn:aws:sagemaker:*:444455556666:user-profile/d-abcd1234/${aws:PrincipalTag/profile, 'none'}" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html>
    name: "open-presigned-url", since: "0.1.0",
    severity: Warning, group: Security,
    check: Statement(check)
}

const URLS: [&str; 2] =
    ["sagemaker:CreatePresignedDomainUrl", "sagemaker:CreatePresignedNotebookInstanceUrl"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated) else { return };
    let everywhere = stmt.resource.as_ref().is_some_and(element::is_every_resource);
    let is_open = everywhere && element::is_unconditional(stmt) && stmt.effect() == Some(Effect::Allow);
    if cx.kind != PolicyKind::Identity || !is_open {
        return;
    }
    // Of whole services and of everything other rules speak.
    let mut texts =
        action.values.texts().filter(|it| !it.value.ends_with(":*") && !pattern::is_everything(&it.value));
    let found = texts.find_map(|text| {
        let name = URLS.iter().find(|it| pattern::matches_ignore_case(&text.value, it))?;
        Some((text, name.trim_start_matches("sagemaker:")))
    });
    let Some((text, name)) = found else { return };
    let what = if name.contains("Notebook") { "notebook" } else { "user's Studio, with that user's role" };
    let by = if pattern::has_wildcard(&text.value) { format!(", by `{name}`") } else { String::new() };
    let finding = acc.report(&RULE, text.range, format!("This opens any {what}{by}, from any network"));
    let Some(resource) = stmt.resource.as_ref().filter(|_| !pattern::has_wildcard(&text.value)) else {
        return;
    };
    let (arn, one) = match name.contains("Notebook") {
        true => ("arn:aws:sagemaker:*:111122223333:notebook-instance/NAME", "notebook"),
        false => ("arn:aws:sagemaker:*:111122223333:user-profile/DOMAIN/NAME", "user profile"),
    };
    let idx = action.values.items.iter().position(|it| it.range() == text.range);
    let narrower = fix::replace_values(cx.text, &resource.values, &[arn.to_owned()]);
    if action.values.items.len() == 1 {
        finding.fix(Fix::suggested(format!("Limit to one {one}, to fill in"), vec![narrower]));
    } else if cx.in_list
        && let Some(edits) =
            idx.and_then(|it| fix::split_statement(cx.text, stmt, action, &[it], &[narrower]))
    {
        finding.fix(Fix::suggested(format!("Move it to a statement on one {one}, to fill in"), edits));
    }
}
