//! See [`RULE`].
use catalog::{Model, ModelStatus};

use super::prelude::*;

rule! {
    /// The ARN of a foundation model has an id that is almost that of a model.
    ///
    /// ## Why it matters
    /// Ids are compared as they are written: without its `:0`, or with another version, the ARN matches no model, and the
    /// statement allows or denies nothing. A star at the end takes in all versions.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html>
    name: "unknown-model", since: "0.1.0",
    severity: Warning, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(resource) = &stmt.resource else { return };
    for text in resource.values.texts().filter(|it| it.value.starts_with("arn:")) {
        let Some((head, id)) = text.value.split_once(":foundation-model/") else { continue };
        if pattern::has_wildcard(id) || is_filled_in(id) || cx.catalog.model(id).is_some() {
            continue;
        }
        let Some(near) = near(cx, id) else { continue };
        let start = head.len() + ":foundation-model/".len();
        let range = text.part(start, text.value.len());
        let message = format!("No model has the id `{}`; there is `{}`", short(id), near.id());
        acc.report(&RULE, range, message).fix(Fix::suggested(
            format!("Change to `{}`", near.id()),
            vec![TextEdit::replace(range, near.id())],
        ));
    }
}

/// The model whose id is the same but for the version at its end, or a slip. The catalogue may be older than a model,
/// so that nothing is said of other ids.
fn near(cx: &RuleCx<'_>, id: &str) -> Option<Model> {
    let provider = id.split('.').next()?;
    let of_provider = || cx.catalog.models().filter(|it| it.id().split('.').next() == Some(provider));
    let goes_on = |it: &Model| {
        let rest = it.id().strip_prefix(id);
        rest.is_some_and(|it| it.starts_with(':') || it.starts_with("-v"))
    };
    let bare = without_version(id);
    let has_version = bare.len() < id.len();
    let same = |it: &Model| has_version && without_version(it.id()) == bare;
    let newest = |all: &mut dyn Iterator<Item = Model>| {
        let mut all: Vec<Model> = all.collect();
        all.sort_by_key(|it| it.status() == ModelStatus::Active);
        all.pop()
    };
    newest(&mut of_provider().filter(goes_on)).or_else(|| newest(&mut of_provider().filter(same))).or_else(
        || {
            // Models of one family differ by a digit; a slip of letters is one.
            let slips = |it: &Model| is_slip(id, it.id()) && digits(id) == digits(it.id());
            newest(&mut of_provider().filter(slips))
        },
    )
}

/// An id without `-v1:0` or `:0` at its end.
fn without_version(id: &str) -> &str {
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let bare = id.rsplit_once(':').filter(|(_, it)| is_number(it)).map_or(id, |it| it.0);
    bare.rsplit_once("-v").filter(|(_, it)| is_number(it)).map_or(bare, |it| it.0)
}

fn digits(id: &str) -> String {
    id.chars().filter(char::is_ascii_digit).collect()
}
