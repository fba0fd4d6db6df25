use super::*;

use crate::Config;

fn items(text: &str) -> (String, Completions) {
    let at = text.find('$').unwrap();
    let text = text.replacen('$', "", 1);
    let analysis = Analysis::of(&text, Default::default(), Config::default().into());
    (text, complete(&analysis, u32::try_from(at).unwrap(), &Seen::default()))
}

fn labels(text: &str) -> Vec<String> {
    items(text).1.items.into_iter().map(|it| it.label).collect()
}

/// The text after taking the item with this label.
fn take(text: &str, label: &str) -> String {
    let (text, found) = items(text);
    let Some(item) = found.items.iter().find(|it| it.label == label) else {
        panic!("no {label} among {:?}", found.items.iter().map(|it| &it.label).collect::<Vec<_>>());
    };
    let mut edits = vec![item.edit.clone()];
    edits.extend(item.additional_edits.iter().cloned());
    TextEdit::apply_all(&text, &edits)
}

fn statement(inner: &str) -> String {
    format!("{{\"Version\": \"2012-10-17\", \"Statement\": [\n{{\"Effect\": \"Allow\", {inner}}}\n]}}")
}

#[test]
fn an_empty_file_can_become_any_policy() {
    let labels = labels("$");
    assert_eq!(labels.first().map(String::as_str), Some("policy"));
    assert!(labels.contains(&"service control policy".to_owned()));
    for label in &labels {
        let text = take("$", label);
        assert!(!syntax::parse(&text, &[]).has_errors(), "{text}");
        let analysis = Analysis::of(&text, Default::default(), Config::default().into());
        assert_eq!(analysis.policies().len(), 1, "{text}");
        let inside = take("{$}", label);
        assert!(!syntax::parse(&inside, &[]).has_errors(), "{inside}");
    }
    assert_eq!(
        take("$", "policy"),
        "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \
         \"Action\": [\"\"],\n      \"Resource\": \"\"\n    }\n  ]\n}"
    );
}

#[test]
fn keys_fit_the_kind_and_what_is_there() {
    assert_eq!(labels("{\"Version\": \"2012-10-17\", $}"), ["Statement", "Id"]);
    assert_eq!(
        labels(&statement("\"Action\": \"s3:*\", $")),
        ["Resource", "Condition", "Sid", "NotResource", "Principal"]
    );
    let scp = "{\"$schema\": \"accesslens:scp\", \"Version\": \"2012-10-17\", \"Statement\": [{\"§\"}]}";
    let scp = scp.replacen('$', "", 1).replacen('§', "$", 1).replace("\"schema", "\"$schema");
    let at = scp.rfind('$').unwrap();
    let mut text = scp.clone();
    text.remove(at);
    let analysis = Analysis::of(&text, Default::default(), Config::default().into());
    let found = complete(&analysis, u32::try_from(at).unwrap(), &Seen::default());
    let found: Vec<_> = found.items.iter().map(|it| &*it.label).collect();
    assert_eq!(found, ["Effect", "Action", "Resource", "Condition", "Sid", "NotAction", "NotResource"]);
    let trust = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Principal\": {\"AWS\": \"*\"}, \"Action\": \"sts:AssumeRole\", \"$\"}]}";
    assert_eq!(labels(trust), ["Effect", "Condition", "Sid"]);
}

#[test]
fn edits_make_json() {
    for (inner, label, expected) in [
        ("\"Act$", "Action", "\"Action\": []"),
        ("Act$", "Action", "\"Action\": []"),
        ("\"Act$\"", "Action", "\"Action\": []"),
        ("\"Act$\": \"s3:*\"", "Action", "\"Action\": \"s3:*\""),
        ("\"Action\": $", "s3:", "\"Action\": \"s3:\""),
        ("\"Action\": s3:GetObjectA$", "s3:GetObjectAcl", "\"Action\": \"s3:GetObjectAcl\""),
        ("\"Action\": [\"s3:GetObjectA$", "s3:GetObjectAcl", "\"Action\": [\"s3:GetObjectAcl\""),
        ("\"Action\": [\"s3:GetObjectA$\"]", "s3:GetObjectAcl", "\"Action\": [\"s3:GetObjectAcl\"]"),
        ("\"Action\": [\"a:b\"\n$]", "s3:", "\"Action\": [\"a:b\",\n\"s3:\"]"),
        ("\"Action\": $\n\"Sid\": \"\"", "s3:", "\"Action\": \"s3:\",\n\"Sid\": \"\""),
        (
            "\"Condition\": {\"Bool\": {\"aws:Sec$",
            "aws:SecureTransport",
            "\"Condition\": {\"Bool\": {\"aws:SecureTransport\": \"true\"",
        ),
    ] {
        assert_eq!(take(&statement(inner), label), statement(expected), "{inner}");
    }
}

