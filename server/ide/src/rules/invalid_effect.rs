//! See [`RULE`].
use super::prelude::*;

rule! {
    /// `Effect` is neither `Allow` nor `Deny`.
    ///
    /// ## Why it matters
    /// IAM knows these two effects and compares their case: it refuses `allow` as well.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html>
    name: "invalid-effect", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "INVALID_EFFECT",
    check: Statement(check)
}

const EFFECTS: [&str; 2] = ["Allow", "Deny"];

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let Some(effect) = &stmt.effect else { return };
    if stmt.effect().is_some() || is_filled_in(&effect.value) {
        return;
    }
    let near = nearest(&effect.value, EFFECTS);
    let message = match near {
        Some(near) if near.eq_ignore_ascii_case(&effect.value) => {
            format!("`{}` must be written `{near}`", effect.value)
        }
        Some(_) | None => format!("`{}` is no effect; there are `Allow` and `Deny`", short(&effect.value)),
    };
    let finding = acc.report(&RULE, effect.range, message);
    for effect_name in EFFECTS.into_iter().filter(|it| near.is_none_or(|near| near == *it)) {
        let edit = fix::replace_text(effect, effect_name);
        finding.fix(Fix::suggested(format!("Change to `{effect_name}`"), vec![edit]));
    }
}
