//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A number is compared by order with several values, of which one decides.
    ///
    /// ## Why it matters
    /// A test holds if one of its values fits. Of several upper limits the highest decides, of several lower limits the
    /// lowest; the others do nothing.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*",
    ///   "Condition": { "NumericLessThan": { "sagemaker:MaxRuntimeInSeconds": ["3600", "7200"] } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "sagemaker:CreateTrainingJob", "Resource": "*",
    ///   "Condition": { "NumericLessThan": { "sagemaker:MaxRuntimeInSeconds": "7200" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric>
    name: "redundant-number", since: "0.1.0",
    severity: Info, group: Effect,
    access_analyzer: "REDUNDANT_CONDITION_VALUE_NUM",
    check: Statement(check)
}

fn check(_cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (_, _, block, test) in element::tests(stmt) {
        let base = block.operator.base.to_ascii_lowercase();
        let is_upper = base.starts_with("numericless");
        if !is_upper && !base.starts_with("numericgreater") {
            continue;
        }
        let numbers: Option<Vec<(&Text, f64)>> = test.values.items.iter().map(number).collect();
        let Some(numbers) = numbers.filter(|it| it.len() > 1) else { continue };
        let better = |a: f64, b: f64| if is_upper { b > a } else { b < a };
        let decides = numbers.iter().copied().reduce(|a, b| if better(a.1, b.1) { b } else { a });
        let Some((decides, _)) = decides else { continue };
        let which = if is_upper { "highest" } else { "lowest" };
        let message = format!("Only the {which} of these values counts: `{}`", short(&decides.value));
        let finding = acc.report(&RULE, test.values.range, message);
        let edit = TextEdit::replace(test.values.range, format!("\"{}\"", fix::escape(&decides.value)));
        finding.fix(Fix::safe(format!("Keep `{}`", short(&decides.value)), vec![edit]));
    }
}

fn number(item: &Item) -> Option<(&Text, f64)> {
    let (Item::Text(text) | Item::Literal(text, _)) = item else { return None };
    text.value.trim().parse().ok().filter(|it: &f64| it.is_finite()).map(|it| (text, it))
}
