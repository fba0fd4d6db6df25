//! See [`RULE`].
use super::prelude::*;

rule! {
    /// Whoever may invoke models may also change or delete any guardrail, or the log of what was asked.
    ///
    /// ## Why it matters
    /// A guardrail limits what comes out of a model, and the log shows it afterwards. Who can take both away is held by
    /// neither. Those are rights of an administrator, and not of whoever calls the models.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:DeleteGuardrail"], "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["bedrock:InvokeModel", "bedrock:ApplyGuardrail"], "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions.html>
    name: "guardrail-tamper", since: "0.1.0",
    severity: Warning, group: Security,
    check: Marked(mark, check)
}

const INVOKES: u64 = 1;
const TAMPERS: u64 = 2;
const MAKES: u64 = 4;
/// What takes a guardrail or the log away.
const TAMPERING: [&str; 4] = [
    "bedrock:DeleteGuardrail",
    "bedrock:UpdateGuardrail",
    "bedrock:DeleteModelInvocationLoggingConfiguration",
    "bedrock:PutModelInvocationLoggingConfiguration",
];

fn mark(stmt: &Statement) -> u64 {
    let Some(action) = stmt.action.as_ref().filter(|it| !it.negated) else { return 0 };
    if stmt.effect() != Some(Effect::Allow) {
        return 0;
    }
    let covers = |name: &str, bit: u64| if element::covers_action(action, name) { bit } else { 0 };
    let makes = covers("bedrock:CreateGuardrail", MAKES);
    let tampers = if tampering(stmt).is_some() { TAMPERS } else { 0 };
    covers("bedrock:InvokeModel", INVOKES) | makes | tampers
}

/// The text of a statement without conditions that names one of the actions for every guardrail there is. Of a whole
/// service other rules speak.
fn tampering(stmt: &Statement) -> Option<(&Text, &'static str)> {
    let everywhere = stmt.resource.as_ref().is_some_and(element::is_every_resource);
    if !everywhere || !element::is_unconditional(stmt) {
        return None;
    }
    let texts = stmt.action.iter().flat_map(|it| it.values.texts());
    let mut named = texts.filter(|it| !it.value.ends_with(":*") && !pattern::is_everything(&it.value));
    named.find_map(|text| {
        let name = TAMPERING.iter().find(|it| pattern::matches_ignore_case(&text.value, it))?;
        Some((text, *name))
    })
}

fn check(_cx: &PolicyCx<'_>, policy: &Policy, marks: &[Mark], acc: &mut Findings) {
    let has = |bit: u64| marks.iter().any(|it| it.bits & bit != 0);
    // Who makes guardrails looks after them.
    if policy.kind != PolicyKind::Identity || !has(INVOKES) || has(MAKES) {
        return;
    }
    for at in marks.iter().filter(|it| it.bits & TAMPERS != 0).filter_map(|it| policy.statements.get(it.idx))
    {
        let Some((text, name)) = tampering(at.statement) else { continue };
        let name = name.trim_start_matches("bedrock:");
        let message = format!(
            "`{name}` on everything, beside `InvokeModel`: who calls models can lift what guards them"
        );
        let finding = acc.report(&RULE, text.range + at.start, message);
        if let Some(action) = &at.statement.action {
            let is_named = |it: &&str, text: &Text| text.value.eq_ignore_ascii_case(it);
            let named =
                |it: &Item| matches!(it, Item::Text(text) if TAMPERING.iter().any(|it| is_named(it, text)));
            let items = action.values.items.iter().enumerate();
            let gone: Vec<usize> = items.filter(|(_, it)| named(it)).map(|(n, _)| n).collect();
            let is_pattern = pattern::has_wildcard(&text.value);
            let edits = fix::remove_items(&action.values, &gone).filter(|_| !gone.is_empty() && !is_pattern);
            let behind = |it: TextEdit| TextEdit { range: it.range + at.start, ..it };
            let edits = edits.map(|it| it.into_iter().map(behind).collect::<Vec<_>>());
            finding.fixes(edits.map(|it| Fix::suggested("Remove what changes guardrails and the log", it)));
        }
        return;
    }
}
