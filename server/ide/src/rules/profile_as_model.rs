//! See [`RULE`].
use super::prelude::*;
use policy::arn::Arn;

rule! {
    /// The ARN of a foundation model names an inference profile.
    ///
    /// ## Why it matters
    /// An id that starts with a geography, as `us.` or `global.`, is that of an inference profile, which has an ARN of its
    /// own with an account. No foundation model has this id, so the ARN matches nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "arn:aws:bedrock:us-east-1::foundation-model/us.amazon.nova-pro-v1:0" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": [
    ///   "arn:aws:bedrock:us-east-1:*:inference-profile/us.amazon.nova-pro-v1:0",
    ///   "arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0"] }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html>
    name: "profile-as-model", since: "0.1.0",
    severity: Error, group: Reference,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(resource) = &stmt.resource else { return };
    for text in resource.values.texts() {
        let Some(arn) = Arn::parse(&text.value).filter(|it| it.service == "bedrock") else { continue };
        let Some(id) = arn.resource.strip_prefix("foundation-model/") else { continue };
        let geography = id.split_once('.').and_then(|(prefix, _)| cx.catalog.geography(prefix));
        let Some(geography) = geography else { continue };
        let [.., at] = arn.field_offsets();
        let range = text.part(at.0, at.1);
        let message = format!("`{}` is an inference profile ({}), not a model", short(id), geography.title());
        let finding = acc.report(&RULE, range, message);
        let profile = format!("arn:{}:bedrock:{}:*:inference-profile/{id}", arn.partition, arn.region);
        let model = id
            .split_once('.')
            .map(|(_, model)| format!("arn:{}:bedrock:*::foundation-model/{model}", arn.partition));
        let edit = fix::replace_text(text, &profile);
        if let Some(model) = model.filter(|it| !resource.values.texts().any(|text| *text.value == **it)) {
            let both = if resource.values.is_list {
                format!("\"{}\", \"{}\"", fix::escape(&profile), fix::escape(&model))
            } else {
                format!("[\"{}\", \"{}\"]", fix::escape(&profile), fix::escape(&model))
            };
            let edit = TextEdit::replace(text.range, both);
            finding.fix(Fix::suggested("Name the profile and its model", vec![edit]));
        }
        finding.fix(Fix::suggested("Name the profile", vec![edit]));
    }
}
