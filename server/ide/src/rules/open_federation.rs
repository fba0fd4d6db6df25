//! See [`RULE`].
use super::prelude::*;
use crate::provider::{GITHUB, Provider};

rule! {
    /// A role trusts everyone whom an identity provider knows.
    ///
    /// ## Why it matters
    /// A public provider vouches for anyone with an account there. Only a condition on the provider's own keys, such as
    /// its audience or subject, says whose tokens may assume the role. For GitHub that is the repository in `sub`.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Federated": "accounts.google.com" }, "Action": "sts:AssumeRoleWithWebIdentity" }] }
    /// ```
    /// ```jsonc,clean,kind:trust
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Principal": { "Federated": "accounts.google.com" }, "Action": "sts:AssumeRoleWithWebIdentity",
    ///   "Condition": { "StringEquals": { "accounts.google.com:aud": "1234567890.apps.googleusercontent.com" } } }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>
    name: "open-federation", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let is_open = cx.kind == PolicyKind::Trust
        && stmt.effect() == Some(Effect::Allow)
        && stmt.principal.as_ref().is_some_and(|it| !it.negated)
        && stmt.action.as_ref().is_some_and(|it| element::covers_action(it, "sts:AssumeRoleWithWebIdentity"));
    if !is_open {
        return;
    }
    for (entry, _, text) in element::principals(stmt).filter(|(it, ..)| &*it.name.value == "Federated") {
        if is_filled_in(&text.value) || is_filled_in(&entry.name.value) {
            continue;
        }
        let Some(Provider::Web(host)) = Provider::parse(&text.value) else { continue };
        if host.eq_ignore_ascii_case(GITHUB) {
            github(cx, stmt, text, acc);
        } else if !has_claim(stmt, host) {
            let key = format!("{host}:aud");
            let message = format!("Anyone with a token of `{}` can assume this role", short(host));
            let finding = acc.report(&RULE, text.range, message);
            finding.fixes(require(cx, stmt, &key, "CLIENT_ID"));
        }
    }
}

/// Whether a condition tests a claim of the provider.
fn has_claim(stmt: &Statement, host: &str) -> bool {
    element::tests(stmt).any(|(_, _, _, test)| {
        let prefix = test.key.value.rsplit_once(':').map(|(it, _)| it);
        prefix.is_some_and(|it| it.eq_ignore_ascii_case(host)) || is_filled_in(&test.key.value)
    })
}

fn github(cx: &RuleCx<'_>, stmt: &Statement, text: &Text, acc: &mut Findings) {
    let key = format!("{GITHUB}:sub");
    // Claims that hold the repository, or its owner, on their own.
    let others =
        ["repository", "repository_owner", "repository_id", "repository_owner_id", "job_workflow_ref"];
    let other_keys = others.map(|it| format!("{GITHUB}:{it}"));
    let is_limited = element::tests(stmt).any(|(_, _, _, it)| other_keys.iter().any(|key| it.is(key)));
    if !element::has_test(stmt, &[&key]) && !is_limited {
        let message = "Workflows of every repository on GitHub can assume this role";
        let finding = acc.report(&RULE, text.range, message).code(Some("MISSING_GITHUB_REPO_CONDITION_KEY"));
        finding.fixes(require(cx, stmt, &key, "repo:OWNER/REPOSITORY:ref:refs/heads/main"));
        return;
    }
    if is_limited || element::has_test(stmt, &[&format!("{GITHUB}:ref")]) {
        return;
    }
    let like = element::tests(stmt).filter(|(_, _, block, test)| block.is("StringLike") && test.is(&key));
    for text in like.flat_map(|(_, _, _, it)| it.values.texts()) {
        wide_subject(text, acc);
    }
}

/// A subject that leaves repository, branch or environment open.
fn wide_subject(text: &Text, acc: &mut Findings) {
    let value = &*text.value;
    let repository = value.strip_prefix("repo:").unwrap_or_default();
    let (name, context) = repository.split_once(':').unwrap_or((repository, ""));
    let is_one = |it: &str| !it.is_empty() && !pattern::has_wildcard(it);
    let has_owner = name.split_once('/').is_some_and(|(owner, _)| is_one(owner));
    if is_filled_in(value) || !pattern::has_wildcard(value) {
        return;
    }
    // `ref:refs/heads/*`, `environment:*`: what is left open is a part of what was chosen.
    let chosen = context.split('*').next().is_some_and(|it| it.contains(':'));
    let (message, severity) = if !has_owner {
        ("Workflows of repositories of any owner can match this", Severity::Warning)
    } else if !is_one(name) {
        ("Workflows of every repository of this owner that matches can assume the role", Severity::Warning)
    } else if chosen {
        return;
    } else {
        (
            "Workflows of every branch, tag and pull request of the repository can assume the role",
            Severity::Info,
        )
    };
    let finding = acc.report(&RULE, text.range, message);
    finding.severity(severity).code(Some("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED"));
    if is_one(name) {
        let new = format!("repo:{name}:ref:refs/heads/main");
        finding.fix(Fix::suggested("Allow the branch `main` only", vec![fix::replace_text(text, &new)]));
    }
}

fn require(cx: &RuleCx<'_>, stmt: &Statement, key: &str, value: &str) -> Option<Fix> {
    let edit = fix::condition::add_test(cx.text, stmt, "StringEquals", key, &format!("\"{value}\""))?;
    Some(Fix::suggested(format!("Add a condition on `{key}` to fill in"), vec![edit]))
}
