//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// A resource or a value still has a placeholder of the example it was copied from.
    ///
    /// ## Why it matters
    /// IAM takes `your-bucket` for the name of a bucket. The statement then grants nothing on yours, and something on
    /// whoever owns that name.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::your-bucket" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::training-data" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
    name: "placeholder", since: "0.1.0",
    severity: Warning, group: Reference,
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let resources = stmt.resource.iter().flat_map(|it| it.values.texts());
    let conditions = stmt.condition.iter().flat_map(Condition::tests).flat_map(|(_, it)| it.values.texts());
    for text in resources.chain(conditions).chain(principals(stmt)) {
        // Of a Region or an account that cannot be one the rule on ARNs speaks.
        let from = Arn::parse(&text.value).map_or(0, |it| it.field_offsets()[5].0);
        let tail = text.value.get(from..).unwrap_or_default();
        let Some((start, end)) = placeholder(tail).map(|(start, end)| (from + start, from + end)) else {
            if let Some((start, end)) = example(tail).map(|(start, end)| (from + start, from + end)) {
                let written = text.value.get(start..end).unwrap_or_default();
                let message = format!("`{}` looks like the id of an example", short(written));
                acc.report(&RULE, text.part(start, end), message).severity(Severity::Hint);
            }
            continue;
        };
        let written = text.value.get(start..end).unwrap_or_default();
        acc.report(&RULE, text.part(start, end), format!("`{}` looks like a placeholder", short(written)));
    }
}

fn principals(stmt: &Statement) -> impl Iterator<Item = &Text> {
    let entries = match stmt.principal.as_ref().map(|it| &it.value) {
        Some(PrincipalValue::Typed(entries)) => entries.as_slice(),
        Some(PrincipalValue::Text(_) | PrincipalValue::Dynamic | PrincipalValue::Wrong(_)) | None => &[],
    };
    entries.iter().flat_map(|it| it.values.texts())
}

/// Where a placeholder stands: `<name>`, a word that starts with `your`, or a bucket of AWS's examples.
fn placeholder(text: &str) -> Option<(usize, usize)> {
    let bucket = || BUCKETS.iter().find_map(|it| text.starts_with(it).then_some((0, it.len())));
    brackets(text).or_else(|| your(text)).or_else(bucket)
}

/// The names that AWS's documentation gives to buckets; nobody can make one that starts with the latter.
const BUCKETS: [&str; 2] = ["DOC-EXAMPLE-BUCKET", "amzn-s3-demo-"];

/// What AWS's documentation writes behind the `-` of an id.
const DIGITS: [&str; 6] =
    ["12345678", "1234567890abcdef0", "0123456789abcdef0", "01234567890abcdef", "111bbaaa", "111bbccc"];

/// Where the id of an example stands: at the start or behind a slash.
fn example(text: &str) -> Option<(usize, usize)> {
    let start = text.rfind('/').map_or(0, |it| it + 1);
    let (kind, digits) = text.get(start..)?.split_once('-')?;
    let is_kind = (1..=8).contains(&kind.len()) && kind.bytes().all(|it| it.is_ascii_lowercase());
    (is_kind && DIGITS.contains(&digits)).then_some((start, text.len()))
}

fn brackets(text: &str) -> Option<(usize, usize)> {
    let start = text.find('<')?;
    let end = start + text.get(start..)?.find('>')? + 1;
    let name = text.get(start + 1..end - 1)?;
    let is_name = |it: char| it.is_alphanumeric() || "-_ .".contains(it);
    (name.starts_with(|it: char| it.is_alphabetic()) && name.chars().all(is_name)).then_some((start, end))
}

fn your(text: &str) -> Option<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    for (start, _) in lower.match_indices("your") {
        let is_start =
            start == 0 || lower.as_bytes().get(start - 1).is_some_and(|it| !it.is_ascii_alphanumeric());
        let behind = lower.get(start + 4..).unwrap_or_default();
        if !is_start || !behind.starts_with(['-', '_']) {
            continue;
        }
        let word = behind.find(|it: char| !it.is_ascii_alphanumeric() && it != '-' && it != '_');
        return Some((start, start + 4 + word.unwrap_or(behind.len())));
    }
    None
}
