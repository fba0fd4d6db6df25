//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A statement has an element and its opposite.
    ///
    /// ## Why it matters
    /// `Action` and `NotAction` exclude each other, and so do `Resource` and `NotResource`, `Principal` and
    /// `NotPrincipal`. IAM refuses a statement with both.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "NotAction": "iam:*", "Resource": "*" }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
    name: "conflicting-elements", since: "0.1.0",
    severity: Error, group: Structure,
    access_analyzer: "UNSUPPORTED_ELEMENT_COMBINATION",
    check: Statement(check)
}

const PAIRS: [(&str, &str); 3] =
    [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")];

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (plain, not) in PAIRS {
        let (Some(one), Some(other)) = (stmt.key(plain), stmt.key(not)) else { continue };
        let (first, second) = if one.range.start < other.range.start { (one, other) } else { (other, one) };
        let message = format!("A statement cannot have both `{plain}` and `{not}`");
        let finding = acc.report(&RULE, second.range, message);
        finding.related(first.range, format!("`{}` stands here", first.name));
        for name in [not, plain] {
            let removal = fix::condition::remove_element(stmt, name);
            finding.fixes(removal.map(|it| Fix::suggested(format!("Remove `{name}`"), vec![it])));
        }
    }
}
