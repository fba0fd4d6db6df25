//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement lets service-linked roles of every service be created.
    ///
    /// ## Why it matters
    /// A service-linked role gives a service permissions in the account. `iam:AWSServiceName` limits for which services
    /// one can be created.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*",
    ///   "Condition": { "StringEquals": { "iam:AWSServiceName": "sagemaker.amazonaws.com" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>
    name: "service-linked-role-star", since: "0.1.0",
    severity: Info, group: Security,
    access_analyzer: "CREATE_SLR_WITH_STAR_IN_RESOURCE",
    check: Statement(check)
}

const NAME: &str = "iam:CreateServiceLinkedRole";
const CODES: [&str; 6] = [
    "CREATE_SLR_WITH_STAR_IN_RESOURCE",
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
    "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    "CREATE_SLR_WITH_NOT_RESOURCE",
    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(grant) = element::open_grant(cx.kind, stmt, NAME) else { return };
    if is_limited(stmt) {
        return;
    }
    let message = match grant.how {
        element::How::Named => "Service-linked roles of every service can be created here".to_owned(),
        element::How::Pattern => format!("`{}` includes `{NAME}`, for every service", short(grant.written)),
        element::How::NotAction => format!("`NotAction` leaves `{NAME}` in, for every service"),
    };
    let finding = acc.report(&RULE, grant.range, message).code(CODES.get(grant.code()).copied());
    finding.related(
        grant.resource,
        if grant.not_resource { "On every role but these" } else { "On every role" },
    );
    match grant.how {
        element::How::Named => {
            let value = "\"sagemaker.amazonaws.com\"";
            let edit = fix::condition::add_test(cx.text, stmt, "StringEquals", "iam:AWSServiceName", value);
            finding.fixes(
                edit.map(|it| Fix::suggested("Allow it for `sagemaker.amazonaws.com` only", vec![it])),
            );
        }
        element::How::NotAction => {
            let values = stmt.action.as_ref().map(|it| &it.values);
            let edit = values.map(|it| fix::add_item(cx.text, it, NAME));
            finding.fixes(edit.map(|it| Fix::suggested(format!("Add `{NAME}` to `NotAction`"), vec![it])));
        }
        element::How::Pattern => {
            finding.severity(Severity::Hint);
        }
    }
}

/// Whether a condition limits the service; a value that starts with a wildcard does not.
fn is_limited(stmt: &Statement) -> bool {
    stmt.condition.iter().flat_map(Condition::tests).any(|(block, test)| {
        test.is("iam:AWSServiceName")
            && !block.operator.if_exists
            && !block.operator.base.to_ascii_lowercase().contains("not")
            && !test.values.texts().any(|it| it.value.starts_with(['*', '?']))
    })
}
