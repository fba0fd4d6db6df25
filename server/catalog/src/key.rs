//! Condition keys.

use crate::blob;
use crate::layout::Section;
use crate::service::Service;
use crate::{Catalog, nearest};

/// The type of a key's values; operators come in families by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueType {
    /// Text.
    String,
    /// An ARN.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// A point in time.
    Date,
    /// An IP address or a range of them.
    IpAddress,
    /// Base64 text.
    Binary,
    /// Whether a key is in the request; a type of operators only.
    Null,
}

impl ValueType {
    pub(crate) fn from_number(number: u32) -> ValueType {
        match number {
            1 => ValueType::Arn,
            2 => ValueType::Bool,
            3 => ValueType::Numeric,
            4 => ValueType::Date,
            5 => ValueType::IpAddress,
            6 => ValueType::Binary,
            7 => ValueType::Null,
            _ => ValueType::String,
        }
    }

    /// The name AWS gives it.
    pub fn name(self) -> &'static str {
        match self {
            ValueType::String => "String",
            ValueType::Arn => "ARN",
            ValueType::Bool => "Bool",
            ValueType::Numeric => "Numeric",
            ValueType::Date => "Date",
            ValueType::IpAddress => "IPAddress",
            ValueType::Binary => "Binary",
            ValueType::Null => "Null",
        }
    }
}

/// What a global key speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// The caller.
    Principal,
    /// The caller's credentials.
    Session,
    /// Where the call comes from.
    Network,
    /// The resource that is called upon.
    Resource,
    /// The call itself.
    Request,
}

/// A condition key. One handle stands for all keys of a template such as `aws:RequestTag/${TagKey}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionKey(pub(crate) u32);

impl Catalog {
    /// The key of a name: `aws:SourceIp`, `s3:prefix`. A name filled into a template finds the template:
    /// `s3:ExistingObjectTag/team`, and the placeholders `${TagKey}`, `<key>` and `tag-key` themselves.
    pub fn condition_key(self, name: &str) -> Option<ConditionKey> {
        let exact = blob::find(Section::Keys, 0..blob::rows(Section::Keys), name);
        let filled = || {
            let rows = 0..blob::rows(Section::TemplateKeys);
            let mut templates = rows.map(|row| blob::cell(Section::TemplateKeys, row, 0));
            templates.find(|key| fills(ConditionKey(*key).name(), name))
        };
        exact.or_else(filled).map(ConditionKey)
    }

    /// Keys that do not belong to the actions of one service: `aws:…`, and those that other services' sessions
    /// carry, such as `lambda:SourceFunctionArn`.
    pub fn global_keys(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        (2..blob::rows(Section::Meta)).map(|row| ConditionKey(blob::cell(Section::Meta, row, 0)))
    }

    /// Keys that people write as policy variables, the most frequent first; an order of ours.
    pub fn common_variables(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        let rows = 0..blob::rows(Section::CommonVariables);
        rows.map(|row| ConditionKey(blob::cell(Section::CommonVariables, row, 0)))
    }

    /// All keys, by name.
    pub fn condition_keys(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        (0..blob::rows(Section::Keys)).map(ConditionKey)
    }

    /// Whether a name is a key of an identity provider, such as `oidc.eks.…:sub`: what stands before the colon is a
    /// host name. Providers make up their own claims, so the catalogue knows a few of these keys and never all.
    pub fn is_provider_key(self, name: &str) -> bool {
        name.rsplit_once(':')
            .is_some_and(|(provider, _)| provider.split('/').next().is_some_and(|it| it.contains('.')))
    }

    /// The key a name that does not exist most likely means; `None` when nothing is close.
    pub fn nearest_condition_key(self, name: &str) -> Option<ConditionKey> {
        nearest::condition_key(self, name)
    }
}

/// Whether a name is a template with its placeholders filled; a placeholder takes at least one character.
fn fills(template: &str, name: &str) -> bool {
    let Some((fixed, rest)) = template.split_once("${") else { return template.eq_ignore_ascii_case(name) };
    let Some((start, filled)) = name.split_at_checked(fixed.len()) else { return false };
    if !start.eq_ignore_ascii_case(fixed) {
        return false;
    }
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    if after.is_empty() {
        return !filled.is_empty();
    }
    let mut ends = filled.char_indices().skip(1).map(|(at, _)| at);
    ends.any(|at| filled.get(at..).is_some_and(|it| fills(after, it)))
}

impl ConditionKey {
    fn info(self) -> u32 {
        blob::cell(Section::Keys, self.0, 1)
    }

    /// Its name as AWS spells it; a template keeps its placeholder: `aws:RequestTag/${TagKey}`.
    pub fn name(self) -> &'static str {
        blob::text_cell(Section::Keys, self.0, 0)
    }

    /// The type of one value.
    pub fn value_type(self) -> ValueType {
        ValueType::from_number(self.info() & 0b1111)
    }

    /// Whether a request may carry several values, so that a set operator is needed.
    pub fn multi_valued(self) -> bool {
        self.info() & 1 << 4 != 0
    }

    /// Whether the name has a placeholder.
    pub fn is_template(self) -> bool {
        self.info() & 1 << 5 != 0
    }

    /// Whether it is a key of AWS as a whole.
    pub fn is_global(self) -> bool {
        self.category().is_some()
    }

    /// What a global key speaks of.
    pub fn category(self) -> Option<Category> {
        match self.info() >> 8 & 0xff {
            1 => Some(Category::Principal),
            2 => Some(Category::Session),
            3 => Some(Category::Network),
            4 => Some(Category::Resource),
            5 => Some(Category::Request),
            _ => None,
        }
    }

    /// How often people test it, from 0 to 63: our own order first, then how many of AWS's managed policies do. Good
    /// for sorting, and for nothing else.
    pub fn weight(self) -> u32 {
        self.info() >> 16
    }

    /// The service that defines it; `None` for a global key.
    pub fn service(self) -> Option<Service> {
        blob::cell(Section::Keys, self.0, 2).checked_sub(1).map(Service)
    }

    /// The key to use instead, when AWS no longer fills this one.
    pub fn deprecated_by(self) -> Option<ConditionKey> {
        blob::cell(Section::Keys, self.0, 3).checked_sub(1).map(ConditionKey)
    }

    /// What it holds, in one or two sentences of ours.
    pub fn description(self) -> Option<&'static str> {
        let row = blob::find_id(Section::KeyTexts, self.0)?;
        Some(blob::text_cell(Section::KeyTexts, row, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::fills;

    #[test]
    fn placeholders_take_one_character_or_more() {
        for (template, name, expected) in [
            ("aws:RequestTag/${TagKey}", "aws:requesttag/x", true),
            ("aws:RequestTag/${TagKey}", "aws:RequestTag/", false),
            ("aws:RequestTag/${TagKey}", "aws:RequestTag", false),
            ("codebuild:x/${name}.value", "codebuild:x/a.b.value", true),
            ("codebuild:x/${name}.value", "codebuild:x/.value", false),
            ("token.${Domain}.ghe.com:sub", "token.acme.ghe.com:sub", true),
            ("aws:RequestTag/${TagKey}", "aws:RequestTag/ö", true),
        ] {
            assert_eq!(fills(template, name), expected, "{name}");
        }
    }
}
