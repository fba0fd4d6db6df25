//! See [`RULE`].
use super::prelude::*;
use policy::arn::Arn;

rule! {
    /// A `Deny` of a model holds in one Region only.
    ///
    /// ## Why it matters
    /// The same model can be called in other Regions, and by inference profiles that route there. A `Deny` with `*` for the
    /// Region holds in all of them.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Deny", "Action": "bedrock:InvokeModel*", "Resource": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Deny", "Action": "bedrock:InvokeModel*", "Resource": "arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html>
    name: "deny-in-one-region", since: "0.1.0",
    severity: Info, group: Security,
    check: Statement(check)
}

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(resource) =
        stmt.resource.as_ref().filter(|it| !it.negated && stmt.effect() == Some(Effect::Deny))
    else {
        return;
    };
    let models: Vec<(&Text, Arn<'_>)> = resource
        .values
        .texts()
        .filter_map(|it| Some((it, Arn::parse(&it.value)?)))
        .filter(|(_, it)| it.service == "bedrock" && it.resource.starts_with("foundation-model/"))
        .collect();
    for (text, arn) in &models {
        let is_alone = models.iter().filter(|(_, it)| it.resource == arn.resource).count() == 1;
        if !is_alone || cx.catalog.partition_of(arn.region).is_none() {
            continue;
        }
        let [_, _, _, at, _, _] = arn.field_offsets();
        let range = text.part(at.0, at.1);
        let message = format!("Outside of `{}` this model is not denied", arn.region);
        acc.report(&RULE, range, message)
            .fix(Fix::suggested("Change to `*`, every Region", vec![TextEdit::replace(range, "*")]));
    }
}
