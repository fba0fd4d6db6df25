//! See [`RULE`].
use policy::arn::Arn;

use super::prelude::*;

rule! {
    /// The name of a bucket has a capital letter.
    ///
    /// ## Why it matters
    /// ARNs are compared letter by letter, and names of buckets have no capitals. Only buckets of us-east-1 that were made
    /// before March 2018 may have some; any other bucket is not meant by such an ARN.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::Team-A-Data/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::team-a-data/Reports/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
    name: "upper-case-bucket", since: "0.1.0",
    severity: Info, group: Reference,
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(values) = stmt.resource.as_ref().map(|it| &it.values) else { return };
    for (idx, item) in values.items.iter().enumerate() {
        let Item::Text(text) = item else { continue };
        let Some(arn) = Arn::parse(&text.value) else { continue };
        // A star may hold a slash: what is behind it may be the key of an object.
        let name = arn.resource.split(['/', '*', '?', '$']).next().unwrap_or_default();
        let is_bucket = arn.service == "s3" && arn.region.is_empty() && arn.account.is_empty();
        let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._".contains(&it));
        let lower = name.to_ascii_lowercase();
        // Capitals throughout are a placeholder, and so is what starts with "your".
        let is_shouted = !name.bytes().any(|it| it.is_ascii_lowercase());
        if !is_bucket || !is_name || lower == name || is_shouted || lower.starts_with("your") {
            continue;
        }
        let start = arn.field_offsets()[5].0;
        let range = text.part(start, start + name.len());
        let message =
            "Names of buckets have no capital letters: this matches no bucket made since March 2018";
        let finding = acc.report(&RULE, range, message);
        // Who lists both spellings has thought of it, and the fix is to take one out.
        let twin = text.value.replacen(name, &lower, 1);
        if values.texts().any(|it| *it.value == *twin) {
            let removal = fix::remove_item(values, idx);
            finding.severity(Severity::Hint).tag(Tag::Unnecessary);
            finding
                .fixes(removal.map(|it| Fix::suggested("Remove it: the other spelling is listed", vec![it])));
            continue;
        }
        let edit = TextEdit::replace(range, fix::escape(&lower));
        finding.fix(Fix::suggested(format!("Change to `{}`", short(&lower)), vec![edit]));
    }
}
