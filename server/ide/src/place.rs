//! What is under the cursor, decided once for completion and hover.
//!
//! [`place`] answers for a cursor between two bytes, also where the text is not JSON yet: in a string without its
//! end, at a word without quotes, behind a colon with nothing after it, in an empty file. [`place_of`] answers for
//! the token that holds a byte, as hover asks. Outside of policies both are silent.

mod meaning;
pub(crate) mod spot;
pub(crate) mod steps;

use policy::PolicyKind;
use policy::model::{Policy, StatementAt};
use syntax::{TextEdit, TextRange, TextSize};

use crate::Analysis;

/// Where the cursor is, and what an edit there must take care of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The part of the policy language that belongs here.
    pub slot: Slot,
    /// What the policy is attached to.
    pub kind: PolicyKind,
    /// The index of the policy in [`Analysis::policies`]; `None` where it is too little to be one yet.
    pub policy: Option<usize>,
    /// The index of the statement in its policy.
    pub statement: Option<usize>,
    /// What an edit replaces: all that stands between the quotes, the half-typed word, or nothing.
    pub range: TextRange,
    /// The same with its quotes, as far as they are there.
    pub token: TextRange,
    /// What the range says, escapes resolved.
    pub text: String,
    /// The part of the range before the cursor, as it is written.
    pub prefix: String,
    /// Keys of the same object, or strings of the same list, without the one at the cursor.
    pub siblings: Vec<String>,
    /// What the text lacks around here to be JSON.
    pub lacks: Lacks,
}

/// A part of the policy language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Slot {
    /// A whole document: nothing is written yet.
    Document,
    /// A key of the policy: `Version`.
    PolicyKey,
    /// The value of `Version`.
    Version,
    /// The value of `Id`.
    Id,
    /// A whole statement.
    Statement,
    /// A key of a statement: `Effect`.
    StatementKey,
    /// The value of `Sid`.
    Sid,
    /// The value of `Effect`.
    Effect,
    /// A value of `Action` or `NotAction`.
    Action {
        /// Whether it is `NotAction`.
        negated: bool,
    },
    /// A value of `Resource` or `NotResource`.
    Resource {
        /// Whether it is `NotResource`.
        negated: bool,
    },
    /// The value of `Principal` or `NotPrincipal` as a whole.
    Principal,
    /// A key of `Principal`: `AWS`.
    PrincipalType,
    /// A principal of a type.
    PrincipalValue {
        /// The type as it is written.
        of: String,
    },
    /// The value of `Condition` as a whole.
    Condition,
    /// A key of `Condition`: `StringEquals`.
    ConditionOperator,
    /// The value of an operator as a whole.
    ConditionBlock {
        /// The operator as it is written.
        operator: String,
    },
    /// A key under an operator: `aws:SourceIp`.
    ConditionKey {
        /// The operator as it is written.
        operator: String,
    },
    /// A value of a condition key.
    ConditionValue {
        /// The operator as it is written.
        operator: String,
        /// The key as it is written.
        key: String,
    },
}

/// What the text lacks to be JSON around a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lacks {
    /// The quote before the range.
    pub opening_quote: bool,
    /// The quote behind the range.
    pub closing_quote: bool,
    /// The colon and the value behind a key.
    pub value: bool,
    /// The colon alone.
    pub colon: bool,
    /// A comma at this offset, behind what stands before.
    pub comma_before: Option<TextSize>,
    /// A comma behind the range and its quote.
    pub comma_after: bool,
}

impl Slot {
    /// Whether a key belongs here.
    pub fn is_key(&self) -> bool {
        match self {
            Slot::PolicyKey
            | Slot::StatementKey
            | Slot::PrincipalType
            | Slot::ConditionOperator
            | Slot::ConditionKey { .. } => true,
            Slot::Document
            | Slot::Version
            | Slot::Id
            | Slot::Statement
            | Slot::Sid
            | Slot::Effect
            | Slot::Action { .. }
            | Slot::Resource { .. }
            | Slot::Principal
            | Slot::PrincipalValue { .. }
            | Slot::Condition
            | Slot::ConditionBlock { .. }
            | Slot::ConditionValue { .. } => false,
        }
    }

