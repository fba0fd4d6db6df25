//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement lets every role be passed to a service.
    ///
    /// ## Why it matters
    /// Who can pass a role to a service that runs code can do whatever the role can do. On every role, that is
    /// whatever the most powerful one can do.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/training",
    ///   "Condition": { "StringEquals": { "iam:PassedToService": "sagemaker.amazonaws.com" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
    name: "pass-role-star", since: "0.1.0",
    severity: Warning, group: Security,
    access_analyzer: "PASS_ROLE_WITH_STAR_IN_RESOURCE",
    check: Statement(check)
}

const NAME: &str = "iam:PassRole";
const CODES: [&str; 6] = [
    "PASS_ROLE_WITH_STAR_IN_RESOURCE",
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
    "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    "PASS_ROLE_WITH_NOT_RESOURCE",
    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(grant) = element::open_grant(cx.kind, stmt, NAME) else {
        every_name(cx, stmt, acc);
        return;
    };
    if is_limited(stmt) {
        limited(stmt, &grant, acc);
        return;
    }
    let message = match grant.how {
        element::How::Named => "Every role can be passed here".to_owned(),
        element::How::Pattern => format!("`{}` lets every role be passed, by `{NAME}`", short(grant.written)),
        element::How::NotAction => format!("`NotAction` leaves `{NAME}` in, on every role"),
    };
    let finding = acc.report(&RULE, grant.range, message).code(CODES.get(grant.code()).copied());
    finding.related(
        grant.resource,
        if grant.not_resource { "On every role but these" } else { "On every role" },
    );
    match grant.how {
        element::How::Named => {
            let service = passed_to(cx, stmt);
            let value = format!("\"{service}\"");
            let edit = fix::condition::add_test(cx.text, stmt, "StringEquals", "iam:PassedToService", &value);
            finding.fixes(edit.map(|it| Fix::suggested(format!("Allow it for `{service}` only"), vec![it])));
        }
        element::How::NotAction => {
            let values = stmt.action.as_ref().map(|it| &it.values);
            let edit = values.map(|it| fix::add_item(cx.text, it, NAME));
            finding.fixes(edit.map(|it| Fix::suggested(format!("Add `{NAME}` to `NotAction`"), vec![it])));
        }
        // The rule on full administrator access speaks of that.
        element::How::Pattern if grant.is_every => {
            finding.severity(Severity::Hint);
        }
        element::How::Pattern => {}
    }
}

/// An ARN that every role matches is a star in other words.
fn every_name(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let (Some(action), Some(resource)) = (&stmt.action, &stmt.resource) else { return };
    let names = action.values.texts().any(|it| it.value.eq_ignore_ascii_case(NAME)) && !action.negated;
    let is_allow = cx.kind == PolicyKind::Identity && stmt.effect() == Some(Effect::Allow);
    if !names || !is_allow || resource.negated {
        return;
    }
    let is_every = |it: &&Text| {
        policy::arn::Arn::parse(&it.value)
            .is_some_and(|it| it.service == "iam" && matches!(it.resource, "role/*" | "*"))
    };
    let Some(text) = resource.values.texts().find(is_every) else { return };
    let finding = acc.report(&RULE, text.range, "Every role of the account matches this, and can be passed");
    finding.code(None);
    if is_limited(stmt) {
        finding.severity(Severity::Info);
    }
    let service = passed_to(cx, stmt);
    let Some(arn) = policy::arn::Arn::parse(&text.value) else { return };
    if service == "sagemaker.amazonaws.com" && !is_limited(stmt) {
        let roles = format!("arn:{}:iam::{}:role/service-role/AmazonSageMaker-*", arn.partition, arn.account);
        let value = format!("\"{service}\"");
        let limit = fix::condition::add_test(cx.text, stmt, "StringEquals", "iam:PassedToService", &value);
        let title = "Allow only the roles that SageMaker creates, for SageMaker only";
        finding.fixes(limit.map(|it| Fix::suggested(title, vec![fix::replace_text(text, &roles), it])));
    }
}

/// The service is limited, the role is not.
fn limited(stmt: &Statement, grant: &element::OpenGrant<'_>, acc: &mut Findings) {
    if grant.how != element::How::Named || grant.not_resource {
        return;
    }
    let tests =
        stmt.condition.iter().flat_map(Condition::tests).filter(|(_, it)| it.is("iam:PassedToService"));
    let services: Vec<&str> = tests.flat_map(|(_, it)| it.values.texts()).map(|it| &*it.value).collect();
    if services.is_empty() {
        return;
    }
    let message = format!("Every role can be passed to {}", list(&services));
    let finding = acc.report(&RULE, grant.resource, message).severity(Severity::Info).code(None);
    // Other actions of the statement have a say in its resources.
    let is_alone = stmt.action.as_ref().is_some_and(|it| it.values.items.len() == 1);
    if let (["sagemaker.amazonaws.com"], true, Some(resource)) =
        (services.as_slice(), is_alone, &stmt.resource)
    {
        let roles = "arn:aws:iam::*:role/service-role/AmazonSageMaker-*".to_owned();
        let edit = fix::replace_values("", &resource.values, &[roles]);
        finding.fix(Fix::suggested("Allow only the roles that SageMaker creates", vec![edit]));
    }
}

/// Whether a condition limits what a role can be passed to.
fn is_limited(stmt: &Statement) -> bool {
    stmt.condition.iter().flat_map(Condition::tests).any(|(block, test)| {
        let is_key = test.is("iam:PassedToService") || test.is("iam:AssociatedResourceArn");
        is_key && !block.operator.if_exists && !block.operator.base.to_ascii_lowercase().contains("not")
    })
}

/// The service that the statement's other actions pass roles to.
fn passed_to(cx: &RuleCx<'_>, stmt: &Statement) -> String {
    let others = element::exact_actions(cx.catalog, stmt).map(|(_, it)| it.service().prefix());
    let mut principals = others.filter(|it| *it != "iam").map(|it| format!("{it}.amazonaws.com"));
    let known = principals.find(|it| cx.catalog.service_principal(it).is_some());
    known.unwrap_or_else(|| "sagemaker.amazonaws.com".to_owned())
}
