//! Where policies are found, and what kind they are taken for.

use policy::PolicyKind;
use policy::find::{self, Hint, LANDMARKS};
use policy::model::{Form, Policy};
use syntax::SourceFile;

fn found(text: &str, file_name: &str) -> Vec<Policy> {
    let file = SourceFile::new(text, LANDMARKS);
    let hint = Hint { kind: None, file_name: Some(file_name.to_owned()) };
    find::policies(&file, &hint, &[], &mut |node, start| find::lower_statement(&file, node, start))
}

/// Form, kind and path of each policy, a line each.
fn summary(text: &str) -> Vec<String> {
    let line = |it: &Policy| {
        let path: Vec<&str> = it.place.path.iter().map(|it| &**it).collect();
        format!("{:?} {} {} /{}", it.form, it.kind.name(), it.statements.len(), path.join("/"))
    };
    found(text, "file.json").iter().map(line).collect()
}

#[test]
fn in_a_template() {
    let text = r#"{
      "AWSTemplateFormatVersion": "2010-09-09",
      "Resources": {
        "Role": {
          "Type": "AWS::IAM::Role",
          "Properties": {
            "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [
              { "Effect": "Allow", "Principal": { "Service": "sagemaker.amazonaws.com" }, "Action": "sts:AssumeRole" } ] },
            "Policies": [
              { "PolicyName": "a", "PolicyDocument": { "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": { "Fn::Sub": "${Bucket.Arn}/*" } } } },
              { "PolicyName": "b", "PolicyDocument": { "Statement": [ { "Effect": "Deny", "Action": "*", "Resource": "*" } ] } } ] } },
        "BucketPolicy": {
          "Type": "AWS::S3::BucketPolicy",
          "Properties": { "PolicyDocument": { "Statement": [ { "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*" } ] } } },
        "Endpoint": {
          "Type": "AWS::EC2::VPCEndpoint",
          "Properties": { "PolicyDocument": { "Statement": [ { "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" } ] } } }
      } }"#;
    assert_eq!(
        summary(text),
        [
            "Policy trust 1 /Resources/Role/Properties/AssumeRolePolicyDocument",
            "Policy identity 1 /Resources/Role/Properties/Policies/0/PolicyDocument",
            "Policy identity 1 /Resources/Role/Properties/Policies/1/PolicyDocument",
            "Policy resource 1 /Resources/BucketPolicy/Properties/PolicyDocument",
            "Policy vpc-endpoint 1 /Resources/Endpoint/Properties/PolicyDocument",
        ]
    );
}

#[test]
fn in_account_authorization_details() {
    let text = r#"{ "RoleDetailList": [ { "RoleName": "r",
      "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [ { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" }, "Action": "sts:AssumeRole" } ] },
      "RolePolicyList": [ { "PolicyName": "p", "PolicyDocument": { "Version": "2012-10-17", "Statement": [ { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" } ] } } ] } ],
      "Policies": [ { "PolicyVersionList": [ { "Document": { "Version": "2012-10-17", "Statement": [] } } ] } ] }"#;
    assert_eq!(
        summary(text),
        [
            "Policy trust 1 /RoleDetailList/0/AssumeRolePolicyDocument",
            "Policy identity 1 /RoleDetailList/0/RolePolicyList/0/PolicyDocument",
            "Policy identity 0 /Policies/0/PolicyVersionList/0/Document",
        ]
    );
}

#[test]
fn several_in_one_file() {
    let one = r#"{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } }"#;
    assert_eq!(summary(&format!("[{one}, {one}]")), ["Policy identity 1 /0", "Policy identity 1 /1"]);
    assert_eq!(summary(&format!("{one}\n{one}\n")).len(), 2);
}

#[test]
fn fragments() {
    let statement = r#"{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }"#;
    assert_eq!(summary(statement), ["Statement identity 1 /"]);
    assert_eq!(summary(&format!("[{statement}, {statement}]")), ["Statements identity 2 /"]);
    assert_eq!(
        summary(r#"{ "Condition": { "Bool": { "aws:SecureTransport": "true" } } }"#),
        ["Condition identity 1 /"]
    );
    assert_eq!(summary(r#"{ "Version": "2012-10-17" }"#), ["Policy identity 0 /"]);
    assert_eq!(summary(r#"{ "Version": "2012-10-17", "Statement": "#), ["Policy identity 0 /"]);
}

#[test]
fn other_json_is_left_alone() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        r#"{ "name": "left-pad", "version": "1.0.0" }"#,
        r#"{ "Version": "1.0", "Statement": "of account" }"#,
        r#"{ "Statement": [ { "date": "2026-01-01", "amount": 3 } ] }"#,
        r#"{ "Condition": { "mint": { "box": "yes" } } }"#,
        r#"{ "Action": "build", "Resource": "x" }"#,
        r#"{ "States": { "A": { "Type": "Task", "Resource": "arn:aws:states:::x" } } }"#,
    ] {
        assert_eq!(summary(text), [""; 0], "{text}");
    }
}

#[test]
fn the_kind_is_said_or_inferred() {
    let kind = |text: &str, name: &str| found(text, name).first().map(|it| it.kind);
    let statement = r#"[ { "Effect": "Deny", "Action": "*", "Resource": "*" } ]"#;
    let plain = format!(r#"{{ "Version": "2012-10-17", "Statement": {statement} }}"#);
    assert_eq!(kind(&plain, "policy.json"), Some(PolicyKind::Identity));
    assert_eq!(kind(&plain, "deny-regions.scp.json"), Some(PolicyKind::Scp));
    assert_eq!(kind(&plain, "rcp-baseline.json"), Some(PolicyKind::Rcp));
    assert_eq!(kind(&plain, "permissions-boundary.json"), Some(PolicyKind::Boundary));
    let said = format!(
        r#"{{ "$schema": "https://example.com/schemas/scp.json", "Version": "2012-10-17", "Statement": {statement} }}"#
    );
    assert_eq!(kind(&said, "policy.json"), Some(PolicyKind::Scp));
    let principal = r#"{ "Statement": [ { "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*" } ] }"#;
    assert_eq!(kind(principal, "x.json"), Some(PolicyKind::Resource));
    let form = found(principal, "x.json").first().map(|it| it.form);
    assert_eq!(form, Some(Form::Policy));
}