#[test]
fn actions_are_found_by_any_part() {
    let action = |typed: &str| labels(&statement(&format!("\"Action\": \"{typed}$\"")));
    let has = |typed: &str, label: &str| {
        let found = action(typed);
        assert!(found.iter().any(|it| it == label), "{typed}: no {label} in {found:?}");
    };
    has("invoke", "bedrock:InvokeModel");
    has("sagem", "sagemaker:");
    has("Converse", "bedrock:InvokeModel");
    has("bedrock:Conv", "bedrock:InvokeModel");
    has("bedrock-runtime:Inv", "bedrock:InvokeModel");
    has("bedrock:model", "bedrock:InvokeModel");
    has("bedrock:invm", "bedrock:InvokeModel");
    has("pull image", "ecr:BatchGetImage");
    has("train", "sagemaker:CreateTrainingJob");
    assert_eq!(action("s3:GetObjectAc").first().map(String::as_str), Some("s3:GetObjectAcl"));
    assert_eq!(action("s3:get").first().map(String::as_str), Some("s3:GetObject"));
    has("iam:De", "iam:Delete*");
    has("s3:*Tagging", "s3:*Tagging");
    has("s3:*Tagging", "s3:PutObjectTagging");
    assert_eq!(action("nosuch:"), [""; 0]);
    assert!(action("").len() <= MOST_ITEMS);
    assert!(action("ec2:").len() <= MOST_ITEMS);
}

#[test]
fn services_in_use_come_first_and_present_actions_not_again() {
    let (_, found) = items(&statement("\"Action\": [\"sagemaker:AddTags\", \"$\"]"));
    assert_eq!(found.items.first().map(|it| &*it.label), Some("sagemaker:"));
    let (_, found) = items(&statement("\"Action\": [\"s3:GetObject\", \"s3:GetObj$\"]"));
    assert!(found.items.iter().all(|it| it.label != "s3:GetObject"));
    assert_eq!(found.items.first().map(|it| &*it.label), Some("s3:GetObjectVersion"));
    let wildcard = found.items.iter().take(10).find(|it| it.label == "s3:GetObject*").unwrap();
    assert!(wildcard.detail.contains("Read) · Amazon S3"), "{}", wildcard.detail);
}

#[test]
fn conditions_fit() {
    let keys =
        labels(&statement("\"Action\": \"s3:ListBucket\", \"Condition\": {\"StringEquals\": {\"$\": \"\"}}"));
    let place = |name: &str| keys.iter().position(|it| it == name);
    assert!(place("s3:prefix") < place("aws:PrincipalAccount"), "{keys:?}");
    assert!(place("s3:prefix").is_some() && place("aws:SourceIp").is_none());
    let operators = labels(&statement("\"Condition\": {\"$\": {\"aws:SourceIp\": \"\"}}"));
    assert_eq!(operators.first().map(String::as_str), Some("IpAddress"));
    assert_eq!(operators.get(1).map(String::as_str), Some("NotIpAddress"));
    assert_eq!(labels(&statement("\"Condition\": {\"Null\": {\"a:b\": $}}")), ["true", "false"]);
}

#[test]
fn resources_fit_the_actions() {
    let resource =
        |action: &str| labels(&statement(&format!("\"Action\": \"{action}\", \"Resource\": \"$\"")));
    assert_eq!(resource("s3:ListAllMyBuckets"), ["*"]);
    let found = resource("s3:ListBucket");
    assert!(found.contains(&"arn:aws:s3:::${BucketName}".to_owned()), "{found:?}");
    assert_eq!(found.last().map(String::as_str), Some("*"));
}

#[test]
fn variables_are_written_in_place() {
    for (typed, label, expected) in [
        ("arn:aws:s3:::b/${aws:us$", "${aws:username}", "arn:aws:s3:::b/${aws:username}"),
        ("arn:aws:s3:::b/${$}/x", "${aws:username}", "arn:aws:s3:::b/${aws:username}/x"),
        ("arn:aws:s3:::b/${aws:us$erid}/x", "${aws:username}", "arn:aws:s3:::b/${aws:username}/x"),
    ] {
        // The cursor is the last `$` that starts nothing.
        let at = typed
            .match_indices('$')
            .map(|it| it.0)
            .rfind(|at| typed.get(at + 1..at + 2) != Some("{"))
            .unwrap();
        let (head, tail) = (typed.get(..at).unwrap(), typed.get(at + 1..).unwrap());
        let text = statement(&format!("\"Resource\": \"{head}{tail}\""));
        let cursor = text.find(head).unwrap() + head.len();
        let analysis = Analysis::of(&text, Default::default(), Config::default().into());
        let found = complete(&analysis, u32::try_from(cursor).unwrap(), &Seen::default());
        let item = found.items.iter().find(|it| it.label == label).unwrap();
        let after = TextEdit::apply_all(&text, std::slice::from_ref(&item.edit));
        assert_eq!(after, statement(&format!("\"Resource\": \"{expected}\"")), "{typed}");
    }
}

#[test]
fn items_explain_themselves() {
    let (_, found) = items(&statement("\"Action\": \"s3:GetObjectAc$\""));
    let data = found.items.first().and_then(|it| it.data.clone()).unwrap();
    assert!(resolve(&data).unwrap().contains("**`s3:GetObjectAcl`**"));
    assert_eq!(resolve("nonsense"), None);
}
