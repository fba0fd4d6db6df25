//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A service is named by its endpoint, or misspelt, where its principal belongs.
    ///
    /// ## Why it matters
    /// A service has one name as a principal. `bedrock-runtime` is where requests go; roles are assumed, and passed to,
    /// `bedrock.amazonaws.com`.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/agent",
    ///   "Condition": { "StringEquals": { "iam:PassedToService": "bedrock-agent.amazonaws.com" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/agent",
    ///   "Condition": { "StringEquals": { "iam:PassedToService": "bedrock.amazonaws.com" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>
    name: "unknown-service-principal", since: "0.1.0",
    severity: Error, group: Reference,
    check: Statement(check)
}

/// Services whose endpoints have names of their own and no principals.
const FAMILIES: [&str; 2] = ["bedrock", "sagemaker"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, text) in element::principals(stmt).filter(|(it, ..)| &*it.name.value == "Service") {
        report(cx, text, acc);
    }
    for (_, _, block, test) in element::tests(stmt).filter(|(_, _, _, it)| it.is("iam:PassedToService")) {
        if block.is("StringEquals") || block.is("StringLike") {
            test.values.texts().for_each(|it| report(cx, it, acc));
        }
    }
}

fn report(cx: &RuleCx<'_>, text: &Text, acc: &mut Findings) {
    let value = &*text.value;
    let Some(label) = value.strip_suffix(".amazonaws.com").filter(|it| !it.contains('.')) else { return };
    if cx.catalog.service_principal(value).is_some() || pattern::has_wildcard(value) || is_filled_in(value) {
        return;
    }
    let endpoint = cx.catalog.endpoint_prefix(label).filter(|it| {
        FAMILIES.iter().any(|family| {
            label.strip_prefix(family).is_some_and(|it| it.starts_with('-')) && it.prefix() == *family
        })
    });
    let right = endpoint.map(|it| format!("{}.amazonaws.com", it.prefix()));
    let slip = || {
        let known = cx.catalog.service_principals().map(|it| it.name());
        let near = nearest(value, known)
            .filter(|it| is_slip(it, value) && it.len() == value.len() && label.len() > 5);
        // What is a service of its own is no slip.
        near.filter(|_| cx.catalog.service(label).is_none()).map(str::to_owned)
    };
    let is_endpoint = right.is_some();
    let Some(right) = right.or_else(slip) else { return };
    let message = if is_endpoint {
        format!("`{value}` is an endpoint, not a principal")
    } else {
        format!("No service is known as `{}`", short(value))
    };
    let finding = acc.report(&RULE, text.range, message);
    if !is_endpoint {
        finding.severity(Severity::Warning);
    }
    finding.fix(Fix::suggested(format!("Change to `{right}`"), vec![fix::replace_text(text, &right)]));
}
