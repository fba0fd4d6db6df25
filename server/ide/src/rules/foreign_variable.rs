//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A policy variable is written as another language writes it.
    ///
    /// ## Why it matters
    /// Terraform takes `$${…}` and `&{…}` in its own files for IAM's `${…}`. In JSON, IAM reads both as they stand: the
    /// first with a dollar before the value, the second as plain text.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/$${aws:PrincipalTag/person}/*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:PrincipalTag/person}/*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    name: "foreign-variable", since: "0.1.0",
    severity: Warning, group: Reference,
    check: Statement(check)
}

/// How they begin, with how much of that is too much or another character.
const FORMS: [(&str, &str); 2] = [("$${", "$${"), ("&{", "&{")];

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    let resources = stmt.resource.iter().flat_map(|it| it.values.texts());
    let values = stmt.condition.iter().flat_map(Condition::tests).flat_map(|(_, it)| it.values.texts());
    for text in resources.chain(values).filter(|it| !it.escaped) {
        for (form, written) in FORMS {
            // Only names of IAM's keys are meant for IAM.
            let at = text.value.find(form).filter(|at| is_of_iam(text.value.get(at + form.len()..)));
            let Some(at) = at else { continue };
            let range = text.part(at, at + form.len());
            let message = format!("`{written}…}}` is how Terraform writes a variable; IAM reads `${{…}}`");
            let edit = TextEdit::replace(range, "${");
            acc.report(&RULE, range, message).fix(Fix::suggested("Write `${`", vec![edit]));
        }
    }
}

fn is_of_iam(rest: Option<&str>) -> bool {
    let name = rest.and_then(|it| it.split_once('}')).map(|it| it.0);
    name.is_some_and(|it| it.split_once(':').is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case("aws")))
}
