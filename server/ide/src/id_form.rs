//! Forms of ids that condition keys hold.

use catalog::{Catalog, ConditionKey, ValueType};
use policy::model::{Condition, Item, Statement, Text, Values};
use policy::pattern;

use crate::sentence::is_filled_in;

/// The ids whose form is a prefix and hexadecimal digits.
const PREFIXES: [&str; 5] = ["sg-", "subnet-", "vpc-", "vpce-", "fs-"];

/// A value that does not have the form of the ids its key holds.
#[derive(Debug, Clone, Copy)]
pub struct WrongId<'a> {
    /// The key.
    pub key: ConditionKey,
    /// The form.
    pub form: IdForm,
    /// The value.
    pub text: &'a Text,
    /// The values it stands among.
    pub values: &'a Values,
    /// Its place among them.
    pub idx: usize,
}

/// The ids of a statement's condition that are not what their keys hold.
pub fn wrong_ids(catalog: Catalog, stmt: &Statement) -> Vec<WrongId<'_>> {
    let mut out = Vec::new();
    for (block, test) in stmt.condition.iter().flat_map(Condition::tests) {
        let operator = catalog.operator(&block.operator.base);
        if operator.is_none_or(|it| it.value_type() != ValueType::String) {
            continue;
        }
        let Some(key) = catalog.condition_key(&test.key.value) else { continue };
        let Some(form) = key.pattern().and_then(IdForm::of) else { continue };
        let takes_patterns = operator.is_some_and(|it| it.wildcards());
        for (idx, item) in test.values.items.iter().enumerate() {
            let Item::Text(text) = item else { continue };
            let value = &*text.value;
            let is_open = is_filled_in(value) || (takes_patterns && pattern::has_wildcard(value));
            if !is_open && !form.fits(value) {
                out.push(WrongId { key, form, text, values: &test.values, idx });
            }
        }
    }
    out
}

/// The form of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdForm {
    /// Twelve digits.
    Account,
    /// `o-` and letters and digits.
    Organization,
    /// This prefix and 8 or 17 hexadecimal digits.
    Hex(&'static str),
}

impl IdForm {
    /// The form that a key's pattern in the catalogue asks for, where it is one of ours.
    pub fn of(pattern: &str) -> Option<IdForm> {
        if pattern == "[0-9]{12}" {
            return Some(IdForm::Account);
        }
        if pattern.starts_with("o-[") && !pattern.contains('/') {
            return Some(IdForm::Organization);
        }
        let bare = pattern.trim_start_matches('(');
        PREFIXES.into_iter().find(|it| bare.starts_with(it)).map(IdForm::Hex)
    }

    /// Whether a value has the form.
    pub fn fits(self, value: &str) -> bool {
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
    pub fn is_short(self, value: &str) -> bool {
        match self {
            IdForm::Account => false,
            IdForm::Organization => value.starts_with("o-"),
            IdForm::Hex(prefix) => value.strip_prefix(prefix).is_some_and(|it| !it.is_empty()),
        }
    }

    /// The form in words.
    pub fn description(self) -> String {
        match self {
            IdForm::Account => "the id of an account: twelve digits".to_owned(),
            IdForm::Organization => {
                "the id of an organization: `o-` and 10 to 32 letters and digits".to_owned()
            }
            IdForm::Hex(prefix) => format!("an id of the form `{prefix}` and 8 or 17 digits"),
        }
    }

    /// The same id with the dash it lacks.
    pub fn repair(self, value: &str) -> Option<String> {
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
