use super::*;
use crate::Config;

fn check(text: &str, expected: &[&str]) {
    let at = text.find('$').unwrap();
    let text = text.replacen('$', "", 1);
    let analysis = Analysis::of(&text, Default::default(), Config::default().into());
    let found = hover(&analysis, u32::try_from(at).unwrap()).map(|it| it.markdown).unwrap_or_default();
    for part in expected {
        assert!(found.contains(part), "{text}: no {part:?} in\n{found}");
    }
    assert!(!expected.is_empty() || found.is_empty(), "{text}:\n{found}");
}

fn statement(inner: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", {inner}}}]}}"#)
}

#[test]
fn actions_are_explained() {
    check(
        &statement(r#""Action": "S3:getObj$ect""#),
        &["**`s3:GetObject`** · Read", "- object `arn:${Partition}:s3:::", "list_amazons3.html"],
    );
    check(&statement(r#""Action": $"s3:ListAllMyBuckets""#), &["only `\"Resource\": \"*\"`"]);
    check(
        &statement(r#""Action": "bedrock:Conv$erse""#),
        &["`Converse` is an API operation", "`bedrock:InvokeModel`"],
    );
    check(&statement(r#""Action": "s3:GetObj$et""#), &["no action `GetObjet`", "closest is `s3:GetObject`"]);
    check(&statement(r#""Action": "nonsense$""#), &["An action is `service:Name`"]);
}

#[test]
fn what_is_gone_says_since_when() {
    check(
        &statement(r#""Action": "iotevents:List$Inputs""#),
        &["**AWS IoT Events**", "removed it on 2026-05-20"],
    );
    check(
        &statement(r#""Action": "billing:GetMonthly$Tracking""#),
        &["`billing:GetMonthlyTracking` is gone", "between 2026-07-08 and 2026-10-27"],
    );
    check(&statement(r#""Action": "securityagent:List$Tasks""#), &["is gone.", "AWS gives no day"]);
}

#[test]
fn resource_types_are_described() {
    let known = by_name("resource-type sagemaker:model").unwrap_or_default();
    assert!(
        known.contains("**`model`** of Amazon SageMaker") && known.contains("- `arn:${Partition}:"),
        "{known}"
    );
    assert!(known.contains("registered for hosting"), "{known}");
    assert_eq!(by_name("resource-type sagemaker:nonsense"), None);
}

#[test]
fn patterns_are_counted() {
    check(&statement(r#""Action": "s3:GetObject*$""#), &["actions of Amazon S3", "- Read (16): `GetObject`"]);
    check(&statement(r#""NotAction": "$*""#), &["services, left out", "The statement is about all others: 0 actions"]);
    check(&statement(r#""Action": "s3:$Nothing*""#), &["matches no action"]);
}

#[test]
fn operators_are_explained() {
    let operator =
        |name: &str| statement(&format!(r#""Condition": {{"${name}": {{"aws:SourceIp": ["1"]}}}}"#));
    check(
        &operator("StringEquals"),
        &["| no such key | false |", "| a value that matches | true |", "| a value that differs | false |"],
    );
    check(&operator("StringNotLike"), &["| no such key | true |", "| a value that differs | true |"]);
    check(
        &operator("ForAllValues:StringEquals"),
        &["| no such key | true |", "| some match, some differ | false |"],
    );
    check(
        &operator("ForAnyValue:StringNotEquals"),
        &["| no such key | false |", "| some match, some differ | true |"],
    );
    check(&operator("BoolIfExists"), &["`IfExists`: ", "| no such key | true |"]);
    check(&operator("Null"), &["| the key, policy says `false` | true |"]);
    check(&operator("StringEqual"), &["no operator `StringEqual`", "`StringEquals`"]);
}

#[test]
fn the_rest_is_explained() {
    check(r#"{"Ver$sion": "2012-10-17", "Statement": []}"#, &["**`Version`**", "elements_version.html"]);
    check(r#"{"Version": "2012-10-$17", "Statement": []}"#, &["current version"]);
    check(r#"{"Version": "2012-10-17", "Statement": [{"Effect": "$Deny"}]}"#, &["No Allow anywhere"]);
    check(&statement(r#""Principal$": "*""#), &["**`Principal`**"]);
    check(&statement(r#""Principal": {"$AWS": "*"}"#), &["`${Account}`"]);
    check(&statement(r#""Principal": {"AWS": "1111$11111111"}"#), &["The account `111111111111`"]);
    check(&statement(r#""Principal": {"Service": "sagemaker$.amazonaws.com"}"#), &["Amazon SageMaker"]);
    check(
        &statement(r#""Action": "s3:GetObject", "Condition": {"StringEquals": {"s3:pref$ix": "a"}}"#),
        &["**`s3:prefix`** · String, one value", "AWS does not list it for `s3:GetObject`"],
    );
    check(
        &statement(r#""Action": "s3:ListBucket", "Resource": "arn:aws:s3:::a/$*""#),
        &["- Service: Amazon S3", "- Region: none", "- **Resource**: `a/*`"],
    );
}

/// Every token of a text that hovers or should, with what is said about it.
fn walk(text: &str) -> Vec<(String, Option<Hover>, bool)> {
    let now = chrono::NaiveDate::from_ymd_opt(2026, 11, 25).and_then(|it| it.and_hms_opt(12, 0, 0)).unwrap();
    let config = Config { now, ..Config::default() };
    let analysis = Analysis::of(text, Default::default(), config.into());
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(path) = tokens::at(analysis.file().tree(), at) {
        at = path.range.end;
        if matches!(path.kind, Kind::String | Kind::Number | Kind::Boolean | Kind::Word) {
            let start = path.range.start;
            let written = text.get(start as usize..path.range.end as usize).unwrap().to_owned();
            let inside = analysis.policies().iter().any(|it| it.range.start <= start && start < it.range.end);
            out.push((written, hover(&analysis, start), inside));
        }
    }
    out
}

#[test]
fn every_token_of_a_policy_hovers() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    let mut files: Vec<_> = std::fs::read_dir(root.join("seeds")).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "json"));
    files.push(root.join("hover/template/cloudformation.template.json"));
    files.sort();
    assert!(files.len() > 30);
    let mut silent = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let tokens = walk(&text);
        for (written, hover, inside) in tokens {
            if inside && hover.is_none() {
                silent.push(format!("{name}: {written}"));
            }
            if let Some(hover) = hover {
                let n_lines = hover.markdown.lines().count();
                assert!(n_lines <= 30, "{name}: {n_lines} lines about {written}\n{}", hover.markdown);
                if std::env::var_os("HOVER_WALK").is_some() {
                    println!("=== {name} {written}\n{}\n", hover.markdown);
                }
            }
        }
    }
    assert!(silent.is_empty(), "nothing is said of\n{}", silent.join("\n"));
}