    /// Whether what belongs here may hold colons, as `s3:GetObject` does.
    fn takes_colons(&self) -> bool {
        match self {
            Slot::Action { .. }
            | Slot::Resource { .. }
            | Slot::PrincipalValue { .. }
            | Slot::ConditionOperator
            | Slot::ConditionKey { .. }
            | Slot::ConditionValue { .. } => true,
            Slot::Document
            | Slot::PolicyKey
            | Slot::Version
            | Slot::Id
            | Slot::Statement
            | Slot::StatementKey
            | Slot::Sid
            | Slot::Effect
            | Slot::Principal
            | Slot::PrincipalType
            | Slot::Condition
            | Slot::ConditionBlock { .. } => false,
        }
    }
}

impl Place {
    /// The policy around it.
    pub fn policy<'a>(&self, analysis: &'a Analysis) -> Option<&'a Policy> {
        analysis.policies().get(self.policy?)
    }

    /// The statement around it.
    pub fn statement<'a>(&self, analysis: &'a Analysis) -> Option<StatementAt<'a>> {
        self.policy(analysis)?.statements.get(self.statement?)
    }

    /// Whether a sibling says this.
    pub fn has_sibling(&self, name: &str) -> bool {
        self.siblings.iter().any(|it| it == name)
    }

    /// The edit that puts a string here, with what the text lacks around it. `content` is escaped already and has
    /// no quotes; `value` is what follows a key that has no value yet.
    pub fn put(&self, content: &str, value: &str) -> TextEdit {
        let lacks = self.lacks;
        let mut range = self.range;
        let mut text = String::new();
        if lacks.opening_quote {
            text.push('"');
        }
        text.push_str(content);
        if lacks.closing_quote {
            text.push('"');
        } else if lacks.value || lacks.colon || lacks.comma_after {
            // What comes next stands behind the quote.
            text.push('"');
            range.end = self.token.end;
        }
        if lacks.value {
            text.push_str(": ");
            text.push_str(value);
        } else if lacks.colon {
            text.push(':');
        }
        self.with_commas(range, text)
    }

    /// The edit that puts any JSON here in place of what there is, quotes included.
    pub fn put_json(&self, json: &str) -> TextEdit {
        self.with_commas(self.token, json.to_owned())
    }

    fn with_commas(&self, range: TextRange, mut text: String) -> TextEdit {
        if self.lacks.comma_before == Some(range.start) {
            text.insert_str(0, ", ");
        }
        if self.lacks.comma_after {
            text.push(',');
        }
        TextEdit::replace(range, text)
    }

    /// The comma that is missing before, where [`Place::put`] does not write it.
    pub fn comma(&self) -> Option<TextEdit> {
        let at = self.lacks.comma_before?;
        (at < self.token.start).then(|| TextEdit::insert(at, ","))
    }
}

/// The place of a cursor at `at`.
pub fn place(analysis: &Analysis, at: TextSize) -> Option<Place> {
    spot::candidates(analysis.file(), at).into_iter().find_map(|(spot, run)| {
        let place = meaning::place(analysis, at, spot)?;
        // A run of words with colons between is one text only where such texts belong.
        (!run || place.slot.takes_colons()).then_some(place)
    })
}

