//! See [`RULE`].
use super::prelude::*;

rule! {
    /// A condition compares an id with something that is no such id.
    ///
    /// ## Why it matters
    /// Ids of AWS have a fixed form: `sg-`, `subnet-`, `vpc-` and 8 or 17 hexadecimal digits, `o-` and letters, twelve
    /// digits for an account. What has another form is never equal to one.
    ///
    /// ## Example
    /// ```jsonc,finds
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-123" } } }
    /// ```
    /// ```jsonc,clean
    /// { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
    ///   "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-0a1b2c3d" } } }
    /// ```
    ///
    /// ## References
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    name: "malformed-id", since: "0.1.0",
    severity: Error, group: Reference,
    check: Statement(check)
}

/// The ids whose form is a prefix and hexadecimal digits.
const PREFIXES: [&str; 5] = ["sg-", "subnet-", "vpc-", "vpce-", "fs-"];

fn check(cx: &RuleCx<'_>, stmt: &Statement, acc: &mut Findings) {
    for (block, test) in stmt.condition.iter().flat_map(Condition::tests) {
        let is_string = cx
            .catalog
            .operator(&block.operator.base)
            .is_some_and(|it| it.value_type() == catalog::ValueType::String);
        if !is_string {
            continue;
        }
        let Some(key) = cx.catalog.condition_key(&test.key.value) else { continue };
        let Some(form) = key.pattern().and_then(IdForm::of) else { continue };
        let is_pattern = block.is("StringLike") || block.is("StringNotLike");
        for text in test.values.texts() {
            let value = &*text.value;
            if is_filled_in(value) || (is_pattern && pattern::has_wildcard(value)) || form.fits(value) {
                continue;
            }
            let code = match key.name() {
                "aws:SourceVpc" => Some("INVALID_VPC_FORMAT"),
                "aws:SourceVpce" => Some("INVALID_VPCE_FORMAT"),
                _ => None,
            };
            let is_example = code.is_none() && form.is_short(value);
            let severity = if is_example { Severity::Hint } else { Severity::Error };
            let message = format!("`{}` is not {}", short(value), form.description());
            let finding = acc.report(&RULE, text.range, message).severity(severity).code(code);
            if let Some(new) = form.repair(value) {
                let edit = fix::replace_text(text, &new);
                finding.fix(Fix::suggested(format!("Change to `{new}`"), vec![edit]));
            }
        }
    }
}

#[derive(Clone, Copy)]
enum IdForm {
    Account,
    Organization,
    Hex(&'static str),
}

impl IdForm {
    /// The form that a key's pattern in the catalogue asks for, where it is one of ours.
    fn of(pattern: &str) -> Option<IdForm> {
        if pattern == "[0-9]{12}" {
            return Some(IdForm::Account);
        }
        if pattern.starts_with("o-[") && !pattern.contains('/') {
            return Some(IdForm::Organization);
        }
        let bare = pattern.trim_start_matches('(');
        PREFIXES.into_iter().find(|it| bare.starts_with(it)).map(IdForm::Hex)
    }

    fn fits(self, value: &str) -> bool {
        match self {
            IdForm::Account => value.len() == 12 && value.bytes().all(|it| it.is_ascii_digit()),
            IdForm::Organization => value.strip_prefix("o-").is_some_and(|it| {
                (10..=32).contains(&it.len())
                    && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
            }),
            IdForm::Hex(prefix) => value.strip_prefix(prefix).is_some_and(|it| {
                matches!(it.len(), 8 | 17) && it.bytes().all(|it| it.is_ascii_alphanumeric())
            }),
        }
    }

    /// Whether only digits are missing, as in the examples of documentation.
    fn is_short(self, value: &str) -> bool {
        match self {
            IdForm::Account => false,
            IdForm::Organization => value.starts_with("o-"),
            IdForm::Hex(prefix) => value.strip_prefix(prefix).is_some_and(|it| !it.is_empty()),
        }
    }

    fn description(self) -> String {
        match self {
            IdForm::Account => "the id of an account: twelve digits".to_owned(),
            IdForm::Organization => {
                "the id of an organization: `o-` and 10 to 32 letters and digits".to_owned()
            }
            IdForm::Hex(prefix) => format!("an id of the form `{prefix}` and 8 or 17 digits"),
        }
    }

    /// The same id with the dash it lacks.
    fn repair(self, value: &str) -> Option<String> {
        let IdForm::Hex(prefix) = self else {
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            return (matches!(self, IdForm::Account) && digits.len() == 12).then_some(digits);
        };
        let word = prefix.trim_end_matches('-');
        let rest =
            value.to_ascii_lowercase().strip_prefix(word)?.trim_start_matches(['-', '_', ' ']).to_owned();
        let new = format!("{prefix}{rest}");
        (!rest.is_empty() && new != value).then_some(new)
    }
}
