//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement denies everything, so no statement that allows something has an effect.
    ///
    /// ## Why it matters
    /// A `Deny` wins over every `Allow`, in this policy and in all others of the same principal. It is not needed as a
    /// default: what no statement allows is denied already.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Version": "2012-10-17", "Statement": [
    ///   { "Effect": "Deny", "Action": "*", "Resource": "*" },
    ///   { "Effect": "Allow", "Action": "bedrock:ListFoundationModels", "Resource": "*" }] }
    /// ```
    /// ```jsonc,clean
    /// { "Version": "2012-10-17", "Statement": [
    ///   { "Effect": "Deny", "NotAction": "bedrock:ListFoundationModels", "Resource": "*" },
    ///   { "Effect": "Allow", "Action": "bedrock:ListFoundationModels", "Resource": "*" }] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
    name: "deny-all", since: "0.1.0",
    severity: Error, group: Effect,
    check: Marked(mark, check)
}

/// How many killed statements are pointed at one by one.
const MOST: usize = 50;

/// Whether it denies every action always; on what resources is for the policy to say.
fn mark(stmt: &Statement) -> u64 {
    u64::from(
        stmt.effect() == Some(Effect::Deny)
            && stmt.action.as_ref().is_some_and(element::is_every_action)
            && element::is_unconditional(stmt),
    )
}

fn check(cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let denies = |idx: &usize| policy.statements.get(*idx).is_some_and(|it| denies_all(policy, it.statement));
    let Some(idx) = marks.iter().map(|it| it.idx).find(denies) else { return };
    let Some(deny) = policy.statements.get(idx) else { return };
    let allows = || policy.statements.iter().filter(|it| it.statement.effect() == Some(Effect::Allow));
    let n_allows = allows().count();
    let Some(effect) = deny.statement.effect.as_ref().filter(|_| n_allows > 0) else { return };
    let killed =
        if n_allows == 1 { "the `Allow`".to_owned() } else { format!("{n_allows} `Allow` statements") };
    let message = format!("This `Deny` of everything overrides {killed} here, and any in other policies");
    let finding = acc.report(&RULE, effect.range + deny.start, message);
    for at in allows().take(MOST) {
        finding.related(at.statement.label_range() + at.start, "This has no effect");
    }
    finding.fixes(removal(cx, policy, idx));
    finding.fixes(exception(policy, idx));
    for at in allows().take(MOST) {
        let message = "A `Deny` of everything overrides this statement";
        acc.report(&RULE, at.statement.label_range() + at.start, message)
            .severity(Severity::Hint)
            .tag(Tag::Unnecessary)
            .related(effect.range + deny.start, "The `Deny`");
    }
}

/// Whether it denies every action on every resource to everyone, always.
fn denies_all(policy: &Policy, stmt: &Statement) -> bool {
    let everyone = match stmt.principal.as_ref().map(|it| (&it.value, it.negated)) {
        None => true,
        Some((PrincipalValue::Text(it), false)) => &*it.value == "*",
        Some((PrincipalValue::Typed(entries), false)) => {
            entries.iter().any(|it| &*it.name.value == "AWS" && it.values.texts().any(|it| &*it.value == "*"))
        }
        Some((PrincipalValue::Dynamic | PrincipalValue::Wrong(_), _) | (_, true)) => false,
    };
    let resource = match &stmt.resource {
        Some(it) => element::is_every_resource(it),
        None => policy.kind == PolicyKind::Trust,
    };
    stmt.effect() == Some(Effect::Deny)
        && stmt.action.as_ref().is_some_and(element::is_every_action)
        && everyone
        && resource
        && element::is_unconditional(stmt)
        && !stmt.has_errors
}

fn removal(cx: &PolicyCx<'_>, policy: &Policy, idx: usize) -> Option<Fix> {
    let edit = fix::remove_statement(cx.text, policy, idx)?;
    Some(Fix::suggested("Remove the statement: nothing is allowed by default", vec![edit]))
}

/// Denies everything but what the policy allows.
fn exception(policy: &Policy, idx: usize) -> Option<Fix> {
    const MOST_ACTIONS: usize = 40;
    let deny = policy.statements.get(idx)?;
    let action = deny.statement.action.as_ref()?;
    let mut allowed: Vec<&str> = Vec::new();
    for at in policy.statements.iter().filter(|it| it.statement.effect() == Some(Effect::Allow)) {
        let element = at.statement.action.as_ref().filter(|it| !it.negated && it.values.all_texts())?;
        for text in element.values.texts() {
            if !allowed.contains(&&*text.value) {
                allowed.push(&text.value);
            }
        }
        if allowed.len() > MOST_ACTIONS || element::is_every_action(element) {
            return None;
        }
    }
    let quoted: Vec<String> = allowed.iter().map(|it| format!("\"{}\"", fix::escape(it))).collect();
    let value =
        if let [only] = quoted.as_slice() { only.clone() } else { format!("[{}]", quoted.join(", ")) };
    let edits = vec![
        TextEdit::replace(action.key + deny.start, "\"NotAction\""),
        TextEdit::replace(action.values.range + deny.start, value),
    ];
    Some(Fix::suggested("Deny everything but what is allowed here", edits))
}
