//! The policies that are measured: made, not stored, and the same in every run.

use std::fmt::Write;

/// Where something is: line and character, both from 0. The text is ASCII, so that every encoding counts the same.
pub(super) type Place = (usize, usize);

/// A text, and where in it one types and asks.
pub(super) struct Document {
    pub(super) text: String,
    /// How many statements it has; none if it is no policy.
    pub(super) n_statements: usize,
    /// In a string near the start, in the middle and near the end; in a policy in the name of an action.
    pub(super) strings: [Place; 3],
    /// In white space in the middle.
    pub(super) space: Place,
}

impl Document {
    /// A policy of so many statements.
    pub(super) fn policy(n_statements: usize) -> Document {
        let mut text = String::from("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n");
        let watched = [0, n_statements / 2, n_statements.saturating_sub(1)];
        let mut firsts = [0; 3];
        let mut n_lines = 3;
        for n in 0..n_statements {
            for (first, _) in firsts.iter_mut().zip(watched).filter(|(_, it)| *it == n) {
                *first = n_lines;
            }
            let statement = statement(n);
            n_lines += statement.lines().count();
            text.push_str(&statement);
            text.push_str(if n + 1 < n_statements { ",\n" } else { "\n" });
        }
        text.push_str("  ]\n}\n");
        let [_, middle, _] = firsts;
        let space = (middle + 1, 3);
        let lines: Vec<&str> = text.lines().collect();
        // Behind the second character of the name of an action.
        let action = |first: usize| {
            let line = first + 3;
            let colon = lines.get(line).and_then(|it| it.rfind(':')).unwrap_or_default();
            (line, colon + 3)
        };
        Document { strings: firsts.map(action), space, n_statements, text }
    }

    /// JSON that is no policy: what a package manager writes down of so many packages, about 1.6 MB of 5,400.
    pub(super) fn lock_file(n_packages: usize) -> Document {
        let mut text = String::from("{\n  \"lockfileVersion\": 3,\n  \"packages\": {\n");
        for n in 0..n_packages {
            let comma = if n + 1 < n_packages { "," } else { "" };
            let _ = writeln!(
                text,
                "    \"node_modules/package-{n:05}\": {{\n      \"version\": \"{}.{}.0\",\n      \"resolved\": \
                 \"https://registry.example.com/package-{n:05}/-/package-{n:05}.tgz\",\n      \"integrity\": \
                 \"sha512-{n:086}==\",\n      \"license\": \"MIT\"\n    }}{comma}",
                n % 17,
                n % 23
            );
        }
        text.push_str("  }\n}\n");
        // A package has six lines, the first on the fourth of the file; its name starts with its sixth character.
        let name_of = |n: usize| (3 + 6 * n, 8);
        let middle = n_packages / 2;
        let strings = [0, middle, n_packages.saturating_sub(1)].map(name_of);
        Document { strings, space: (3 + 6 * middle + 1, 3), n_statements: 0, text }
    }

    /// The line and character behind the last one.
    pub(super) fn end(&self) -> Place {
        (self.text.lines().count(), 0)
    }
}

/// Statements as people write them, with the first action on the fourth line.
fn statement(n: usize) -> String {
    const REGIONS: [&str; 4] = ["us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1"];
    let region = REGIONS.get(n / 5 % REGIONS.len()).copied().unwrap_or_default();
    let account = "111122223333";
    let (effect, actions, resource, condition) = match n % 5 {
        0 => (
            "Allow",
            &["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"][..],
            format!("arn:aws:bedrock:{region}::foundation-model/anthropic.claude-3-haiku-20240307-v1:0"),
            format!("\"StringEquals\": {{ \"aws:RequestedRegion\": \"{region}\" }}"),
        ),
        1 => (
            "Allow",
            &["sagemaker:CreateTrainingJob", "sagemaker:StopTrainingJob", "sagemaker:DescribeTrainingJob"][..],
            format!("arn:aws:sagemaker:{region}:{account}:training-job/team-{n}-*"),
            "\"ForAllValues:StringLike\": { \"sagemaker:InstanceTypes\": [\"ml.m5.*\", \"ml.c5.*\"] }"
                .to_owned(),
        ),
        2 => (
            "Allow",
            &["s3:GetObject", "s3:PutObject"][..],
            format!("arn:aws:s3:::team-data-{n}/*"),
            "\"Bool\": { \"aws:SecureTransport\": \"true\" }".to_owned(),
        ),
        3 => (
            "Deny",
            &["sagemaker:Delete*", "bedrock:Delete*"][..],
            "*".to_owned(),
            "\"StringNotEquals\": { \"aws:PrincipalTag/team\": \"platform\" }".to_owned(),
        ),
        _ => (
            "Allow",
            &["iam:PassRole"][..],
            format!("arn:aws:iam::{account}:role/sagemaker-{n}"),
            "\"StringEquals\": { \"iam:PassedToService\": \"sagemaker.amazonaws.com\" }".to_owned(),
        ),
    };
    let mut out =
        format!("    {{\n      \"Sid\": \"S{n:05}\",\n      \"Effect\": \"{effect}\", \"Action\": [\n");
    for (idx, action) in actions.iter().enumerate() {
        let comma = if idx + 1 < actions.len() { "," } else { "" };
        let _ = writeln!(out, "        \"{action}\"{comma}");
    }
    let _ = write!(
        out,
        "      ],\n      \"Resource\": \"{resource}\",\n      \"Condition\": {{ {condition} }}\n    }}"
    );
    out
}

#[cfg(test)]
mod tests {
    use super::Document;

    #[test]
    fn places_are_in_action_names_and_white_space() {
        for n in [1, 2, 7, 100] {
            let document = Document::policy(n);
            let lines: Vec<&str> = document.text.lines().collect();
            for (line, character) in document.strings {
                let (before, after) = lines[line].split_at(character);
                assert!(before.trim().starts_with('"') && before.contains(':'), "{before}");
                assert!(after.starts_with(char::is_alphabetic), "{after}");
            }
            let (line, character) = document.space;
            assert!(lines[line].split_at(character + 1).0.trim().is_empty());
            let policy: serde_json::Value = serde_json::from_str(&document.text).unwrap();
            assert_eq!(policy["Statement"].as_array().unwrap().len(), n);
        }
    }

    #[test]
    fn a_lock_file_is_json_with_places_in_names_and_white_space() {
        let document = Document::lock_file(5);
        let json: serde_json::Value = serde_json::from_str(&document.text).unwrap();
        assert_eq!(json["packages"].as_object().unwrap().len(), 5);
        let lines: Vec<&str> = document.text.lines().collect();
        for (line, character) in document.strings {
            assert_eq!(lines[line].split_at(character).0.trim(), "\"nod", "line {line}");
        }
        let (line, character) = document.space;
        assert!(lines[line].split_at(character + 1).0.trim().is_empty());
        assert!((1_500_000..1_700_000).contains(&Document::lock_file(5_400).text.len()));
    }
}
