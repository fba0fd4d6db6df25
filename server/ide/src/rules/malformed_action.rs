//! See [`RULE`].
use super::prelude::*;

rule! {
    /// An action is not written as `service:Name`.
    ///
    /// ## Why it matters
    /// Each action is one string with one colon, without blanks. IAM refuses a policy with anything else.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:GetObject, s3:PutObject", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
    name: "malformed-action", since: "0.1.0",
    severity: Error, group: Structure,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(values) = stmt.action.as_ref().map(|it| &it.values) else { return };
    for (idx, item) in values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        if is_filled_in(&text.value) || pattern::is_everything(&text.value) {
            continue;
        }
        let parts: Vec<&str> = text
            .value
            .split(|it: char| matches!(it, ',' | ';') || it.is_whitespace())
            .filter(|it| !it.is_empty())
            .collect();
        let actions =
            || parts.iter().filter(|it| ActionName::parse(it).is_some_and(|it| !it.name.is_empty())).count();
        if parts.len() > 1 && actions() == parts.len() {
            let finding = acc.report(&RULE, text.range, format!("One string holds {} actions", parts.len()));
            finding.fix(Fix::suggested("Split it into a list", vec![split(values, text, &parts)]));
            continue;
        }
        if let [only] = parts.as_slice()
            && only.len() != text.value.len()
            && ActionName::parse(only).is_some()
        {
            let finding =
                acc.report(&RULE, text.range, format!("`{}` has characters around it", short(only)));
            finding.fix(Fix::suggested(format!("Change to `{only}`"), vec![fix::replace_text(text, only)]));
            continue;
        }
        let Some(message) = fault(&text.value) else { continue };
        let finding = acc.report(&RULE, text.range, message);
        let found = stmt.action.as_ref().and_then(|it| full_name(cx, it, &text.value));
        finding.fixes(
            found.map(|it| Fix::suggested(format!("Change to `{it}`"), vec![fix::replace_text(text, &it)])),
        );
        let removal = fix::remove_item(values, idx);
        finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
    }
}

fn fault(text: &str) -> Option<String> {
    let written = short(text);
    let Some(action) = ActionName::parse(text) else {
        let message = if text.is_empty() {
            "An action is empty".into()
        } else {
            format!("`{written}` has no service prefix")
        };
        return Some(message);
    };
    if action.service.is_empty() || action.name.is_empty() {
        let what = if action.service.is_empty() { "service before" } else { "name behind" };
        return Some(format!("`{written}` has no {what} its colon"));
    }
    let is_name = |it: char| it.is_ascii_alphanumeric() || "-_.*?".contains(it);
    let wrong = text.chars().find(|it| !is_name(*it) && *it != ':');
    let has = match wrong {
        Some(' ') => "a blank".to_owned(),
        Some(it) => format!("`{it}`"),
        None if action.name.contains(':') => "a second colon".to_owned(),
        None => return None,
    };
    Some(format!("`{written}` has {has}, which no action has"))
}

/// The action that a bare name means, from a service that the statement names elsewhere.
fn full_name(cx: &RuleCx<'_>, element: &Element, name: &str) -> Option<String> {
    let services = element.values.texts().filter_map(|it| ActionName::parse(&it.value));
    let mut found = services.filter_map(|it| {
        let service = cx.catalog.service(it.service)?;
        let operation = || cx.catalog.operation(it.service, name)?.actions().next();
        service.action(name).or_else(operation)
    });
    found.next().map(|it| it.full_name())
}

fn split(values: &Values, text: &Text, parts: &[&str]) -> TextEdit {
    let quoted: Vec<String> = parts.iter().map(|it| format!("\"{}\"", fix::escape(it))).collect();
    let written = quoted.join(", ");
    TextEdit::replace(text.range, if values.is_list { written } else { format!("[{written}]") })
}
