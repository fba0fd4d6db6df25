//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A service may use a resource or a role on behalf of any account.
    ///
    /// ## Why it matters
    /// A service works for all of its customers. Without a condition on `aws:SourceAccount` or `aws:SourceArn`, someone in
    /// another account can make it use what this policy opens to it.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "bedrock.amazonaws.com" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }] }
    /// ```
    /// ```jsonc,clean,kind:resource
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Service": "bedrock.amazonaws.com" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*",
    ///   "Condition": { "StringEquals": { "aws:SourceAccount": "111122223333" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
    name: "confused-deputy", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
    check: Statement(check)
}

/// Services that take a role in the name of a customer's resource, which their documentation asks to name.
const IN_TRUST: [(&str, Severity); 3] = [
    ("bedrock.amazonaws.com", Severity::Warning),
    ("bedrock-agentcore.amazonaws.com", Severity::Warning),
    ("sagemaker.amazonaws.com", Severity::Hint),
];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    if stmt.effect() != Some(Effect::Allow) || stmt.principal.as_ref().is_none_or(|it| it.negated) {
        return;
    }
    if element::tests(stmt).any(|(_, _, _, it)| is_limit(&it.key.value)) {
        return;
    }
    for (_, _, text) in element::principals(stmt).filter(|(it, ..)| &*it.name.value == "Service") {
        match cx.kind {
            PolicyKind::Resource if !is_trust(stmt) => resource(cx, stmt, text, acc),
            PolicyKind::Resource | PolicyKind::Trust => trust(cx, stmt, text, acc),
            PolicyKind::Identity
            | PolicyKind::Boundary
            | PolicyKind::Session
            | PolicyKind::Scp
            | PolicyKind::Rcp
            | PolicyKind::VpcEndpoint => return,
        }
    }
}

/// Whether its actions are those of a trust policy, which may be taken for another kind.
fn is_trust(stmt: &Statement) -> bool {
    let assumes = |it: &Text| it.value.to_ascii_lowercase().starts_with("sts:");
    stmt.action.as_ref().is_some_and(|it| it.values.texts().any(assumes))
}

/// Whether a key says for whom a service calls: the global ones, and older ones of single services.
fn is_limit(key: &str) -> bool {
    let (_, name) = key.rsplit_once(':').unwrap_or(("", key));
    let name = name.to_ascii_lowercase();
    // Of keys that a service's calls do not carry another rule speaks.
    name.starts_with("source")
        || name.starts_with("principalorg")
        || name == "principalaccount"
        || name == "eventsourcetoken"
        || name.starts_with("calleraccount")
        || is_filled_in(key)
}

fn resource(cx: &RuleCx<'_>, stmt: &Statement, text: &Text, acc: &mut Findings) {
    let referer = element::tests(stmt).find(|(_, _, _, it)| it.is("aws:Referer"));
    if let Some((_, _, _, test)) = referer {
        let message =
            "`aws:SourceAccount` says for whom a service calls; `aws:Referer` is what a caller writes";
        acc.report(&RULE, test.key.range, message)
            .severity(Severity::Info)
            .code(Some("RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"))
            .fix(Fix::suggested(
                "Change to `aws:SourceAccount`",
                vec![fix::replace_text(&test.key, "aws:SourceAccount")],
            ));
        return;
    }
    let message = format!("`{}` may do this on behalf of any account", short(&text.value));
    let finding = acc.report(&RULE, text.range, message);
    finding.fixes(for_account(cx, stmt));
}

fn trust(cx: &RuleCx<'_>, stmt: &Statement, text: &Text, acc: &mut Findings) {
    let Some((_, severity)) = IN_TRUST.into_iter().find(|(it, _)| *it == &*text.value) else { return };
    let message = format!("`{}` may assume this role on behalf of any account", short(&text.value));
    let finding = acc.report(&RULE, text.range, message).severity(severity).code(None);
    finding.fixes(for_account(cx, stmt));
}

fn for_account(cx: &RuleCx<'_>, stmt: &Statement) -> Option<Fix> {
    let (account, title) = match cx.config.accounts.as_deref() {
        Some([own]) => (own.as_str(), format!("Only on behalf of account `{own}`")),
        _ => ("111122223333", "Only on behalf of an account to fill in".to_owned()),
    };
    let value = format!("\"{account}\"");
    let edit = fix::condition::add_test(cx.text, stmt, "StringEquals", "aws:SourceAccount", &value)?;
    Some(Fix::suggested(title, vec![edit]))
}
