//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy for calling models also allows subscribing to anything on AWS Marketplace.
    ///
    /// ## Why it matters
    /// The first use of some models subscribes the account to them, once. Standing rights to subscribe, on a role that only
    /// calls models, let it buy whatever the Marketplace sells. `aws:CalledViaLast` keeps them to what Bedrock asks for.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// [{ "Effect": "Allow", "Action": "bedrock:InvokeModel*", "Resource": "arn:aws:bedrock:*::foundation-model/*" },
    ///  { "Effect": "Allow", "Action": ["aws-marketplace:ViewSubscriptions", "aws-marketplace:Subscribe"], "Resource": "*" }]
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["aws-marketplace:ViewSubscriptions", "aws-marketplace:Subscribe"], "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:CalledViaLast": "bedrock.amazonaws.com" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html>
    name: "open-subscription", since: "0.1.0",
    severity: Info, group: Security,
    check: Marked(mark, check)
}

const SUBSCRIBES: u64 = 1;
const INVOKES: u64 = 2;
const NAME: &str = "aws-marketplace:Subscribe";
const ACTION: &str = "bedrock:InvokeModel";

fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated) else { return 0 };
    if stmt.effect() != Some(Effect::Allow) {
        return 0;
    }
    let invokes = if element::covers_action(action, ACTION) { INVOKES } else { 0 };
    let is_open = element::is_unconditional(stmt) && named(action).is_some();
    invokes | if is_open { SUBSCRIBES } else { 0 }
}

fn named(action: &Element) -> Option<&Text> {
    action.values.texts().find(|it| it.value.eq_ignore_ascii_case(NAME))
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    if policy.kind != PolicyKind::Identity || !marks.iter().any(|it| it.bits & INVOKES != 0) {
        return;
    }
    for at in
        marks.iter().filter(|it| it.bits & SUBSCRIBES != 0).filter_map(|it| policy.statements.get(it.idx))
    {
        let stmt = &at.statement;
        let Some((action, text)) = stmt.action.as_ref().and_then(|it| Some((it, named(it)?))) else {
            continue;
        };
        let message = "This subscribes to whatever AWS Marketplace sells";
        let finding = acc.report(&RULE, text.range + at.start, message);
        let is_of_marketplace =
            |it: &Text| ActionName::parse(&it.value).is_some_and(|it| it.service == "aws-marketplace");
        if action.values.all_texts() && action.values.texts().all(is_of_marketplace) {
            let own = cx.text.slice(stmt.range + at.start);
            let value = "\"bedrock.amazonaws.com\"";
            let edit = fix::condition::add_test(&own, stmt, "StringEquals", "aws:CalledViaLast", value);
            let edit = edit.map(|it| TextEdit { range: it.range + at.start, ..it });
            finding.fixes(edit.map(|it| Fix::suggested("Allow it for what Bedrock asks for only", vec![it])));
        }
    }
}
