//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A resource control policy names actions of a service that such policies do not reach.
    ///
    /// ## Why it matters
    /// AWS applies resource control policies to the services on a list. What a policy denies of another service stays
    /// allowed; a service control policy can deny it.
    ///
    /// ## Example
    /// ```jsonc,finds,kind:rcp
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": ["s3:*", "bedrock:*"], "Resource": "*" }] }
    /// ```
    /// ```jsonc,clean,kind:rcp
    /// { "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
    name: "outside-rcp", since: "0.1.0",
    severity: Error, group: Effect,
    access_analyzer: "RCP_SYNTAX_ERROR_ACTION",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(action) = stmt.action.as_ref().filter(|it| cx.kind == PolicyKind::Rcp && !it.negated) else {
        return;
    };
    for (idx, item) in action.values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        let Some(name) = ActionName::parse(&text.value) else { continue };
        let Some(service) =
            cx.catalog.service(name.service).filter(|it| !it.supports_rcp() && !it.is_retired())
        else {
            continue;
        };
        let message = format!("Resource control policies do not reach {}", service.title());
        let finding = acc.report(&RULE, text.range, message);
        let removal = fix::remove_item(&action.values, idx);
        finding.fixes(removal.map(|it| Fix::suggested(format!("Remove `{}`", short(&text.value)), vec![it])));
    }
}
