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
    check(
        &statement(r#""NotAction": "$*""#),
        &["services, left out", "The statement is about all others: 0 actions"],
    );
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

#[test]
fn completion_items_are_explained_by_their_data() {
    for (data, expected) in [
        ("model anthropic.claude-v2", "out of service"),
        ("profile us.anthropic.claude-sonnet-4-20250514-v1:0", "An inference profile for"),
        ("service-principal sagemaker.amazonaws.com", "Amazon SageMaker"),
        ("resource arn:aws:s3:::logs/*", "Every object in `logs`"),
        ("resource-type sagemaker:model", "**`model`**"),
        ("action *", "actions of 4"),
        ("service bedrock", "Prefix `bedrock`"),
        ("operator ForAnyValue:StringLike", "| some match, some differ | true |"),
        ("key aws:SourceVpc", "**`aws:SourceVpc`**"),
        ("principal Federated", "identity provider"),
    ] {
        let found = by_name(data).unwrap_or_default();
        assert!(found.contains(expected), "{data}: {found}");
    }
    for data in ["", "model", "model nonsense", "nothing here"] {
        assert_eq!(by_name(data), None, "{data}");
    }
}

#[test]
fn nothing_is_said_outside_of_policies_and_no_text_is_too_strange() {
    check(r#"{"a": "s3:Get$Object"}"#, &[]);
    check("$", &[]);
    for text in [
        r#"{"Statement": [{"Effect": "Allow", "Action": ["\ud83d\ude00*", "é:ü", "::", "a:b:c"], "Resource": ["arn:", "arn:::::", "arn:aws:é:ü:ö:ä", "${", "${}", "${,}", "${aws:x, }", "\u0024{aws:username}"]}]}"#,
        r#"{"Statement": {"Effect": 1, "Action": {}, "Resource": null, "Condition": {"Bool": true, "Null": {"é": [1, null, {}]}, "": {"": ""}, "Date": [], "NumericEquals": {"aws:EpochTime": [1e400, -1, "${", ""]}, "DateEquals": {"aws:CurrentTime": ["9999999999999999999", "-1", "0000"]}, "IpAddress": {"aws:SourceIp": ["::/0", "::1", "0.0.0.0/0", "é"]}}}}"#,
        r#"{"Statement": [{"Principal": {"AWS": ["", "é", "arn:aws:iam::é:role/", "AIDAé"], "Service": ".amazonaws.com", "Federated": "arn:aws:iam:::oidc-provider/"}, "Sid": "é", "Condition": {"StringLike": {"aws:PrincipalOrgPaths": ["o-/", "o-é/*"]}}"#,
    ] {
        let analysis = Analysis::of(text, Default::default(), Config::default().into());
        for at in 0..u32::try_from(text.len()).unwrap() {
            if let Some(found) = hover(&analysis, at) {
                assert!(found.range.start <= at && at <= found.range.end, "{at} {:?}", found.range);
                assert!(!found.markdown.is_empty() && !found.markdown.contains('\r'), "{at}");
            }
        }
    }
}

#[test]
fn any_scenario_at_any_place_has_an_answer() {
    let whole = "{\"principals\": {\"日\": {\"arn\": \"a\", \"scps\": [[\"b\"]]}}, \"resources\": {\"arn:aws:s3:::b\": {}},\r\n \
                 \"context\": {\"aws:TagKeys\": [\"a\", 1]}, \"requests\": [{\"as\": [\"日\"], \"action\": \"s3:G*\", \
                 \"resource\": \"arn:\\u00e9\", \"expect\": \"denied\"}]}";
    let mut n_found = 0;
    for end in (0..=whole.len()).filter(|it| whole.is_char_boundary(*it)) {
        let file = syntax::SourceFile::new(whole.get(..end).unwrap(), &[]);
        let spec = crate::scenario::Scenario::read(&file);
        for at in [end, end.saturating_sub(1), end / 2] {
            let at = u32::try_from(at).unwrap();
            let found = crate::scenario::hover(&file, at, &spec, None, &crate::Config::default());
            n_found += usize::from(found.is_some_and(|it| !it.markdown.is_empty() && it.range.touches(at)));
        }
    }
    assert!(n_found > whole.len(), "{n_found}");
}
