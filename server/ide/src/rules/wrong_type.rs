//! See [`RULE`].
use policy::model::Key;

use super::prelude::*;

rule! {
    /// An element holds a value of the wrong JSON type.
    ///
    /// ## Why it matters
    /// Each element takes certain types: `Effect` a string, `Action` a string or a list of strings, `Condition` an
    /// object of objects. IAM refuses a policy with anything else.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": ["s3:ListAllMyBuckets", 1], "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
    name: "wrong-type", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "DATA_TYPE_MISMATCH",
    check: Both(check_statement, check_policy)
}

fn check_statement(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for key in &stmt.keys {
        match &*key.name {
            "Sid" | "Effect" => string(cx.text, key, acc),
            "Condition" if !matches!(key.json, Json::Object | Json::Missing) => {
                wrong(acc, key, "an object of operators");
            }
            _ => {}
        }
    }
    let elements = stmt.action.iter().chain(&stmt.resource);
    for values in elements.map(|it| &it.values) {
        strings(cx.text, values, acc);
    }
    match stmt.principal.as_ref().map(|it| &it.value) {
        Some(PrincipalValue::Typed(entries)) => {
            entries.iter().for_each(|it| strings(cx.text, &it.values, acc))
        }
        Some(PrincipalValue::Wrong(json)) if !matches!(json, Json::Missing | Json::Array) => {
            let range = stmt.principal.as_ref().map_or(stmt.range, |it| it.range);
            acc.report(
                &RULE,
                range,
                format!("{} stands where an object of principals belongs", a_json(*json)),
            );
        }
        Some(PrincipalValue::Wrong(_) | PrincipalValue::Text(_) | PrincipalValue::Dynamic) | None => {}
    }
    if let Some(condition) = &stmt.condition {
        conditions(cx.text, condition, acc);
    }
}

fn conditions(text: &str, condition: &Condition, acc: &mut Findings) {
    for block in &condition.blocks {
        if let Some((range, json)) = block.wrong.filter(|(_, json)| *json != Json::Missing) {
            let message = format!("{} stands where an object of condition keys belongs", a_json(json));
            acc.report(&RULE, range, message);
        }
        for item in block.tests.iter().flat_map(|it| &it.values.items) {
            let Item::Wrong(range, json) = item else { continue };
            if *json == Json::Missing {
                continue;
            }
            let message = format!("{} stands where a value to compare with belongs", a_json(*json));
            let finding = acc.report(&RULE, *range, message).code(Some("INVALID_CONDITION_DATA_TYPE"));
            finding.fixes(flatten(text, *range, *json));
        }
    }
}

fn check_policy(cx: &PolicyCx<'_>, policy: &Policy, acc: &mut Findings) {
    for key in &policy.keys {
        match &*key.name {
            "Version" | "Id" => {
                let value = key.value.map(|it| cx.text.slice(it));
                string_of(value.as_deref().unwrap_or_default(), key, acc);
            }
            "Statement" if !matches!(key.json, Json::Object | Json::Array | Json::Missing) => {
                wrong(acc, key, "a statement or a list of statements");
            }
            _ => {}
        }
    }
    for (range, json) in policy.wrong_statements.iter().filter(|(_, json)| *json != Json::Missing) {
        let message = format!("{} stands where a statement belongs", a_json(*json));
        let finding = acc.report(&RULE, *range, message);
        if *json == Json::Array {
            let inner = cx.text.slice(range.shrink(1)).trim().to_owned();
            finding.fix(Fix::suggested("Unwrap the list", vec![TextEdit::replace(*range, inner)]));
        }
    }
}

fn string(text: &str, key: &Key, acc: &mut Findings) {
    string_of(key.value.map_or("", |it| fix::slice(text, it)), key, acc);
}

/// Reports a value that must be a string. A template's function may give one.
fn string_of(written: &str, key: &Key, acc: &mut Findings) {
    let (Some(range), false) = (key.value, matches!(key.json, Json::String | Json::Missing | Json::Object))
    else {
        return;
    };
    let message = format!("`{}` takes a string, not {}", key.name, lower(a_json(key.json)));
    let finding = acc.report(&RULE, range, message);
    if matches!(key.json, Json::Number | Json::Boolean) {
        finding.fix(Fix::suggested(
            "Put it in quotes",
            vec![TextEdit::replace(range, format!("\"{written}\""))],
        ));
    }
}

/// Reports values that must be strings and are none.
fn strings(text: &str, values: &Values, acc: &mut Findings) {
    for (idx, item) in values.items.iter().enumerate() {
        let (range, json) = match item {
            Item::Text(_) | Item::Dynamic(_) => continue,
            Item::Literal(text, json) => (text.range, *json),
            Item::Wrong(range, json) => (*range, *json),
        };
        if json == Json::Missing {
            continue;
        }
        let finding = acc.report(&RULE, range, format!("{} stands where a string belongs", a_json(json)));
        finding.fixes(flatten(text, range, json));
        let removal = fix::remove_item(values, idx);
        finding.fixes(removal.map(|it| Fix::suggested("Remove it", vec![it])));
    }
}

/// Takes the strings of a list within a list out of it.
fn flatten(text: &str, range: TextRange, json: Json) -> Option<Fix> {
    let inner = fix::slice(text, range.shrink(1)).trim();
    let edit = TextEdit::replace(range, inner);
    (json == Json::Array && !inner.is_empty()).then(|| Fix::suggested("Unwrap the list", vec![edit]))
}

fn wrong(acc: &mut Findings, key: &Key, expected: &str) {
    let Some(range) = key.value else { return };
    let message = format!("`{}` takes {expected}, not {}", key.name, lower(a_json(key.json)));
    acc.report(&RULE, range, message);
}

fn a_json(json: Json) -> &'static str {
    match json {
        Json::Object => "An object",
        Json::Array => "A list",
        Json::String => "A string",
        Json::Number => "A number",
        Json::Boolean => "A Boolean",
        Json::Null => "`null`",
        Json::Missing => "Nothing",
    }
}

fn lower(text: &str) -> String {
    text.replacen("A ", "a ", 1).replacen("An ", "an ", 1)
}
