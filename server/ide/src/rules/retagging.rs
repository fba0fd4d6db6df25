//! See [`RULE`].
use super::prelude::*;

rule! {
    /// Access depends on the tags of resources, and the same policy lets anybody set them.
    ///
    /// ## Why it matters
    /// Who may tag any resource gives it the tag that a condition asks for, and so comes to what the condition keeps out.
    /// For SageMaker, `"Null": { "sagemaker:TaggingAction": "false" }` allows tags only on what is being made.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Action": "sagemaker:DeleteEndpoint", "Resource": "*",
    ///    "Condition": { "StringEquals": { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } } },
    ///  { "Effect": "Allow", "Action": "sagemaker:AddTags", "Resource": "*" }]
    /// ```
    /// ```jsonc,clean
    /// [{ "Effect": "Allow", "Action": "sagemaker:DeleteEndpoint", "Resource": "*",
    ///    "Condition": { "StringEquals": { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } } },
    ///  { "Effect": "Allow", "Action": "sagemaker:AddTags", "Resource": "*",
    ///    "Condition": { "Null": { "sagemaker:TaggingAction": "false" } } }]
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>
    name: "retagging", since: "0.1.0",
    severity: Warning, group: Security,
    check: Marked(mark, check)
}

/// What sets tags, with the service that it is of.
const TAGGING: [(&str, &str); 3] = [
    ("bedrock", "bedrock:TagResource"),
    ("bedrock-agentcore", "bedrock-agentcore:TagResource"),
    ("sagemaker", ADD_TAGS),
];

const ADD_TAGS: &str = "sagemaker:AddTags";

/// A bit for each service in which the statement sets tags, and, behind them, one for each in which it asks for them.
fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated) else { return 0 };
    if stmt.effect() != Some(Effect::Allow) {
        return 0;
    }
    let mut bits = 0;
    for (n, (service, name)) in TAGGING.iter().enumerate() {
        let everywhere = stmt.resource.as_ref().is_some_and(element::is_every_resource);
        if everywhere && element::is_unconditional(stmt) && named(action, name).is_some() {
            bits |= 1 << n;
        }
        let of_service = |it: &Text| {
            ActionName::parse(&it.value).is_some_and(|it| it.service.eq_ignore_ascii_case(service))
        };
        if asks(stmt) && action.values.texts().any(of_service) {
            bits |= 1 << (n + TAGGING.len());
        }
    }
    bits
}

/// Where an action is named by itself; who allows all of a service gives more away than tags.
fn named<'a>(action: &'a Element, name: &str) -> Option<&'a Text> {
    action.values.texts().find(|it| it.value.eq_ignore_ascii_case(name))
}

/// Whether a positive test asks for a tag of the resource.
fn asks(stmt: &Statement) -> bool {
    element::tests(stmt).any(|(_, _, block, test)| {
        let name = test.key.value.split_once(':').map_or("", |it| it.1);
        let is_tag = name.get(..12).is_some_and(|it| it.eq_ignore_ascii_case("ResourceTag/"));
        is_tag && (block.is("StringEquals") || block.is("StringLike"))
    })
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind != PolicyKind::Identity {
        return;
    }
    for (n, (_, name)) in TAGGING.iter().enumerate() {
        let with = |bit: usize| {
            let mark = marks.iter().find(move |it| it.bits & 1 << bit != 0);
            mark.and_then(|it| policy.statements.get(it.idx))
        };
        let (Some(tags), Some(asks)) = (with(n), with(n + TAGGING.len())) else { continue };
        let Some(text) = tags.statement.action.as_ref().and_then(|it| named(it, name)) else { continue };
        let message = "Whoever may tag every resource also sets the tag that another statement asks for";
        let finding = acc.report(&RULE, text.range + tags.start, message);
        finding.related(asks.statement.label_range() + asks.start, "This asks for a tag");
        // Only SageMaker tells whether tags come with something new.
        let Some(action) = tags.statement.action.as_ref().filter(|_| *name == ADD_TAGS) else { continue };
        let own = cx.text.slice(tags.statement.range + tags.start);
        let Some(only_new) = fix::condition::require_key(&own, tags.statement, "sagemaker:TaggingAction")
        else {
            continue;
        };
        let idx = action.values.items.iter().position(|it| it.range() == text.range);
        let in_list = policy.key("Statement").is_some_and(|it| it.json == Json::Array);
        let title = "Allow tags on what is made only";
        if action.values.items.len() == 1 {
            let edit = TextEdit { range: only_new.range + tags.start, ..only_new };
            finding.fix(Fix::suggested(title, vec![edit]));
        } else if let Some(idx) = idx.filter(|_| in_list)
            && let Some(edits) = fix::split_statement(&own, tags.statement, action, &[idx], &[only_new])
        {
            finding.fix(Fix::suggested(title, edits.behind(tags.start)));
        }
    }
}
