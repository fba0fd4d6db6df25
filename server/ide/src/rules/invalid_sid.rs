//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A `Sid` has characters other than letters and digits.
    ///
    /// ## Why it matters
    /// IAM refuses them in the policies of identities, roles and organizations. Resource policies of some services
    /// accept more, and are not checked.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Sid": "list buckets", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Sid": "ListBuckets", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
    name: "invalid-sid", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "UNSUPPORTED_SID",
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(sid) = &stmt.sid else { return };
    let is_strict = !matches!(cx.kind, PolicyKind::Resource | PolicyKind::VpcEndpoint);
    if !is_strict || is_filled_in(&sid.value) {
        return;
    }
    let Some((start, wrong)) = sid.value.char_indices().find(|(_, it)| !it.is_ascii_alphanumeric()) else {
        return;
    };
    let name = if wrong == ' ' { "a blank".to_owned() } else { format!("`{wrong}`") };
    let range = sid.part(start, start + wrong.len_utf8());
    let finding = acc.report(&RULE, range, format!("A `Sid` takes only letters and digits, not {name}"));
    let clean = camel_case(&sid.value);
    if !clean.is_empty() {
        finding.fix(Fix::safe(format!("Change to `{clean}`"), vec![fix::replace_text(sid, &clean)]));
    }
    let removal = fix::condition::remove_element(stmt, "Sid");
    finding.fixes(removal.map(|it| Fix::safe("Remove `Sid`", vec![it])));
}

/// The words of a text joined, each with a capital.
fn camel_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|it: char| !it.is_ascii_alphanumeric()) {
        let mut rest = word.chars();
        out.extend(rest.next().map(|it| it.to_ascii_uppercase()));
        out.extend(rest);
    }
    out
}