/// The place of the token that holds the byte `at`: a string, be it one of its quotes, a number, or a word.
pub fn place_of(analysis: &Analysis, at: TextSize) -> Option<Place> {
    match spot::of_string(analysis.file(), at) {
        Some(spot) => meaning::place(analysis, at, spot),
        None => spot::holds_word(analysis.file(), at).then(|| place(analysis, at + 1))?,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::Config;

    fn check(text: &str) -> String {
        let at = text.find('$').unwrap();
        let text = text.replacen('$', "", 1);
        let analysis = Analysis::of(&text, Default::default(), Config::default().into());
        let Some(place) = place(&analysis, at as u32) else { return "-".into() };
        let slot = format!("{:?}", place.slot).replace("{ negated: false }", "").replace("\\\"", "'");
        let written = text.get(place.range.start as usize..place.range.end as usize).unwrap();
        let mut out = format!("{} {written:?} {:?}", slot.trim(), place.prefix);
        if place.statement.is_some() {
            out.push_str(" in statement");
        }
        if !place.siblings.is_empty() {
            write!(out, " with {}", place.siblings.join(" ")).unwrap();
        }
        let lacks = place.lacks;
        let flags = [
            ("opening", lacks.opening_quote),
            ("closing", lacks.closing_quote),
            ("value", lacks.value),
            ("colon", lacks.colon),
            ("comma before", lacks.comma_before.is_some()),
            ("comma after", lacks.comma_after),
        ];
        let missing: Vec<_> = flags.iter().filter(|it| it.1).map(|it| it.0).collect();
        if !missing.is_empty() {
            write!(out, "; lacks {}", missing.join(", ")).unwrap();
        }
        out
    }

    #[test]
    fn places() {
        let in_statement = |inner: &str| {
            format!(
                "{{\"Version\": \"2012-10-17\", \"Statement\": [\n {{\"Effect\": \"Allow\", {inner} }}\n]}}"
            )
        };
        let cases: Vec<(String, &str)> = [
            // Documents.
            ("$", r#"Document "" """#),
            ("  \n$\n", r#"Document "" """#),
            ("pol$", r#"Document "pol" "pol"; lacks opening, closing"#),
            ("{$}", r#"PolicyKey "" ""; lacks opening, closing, value"#),
            ("{\"Ver$", r#"PolicyKey "Ver" "Ver"; lacks closing, value"#),
            ("{ Sta$ }", r#"PolicyKey "Sta" "Sta"; lacks opening, closing, value"#),
            ("{\"name\": 1, $}", "-"),
            ("{\"Ver$\": 1, \"name\": 2}", "-"),
            ("[$]", "-"),
            ("{\"Version\": \"$\"}", r#"Version "" """#),
            ("{\"Version\": \"1.0$\"}", "-"),
            ("{\"Version\": $}", r#"Version "" ""; lacks opening, closing"#),
            (
                "{\"Version\": \"2012-10-17\"\n$}",
                r#"PolicyKey "" "" with Version; lacks opening, closing, value, comma before"#,
            ),
            ("{\"Statement\": [{$}]}", r#"StatementKey "" ""; lacks opening, closing, value"#),
            ("{\"Statement\": [$]}", r#"Statement "" ""; lacks opening, closing"#),
            ("{\"Statement\": $}", r#"Statement "" ""; lacks opening, closing"#),
            ("{\"Statement\": {\"E$\"}}", r#"StatementKey "E" "E"; lacks value"#),
            // Fragments and templates.
            ("{\"Effect\": \"Al$low\", \"Action\": []}", r#"Effect "Allow" "Al" in statement"#),
            (
                "[{\"Effect\": \"Deny\", $}]",
                r#"StatementKey "" "" in statement with Effect; lacks opening, closing, value"#,
            ),
            (
                "{\"Condition\": {\"StringEquals\": {\"$\": 1}}}",
                r#"ConditionKey { operator: "StringEquals" } "" "" in statement"#,
            ),
            ("{\"Resources\": {\"R\": {\"Properties\": {\"$\": 1}}}}", "-"),
            (
                "{\"Resources\": {\"R\": {\"AssumeRolePolicyDocument\": {\"$\"}}}}",
                r#"PolicyKey "" ""; lacks value"#,
            ),
        ]
        .map(|(text, expected)| (text.to_owned(), expected))
        .into_iter()
        .chain(
            [
                // Keys.
                ("$", r#"StatementKey "" "" in statement with Effect; lacks opening, closing, value"#),
                ("\"Act$\"", r#"StatementKey "Act" "Act" in statement with Effect; lacks value"#),
                ("\"Act$ion\" [\"a:b\"]", r#"StatementKey "Action" "Act" in statement with Effect; lacks colon"#),
                ("Act$ion\": \"a:b\"", r#"StatementKey "Action" "Act" in statement with Effect :  a  }; lacks opening"#),
                ("\"Act$ion\": 1", r#"StatementKey "Action" "Act" in statement with Effect"#),
                ("Act$", r#"StatementKey "Act" "Act" in statement with Effect; lacks opening, closing, value"#),
                (
                    "\"Act$\n\"Resource\": \"*\"",
                    r#"StatementKey "Act" "Act" in statement with Effect Resource; lacks closing, value, comma after"#,
                ),
                ("\"Sid\" $", "-"),
                // Values.
                ("\"Action\": $", r#"Action "" "" in statement; lacks opening, closing"#),
                (
                    "\"Action\": $\n \"Resource\": \"*\"",
                    r#"Action "" "" in statement; lacks opening, closing, comma after"#,
                ),
                ("\"Action\": \"s3:$\n \"Resource\": \"*\"", r#"Action "s3:" "s3:" in statement; lacks closing, comma after"#),
                ("\"Action\": [\"s3:$", r#"Action "s3:" "s3:" in statement; lacks closing"#),
                ("\"Action\": [\"s3:$]", r#"Action "s3:" "s3:" in statement; lacks closing"#),
                ("\"Action\": [\"a:b\", $]", r#"Action "" "" in statement with a:b; lacks opening, closing"#),
                ("\"Action\": [\"a:b\"\n $]", r#"Action "" "" in statement with a:b; lacks opening, closing, comma before"#),
                ("\"Action\": [\"a:b\"$]", "-"),
                ("\"Action\": [ s3:Get$ ]", r#"Action "s3:Get" "s3:Get" in statement; lacks opening, closing"#),
                ("\"Action\": s3:$", r#"Action "s3:" "s3:" in statement; lacks opening, closing"#),
                ("\"Action\": s3:Get*$", r#"Action "s3:Get*" "s3:Get*" in statement; lacks opening, closing"#),
                ("Effect: Al$", r#"Effect "Al" "Al" in statement; lacks opening, closing"#),
                ("Effect:Al$", r#"Effect "Al" "Al" in statement; lacks opening, closing"#),
                ("Effect:$", r#"Effect "" "" in statement; lacks opening, closing"#),
                ("\"Action\": $ [\"a:b\"]", "-"),
                (
                    "\"Action\": $ \"Resource\": \"*\"",
                    r#"Action "" "" in statement; lacks opening, closing, comma after"#,
                ),
                ("\"NotAction\": \"$\"", r#"Action { negated: true } "" "" in statement"#),
                ("\"Resource\": [\"arn:$\"]", r#"Resource "arn:" "arn:" in statement"#),
                ("\"Resource\": {\"Fn::Sub\": \"$\"}", "-"),
                ("\"Sid\": \"a$\"", r#"Sid "a" "a" in statement"#),
                ("// $", "-"),
                // Principals.
                ("\"Principal\": $", r#"Principal "" "" in statement; lacks opening, closing"#),
                ("\"Principal\": {$}", r#"PrincipalType "" "" in statement; lacks opening, closing, value"#),
                ("\"Principal\": {\"AWS\": [\"$\"]}", r#"PrincipalValue { of: "AWS" } "" "" in statement"#),
                // Conditions.
                ("\"Condition\": $", r#"Condition "" "" in statement; lacks opening, closing"#),
                ("\"Condition\": {\"String$\": {}}", r#"ConditionOperator "String" "String" in statement"#),
                (
                    "\"Condition\": {\"Bool\": {\"aws:$",
                    r#"ConditionKey { operator: "Bool" } "aws:" "aws:" in statement; lacks closing, value"#,
                ),
                (
                    "\"Condition\": {\"Bool\": {aws:Sec$",
                    r#"ConditionKey { operator: "Bool" } "aws:Sec" "aws:Sec" in statement; lacks opening, closing, value"#,
                ),
                (
                    "\"Condition\": {\"Bool\": {\"k\": [\"$\"]}}",
                    r#"ConditionValue { operator: "Bool", key: "k" } "" "" in statement"#,
                ),
            ]
            .map(|(inner, expected)| (in_statement(inner), expected)),
        )
        .collect();
        let wrong: Vec<_> = cases
            .iter()
            .filter_map(|(text, expected)| {
                let actual = check(text);
                (actual != *expected).then(|| format!("{text}\n   is {actual}\n not {expected}\n"))
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn edits_bring_what_is_lacking() {
        for (text, content, value, expected) in [
            ("{\"Version\": $}", "2012-10-17", "", "{\"Version\": \"2012-10-17\"}"),
            ("{\"Ver$}", "Version", "1", "{\"Version\": 1}"),
            ("{\"Ver$\"}", "Version", "1", "{\"Version\": 1}"),
            ("{\"Ver$\": 2}", "Version", "1", "{\"Version\": 2}"),
            (
                "{\"Statement\": []\n$\n\"Id\": \"\"}",
                "Version",
                "1",
                "{\"Statement\": [],\n\"Version\": 1,\n\"Id\": \"\"}",
            ),
        ] {
            let at = text.find('$').unwrap();
            let text = text.replacen('$', "", 1);
            let analysis = Analysis::of(&text, Default::default(), Config::default().into());
            let place = place(&analysis, at as u32).unwrap();
            let mut edits = vec![place.put(content, value)];
            edits.extend(place.comma());
            assert_eq!(TextEdit::apply_all(&text, &edits), expected);
        }
    }
}
