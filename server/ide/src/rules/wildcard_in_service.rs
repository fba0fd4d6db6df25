//! See [`RULE`].
use policy::action;
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// The service of an action or an ARN has a wildcard in it.
    ///
    /// ## Why it matters
    /// Such a pattern takes in whatever service AWS launches under a name that happens to match.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:GetAgent", "Resource": "arn:aws:bed*:us-east-1:111122223333:agent/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:GetAgent", "Resource": "arn:aws:bedrock:us-east-1:111122223333:agent/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
    name: "wildcard-in-service", since: "0.1.0",
    severity: Info, group: Security,
    access_analyzer: "WILDCARD_IN_SERVICE_NAME",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let is_partial = |it: &str| pattern::has_wildcard(it) && !pattern::is_everything(it);
    let only = only_service(cx, stmt);
    let mut report = |text: &Text, at: (usize, usize), service: &str| {
        let message = format!("`{}` stands for every service whose name matches", short(service));
        let range = text.part(at.0, at.1);
        let finding = acc.report(&RULE, range, message);
        if let Some(name) = only.filter(|it| pattern::matches(service, it)) {
            finding.fix(Fix::suggested(format!("Change to `{name}`"), vec![TextEdit::replace(range, name)]));
        }
    };
    for text in stmt.action.iter().flat_map(|it| it.values.texts()) {
        let Some(name) = ActionName::parse(&text.value).filter(|_| !action::is_every(&text.value)) else {
            continue;
        };
        if is_partial(name.service) {
            report(text, (0, name.service.len()), name.service);
        }
    }
    for text in stmt.resource.iter().flat_map(|it| it.values.texts()) {
        let Some(arn) = Arn::parse(&text.value).filter(|it| is_partial(it.service)) else { continue };
        let [_, _, at, ..] = arn.field_offsets();
        report(text, at, arn.service);
    }
}

/// The one service whose actions the statement names.
fn only_service<'a>(cx: &RuleCx<'_>, stmt: &'a Statement) -> Option<&'a str> {
    let names =
        stmt.action.iter().flat_map(|it| it.values.texts()).filter_map(|it| ActionName::parse(&it.value));
    let mut services = names.map(|it| it.service).filter(|it| cx.catalog.service(it).is_some());
    let first = services.next()?;
    services.all(|it| it == first).then_some(first)
}
